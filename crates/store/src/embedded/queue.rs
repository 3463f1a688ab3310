//! What waits to be committed. Writers encode straight into the next batch, so that the committer has only to take it.

use super::{coding::Head, frames::FrameWriter};
use crate::{AppendError, Commit, Generation, Pledge, StoreError, Write, medium::Op};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Records that may wait.
const RECORDS: u64 = 16_384;
/// A batch of so many records is committed though more are coming: a larger one costs hardly less a record, and while
/// the disk syncs it the writers have something to do.
const FULL: u64 = 128;
/// How long a batch may grow while those who write are busy with what will bring more.
const LINGER: Duration = Duration::from_millis(1);
/// How long it may grow when they have run dry, but fewer have written than the last time: about as long as a sync
/// takes. What they wait for is on its way to them.
const SHORT: Duration = Duration::from_micros(250);
/// Bytes that may wait, and the most one write may bring.
const BYTES: usize = 16 << 20;
const WRITE: usize = 4 << 20;

/// Writes that become durable with one sync.
pub(super) struct Batch {
    /// Events, behind room for the row's head.
    pub(super) events: FrameWriter,
    /// Changes, each with its offset from the batch's first sequence number.
    pub(super) changes: Vec<(u64, Zeroizing<Vec<u8>>)>,
    /// How many sequence numbers the batch takes.
    pub(super) records: u64,
    bytes: usize,
    /// Answers all its writers.
    pub(super) pledge: Pledge,
}

impl Default for Batch {
    fn default() -> Self {
        Self::with_room(0)
    }
}

impl Batch {
    fn with_room(bytes: usize) -> Self {
        let events = FrameWriter::behind(Head::begin(bytes));
        Self { events, changes: Vec::new(), records: 0, bytes: 0, pledge: Pledge::default() }
    }
}

/// Rows that the store itself wants written, and who waits for it.
pub(super) struct Job {
    pub(super) ops: Vec<Op>,
    pub(super) done: Pledge,
}

/// Everything that waits.
#[derive(Default)]
pub(super) struct Queue {
    pub(super) batch: Batch,
    pub(super) jobs: Vec<Job>,
    pub(super) generation: u64,
    /// Why nothing is taken any more.
    pub(super) shut: Option<StoreError>,
    pub(super) closing: bool,
    /// Whether the committer waits to be woken.
    pub(super) idle: bool,
    /// Since when the committer lets the batch grow; `None` while it does something else.
    pub(super) lingers: Option<Instant>,
    /// Whether those who write have said that nothing more comes for now.
    pub(super) flushed: bool,
    /// How many records the batch before had: about as many writers are there, and most of them will be back.
    pub(super) expected: u64,
}

impl Queue {
    pub(super) fn refusal(&self) -> Option<StoreError> {
        self.shut.clone().or_else(|| self.closing.then_some(StoreError::Closed))
    }

    /// Takes a write that holds something.
    pub(super) fn push(&mut self, write: Write) -> Result<Commit, AppendError> {
        if let Some(error) = self.refusal() {
            return Err(error.into());
        }
        if !write.changes.is_empty() && write.generation != Generation(self.generation) {
            return Err(StoreError::Superseded.into());
        }
        let bytes = write.changes.iter().map(Vec::len).chain(write.events.iter().map(|event| event.body.len())).sum();
        if bytes > WRITE {
            return Err(AppendError::TooLarge { bytes, most: WRITE });
        }
        let records = (write.changes.len() + write.events.len()) as u64;
        let batch = &mut self.batch;
        if batch.records > 0 && (batch.records + records > RECORDS || batch.bytes + bytes > BYTES) {
            return Err(AppendError::Overloaded);
        }
        for change in write.changes {
            batch.changes.push((batch.records, Zeroizing::new(change)));
            batch.records += 1;
        }
        for event in &write.events {
            batch.events.row(batch.records, event);
            batch.records += 1;
        }
        batch.bytes += bytes;
        Ok(batch.pledge.commit(batch.records - 1))
    }

    /// How long the batch may still grow from `since` on; `None` when it is to be committed.
    pub(super) fn growth(&self, since: Instant, now: Instant) -> Option<Duration> {
        let most = match self.flushed {
            true if self.batch.records >= self.expected => return None,
            true => SHORT,
            false => LINGER,
        };
        let left = most.saturating_sub(now.saturating_duration_since(since));
        (self.batch.records < FULL && !self.closing && !left.is_zero()).then_some(left)
    }

    /// Whether the committer is to be woken for what was just queued: it sleeps, or the batch it lets grow has grown
    /// enough.
    pub(super) fn wakes(&mut self) -> bool {
        let records = self.batch.records;
        let ripe = records >= FULL || self.flushed && records >= self.expected;
        std::mem::take(&mut self.idle) || ripe && self.lingers.take().is_some()
    }

    /// Notes that those who write have run dry, and says whether the committer is to be woken for it.
    pub(super) fn flush(&mut self) -> bool {
        if self.batch.records == 0 {
            return false;
        }
        let first = !std::mem::replace(&mut self.flushed, true);
        std::mem::take(&mut self.idle)
            || (first || self.batch.records >= self.expected) && self.lingers.take().is_some()
    }

    /// Takes what waits, and leaves room for as much again: the next batch is likely to be of the same size.
    pub(super) fn take_batch(&mut self) -> Batch {
        self.flushed = false;
        self.expected = self.batch.records.min(FULL);
        let next = Batch::with_room(self.batch.events.out.len());
        std::mem::replace(&mut self.batch, next)
    }

    /// Ends the line of history: what waits fails with `error`.
    pub(super) fn fail(&mut self, error: &StoreError) {
        self.generation += 1;
        drop(std::mem::take(&mut self.batch).pledge.settle(Err(error.clone())));
    }
}
