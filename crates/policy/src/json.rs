//! Reading JSON in place: tokens with their spans, nothing copied, nothing recursive without a bound.

use crate::{ParseError, Span, SyntaxError};

/// How deep arrays and objects may nest. A policy needs six levels; the rest is room for what is skipped.
const DEPTH: u8 = 32;

/// A string token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StringToken {
    /// What stands between the quotation marks.
    pub(crate) span: Span,
    /// Whether there is a backslash in it, so that the span is not the string's value.
    pub(crate) escaped: bool,
}

/// What a value is, told by its first character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Object,
    Array,
    String,
    Number,
    Bool,
    Null,
}

/// A place in the text, moving forward.
pub(crate) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    /// A cursor before the first byte of `text`, which is shorter than 4 GiB.
    pub(crate) const fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The offset of the next byte.
    pub(crate) const fn offset(&self) -> u32 {
        self.at as u32
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The next byte that is not white space, left where it is.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        for byte in self.rest() {
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                other => return Some(*other),
            }
        }
        None
    }

    /// `error` at the next byte.
    pub(crate) fn fail<T>(&mut self, error: SyntaxError) -> Result<T, ParseError> {
        let error = if self.peek().is_none() && error.is_json() { SyntaxError::EndOfText } else { error };
        let end = self.text.ceil_char_boundary((self.at + 1).min(self.text.len()));
        Err(ParseError { error, span: Span::new(self.offset(), end as u32) })
    }

    /// Takes `byte` if it comes next.
    #[inline]
    pub(crate) fn take(&mut self, byte: u8) -> bool {
        let next = self.peek() == Some(byte);
        self.at += usize::from(next);
        next
    }

    #[inline]
    fn demand(&mut self, byte: u8, error: SyntaxError) -> Result<(), ParseError> {
        if self.take(byte) { Ok(()) } else { self.fail(error) }
    }

    /// What comes next.
    pub(crate) fn shape(&mut self) -> Result<Shape, ParseError> {
        match self.peek() {
            Some(b'"') => Ok(Shape::String),
            Some(b'{') => Ok(Shape::Object),
            Some(b'[') => Ok(Shape::Array),
            Some(b'-' | b'0'..=b'9') => Ok(Shape::Number),
            Some(b't' | b'f') => Ok(Shape::Bool),
            Some(b'n') => Ok(Shape::Null),
            _ => self.fail(SyntaxError::Value),
        }
    }

    /// Reads an object, which comes next, handing `member` each name when its value comes next.
    pub(crate) fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, StringToken) -> Result<(), ParseError>,
    ) -> Result<(), ParseError> {
        self.demand(b'{', SyntaxError::Value)?;
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            if self.peek() != Some(b'"') {
                return self.fail(SyntaxError::Name);
            }
            let name = self.string()?;
            self.demand(b':', SyntaxError::Colon)?;
            member(self, name)?;
            if self.take(b'}') {
                return Ok(());
            }
            self.demand(b',', SyntaxError::CommaOrBrace)?;
        }
    }

    /// Reads an array, which comes next, calling `element` when each of its values comes next.
    pub(crate) fn array(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<(), ParseError>,
    ) -> Result<(), ParseError> {
        self.demand(b'[', SyntaxError::Value)?;
        if self.take(b']') {
            return Ok(());
        }
        loop {
            element(self)?;
            if self.take(b']') {
                return Ok(());
            }
            self.demand(b',', SyntaxError::CommaOrBracket)?;
        }
    }

    /// Reads a string, which comes next.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<StringToken, ParseError> {
        self.demand(b'"', SyntaxError::Value)?;
        let start = self.at;
        let mut escaped = false;
        let mut bytes = self.rest().iter();
        while let Some(byte) = bytes.next() {
            match byte {
                b'"' => {
                    let end = self.text.len() - bytes.len() - 1;
                    self.at = end + 1;
                    return Ok(StringToken { span: Span::new(start as u32, end as u32), escaped });
                }
                b'\\' => {
                    escaped = true;
                    let before = self.text.len() - bytes.len() - 1;
                    if !skip_escape(&mut bytes) {
                        self.at = before;
                        return self.fail(SyntaxError::Escape);
                    }
                }
                0..=0x1f => {
                    self.at = self.text.len() - bytes.len() - 1;
                    return Err(ParseError {
                        error: SyntaxError::ControlCharacter,
                        span: Span::new(self.offset(), self.offset() + 1),
                    });
                }
                _ => {}
            }
        }
        self.at = self.text.len();
        self.fail(SyntaxError::Value)
    }

    /// Reads a number, `true` or `false`, which comes next.
    pub(crate) fn scalar(&mut self) -> Result<Span, ParseError> {
        self.peek();
        let start = self.at;
        let rest = self.rest();
        let length =
            rest.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'E' | b'+' | b'-' | b'.'));
        let token = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
        if matches!(token, b"true" | b"false" | b"null") || is_number(token) {
            self.at += token.len();
            Ok(Span::new(start as u32, self.offset()))
        } else {
            self.fail(SyntaxError::Value)
        }
    }

    /// Reads whatever value comes next and forgets it.
    pub(crate) fn skip(&mut self) -> Result<(), ParseError> {
        self.skip_below(DEPTH)
    }

    fn skip_below(&mut self, depth: u8) -> Result<(), ParseError> {
        let Some(below) = depth.checked_sub(1) else { return self.fail(SyntaxError::TooDeep) };
        match self.shape()? {
            Shape::Object => self.object(|cursor, _| cursor.skip_below(below)),
            Shape::Array => self.array(|cursor| cursor.skip_below(below)),
            Shape::String => self.string().map(|_| ()),
            Shape::Number | Shape::Bool | Shape::Null => self.scalar().map(|_| ()),
        }
    }

    /// Demands that nothing but white space is left.
    pub(crate) fn end(&mut self) -> Result<(), ParseError> {
        if self.peek().is_none() { Ok(()) } else { self.fail(SyntaxError::TrailingText) }
    }
}

/// Whether the bytes behind a backslash make an escape; moves past it.
fn skip_escape(bytes: &mut std::slice::Iter<'_, u8>) -> bool {
    match bytes.next() {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => true,
        Some(b'u') => match hex4(bytes) {
            Some(0xd800..=0xdbff) => {
                bytes.next() == Some(&b'\\')
                    && bytes.next() == Some(&b'u')
                    && matches!(hex4(bytes), Some(0xdc00..=0xdfff))
            }
            Some(0xdc00..=0xdfff) | None => false,
            Some(_) => true,
        },
        _ => false,
    }
}

fn hex4(bytes: &mut std::slice::Iter<'_, u8>) -> Option<u32> {
    let mut value = 0;
    for _ in 0..4 {
        value = value * 16 + char::from(*bytes.next()?).to_digit(16)?;
    }
    Some(value)
}

fn is_number(token: &[u8]) -> bool {
    fn digits(bytes: &[u8]) -> (&[u8], &[u8]) {
        let count = bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len());
        bytes.split_at_checked(count).unwrap_or((bytes, &[]))
    }
    let (whole, rest) = digits(token.strip_prefix(b"-").unwrap_or(token));
    if whole.is_empty() || (whole.len() > 1 && whole.first() == Some(&b'0')) {
        return false;
    }
    let rest = match rest.strip_prefix(b".") {
        None => rest,
        Some(fraction) => match digits(fraction) {
            ([], _) => return false,
            (_, rest) => rest,
        },
    };
    match rest {
        [] => true,
        [b'e' | b'E', exponent @ ..] => {
            let unsigned = exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-")).unwrap_or(exponent);
            matches!(digits(unsigned), ([_, ..], []))
        }
        _ => false,
    }
}

/// Appends the value of an escaped string, whose escapes [`Cursor::string`] has found good, to `out`.
pub(crate) fn unescape(raw: &str, out: &mut String) {
    let mut rest = raw;
    while let Some((plain, escape)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut characters = escape.chars();
        match characters.next() {
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let mut bytes = characters.as_str().as_bytes().iter();
                let high = hex4(&mut bytes).unwrap_or_default();
                let mut length = 4;
                let mut code = high;
                if (0xd800..=0xdbff).contains(&high) {
                    let low = bytes.nth(1).and_then(|_| hex4(&mut bytes)).unwrap_or_default();
                    code = 0x1_0000 + ((high & 0x3ff) << 10) + (low & 0x3ff);
                    length = 10;
                }
                out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                rest = characters.as_str().get(length..).unwrap_or_default();
                continue;
            }
            Some(same) => out.push(same),
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn well_formed(text: &str) -> Result<(), SyntaxError> {
        let mut cursor = Cursor::new(text);
        cursor.skip().and_then(|()| cursor.end()).map_err(|error| error.error)
    }

    #[test]
    fn json_is_told_from_what_only_looks_like_it() {
        for good in ["{}", " [1, -0.5e+3, true, null, \"a\\u00e9\\ud83d\\ude00\\/\"] ", "\"é\"", "0"] {
            assert_eq!(well_formed(good), Ok(()), "{good}");
        }
        for (bad, error) in [
            ("", SyntaxError::EndOfText),
            ("{", SyntaxError::EndOfText),
            ("{\"a\"}", SyntaxError::Colon),
            ("{a:1}", SyntaxError::Name),
            ("{\"a\":1,}", SyntaxError::Name),
            ("[1,]", SyntaxError::Value),
            ("[1 2]", SyntaxError::CommaOrBracket),
            ("{\"a\":1 \"b\":2}", SyntaxError::CommaOrBrace),
            ("01", SyntaxError::Value),
            ("1.", SyntaxError::Value),
            ("+1", SyntaxError::Value),
            ("tru", SyntaxError::Value),
            ("{} {}", SyntaxError::TrailingText),
            ("\"\\x\"", SyntaxError::Escape),
            ("\"\\ud800\"", SyntaxError::Escape),
            ("\"\n\"", SyntaxError::ControlCharacter),
            ("\"abc", SyntaxError::EndOfText),
            ("'a'", SyntaxError::Value),
        ] {
            assert_eq!(well_formed(bad), Err(error), "{bad}");
        }
        assert_eq!(well_formed(&"[".repeat(1000)), Err(SyntaxError::TooDeep));
    }

    #[test]
    fn escapes_become_what_they_stand_for() {
        let mut out = String::new();
        unescape(r#"a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00z"#, &mut out);
        assert_eq!(out, "a\"\\/\u{8}\u{c}\n\r\té😀z");
    }
}
