//! Event ids: a function of the place in the log that looks random from outside and can be turned around inside.

use crate::Seq;
use siphasher::sip::SipHasher24;
use std::hash::Hasher;

/// Bits of an id that check it: what a version 4 UUID leaves free beside 64 bits for the sequence number.
const CHECK_BITS: u32 = 58;

/// Makes ids and reads them, under one key.
///
/// An id is a check, a keyed hash of the sequence number, and the sequence number masked by a keyed hash of the check.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventIds {
    pub(crate) keys: (u64, u64),
}

impl EventIds {
    fn hash(&self, use_of_it: u8, number: u64) -> u64 {
        let mut hasher = SipHasher24::new_with_keys(self.keys.0, self.keys.1);
        hasher.write_u8(use_of_it);
        hasher.write_u64(number);
        hasher.finish()
    }

    fn check(&self, seq: u64) -> u64 {
        self.hash(1, seq) >> (64 - CHECK_BITS)
    }

    /// Source of the fixed bits: RFC 9562, 5.4, a version 4 UUID.
    pub(crate) fn id(&self, seq: Seq) -> u128 {
        let check = self.check(seq.0);
        let masked = seq.0 ^ self.hash(2, check);
        let free = u128::from(check) << 64 | u128::from(masked);
        let (high, middle, low) = (free >> 74, free >> 62 & 0xfff, free & ((1 << 62) - 1));
        high << 80 | 0x4 << 76 | middle << 64 | 0b10 << 62 | low
    }

    pub(crate) fn seq(&self, id: u128) -> Option<Seq> {
        let (high, middle, low) = (id >> 80, id >> 64 & 0xfff, id & ((1 << 62) - 1));
        let free = high << 74 | middle << 62 | low;
        let check = (free >> 64) as u64;
        let seq = free as u64 ^ self.hash(2, check);
        // The whole id is made again so that the fixed bits are checked too.
        (self.check(seq) == check && self.id(Seq(seq)) == id).then_some(Seq(seq))
    }
}

/// Reads `8-4-4-4-12` hex digits.
pub(crate) fn parse(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    let hyphens = bytes.iter().zip(0..).all(|(byte, at)| (*byte == b'-') == matches!(at, 8 | 13 | 18 | 23));
    if bytes.len() != 36 || !hyphens {
        return None;
    }
    let mut id = 0;
    for byte in bytes.iter().filter(|byte| **byte != b'-') {
        id = id << 4 | u128::from(char::from(*byte).to_digit(16)?);
    }
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const IDS: EventIds = EventIds { keys: (3, 4) };

    proptest! {
        #[test]
        fn an_id_leads_back_to_its_place_and_no_other_does(seq: u64, bit in 0u32..128) {
            let id = IDS.id(Seq(seq));
            prop_assert_eq!(IDS.seq(id), Some(Seq(seq)));
            prop_assert_eq!((id >> 76) & 0xf, 4);
            prop_assert_eq!((id >> 62) & 0x3, 2);
            prop_assert_eq!(IDS.seq(id ^ (1 << bit)), None);
            prop_assert_eq!(EventIds { keys: (3, 5) }.seq(id), None);
        }

        #[test]
        fn any_spelling_reads_and_no_text_is_too_strange(id: u128, text: String) {
            let plain = format!("{id:032x}");
            let spelled = format!("{}-{}-{}-{}-{}", &plain[..8], &plain[8..12], &plain[12..16], &plain[16..20], &plain[20..]);
            prop_assert_eq!(parse(&spelled), Some(id));
            prop_assert_eq!(parse(&spelled.to_uppercase()), Some(id));
            prop_assert_eq!(parse(&plain), None);
            let _ = parse(&text);
        }
    }
}
