//! Where in a document something stands.

/// A range of bytes in a document's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to `end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The same as a range of `usize`, for slicing.
    #[must_use]
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The piece of `text` it covers; empty where it does not lie on character boundaries of `text`.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }

    /// Line and column of its first byte in `text`.
    #[must_use]
    pub fn position(self, text: &str) -> Position {
        Position::of(text, self.start)
    }
}

/// A place as people count: both from one, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
}

impl Position {
    /// The place of the byte `offset` in `text`; the end of the text for offsets behind it.
    #[must_use]
    pub fn of(text: &str, offset: u32) -> Self {
        let before = text.get(..text.floor_char_boundary(offset as usize)).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let lines = memchr::memchr_iter(b'\n', before.as_bytes()).count();
        let columns = before.get(line_start..).unwrap_or_default().chars().count();
        Self { line: saturate(lines + 1), column: saturate(columns + 1) }
    }
}

/// Places of many spans of one text, found in the time it takes to read the text once when they come in its order.
#[derive(Debug, Clone)]
pub struct Places<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
    column: usize,
}

impl<'a> Places<'a> {
    /// Of spans of `text`.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self { text, offset: 0, line: 1, column: 1 }
    }

    /// The place where `span` begins: the same as [`Span::position`].
    pub fn of(&mut self, span: Span) -> Position {
        let wanted = self.text.floor_char_boundary(span.start as usize);
        if wanted < self.offset {
            *self = Self::new(self.text);
        }
        for character in self.text.get(self.offset..wanted).unwrap_or_default().chars() {
            if character == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.offset = wanted;
        Position { line: saturate(self.line), column: saturate(self.column) }
    }
}

fn saturate(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_and_in_characters() {
        let text = "{\n  \"é\": 1\n}";
        assert_eq!(Position::of(text, 0), Position { line: 1, column: 1 });
        assert_eq!(Position::of(text, 8), Position { line: 2, column: 6 });
        assert_eq!(Position::of(text, 999), Position { line: 3, column: 2 });
        assert_eq!(Span::new(4, 8).of(text), "\"é\"");
    }

    #[test]
    fn places_one_after_the_other_are_those_found_alone() {
        let text = "{\n  \"é\": 1,\r\n\n x}";
        let mut places = Places::new(text);
        for offset in [0, 3, 8, 8, 14, 17, 99, 2, 6] {
            assert_eq!(places.of(Span::new(offset, offset)), Position::of(text, offset), "at {offset}");
        }
    }
}
