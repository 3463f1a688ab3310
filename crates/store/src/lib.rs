//! One ordered log of changes and events is the truth; the directory in memory and the event index are views of it.
//!
//! This crate must not know what a change or an event says: to it both are bytes, and what an event can be found by is
//! told by a function handed in.

mod commit;
mod embedded;
mod error;
mod event_id;
mod keys;
mod lookup;
pub mod medium;
mod write;

pub use commit::{Answer, Commit, Pledge, Settled};
pub use embedded::Embedded;
pub use error::{AppendError, Damage, StoreError};
pub use keys::{Genesis, MasterKey, RingKey};
pub use lookup::{AttributeKind, Cursor, Extractor, Found, LastUsed, Lookup, Page};
pub use write::{EventRow, Generation, Seq, Write};

use rolecall_names::AccessKeyId;
use std::ops::ControlFlow;
use tokio::sync::watch;

/// A place where the log is kept: a directory of this machine, or a database that several machines share.
///
/// [`append`](Store::append), [`flush`](Store::flush), [`generation`](Store::generation), [`follow`](Store::follow) and the two about event ids
/// return at once and may be called from async code. Everything else may wait for the disk and belongs on a thread that
/// can.
pub trait Store: Send + Sync {
    /// Queues a write. The [`Commit`] it returns is a future, done when the whole write is on disk, synced, or is
    /// known not to be. No part of a write is ever seen without the rest.
    ///
    /// Writes are durable in the order in which they were queued. When one cannot be written, those queued behind it
    /// fail too, and a later one with changes fails as [`StoreError::Superseded`] until it names the new
    /// [`generation`](Store::generation).
    ///
    /// # Errors
    /// [`AppendError`] when nothing was queued: the store is behind, shut, or the write can never fit.
    fn append(&self, write: Write) -> Result<Commit, AppendError>;

    /// Says that nothing more comes for now, so that what is queued need not wait for company. Without it a write
    /// waits up to a millisecond for others to share its sync.
    fn flush(&self);

    /// The line of history that writes with changes must now build on. It moves on when a write fails, because what was
    /// computed from that write's changes is then void.
    fn generation(&self) -> Generation;

    /// Shows every durable change behind `after`, oldest first, until `visit` breaks off. Returns the last sequence
    /// number shown, `after` itself when there was none.
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be read or is damaged: nothing is skipped.
    fn replay(&self, after: Seq, visit: &mut dyn FnMut(Seq, &[u8]) -> ControlFlow<()>) -> Result<Seq, StoreError>;

    /// The sequence number of the last durable change, and a notice whenever it moves.
    fn follow(&self) -> watch::Receiver<Seq>;

    /// The newest events that fit, the newest first. Sees every event whose [`Commit`] is done.
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be read or is damaged.
    fn lookup(&self, lookup: &Lookup) -> Result<Page, StoreError>;

    /// Shows every event whose [`Commit`] is done, of every account and Region, the newest first, until `visit` breaks off.
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be read or is damaged.
    fn events(&self, visit: &mut dyn FnMut(Found) -> ControlFlow<()>) -> Result<(), StoreError>;

    /// When, on what and where a long-term key was last used, as the events tell; `None` for never.
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be read or is damaged.
    fn last_used(&self, key: &AccessKeyId) -> Result<Option<LastUsed>, StoreError>;

    /// The id, a version 4 UUID, of the event with this sequence number. It looks random to who does not hold the
    /// store's key, and needs no index.
    fn event_id(&self, seq: Seq) -> u128;

    /// The sequence number an id was made from; `None` for an id this store did not make.
    fn event_seq(&self, event_id: u128) -> Option<Seq>;

    /// The key ring, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    fn ring(&self) -> Result<Vec<RingKey>, StoreError>;

    /// Adds a key to the ring, durable on return.
    ///
    /// # Errors
    /// [`StoreError::RingKeyExists`] for an id that is taken, else when it cannot be written.
    fn add_ring_key(&self, key: RingKey) -> Result<(), StoreError>;

    /// How the store is doing, for metrics and health.
    fn status(&self) -> Status;
}

/// How a store is doing.
#[derive(Debug, Clone)]
pub struct Status {
    /// The last durable sequence number.
    pub committed: Seq,
    /// Events that are durable and not yet in the index; a lookup reads each of them.
    pub unindexed: u64,
    /// Events that wait to become durable.
    pub queued: u64,
    /// Why the store takes no more writes, if it does not.
    pub shut: Option<StoreError>,
}
