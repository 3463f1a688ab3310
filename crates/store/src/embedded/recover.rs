//! Opening: what the rows say, checked, as the view and the position from which the log goes on.

use super::{
    block::{Block, Span},
    coding::Head,
    committer::Position,
    frames::Frames,
    harvest::{Harvest, Use},
    index,
    log::Log,
    segment,
    view::{Chunk, IndexState, OpenBlock, Segment, View},
};
use crate::{
    Damage, Seq, StoreError,
    medium::{Medium, Op, Order, Table},
};
use std::{collections::HashMap, ops::ControlFlow, sync::Arc};

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
    let uses = open_blocks(log, &mut view)?;
    at.event = view.last_blocked();
    at.end = at.end.max(at.event);
    raw(log, &mut view, &mut at)?;
    let (path, found, expected) = (log.path.clone(), Seq(at.end), log.marked);
    if found < expected {
        return Err(StoreError::Lost { path, found, expected, mark: log.mark.path().to_owned() });
    }
    view.committed = at.end;
    make_uses_whole(log, &mut view, &uses)?;
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
fn open_blocks<M: Medium>(log: &Log<M>, view: &mut View) -> Result<HashMap<String, Use>, StoreError> {
    let closed = view.last_blocked();
    let mut uses = HashMap::new();
    let mut ordinal = 0;
    let mut before = closed;
    log.blocks(closed + 1..=u64::MAX, Order::Rising, &mut |block: Block| {
        if block.before != before {
            return Err(Damage::Gap);
        }
        before = block.span.last;
        let mut harvest = Harvest::default();
        for (event, ordinal) in block.events()?.iter().zip(ordinal..) {
            harvest.take(&log.hashing, log.extract, event, ordinal);
        }
        uses.extend(harvest.uses);
        view.open.push(Arc::new(OpenBlock { span: block.span, ordinal, entries: harvest.entries }));
        ordinal += block.span.count;
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(uses)
}

/// The batches of events that are not yet in blocks.
fn raw<M: Medium>(log: &Log<M>, view: &mut View, at: &mut Position) -> Result<(), StoreError> {
    log.rows(Table::Event, 0..=u64::MAX, Order::Rising, &mut |key, row| {
        let (head, frames) = Head::read(key, row)?;
        if head.before != at.event {
            return Err(Damage::Gap);
        }
        let events = Frames::all(key, frames.0)?;
        if events.len() != head.count as usize || events.last().is_none_or(|event| event.seq != head.last) {
            return Err(Damage::Shape);
        }
        (at.event, at.end) = (head.last, at.end.max(head.end));
        let row = Arc::new(row.to_vec());
        view.push_raw(Arc::new(Chunk { base: key, last: head.last, count: head.count, row }));
        Ok(ControlFlow::Continue(()))
    })
}

/// Where the rows that tell last uses were taken away: writes those of the open segment, and has every other segment
/// read again.
fn make_uses_whole<M: Medium>(log: &Log<M>, view: &mut View, uses: &HashMap<String, Use>) -> Result<(), StoreError> {
    if log.row(Table::Use, USES_ARE_WHOLE)?.is_some() {
        return Ok(());
    }
    let spans: Vec<Span> = view.segments.iter().map(|segment| segment.span).collect();
    for span in spans {
        view.set_index(span.first, IndexState::Missing);
    }
    let mut ops = vec![Op::put(Table::Use, USES_ARE_WHOLE, Vec::new())];
    for (key, used) in uses {
        let row_key = Use::row_key(&log.hashing, key);
        ops.push(Op::put(Table::Use, row_key, used.pack(row_key, key)));
    }
    log.medium.commit(&ops).map_err(|error| log.failed(error))
}
