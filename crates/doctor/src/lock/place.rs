//! Lines and columns of offsets.

/// A place in a text as people name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
}

/// Names places in a text. It moves forward only, so that a long text is counted once, however many places are asked for.
pub(super) struct Places<'t> {
    text: &'t str,
    at: usize,
    place: Place,
}

impl<'t> Places<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, place: Place { line: 1, column: 1 } }
    }

    /// The place of the byte at `offset`, which is not before the one asked for last; of the end, where the text is shorter.
    pub(super) fn place(&mut self, offset: usize) -> Place {
        let offset = self.text.floor_char_boundary(offset);
        for letter in self.text.get(self.at..offset).unwrap_or_default().chars() {
            if letter == '\n' {
                self.place.line = self.place.line.saturating_add(1);
                self.place.column = 1;
            } else {
                self.place.column = self.place.column.saturating_add(1);
            }
        }
        self.at = self.at.max(offset);
        self.place
    }
}

/// The offset at which `part`, a piece of `text`, begins in it.
pub(super) fn offset_in(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize).min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let mut places = Places::new("a\nbö c\r\n");
        for (offset, line, column) in [(0, 1, 1), (2, 2, 1), (5, 2, 3), (6, 2, 4), (9, 3, 1), (999, 3, 1)] {
            assert_eq!(places.place(offset), Place { line, column }, "{offset}");
        }
    }

    #[test]
    fn a_part_knows_where_it_is() {
        let text = "one two";
        assert_eq!(offset_in(text, &text[4..]), 4);
        assert_eq!(offset_in(text, &text[7..]), 7);
    }
}
