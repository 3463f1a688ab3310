//! Opening: what the rows say, checked, as the view and the position from which the log goes on.

use super::{
    block::{Block, Span},
    coding::Head,
    committer::Position,
    frames::Frames,
    harvest::Harvest,
    index,
    log::Log,
    segment,
    view::{Chunk, IndexState, OpenBlock, Segment, View},
};
use crate::{
    Damage, Seq, StoreError,
    medium::{Medium, Op, Order, Table},
};
use std::{collections::BTreeMap, ops::ControlFlow, sync::Arc};

/// Key of the row that says that last uses are told completely.
const USES_ARE_WHOLE: u64 = 0;

/// Reads where the log ends and what the events look like, into `log`'s view.
pub(super) fn recover<M: Medium>(log: &Log<M>) -> Result<Position, StoreError> {
    let mut at = Position::default();
    log.rows(Table::Change, 0..=u64::MAX, Order::Falling, &mut |key, row| {
        let (head, _) = Head::read(key, row)?;
        (at.change, at.end) = (head.last, head.end);
        Ok(ControlFlow::Break(()))
    })?;
    let mut view = View::default();
    segments(log, &mut view)?;
    let first_raw = first_raw(log)?;
    open_blocks(log, &mut view, first_raw.saturating_sub(1))?;
    at.event = view.last_blocked();
    raw(log, &mut view, &mut at, first_raw)?;
    let (path, found, expected) = (log.path.clone(), Seq(at.end), log.marked);
    if found < expected {
        return Err(StoreError::Lost { path, found, expected, mark: log.mark.path().to_owned() });
    }
    view.committed = at.end;
    make_uses_whole(log, &mut view)?;
    log.last_change.send_replace(Seq(at.change));
    *log.lock_view() = view;
    Ok(at)
}

fn segments<M: Medium>(log: &Log<M>, view: &mut View) -> Result<(), StoreError> {
    let mut found = Vec::new();
    let mut last = 0;
    log.rows(Table::Segment, 0..=u64::MAX, Order::Rising, &mut |key, row| {
        let (before, span, _) = segment::open(key, row)?;
        if before != last {
            return Err(Damage::Gap);
        }
        last = span.last;
        found.push(Segment { span, index: IndexState::There });
        Ok(ControlFlow::Continue(()))
    })?;
    for segment in &mut found {
        // A row missing between the ends is noticed by the lookup that wants it.
        let ends = [0, u32::MAX].map(|hash| index::row_key(segment.span.first, hash));
        for key in ends {
            if log.row(Table::Index, key)?.is_none() {
                segment.index = IndexState::Missing;
            }
        }
    }
    view.segments = Arc::new(found);
    Ok(())
}

/// The blocks of the segment that is still open; their part of the index is made again.
fn open_blocks<M: Medium>(log: &Log<M>, view: &mut View, end: u64) -> Result<(), StoreError> {
    let closed = view.last_blocked();
    let mut ordinal = 0;
    let mut before = closed;
    log.blocks(closed + 1..=end, Order::Rising, &mut |block: Block| {
        if block.before != before {
            return Err(Damage::Gap);
        }
        before = block.span.last;
        let mut harvest = Harvest::default();
        for (event, ordinal) in block.events()?.iter().zip(ordinal..) {
            harvest.take(&log.hashing, log.extract, event, ordinal);
        }
        let open = OpenBlock { span: block.span, ordinal, entries: harvest.entries };
        ordinal += block.span.count;
        view.blocked(0, vec![Arc::new(open)], harvest.uses);
        Ok(ControlFlow::Continue(()))
    })
}

/// The batches that the sealer has not taken: from the first that rests as it came, that and every later one.
fn raw<M: Medium>(log: &Log<M>, view: &mut View, at: &mut Position, first: u64) -> Result<(), StoreError> {
    let mut chunks: BTreeMap<u64, (u64, Chunk)> = BTreeMap::new();
    log.rows(Table::Event, first..=u64::MAX, Order::Rising, &mut |key, row| {
        let (head, frames) = Head::read(key, row)?;
        let events = Frames::all(key, frames.0)?;
        if events.len() != head.count as usize || events.last().is_none_or(|event| event.seq != head.last) {
            return Err(Damage::Shape);
        }
        at.end = at.end.max(head.end);
        let row = Arc::new(row.to_vec());
        let chunk = Chunk { base: key, last: head.last, count: head.count, row, blocks: Vec::new() };
        chunks.insert(key, (head.before, chunk));
        Ok(ControlFlow::Continue(()))
    })?;
    log.rows(Table::Block, first..=u64::MAX, Order::Rising, &mut |key, row| {
        let block = Block::open(key, row)?;
        block.events()?;
        let Span { last, count, .. } = block.span;
        let mut row = Head::begin(block.frames.len());
        row.extend_from_slice(&block.frames);
        let chunk = Chunk { base: key, last, count, row: Arc::new(row), blocks: vec![block.span] };
        chunks.insert(key, (block.before, chunk));
        Ok(ControlFlow::Continue(()))
    })?;
    for (key, (before, chunk)) in chunks {
        if before != at.event {
            return Err(log.damaged(key, Damage::Gap));
        }
        at.event = chunk.last;
        view.push_raw(Arc::new(chunk));
    }
    at.end = at.end.max(at.event);
    Ok(())
}

/// Key of the first batch of events that rests as it came; beyond the end for none.
fn first_raw<M: Medium>(log: &Log<M>) -> Result<u64, StoreError> {
    let mut first = u64::MAX;
    log.rows(Table::Event, 0..=u64::MAX, Order::Rising, &mut |key, _| {
        first = key;
        Ok(ControlFlow::Break(()))
    })?;
    Ok(first)
}

/// Where the rows that tell last uses were taken away, has every segment read again.
fn make_uses_whole<M: Medium>(log: &Log<M>, view: &mut View) -> Result<(), StoreError> {
    if log.row(Table::Use, USES_ARE_WHOLE)?.is_some() {
        return Ok(());
    }
    for segment in Arc::make_mut(&mut view.segments) {
        segment.index = IndexState::Missing;
    }
    let mark = Op::put(Table::Use, USES_ARE_WHOLE, Vec::new());
    log.medium.commit(&[mark]).map_err(|error| log.failed(error))
}
