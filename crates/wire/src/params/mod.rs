//! The parameters of a Query request: `application/x-www-form-urlencoded`, decoded once, into one buffer.

mod decode;
mod group;

use crate::{Fault, FaultCode};
use decode::Decoder;
pub(crate) use group::{Elements, Group};

/// The most parameters a request may hold. The largest call there is (fifty tags and ten policies) needs 130.
pub const MAX_PARAMETERS: usize = 4096;

/// The decoded parameters of a request, in the order they came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Params {
    text: String,
    spans: Vec<Span>,
}

/// Where a parameter's name and value lie in the buffer; what is left of the name shrinks as lists are descended into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// The position in the list last descended into.
    index: u64,
    name: usize,
    value: usize,
    end: usize,
}

impl Span {
    fn name<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.name..self.value).unwrap_or_default()
    }

    /// Lengths first: most names differ in them.
    fn is_named(&self, name: &str, text: &str) -> bool {
        self.value - self.name == name.len() && self.name(text) == name
    }

    fn value<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.value..self.end).unwrap_or_default()
    }
}

impl Params {
    /// Parses the parameters of a query string and of a body, in that order.
    ///
    /// # Errors
    /// `MalformedQueryString` for a broken escape, for bytes that are not UTF-8, for a name given twice and for
    /// more than [`MAX_PARAMETERS`].
    pub fn parse(query: &[u8], body: &[u8]) -> Result<Self, Fault> {
        let mut decoder = Decoder::new(query.len() + body.len());
        decoder.form(query).and_then(|()| decoder.form(body)).ok_or_else(malformed)?;
        let Decoder { bytes, spans } = decoder;
        let text = String::from_utf8(bytes).map_err(|_| malformed())?;
        // A character may not begin in one parameter and end in the next.
        let whole = |at: usize| text.is_char_boundary(at);
        if !spans.iter().all(|span| whole(span.name) && whole(span.value)) {
            return Err(malformed());
        }
        let params = Self { text, spans };
        if params.repeats() { Err(malformed()) } else { Ok(params) }
    }

    /// The value of the parameter with exactly this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.group().get(name)
    }

    /// Every parameter's name and value, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.spans.iter().map(|span| (span.name(&self.text), span.value(&self.text)))
    }

    pub(crate) fn group(&self) -> Group<'_> {
        Group::new(&self.text, &self.spans)
    }

    fn repeats(&self) -> bool {
        if self.spans.len() <= FEW {
            let named = |span: &Span, name: &str| span.is_named(name, &self.text);
            return self.spans.iter().enumerate().any(|(at, span)| {
                let name = span.name(&self.text);
                self.spans.iter().skip(at + 1).any(|later| named(later, name))
            });
        }
        let mut names: Vec<&str> = self.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| matches!(pair, [one, other] if one == other))
    }
}

/// Up to this many names are faster compared with each other than sorted.
const FEW: usize = 24;

fn malformed() -> Fault {
    Fault::from_code(FaultCode::MalformedQueryString)
}
