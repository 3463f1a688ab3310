//! Events one behind the other, as batches and blocks hold them.

use super::coding::{Input, put_signed, put_varint};
use crate::{Damage, EventRow};

/// Bytes of an account's number.
const ACCOUNT: usize = 5;

/// An event in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Framed<'a> {
    pub(super) seq: u64,
    pub(super) account: u64,
    pub(super) region: &'a [u8],
    pub(super) time: i64,
    pub(super) body: &'a [u8],
}

/// Writes events, each relative to the one before.
#[derive(Debug, Default)]
pub(super) struct FrameWriter {
    pub(super) out: Vec<u8>,
    pub(super) count: u32,
    /// Of the last event: how far behind the first sequence number of the whole it stands.
    pub(super) offset: u64,
    time: i64,
}

impl FrameWriter {
    /// Writes behind what is in `out`.
    pub(super) fn behind(out: Vec<u8>) -> Self {
        Self { out, ..Self::default() }
    }

    pub(super) fn row(&mut self, offset: u64, event: &EventRow) {
        self.push(offset, event.account.number(), event.region.name().as_bytes(), event.time.millis(), &event.body);
    }

    pub(super) fn push(&mut self, offset: u64, account: u64, region: &[u8], time: i64, body: &[u8]) {
        put_varint(&mut self.out, offset - self.offset);
        self.out.extend(account.to_le_bytes().into_iter().take(ACCOUNT));
        self.out.push(region.len() as u8);
        self.out.extend_from_slice(region);
        put_signed(&mut self.out, time.wrapping_sub(self.time));
        put_varint(&mut self.out, body.len() as u64);
        self.out.extend_from_slice(body);
        self.offset = offset;
        self.time = time;
        self.count += 1;
    }
}

/// Reads what a [`FrameWriter`] wrote; ends behind the first damage.
#[derive(Debug, Clone)]
pub(super) struct Frames<'a> {
    input: Input<'a>,
    seq: u64,
    time: i64,
}

impl<'a> Frames<'a> {
    /// `first` is the sequence number that offsets count from.
    pub(super) fn new(first: u64, frames: &'a [u8]) -> Self {
        Self { input: Input(frames), seq: first, time: 0 }
    }

    /// All of them.
    pub(super) fn all(first: u64, frames: &'a [u8]) -> Result<Vec<Framed<'a>>, Damage> {
        Self::new(first, frames).collect()
    }

    fn read(&mut self) -> Result<Framed<'a>, Damage> {
        let input = &mut self.input;
        self.seq = self.seq.checked_add(input.varint()?).ok_or(Damage::Shape)?;
        let mut account = [0; 8];
        for (place, byte) in account.iter_mut().zip(input.array::<ACCOUNT>()?) {
            *place = byte;
        }
        let length = usize::from(input.u8()?);
        let region = input.bytes(length)?;
        self.time = self.time.wrapping_add(input.signed()?);
        let length = input.size()?;
        let body = input.bytes(length)?;
        Ok(Framed { seq: self.seq, account: u64::from_le_bytes(account), region, time: self.time, body })
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = Result<Framed<'a>, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.input.0.is_empty() {
            return None;
        }
        let read = self.read();
        if read.is_err() {
            self.input.0 = &[];
        }
        Some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn events_come_back(rows: Vec<(u8, u64, String, i64, Vec<u8>)>, first in 1u64..1 << 40) {
            let mut writer = FrameWriter::default();
            let mut offset = 0;
            let mut expected = Vec::new();
            for (step, account, region, time, body) in &rows {
                offset += u64::from(*step);
                let account = account % 1_000_000_000_000;
                let region = &region.as_bytes()[..region.len().min(20)];
                writer.push(offset, account, region, *time, body);
                expected.push(Framed { seq: first + offset, account, region, time: *time, body });
            }
            prop_assert_eq!(Frames::all(first, &writer.out).unwrap(), expected);
        }

        #[test]
        fn no_bytes_are_too_strange(bytes: Vec<u8>) {
            let _ = Frames::all(u64::MAX, &bytes);
        }
    }
}
