//! Parameters that belong together: all of them, or those of one element of a list.

use super::Span;

/// The parameters of a request or of one list element, each with what is left of its name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group<'a> {
    text: &'a str,
    spans: &'a [Span],
}

/// The elements of a list in the order of their indexes. Indexes only sort: `member.4000000000` alone is one element.
#[derive(Debug)]
pub(crate) struct Elements {
    spans: Vec<Span>,
}

impl<'a> Group<'a> {
    pub(super) fn new(text: &'a str, spans: &'a [Span]) -> Self {
        Self { text, spans }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.spans.iter().find(|span| span.is_named(name, self.text)).map(|span| span.value(self.text))
    }

    /// What lies below `name.member.`, sorted by index; `None` when an index is not a number.
    pub(crate) fn members(&self, name: &str) -> Option<Elements> {
        let mut spans = Vec::new();
        for span in self.spans {
            let full = span.name(self.text);
            // Looking at one byte first spares most names the comparison.
            if full.as_bytes().get(name.len()) != Some(&b'.') {
                continue;
            }
            let Some(below) = full.strip_prefix(name).and_then(|rest| rest.strip_prefix(".member.")) else { continue };
            let digits = below.find('.').unwrap_or(below.len());
            let (index, rest) = below.split_at(digits);
            if !index.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let rest = rest.strip_prefix('.').unwrap_or(rest);
            spans.push(Span { index: index.parse().ok()?, name: span.value - rest.len(), ..*span });
        }
        spans.sort_by_key(|span| span.index);
        Some(Elements { spans })
    }

    /// What lies below `name.`: the members of one structure.
    pub(crate) fn below(&self, name: &str) -> Vec<Span> {
        let named = |span: &Span| {
            let rest = span.name(self.text).strip_prefix(name)?.strip_prefix('.')?;
            Some(Span { name: span.value - rest.len(), ..*span })
        };
        self.spans.iter().filter_map(named).collect()
    }

    /// The same parameters as `spans` that [`Group::below`] made of this group.
    pub(crate) fn of<'s>(&self, spans: &'s [Span]) -> Group<'s>
    where
        'a: 's,
    {
        Group { text: self.text, spans }
    }

    /// The groups of a list's elements, each with its index as sent.
    pub(crate) fn each<'e>(&self, elements: &'e Elements) -> impl Iterator<Item = (u64, Group<'e>)> + use<'e, 'a>
    where
        'a: 'e,
    {
        let text = self.text;
        elements.spans.chunk_by(|one, other| one.index == other.index).map(move |spans| {
            let index = spans.first().map_or(0, |span| span.index);
            (index, Group { text, spans })
        })
    }
}

impl Elements {
    pub(crate) fn count(&self) -> usize {
        self.spans.chunk_by(|one, other| one.index == other.index).count()
    }
}
