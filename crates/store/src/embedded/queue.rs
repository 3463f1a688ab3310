//! What waits to be committed. Writers encode straight into the next batch, so that the committer has only to take it.

use super::{coding::Head, frames::FrameWriter};
use crate::{AppendError, Commit, Generation, Pledge, StoreError, Write, medium::Op};
use zeroize::Zeroizing;

/// Records that may wait.
const RECORDS: u64 = 16_384;
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

    /// Takes what waits, and leaves room for as much again: the next batch is likely to be of the same size.
    pub(super) fn take_batch(&mut self) -> Batch {
        let next = Batch::with_room(self.batch.events.out.len());
        std::mem::replace(&mut self.batch, next)
    }

    /// Ends the line of history: what waits fails with `error`.
    pub(super) fn fail(&mut self, error: &StoreError) {
        self.generation += 1;
        drop(std::mem::take(&mut self.batch).pledge.settle(Err(error.clone())));
    }
}
