//! Segments: some ten thousand events in a row of blocks, with one index.

use super::{
    block::Span,
    coding::{Head, put_varint},
};
use crate::Damage;

/// Events after which a segment is complete. More make lookups over long histories cheaper, and the start dearer:
/// the index of the segment that is still open is made again from its blocks.
pub(super) const EVENTS: u32 = 32_768;
/// Blocks a segment may have.
const MOST: usize = 1 << 16;

/// A segment's row: its blocks. `before` is the number of the last event before it.
pub(super) fn pack(before: u64, blocks: &[Span]) -> Option<(Span, Vec<u8>)> {
    let (first, last) = (blocks.first()?, blocks.last()?);
    let span = Span {
        first: first.first,
        last: last.last,
        count: blocks.iter().map(|block| block.count).sum(),
        earliest: blocks.iter().map(|block| block.earliest).min()?,
        latest: blocks.iter().map(|block| block.latest).max()?,
    };
    let mut row = Head::begin(blocks.len() * 16);
    put_varint(&mut row, blocks.len() as u64);
    for block in blocks {
        block.put(&mut row);
    }
    Head { first: span.first, last: span.last, before, end: span.last, count: span.count }.finish(&mut row);
    Some((span, row))
}

/// The number of the last event before the segment, its extent, and its blocks.
pub(super) fn open(key: u64, row: &[u8]) -> Result<(u64, Span, Vec<Span>), Damage> {
    let (head, mut input) = Head::read(key, row)?;
    let count = input.size()?;
    if count > MOST {
        return Err(Damage::Shape);
    }
    let mut blocks = Vec::with_capacity(count);
    for _ in 0..count {
        blocks.push(Span::take(&mut input)?);
    }
    let (span, _) = pack(head.before, &blocks).ok_or(Damage::Shape)?;
    if (span.first, span.last, span.count) == (head.first, head.last, head.count) {
        Ok((head.before, span, blocks))
    } else {
        Err(Damage::Shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_remembers_its_blocks() {
        let blocks = [
            Span { first: 5, last: 260, count: 256, earliest: 100, latest: 900 },
            Span { first: 263, last: 300, count: 30, earliest: 90, latest: 800 },
        ];
        let (span, row) = pack(4, &blocks).unwrap();
        assert_eq!(span, Span { first: 5, last: 300, count: 286, earliest: 90, latest: 900 });
        assert_eq!(open(5, &row).unwrap(), (4, span, blocks.to_vec()));
        assert_eq!(pack(4, &[]), None);
    }
}
