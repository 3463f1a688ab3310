//! The parameters of a Query request: `application/x-www-form-urlencoded`, decoded once, into one buffer.

mod group;
mod percent;

use crate::{Fault, FaultCode};
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
        let mut bytes = Vec::with_capacity(query.len() + body.len());
        let mut spans = Vec::with_capacity(16);
        for pair in query.split(|b| *b == b'&').chain(body.split(|b| *b == b'&')).filter(|pair| !pair.is_empty()) {
            if spans.len() == MAX_PARAMETERS {
                return Err(malformed());
            }
            let equals = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
            let (name, value) = pair.split_at(equals);
            let start = bytes.len();
            percent::decode(name, &mut bytes).ok_or_else(malformed)?;
            let middle = bytes.len();
            percent::decode(value.get(1..).unwrap_or_default(), &mut bytes).ok_or_else(malformed)?;
            spans.push(Span { index: 0, name: start, value: middle, end: bytes.len() });
        }
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
        let mut names: Vec<&str> = self.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| matches!(pair, [one, other] if one == other))
    }
}

fn malformed() -> Fault {
    Fault::from_code(FaultCode::MalformedQueryString)
}
