//! The committer: one thread that makes batches durable, one sync each. What queued during a sync is the next batch.

use super::{
    block::{Packer, Span},
    coding::{Head, put_varint},
    frames::Frames,
    log::Log,
    queue::{Batch, Job},
    view::Chunk,
};
use crate::{
    Seq, Settled, StoreError,
    medium::{Medium, MediumError, Op, Table},
};
use std::{
    sync::{Arc, PoisonError},
    time::Instant,
};
use zeroize::Zeroizing;

/// Events that may be durable and not yet in blocks. Beyond, commits wait for the sealer, and writers for commits.
const RAW_EVENTS: u64 = 32_768;
const RAW_BYTES: u64 = 24 << 20;

/// A batch of so many events is compressed before it is written. What would later be done anyway is then done at once,
/// and a fraction is written, once; smaller batches would compress badly and wait for the sealer to put them together.
const DIRECT: u32 = 64;

/// Where the log stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Position {
    /// Sequence numbers of the last record, the last event, the last change.
    pub(super) end: u64,
    pub(super) event: u64,
    pub(super) change: u64,
}

pub(super) fn run<M: Medium>(log: &Log<M>, mut at: Position) {
    let mut packer = Packer::new().ok();
    let mut last: Option<Settled> = None;
    while let Some((mut batch, mut jobs)) = take(log, &mut last) {
        let Prepared { ops, chunk, next } = prepare(log, &mut packer, &mut batch, at);
        let done = commit(log, ops, &mut jobs);
        // Whoever of the batch before has not been woken by the others has waited for a whole sync.
        drop(last.take());
        if let Err(error) = done {
            fail(log, batch, jobs, error);
            continue;
        }
        let base = at.end + 1;
        let changed = next.change > at.change;
        at = next;
        log.mark.set(Seq(at.end));
        let mut view = log.lock_view();
        view.committed = at.end;
        if let Some(chunk) = chunk {
            view.push_raw(chunk);
        }
        drop(view);
        log.durable.notify_one();
        if changed {
            log.last_change.send_replace(Seq(at.change));
        }
        last = Some(batch.pledge.settle(Ok(Seq(base))));
        for job in jobs {
            drop(job.done.settle(Ok(Seq(at.end))));
        }
    }
}

/// Waits for something to commit; `None` when the store closes and nothing is left.
///
/// Where writers and committer share a core, the first write would else be committed alone, the next ten during its
/// sync, and each batch would cost a transaction, a sync and two changes of thread. So a batch grows for a while, which
/// [`Queue::growth`](super::queue::Queue::growth) tells.
///
/// `last` is the batch before: its writers are all woken before this thread goes to sleep.
fn take<M: Medium>(log: &Log<M>, last: &mut Option<Settled>) -> Option<(Batch, Vec<Job>)> {
    let mut queue = log.lock_queue();
    loop {
        let batch = queue.batch.records > 0 && (queue.closing || has_room(log));
        let work = batch || !queue.jobs.is_empty();
        let now = now();
        let since = *queue.lingers.get_or_insert(now);
        let growth = if work { queue.growth(since, now) } else { None };
        if work && growth.is_none() {
            queue.lingers = None;
            let jobs = std::mem::take(&mut queue.jobs);
            let batch = if batch { queue.take_batch() } else { Batch::default() };
            return Some((batch, jobs));
        }
        if queue.closing {
            return None;
        }
        if let Some(last) = last.take() {
            drop(queue);
            drop(last);
            queue = log.lock_queue();
            continue;
        }
        queue = match growth {
            Some(left) => {
                let mut queue = log.work.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner).0;
                // Whoever woke this thread took the mark away; the time goes on all the same.
                queue.lingers = Some(since);
                queue
            }
            None => {
                (queue.idle, queue.lingers) = (true, None);
                let mut queue = log.work.wait(queue).unwrap_or_else(PoisonError::into_inner);
                queue.idle = false;
                queue
            }
        };
    }
}

#[expect(clippy::disallowed_methods, reason = "how long a batch has grown is nobody else's business")]
fn now() -> Instant {
    Instant::now()
}

fn has_room<M: Medium>(log: &Log<M>) -> bool {
    let view = log.lock_view();
    view.raw_events < RAW_EVENTS && view.raw_bytes < RAW_BYTES
}

/// A batch as rows.
struct Prepared {
    ops: Vec<Op>,
    chunk: Option<Arc<Chunk>>,
    /// Where the log stands when they are durable.
    next: Position,
}

fn prepare<M: Medium>(log: &Log<M>, packer: &mut Option<Packer>, batch: &mut Batch, at: Position) -> Prepared {
    let base = at.end + 1;
    let mut next = Position { end: at.end + batch.records, ..at };
    let mut ops = Vec::new();
    if let Some((offset, _)) = batch.changes.last() {
        next.change = base + offset;
        let count = batch.changes.len() as u32;
        let head = Head { first: base, last: next.change, before: at.change, end: next.end, count };
        ops.push(Op::put(Table::Change, base, seal(log, head, batch)));
    }
    let mut chunk = None;
    let count = batch.events.count;
    if count > 0 {
        next.event = base + batch.events.offset;
        let head = Head { first: base, last: next.event, before: at.event, end: next.end, count };
        let mut row = std::mem::take(&mut batch.events.out);
        head.finish(&mut row);
        let row = Arc::new(row);
        let packed = packer.as_mut().filter(|_| count >= DIRECT).and_then(|packer| pack(packer, head, &row));
        let blocks = match packed {
            Some(packed) => {
                let mut spans = Vec::with_capacity(packed.len());
                for (span, row) in packed {
                    spans.push(span);
                    ops.push(Op::put(Table::Block, span.first, row));
                }
                spans
            }
            None => {
                ops.push(Op::Put { table: Table::Event, key: base, value: Arc::clone(&row) });
                Vec::new()
            }
        };
        chunk = Some(Arc::new(Chunk { base, last: next.event, count, row, blocks }));
    }
    Prepared { ops, chunk, next }
}

/// A batch's events as blocks; `None` when the compressor gives up, and then they are written as they came.
fn pack(packer: &mut Packer, head: Head, row: &[u8]) -> Option<Vec<(Span, Vec<u8>)>> {
    let events = Frames::all(head.first, row.get(Head::LEN..)?).ok()?;
    packer.pack_all(head.before, &events).ok()
}

fn seal<M: Medium>(log: &Log<M>, head: Head, batch: &Batch) -> Vec<u8> {
    let size = batch.changes.iter().map(|(_, change)| change.len() + 20).sum();
    // With room for all of it from the start no copy is left behind by growing.
    let mut plain = Zeroizing::new(Vec::with_capacity(size));
    let mut before = 0;
    for (offset, change) in &batch.changes {
        put_varint(&mut plain, offset - before);
        put_varint(&mut plain, change.len() as u64);
        plain.extend_from_slice(change);
        before = *offset;
    }
    let sealed = log.vault.seal_changes(head.first, &head.fields(), &plain);
    let mut row = Head::begin(sealed.len());
    row.extend_from_slice(&sealed);
    head.finish(&mut row);
    row
}

/// Commits a batch and the jobs beside it; where that does not fit on the disk, the batch alone.
fn commit<M: Medium>(log: &Log<M>, mut ops: Vec<Op>, jobs: &mut Vec<Job>) -> Result<(), MediumError> {
    if ops.is_empty() && jobs.is_empty() {
        return Ok(());
    }
    let own = ops.len();
    for job in jobs.iter_mut() {
        ops.append(&mut job.ops);
    }
    match log.medium.commit(&ops) {
        Err(MediumError::Unwritten(source)) if own > 0 && !jobs.is_empty() => {
            let error = StoreError::Unwritten { path: log.path.clone(), source };
            for job in jobs.drain(..) {
                drop(job.done.settle(Err(error.clone())));
            }
            ops.truncate(own);
            log.medium.commit(&ops)
        }
        other => other,
    }
}

/// Nothing of the batch was acknowledged, and nothing that waits behind it will be.
fn fail<M: Medium>(log: &Log<M>, batch: Batch, jobs: Vec<Job>, error: MediumError) {
    let path = log.path.clone();
    let error = match error {
        MediumError::Unwritten(source) => {
            let error = StoreError::Unwritten { path, source };
            log.lock_queue().fail(&error);
            error
        }
        MediumError::Broken(source) => {
            let error = StoreError::Shut { path, source };
            log.shut(error.clone());
            error
        }
    };
    drop(batch.pledge.settle(Err(error.clone())));
    for job in jobs {
        drop(job.done.settle(Err(error.clone())));
    }
}
