//! Resource patterns whose stars may cross colons, matched in one pass over the text.
//!
//! Two kinds of stars in one pattern leave no order in which its pieces could be found one after the other. So a bit
//! says for each place of the pattern whether the text may have come that far, 64 places to a machine word, and each
//! byte of the text moves them all: as in [`super::glob`], time is one step for each byte and word.

use crate::pattern::{Fit, LONGEST_SEARCH};
use smallvec::{SmallVec, smallvec};

/// The fifth colon ends the segments in which wildcards are bound.
const BOUND_COLONS: usize = 5;

/// A set of places, a bit each.
type Places = SmallVec<[u64; 4]>;

/// Whether `pattern`, or `pattern` with `more` behind it, matches the whole of `text`.
pub(super) fn matches<const MANY: u8, const SINGLE: u8>(pattern: &[u8], more: &[u8], text: &[u8]) -> Fit {
    let least = pattern.iter().filter(|byte| **byte != MANY).count();
    if least > text.len() {
        return Fit::No;
    }
    if pattern.len() > LONGEST_SEARCH {
        return Fit::Beyond;
    }
    let machine = Machine::of::<MANY, SINGLE>(pattern, more);
    let mut reached: Places = smallvec![0; machine.words];
    set(&mut reached, 0);
    for byte in text {
        reached = machine.step(&reached, *byte);
    }
    machine.ends.iter().zip(&reached).any(|(end, reached)| end & reached != 0).into()
}

/// A pattern as sets of places. Place `n` is reached when the first `n` characters that stand for one have been met.
struct Machine {
    words: usize,
    /// By byte: the places that it leads to from the place before. Bytes that the pattern does not hold share one set.
    rows: Vec<Places>,
    row_of: [u8; 256],
    /// The places that any one character leads to, and those that any but a colon does.
    single: Places,
    single_of_segment: Places,
    /// The places with a star, where any character is passed over, and those where any but a colon is.
    many: Places,
    many_of_segment: Places,
    /// The places at which the text may end.
    ends: Places,
}

impl Machine {
    fn of<const MANY: u8, const SINGLE: u8>(pattern: &[u8], more: &[u8]) -> Self {
        let words = (pattern.len() + more.len()) / 64 + 1;
        let none: Places = smallvec![0; words];
        let mut machine = Self {
            words,
            rows: vec![none.clone()],
            row_of: [0; 256],
            single: none.clone(),
            single_of_segment: none.clone(),
            many: none.clone(),
            many_of_segment: none.clone(),
            ends: none,
        };
        let (mut place, mut colons) = (0, 0);
        for (at, byte) in pattern.iter().enumerate() {
            let bound = colons < BOUND_COLONS;
            colons += usize::from(*byte == b':');
            if *byte == MANY {
                let ends_segment = pattern.get(at + 1).is_none_or(|next| *next == b':');
                set(if bound && !ends_segment { &mut machine.many_of_segment } else { &mut machine.many }, place);
                continue;
            }
            place += 1;
            if *byte == SINGLE {
                set(if bound { &mut machine.single_of_segment } else { &mut machine.single }, place);
            } else {
                machine.expect(*byte, place);
            }
        }
        set(&mut machine.ends, place);
        for byte in more {
            if *byte == b'*' {
                set(&mut machine.many, place);
            } else {
                place += 1;
                machine.expect(*byte, place);
            }
        }
        set(&mut machine.ends, place);
        machine
    }

    fn expect(&mut self, byte: u8, place: usize) {
        let Some(row) = self.row_of.get_mut(usize::from(byte)) else { return };
        if *row == 0 {
            // There are fewer bytes in UTF-8 than rows that a byte can number.
            *row = u8::try_from(self.rows.len()).unwrap_or_default();
            self.rows.push(smallvec![0; self.words]);
        }
        if let Some(row) = self.rows.get_mut(usize::from(*row)) {
            set(row, place);
        }
    }

    /// Where `byte` leads from `reached`.
    fn step(&self, reached: &Places, byte: u8) -> Places {
        let row = self.row_of.get(usize::from(byte)).and_then(|row| self.rows.get(usize::from(*row)));
        let colon = byte == b':';
        // A character's further bytes stay inside the `?` that took its first.
        let inside = byte & 0xc0 == 0x80;
        let mut carry = 0;
        let word = |places: &Places, at: usize| places.get(at).copied().unwrap_or_default();
        (0..self.words)
            .map(|at| {
                let before = word(reached, at);
                let singles = word(&self.single, at) | if colon { 0 } else { word(&self.single_of_segment, at) };
                let stays = word(&self.many, at) | if colon { 0 } else { word(&self.many_of_segment, at) };
                let step = (before << 1) | carry;
                carry = before >> 63;
                let exact = row.map_or(0, |row| word(row, at));
                let taken = if inside { before & singles } else { step & singles };
                (step & exact) | taken | (before & stays)
            })
            .collect()
    }
}

fn set(places: &mut Places, place: usize) {
    if let Some(word) = places.get_mut(place / 64) {
        *word |= 1 << (place % 64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The textbook definition, tried in every way there is. `bound` colons are still to come.
    fn plainly(pattern: &[char], text: &[char], bound: usize) -> bool {
        let crosses = |rest: &[char]| bound == 0 || rest.first().is_none_or(|next| *next == ':');
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some(('*', rest)), None) => plainly(rest, text, bound),
            (Some(('*', rest)), Some((passed, behind))) => {
                plainly(rest, text, bound) || ((crosses(rest) || *passed != ':') && plainly(pattern, behind, bound))
            }
            (Some(('?', rest)), Some((taken, behind))) => (bound == 0 || *taken != ':') && plainly(rest, behind, bound),
            (Some((expected, rest)), Some((found, behind))) => {
                expected == found && plainly(rest, behind, bound.saturating_sub(usize::from(*found == ':')))
            }
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn it_agrees_with_the_textbook(pattern in "[a:?*é]{0,12}", text in "[a:é]{0,12}") {
            let plain = plainly(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>(), BOUND_COLONS);
            prop_assert_eq!(matches::<b'*', b'?'>(pattern.as_bytes(), b"", text.as_bytes()), plain.into());
        }

        #[test]
        fn many_words_agree_with_one(pattern in "[a:?*é]{0,6}", text in "[a:é]{0,6}", fill in 60usize..70) {
            let fill = "b".repeat(fill);
            let plain = matches::<b'*', b'?'>(pattern.as_bytes(), b"", text.as_bytes());
            let (pattern, text) = (format!("{fill}{pattern}"), format!("{fill}{text}"));
            prop_assert_eq!(matches::<b'*', b'?'>(pattern.as_bytes(), b"", text.as_bytes()), plain);
        }
    }
}
