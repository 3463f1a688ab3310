//! `*` and `?` in time that grows with the text, whatever the pattern.
//!
//! The pieces between the stars are found one after the other, each at its first place, so that nothing is ever tried
//! twice. A piece without `?` is found by [`memchr::memmem`] (linear in the worst case); one with `?` by keeping in
//! one bit for each of its bytes whether the text may have come that far, 64 bytes of the piece to a machine word. No
//! way is known to find such a piece in linear time, so that its length is bounded: 64 words for a byte of text at most.
//! A piece longer than the text left is given up at once. `?` stands for one character, not for one byte.

use crate::pattern::{Fit, LONGEST_SEARCH, ONE, STAR};
use memchr::{memchr, memmem, memrchr};
use smallvec::{SmallVec, smallvec};

/// Whether `pattern`, as it stands in a document, matches the whole of `text`.
pub(crate) fn matches(pattern: &str, text: &[u8]) -> Fit {
    Glob::<b'*', b'?'>::matches(pattern.as_bytes(), text)
}

/// Whether an expanded `pattern` (see [`STAR`] and [`ONE`]) matches the whole of `text`.
pub(crate) fn matches_expanded(pattern: &[u8], text: &[u8]) -> Fit {
    Glob::<STAR, ONE>::matches(pattern, text)
}

/// The matcher for one way of writing the wildcards.
pub(crate) struct Glob<const MANY: u8, const SINGLE: u8>;

/// A piece that is longer than [`LONGEST_SEARCH`].
struct Beyond;

impl<const MANY: u8, const SINGLE: u8> Glob<MANY, SINGLE> {
    pub(crate) fn matches(pattern: &[u8], text: &[u8]) -> Fit {
        let (Some(first), Some(last)) = (memchr(MANY, pattern), memrchr(MANY, pattern)) else {
            return (Self::strip_front(pattern, text) == Some(&[])).into();
        };
        let head = pattern.get(..first).unwrap_or_default();
        let tail = pattern.get(last + 1..).unwrap_or_default();
        let middle = pattern.get(first..last).unwrap_or_default();
        let Some(text) = Self::strip_front(head, text).and_then(|text| Self::strip_back(tail, text)) else {
            return Fit::No;
        };
        let mut text = text;
        for piece in middle.split(|byte| *byte == MANY).filter(|piece| !piece.is_empty()) {
            text = match Self::find(piece, text) {
                Ok(Some(behind)) => behind,
                Ok(None) => return Fit::No,
                Err(Beyond) => return Fit::Beyond,
            };
        }
        Fit::Yes
    }

    /// What follows `piece` at the beginning of `text`.
    fn strip_front<'t>(piece: &[u8], text: &'t [u8]) -> Option<&'t [u8]> {
        if memchr(SINGLE, piece).is_none() {
            return text.strip_prefix(piece);
        }
        let mut rest = text;
        for expected in piece {
            let (byte, behind) = rest.split_first()?;
            rest = if *expected == SINGLE {
                let inner = behind.iter().position(|byte| !is_continuation(*byte)).unwrap_or(behind.len());
                behind.get(inner..)?
            } else if byte == expected {
                behind
            } else {
                return None;
            };
        }
        Some(rest)
    }

    /// What precedes `piece` at the end of `text`.
    fn strip_back<'t>(piece: &[u8], text: &'t [u8]) -> Option<&'t [u8]> {
        if memchr(SINGLE, piece).is_none() {
            return text.strip_suffix(piece);
        }
        let mut rest = text;
        for expected in piece.iter().rev() {
            let (byte, before) = rest.split_last()?;
            rest = if *expected == SINGLE {
                let lead = rest.iter().rposition(|byte| !is_continuation(*byte))?;
                rest.get(..lead)?
            } else if byte == expected {
                before
            } else {
                return None;
            };
        }
        Some(rest)
    }

    /// What follows `piece` where it first ends in `text`.
    fn find<'t>(piece: &[u8], text: &'t [u8]) -> Result<Option<&'t [u8]>, Beyond> {
        if piece.len() > text.len() {
            return Ok(None);
        }
        let end = if memchr(SINGLE, piece).is_none() {
            memmem::find(text, piece).map(|at| at + piece.len())
        } else if piece.len() <= 64 {
            Self::find_short(piece, text)
        } else if piece.len() <= LONGEST_SEARCH {
            Self::find_long(piece, text)
        } else {
            return Err(Beyond);
        };
        Ok(end.and_then(|end| text.get(end..)))
    }

    fn find_short(piece: &[u8], text: &[u8]) -> Option<usize> {
        let mut rows = [0u64; 256];
        let mut any = 0u64;
        for (bit, byte) in piece.iter().enumerate() {
            if *byte == SINGLE {
                any |= 1 << bit;
            } else if let Some(row) = rows.get_mut(usize::from(*byte)) {
                *row |= 1 << bit;
            }
        }
        let accept = 1u64 << (piece.len() - 1);
        let mut reached = 0u64;
        for (at, byte) in text.iter().enumerate() {
            let row = rows.get(usize::from(*byte)).copied().unwrap_or_default();
            // A character's further bytes stay inside the `?` that took its first.
            let step = (reached << 1) | 1;
            reached = if is_continuation(*byte) { (step & row) | (reached & any) } else { step & (row | any) };
            if reached & accept != 0 {
                return Some(at + 1);
            }
        }
        None
    }

    fn find_long(piece: &[u8], text: &[u8]) -> Option<usize> {
        let words = piece.len().div_ceil(64);
        let mut row_of = [0usize; 256];
        let mut any: SmallVec<[u64; 8]> = smallvec![0; words];
        let mut rows: Vec<u64> = vec![0; words];
        for (bit, byte) in piece.iter().enumerate() {
            let word = if *byte == SINGLE {
                any.get_mut(bit / 64)
            } else {
                let row = row_of.get_mut(usize::from(*byte))?;
                if *row == 0 {
                    *row = rows.len();
                    rows.resize(rows.len() + words, 0);
                }
                rows.get_mut(*row + bit / 64)
            };
            *word? |= 1 << (bit % 64);
        }
        let accept = 1u64 << ((piece.len() - 1) % 64);
        let mut reached: SmallVec<[u64; 8]> = smallvec![0; words];
        for (at, byte) in text.iter().enumerate() {
            let row = *row_of.get(usize::from(*byte))?;
            let row = rows.get(row..row + words)?;
            let inside = is_continuation(*byte);
            let mut carry = 1;
            for ((state, row), any) in reached.iter_mut().zip(row).zip(&any) {
                let step = (*state << 1) | carry;
                carry = *state >> 63;
                *state = if inside { (step & row) | (*state & any) } else { step & (row | any) };
            }
            if reached.last()? & accept != 0 {
                return Some(at + 1);
            }
        }
        None
    }
}

/// Whether `byte` is not the first of its character.
const fn is_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The textbook definition, tried in every way there is.
    fn plainly(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some(('*', rest)), None) => plainly(rest, text),
            (Some(('*', rest)), Some((_, behind))) => plainly(rest, text) || plainly(pattern, behind),
            (Some(('?', rest)), Some((_, behind))) => plainly(rest, behind),
            (Some((expected, rest)), Some((found, behind))) => expected == found && plainly(rest, behind),
            _ => false,
        }
    }

    #[test]
    fn stars_and_question_marks_match_whole_texts() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("*", "", true),
            ("?", "", false),
            ("?", "é", true),
            ("??", "é", false),
            ("*?*", "é", true),
            ("a*b?c*d", "a--bxc--d", true),
            ("a*b?c*d", "a--bxxc--d", false),
            ("*ab?*?", "xxabéz", true),
            ("a\n*", "a\nb", true),
            ("*aab", "aaaab", true),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(matches(pattern, text.as_bytes()), expected.into(), "{pattern} {text}");
        }
    }

    #[test]
    fn a_piece_of_many_words_is_found_as_a_short_one_is() {
        let piece = format!("{}?{}", "é".repeat(50), "ab".repeat(60));
        let found = format!("xx{}ß{}yy", "é".repeat(51), "ab".repeat(61));
        assert_eq!(matches(&format!("*{piece}*"), found.as_bytes()), Fit::Yes);
        assert_eq!(matches(&format!("*{piece}c*"), found.as_bytes()), Fit::No);
    }

    #[test]
    fn what_would_take_more_time_than_the_text_is_long_is_not_looked_for() {
        let piece = |length: usize| format!("?{}", "a".repeat(length - 1));
        let text = "a".repeat(LONGEST_SEARCH + 5);
        for (pattern, expected) in [
            (format!("*{}*", piece(LONGEST_SEARCH)), Fit::Yes),
            (format!("*{}*", piece(LONGEST_SEARCH + 1)), Fit::Beyond),
            // Longer than the text; nowhere but at its ends; without `?`.
            (format!("*{}*", piece(LONGEST_SEARCH + 6)), Fit::No),
            (format!("{}*", piece(LONGEST_SEARCH + 1)), Fit::Yes),
            (format!("*{}", piece(LONGEST_SEARCH + 1)), Fit::Yes),
            (format!("*{}*", "a".repeat(LONGEST_SEARCH + 1)), Fit::Yes),
        ] {
            assert_eq!(matches(&pattern, text.as_bytes()), expected, "{} bytes", pattern.len());
        }
    }

    proptest! {
        #[test]
        fn it_agrees_with_the_textbook(pattern in "[ab?*é]{0,9}", text in "[abé]{0,10}") {
            let plain = plainly(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>());
            prop_assert_eq!(matches(&pattern, text.as_bytes()), plain.into());
        }

        #[test]
        fn many_words_agree_with_one(pattern in "[ab?é]{1,30}", text in "[abé]{0,60}") {
            let piece = pattern.as_bytes();
            type Raw = Glob<b'*', b'?'>;
            if pattern.contains('?') {
                prop_assert_eq!(Raw::find_short(piece, text.as_bytes()), Raw::find_long(piece, text.as_bytes()));
            }
        }
    }
}
