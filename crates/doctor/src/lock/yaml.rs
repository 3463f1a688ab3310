//! Lock files that are YAML: every scalar with the keys that lead to it.

use super::{Fault, Malformed};
use saphyr_parser::{Event, Parser, Span};
use std::borrow::Cow;

/// Levels of mappings and lists that are read. pnpm and Yarn nest five deep.
const MAX_DEPTH: usize = 32;

/// A key of a mapping, or a scalar value, with its offset.
#[derive(Debug, Clone)]
pub(super) struct Scalar<'t> {
    pub(super) text: Cow<'t, str>,
    /// Of its first character, behind a quotation mark.
    pub(super) offset: usize,
}

const NAMELESS: Scalar<'static> = Scalar { text: Cow::Borrowed(""), offset: 0 };

/// A mapping that is being read waits for a key or, having one, for its value; a list has no keys.
enum Level<'t> {
    Mapping(Option<Scalar<'t>>),
    List,
}

/// Shows `see` every scalar that is the value of a key, with the keys that lead to it, outermost first.
pub(super) fn walk<'t>(text: &'t str, mut see: impl FnMut(&[Scalar<'t>], &Scalar<'t>)) -> Result<(), Fault> {
    let mut offsets = Offsets::new(text);
    let mut levels: Vec<Level<'t>> = Vec::new();
    let mut keys: Vec<Scalar<'t>> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let offset = Offsets::new(text).offset(error.marker().index());
            Fault::new(offset, Malformed::Yaml(error.info().to_owned()))
        })?;
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                if levels.len() == MAX_DEPTH {
                    return Err(Fault::new(offsets.start(span), Malformed::Depth(MAX_DEPTH)));
                }
                if let Some(Level::Mapping(key)) = levels.last_mut() {
                    keys.push(key.take().unwrap_or_else(|| {
                        // What stands in a key's place is a key, though one that is not asked for.
                        *key = Some(NAMELESS);
                        NAMELESS
                    }));
                }
                let mapping = matches!(event, Event::MappingStart(..));
                levels.push(if mapping { Level::Mapping(None) } else { Level::List });
            }
            Event::MappingEnd | Event::SequenceEnd => {
                levels.pop();
                if matches!(levels.last(), Some(Level::Mapping(_))) {
                    keys.pop();
                }
            }
            Event::Scalar(value, ..) => {
                let start = offsets.start(span);
                let quoted = text.get(start..).is_some_and(|rest| rest.starts_with(['"', '\'']));
                let scalar = Scalar { text: value, offset: start + usize::from(quoted) };
                if let Some(Level::Mapping(key)) = levels.last_mut() {
                    match key.take() {
                        None => *key = Some(scalar),
                        Some(named) => {
                            keys.push(named);
                            see(&keys, &scalar);
                            keys.pop();
                        }
                    }
                }
            }
            // What an alias stands for is not followed: no tool writes one here.
            Event::Alias(_) => {
                if let Some(Level::Mapping(key)) = levels.last_mut() {
                    *key = if key.is_some() { None } else { Some(NAMELESS) };
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Offsets in bytes of places that are told in characters, each not before the last.
struct Offsets<'t> {
    text: &'t str,
    characters: usize,
    bytes: usize,
}

impl<'t> Offsets<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, characters: 0, bytes: 0 }
    }

    fn start(&mut self, span: Span) -> usize {
        self.offset(span.start.index())
    }

    fn offset(&mut self, characters: usize) -> usize {
        let more = characters.saturating_sub(self.characters);
        let passed = self.text.get(self.bytes..).unwrap_or_default().chars().take(more);
        self.bytes += passed.map(char::len_utf8).sum::<usize>();
        self.characters = self.characters.max(characters);
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Result<Vec<String>, Fault> {
        let mut seen = Vec::new();
        walk(text, |keys, value| {
            let keys: Vec<&str> = keys.iter().map(|key| &*key.text).collect();
            seen.push(format!("{}={}@{}", keys.join("."), value.text, value.offset));
        })?;
        Ok(seen)
    }

    #[test]
    fn values_know_the_keys_that_lead_to_them() {
        let text = "a:\n  'ö': \"x\"\n  c: [1, {d: 2}]\ne: y\n";
        assert_eq!(seen(text).unwrap(), ["a.ö=x@12", "a.c.d=2@28", "e=y@35"]);
    }

    #[test]
    fn keys_that_are_mappings_and_aliases_lead_nowhere() {
        assert_eq!(seen("? {a: b}\n: c\nd: &x 1\ne: *x\nf: g\n").unwrap().last().unwrap(), "f=g@30");
    }

    #[test]
    fn what_nests_without_end_is_told_off() {
        assert!(matches!(seen(&"- ".repeat(100)), Err(Fault { what: Malformed::Depth(_), .. })));
        assert!(seen(&"[".repeat(100_000)).is_err());
    }
}
