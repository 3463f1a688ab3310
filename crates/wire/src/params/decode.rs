//! Decoding a form in one pass, strictly: a `%` that two hexadecimal digits do not follow is an error, never a literal.

use super::{MAX_PARAMETERS, Span};

/// The decoded bytes of the forms so far, not yet known to be UTF-8, and where the parameters lie in them.
#[derive(Debug)]
pub(super) struct Decoder {
    pub(super) bytes: Vec<u8>,
    pub(super) spans: Vec<Span>,
}

impl Decoder {
    pub(super) fn new(capacity: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity), spans: Vec::with_capacity(16) }
    }

    /// Appends a form's parameters; `None` for a broken escape and for one parameter too many.
    pub(super) fn form(&mut self, form: &[u8]) -> Option<()> {
        let mut rest = form;
        let mut start = self.bytes.len();
        let mut value = None;
        loop {
            let plain = rest.iter().position(|b| matches!(b, b'&' | b'=' | b'+' | b'%')).unwrap_or(rest.len());
            let (literal, special) = rest.split_at(plain);
            self.bytes.extend_from_slice(literal);
            match special.split_first() {
                Some((b'=', after)) => {
                    // A second one belongs to the value.
                    if value.is_some() {
                        self.bytes.push(b'=');
                    }
                    value.get_or_insert(self.bytes.len());
                    rest = after;
                }
                Some((b'+', after)) => {
                    self.bytes.push(b' ');
                    rest = after;
                }
                Some((b'%', after)) => {
                    let (digits, after) = after.split_first_chunk::<2>()?;
                    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
                    self.bytes.push((high? << 4 | low?) as u8);
                    rest = after;
                }
                end => {
                    let stop = self.bytes.len();
                    // Nothing between two separators is no parameter.
                    if stop > start || value.is_some() {
                        if self.spans.len() == MAX_PARAMETERS {
                            return None;
                        }
                        self.spans.push(Span { index: 0, name: start, value: value.unwrap_or(stop), end: stop });
                    }
                    let Some((_, after)) = end else { return Some(()) };
                    (rest, start, value) = (after, stop, None);
                }
            }
        }
    }
}
