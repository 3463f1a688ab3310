//! Blocks: a few hundred events compressed together, the form in which events stay.

use super::{
    coding::{Head, Input, put_signed, put_varint},
    frames::{FrameWriter, Framed, Frames},
};
use crate::Damage;
use std::io;
use zstd::bulk::{Compressor, Decompressor};

/// Events of a block. More compress further, and a lookup that wants one event opens a whole block.
pub(super) const EVENTS: usize = 256;
/// What a block may grow to when it is opened.
const MOST: usize = 64 << 20;
/// Level of compression: docs/decisions/store-events.md has the figures.
const LEVEL: i32 = 1;

/// What is known of a run of events, a block or a segment, without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// Sequence numbers of its first and last event; the first is its key.
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) count: u32,
    /// The earliest and the latest time in it.
    pub(super) earliest: i64,
    pub(super) latest: i64,
}

impl Span {
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        put_varint(out, self.first);
        put_varint(out, self.last - self.first);
        put_varint(out, u64::from(self.count));
        put_signed(out, self.earliest);
        put_varint(out, self.latest.wrapping_sub(self.earliest) as u64);
    }

    pub(super) fn take(input: &mut Input<'_>) -> Result<Self, Damage> {
        let first = input.varint()?;
        let last = first.checked_add(input.varint()?).ok_or(Damage::Shape)?;
        let count = u32::try_from(input.varint()?).map_err(|_| Damage::Shape)?;
        let earliest = input.signed()?;
        Ok(Self { first, last, count, earliest, latest: earliest.wrapping_add(input.varint()? as i64) })
    }

    pub(super) fn overlaps(&self, start: i64, end: i64) -> bool {
        self.earliest <= end && self.latest >= start
    }
}

/// Makes blocks, its memory kept from one to the next.
pub(super) struct Packer(Compressor<'static>);

impl Packer {
    pub(super) fn new() -> io::Result<Self> {
        Compressor::new(LEVEL).map(Self)
    }

    /// Rows that hold `events`, in pieces of about the same size.
    pub(super) fn pack_all(&mut self, mut before: u64, events: &[Framed<'_>]) -> io::Result<Vec<(Span, Vec<u8>)>> {
        let pieces = events.len().div_ceil(EVENTS).max(1);
        let mut rows = Vec::with_capacity(pieces);
        for piece in events.chunks(events.len().div_ceil(pieces).max(1)) {
            let (span, row) = self.pack(before, piece)?;
            before = span.last;
            rows.push((span, row));
        }
        Ok(rows)
    }

    /// A row that holds `events`, of which there is at least one; `before` is the last event's number before them.
    pub(super) fn pack(&mut self, before: u64, events: &[Framed<'_>]) -> io::Result<(Span, Vec<u8>)> {
        let first = events.first().map_or(0, |event| event.seq);
        let last = events.last().map_or(0, |event| event.seq);
        let mut frames = FrameWriter::default();
        for event in events {
            frames.push(event.seq - first, event.account, event.region, event.time, event.body);
        }
        let times = || events.iter().map(|event| event.time);
        let meta = Span {
            first,
            last,
            count: frames.count,
            earliest: times().min().unwrap_or_default(),
            latest: times().max().unwrap_or_default(),
        };
        let packed = self.0.compress(&frames.out)?;
        let mut row = Head::begin(packed.len() + 32);
        meta.put(&mut row);
        put_varint(&mut row, frames.out.len() as u64);
        row.extend_from_slice(&packed);
        Head { first, last, before, end: last, count: meta.count }.finish(&mut row);
        Ok((meta, row))
    }
}

/// A block, opened.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) span: Span,
    pub(super) before: u64,
    pub(super) frames: Vec<u8>,
}

impl Block {
    pub(super) fn open(key: u64, row: &[u8]) -> Result<Self, Damage> {
        let (head, mut input) = Head::read(key, row)?;
        let meta = Span::take(&mut input)?;
        let size = input.size()?;
        if size > MOST || meta.first != head.first || meta.last != head.last {
            return Err(Damage::Shape);
        }
        let frames = unpack(input.0, size)?;
        Ok(Self { span: meta, before: head.before, frames })
    }

    pub(super) fn events(&self) -> Result<Vec<Framed<'_>>, Damage> {
        let events = Frames::all(self.span.first, &self.frames)?;
        let whole = events.len() == self.span.count as usize && events.last().is_some_and(|e| e.seq == self.span.last);
        if whole { Ok(events) } else { Err(Damage::Shape) }
    }
}

/// Opens what zstd packed; `size` is what it must come to.
pub(super) fn unpack(packed: &[u8], size: usize) -> Result<Vec<u8>, Damage> {
    let opened =
        Decompressor::new().and_then(|mut opener| opener.decompress(packed, size)).map_err(|_| Damage::Shape)?;
    if opened.len() == size { Ok(opened) } else { Err(Damage::Shape) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_opens_to_what_was_packed() {
        let bodies: Vec<Vec<u8>> = (0..300u32).map(|n| format!("AssumeRole {n}").into_bytes()).collect();
        let events: Vec<Framed<'_>> = bodies
            .iter()
            .zip(0u64..)
            .map(|(body, n)| Framed { seq: 40 + 2 * n, account: 7, region: b"us-east-1", time: 1000 - n as i64, body })
            .collect();
        let (meta, row) = Packer::new().unwrap().pack(39, &events).unwrap();
        assert_eq!((meta.first, meta.last, meta.count, meta.earliest, meta.latest), (40, 638, 300, 701, 1000));
        let block = Block::open(40, &row).unwrap();
        assert_eq!(block.before, 39);
        assert_eq!(block.events().unwrap(), events);
        assert!(row.len() < 1500, "{} bytes", row.len());
        assert_eq!(Block::open(41, &row).unwrap_err(), Damage::Shape);
        assert_eq!(Block::open(40, &row[..row.len() - 1]).unwrap_err(), Damage::Checksum);
    }
}
