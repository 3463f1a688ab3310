//! The sealer: one thread behind the answering path that puts durable events into blocks and blocks into segments,
//! and makes the index anew where it is missing.

use super::{
    block::{self, Packer, Span},
    frames::{Framed, Frames},
    harvest::{Harvest, Use},
    index,
    log::Log,
    segment,
    view::{Chunk, IndexState, OpenBlock, View},
};
use crate::{
    StoreError,
    medium::{Medium, Op, Order, Table},
};
use std::{
    collections::HashMap,
    ops::ControlFlow,
    sync::{Arc, PoisonError},
};

/// How much of a core the sealer gives way: with 5, others that want the whole of it get about three quarters.
const NICENESS: i32 = 5;
/// Index rows written beside one batch, so that no answer waits for the whole index of a segment.
const ROWS: usize = 8;
/// Likewise, rows of last uses.
const USES: usize = 512;

pub(super) fn run<M: Medium>(log: &Log<M>) {
    give_way();
    while let Some((view, work)) = wait(log) {
        let done = match work {
            Work::Block => block(log, &view),
            Work::Close => close(log, &view),
            Work::Index(span) => reindex(log, span),
        };
        match (done, work) {
            (Ok(()), _) => {}
            (Err(StoreError::Damaged { .. }), Work::Index(span)) => {
                log.lock_view().set_index(span.first, IndexState::Hopeless);
            }
            // Events that were just written and do not read are a fault that no waiting mends.
            (Err(error @ StoreError::Damaged { .. }), _) => log.shut(error),
            (Err(_), _) => rest(log),
        }
    }
}

/// Linux counts niceness by thread. Where it cannot be set the sealer is merely less polite.
fn give_way() {
    #[cfg(target_os = "linux")]
    let _: Result<(), _> = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS);
}

#[derive(Debug, Clone, Copy)]
enum Work {
    /// Events are to be put into blocks.
    Block,
    /// The open segment is complete.
    Close,
    /// A segment has lost its index.
    Index(Span),
}

/// Waits for work; `None` when the store goes away.
fn wait<M: Medium>(log: &Log<M>) -> Option<(View, Work)> {
    let mut view = log.lock_view();
    loop {
        if view.closing {
            return None;
        }
        if view.open_events() >= segment::EVENTS {
            return Some((view.clone(), Work::Close));
        }
        if view.raw_events >= block::EVENTS as u64 {
            // Without the uses, which are about to change and would be copied first.
            let uses = std::mem::take(&mut view.uses);
            let taken = view.clone();
            view.uses = uses;
            return Some((taken, Work::Block));
        }
        if let Some(span) = view.unindexed() {
            return Some((view.clone(), Work::Index(span)));
        }
        view = log.durable.wait(view).unwrap_or_else(PoisonError::into_inner);
    }
}

/// After a step that failed: waits for a sign that writing goes on.
fn rest<M: Medium>(log: &Log<M>) {
    let view = log.lock_view();
    if !view.closing {
        drop(log.durable.wait(view));
    }
}

/// Takes the oldest batches out of memory: makes their part of the index and, for those that rest as they came, puts
/// as many as fill a block into blocks and removes them in the same commit.
fn block<M: Medium>(log: &Log<M>, view: &View) -> Result<(), StoreError> {
    let packed = view.raw.front().is_some_and(|chunk| !chunk.blocks.is_empty());
    let mut count = 0;
    let take = |chunk: &&Arc<Chunk>| {
        let more = count < block::EVENTS && chunk.blocks.is_empty() != packed;
        count += chunk.count as usize;
        more
    };
    let chunks: Vec<&Arc<Chunk>> = view.raw.iter().take_while(take).collect();
    let mut events: Vec<Framed<'_>> = Vec::new();
    for chunk in &chunks {
        for event in Frames::new(chunk.base, chunk.frames()) {
            events.push(event.map_err(|damage| log.damaged(chunk.base, damage))?);
        }
    }
    let mut spans: Vec<Span> = chunks.iter().flat_map(|chunk| &chunk.blocks).copied().collect();
    if !packed {
        let mut packer = Packer::new().map_err(|error| log.io(error))?;
        let rows = packer.pack_all(view.last_blocked(), &events).map_err(|error| log.io(error))?;
        spans = rows.iter().map(|(span, _)| *span).collect();
        let mut ops: Vec<Op> = rows.into_iter().map(|(span, row)| Op::put(Table::Block, span.first, row)).collect();
        if let (Some(first), Some(last)) = (chunks.first(), chunks.last()) {
            ops.push(Op::Delete { table: Table::Event, keys: first.base..=last.base });
        }
        log.submit(ops)?;
    }
    let mut ordinal = view.open_events();
    let (mut blocks, mut uses) = (Vec::with_capacity(spans.len()), HashMap::new());
    let mut rest = events.as_slice();
    for span in spans {
        let (piece, behind) = rest.split_at_checked(span.count as usize).unwrap_or((rest, &[]));
        rest = behind;
        let mut harvest = Harvest::for_events(piece.len());
        for (event, ordinal) in piece.iter().zip(ordinal..) {
            harvest.take(&log.hashing, log.extract, event, ordinal);
        }
        uses.extend(harvest.uses);
        blocks.push(Arc::new(OpenBlock { span, ordinal, entries: harvest.entries }));
        ordinal += span.count;
    }
    log.lock_view().blocked(chunks.len(), blocks, uses);
    log.made_room();
    Ok(())
}

/// Writes what was gathered from the open segment, then, last, the row that makes it a segment.
fn close<M: Medium>(log: &Log<M>, view: &View) -> Result<(), StoreError> {
    let spans: Vec<Span> = view.open.iter().map(|block| block.span).collect();
    let before = view.segments.last().map_or(0, |segment| segment.span.last);
    let Some((span, row)) = segment::pack(before, &spans) else { return Ok(()) };
    let size = view.open.iter().map(|block| block.entries.len()).sum();
    let mut entries = Vec::with_capacity(size);
    for block in &view.open {
        entries.extend_from_slice(&block.entries);
    }
    write_index(log, span, entries)?;
    write_uses(log, &view.uses)?;
    log.submit(vec![Op::put(Table::Segment, span.first, row)])?;
    log.lock_view().closed(span);
    Ok(())
}

fn write_index<M: Medium>(log: &Log<M>, span: Span, entries: Vec<u64>) -> Result<(), StoreError> {
    let mut rows = index::rows(span.first, entries).map_err(|error| log.io(error))?.into_iter().peekable();
    while rows.peek().is_some() {
        log.submit(rows.by_ref().take(ROWS).map(|(key, row)| Op::put(Table::Index, key, row)).collect())?;
    }
    Ok(())
}

fn write_uses<M: Medium>(log: &Log<M>, uses: &HashMap<String, Use>) -> Result<(), StoreError> {
    let mut rows: Vec<(u64, Vec<u8>)> = Vec::with_capacity(uses.len());
    for (key, used) in uses {
        let row_key = Use::row_key(&log.hashing, key);
        rows.push((row_key, used.pack(row_key, key)));
    }
    rows.sort_unstable_by_key(|(key, _)| *key);
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        log.submit(rows.by_ref().take(USES).map(|(key, row)| Op::put(Table::Use, key, row)).collect())?;
    }
    Ok(())
}

/// Makes a segment's index, and the last uses told in it, again from its blocks.
fn reindex<M: Medium>(log: &Log<M>, span: Span) -> Result<(), StoreError> {
    let mut harvest = Harvest::default();
    let mut ordinal = 0;
    log.blocks(span.first..=span.last, Order::Rising, &mut |block| {
        for event in block.events()? {
            harvest.take(&log.hashing, log.extract, &event, ordinal);
            ordinal += 1;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    // A use that is known from a later segment stays.
    harvest.uses.retain(|key, used| !matches!(log.use_row(key), Ok(Some(known)) if known.seq > used.seq));
    write_index(log, span, harvest.entries)?;
    write_uses(log, &harvest.uses)?;
    log.lock_view().set_index(span.first, IndexState::There);
    Ok(())
}
