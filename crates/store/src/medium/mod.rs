//! What lies beneath the log: tables of rows with integer keys, changed by atomic, synced commits.
//!
//! The seam is here so that tests can put a layer between that delays, fails and tears.

mod sqlite;

pub use sqlite::Sqlite;

use std::{
    error::Error,
    ops::{ControlFlow, RangeInclusive},
    sync::Arc,
};

/// A kind of row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// The store's own keys and format; few rows.
    Meta,
    /// Batches of changes, by the first sequence number in them. Never deleted.
    Change,
    /// Batches of events as they were committed, by the batch's first sequence number. Deleted when they are in blocks.
    Event,
    /// Blocks of events, compressed, by the first event's sequence number.
    Block,
    /// Segments: runs of blocks that share an index, by the first event's sequence number.
    Segment,
    /// The index of a segment, by the segment's key and a part of the hash. A view.
    Index,
    /// The last use of long-term keys, by a hash of the key's id. A view.
    Use,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 7] =
        [Self::Meta, Self::Change, Self::Event, Self::Block, Self::Segment, Self::Index, Self::Use];
}

/// A step of a commit. A key is at most `i64::MAX`.
#[derive(Debug, Clone)]
pub enum Op {
    /// Sets a row, whether or not there was one.
    Put {
        /// Where.
        table: Table,
        /// Its key.
        key: u64,
        /// What it holds.
        value: Arc<Vec<u8>>,
    },
    /// Removes the rows in a range.
    Delete {
        /// Where.
        table: Table,
        /// Which.
        keys: RangeInclusive<u64>,
    },
}

impl Op {
    /// Sets a row.
    #[must_use]
    pub fn put(table: Table, key: u64, value: Vec<u8>) -> Self {
        Self::Put { table, key, value: Arc::new(value) }
    }
}

/// Which end a scan begins at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The smallest key first.
    Rising,
    /// The largest key first.
    Falling,
}

/// Why a medium did not do it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MediumError {
    /// Nothing was written, as if the commit had not been asked for; a later one may succeed. A full disk.
    #[error("{0}")]
    Unwritten(Arc<dyn Error + Send + Sync>),
    /// Whether it was written is not known, and nothing said from now on can be relied on. A failed sync.
    #[error("{0}")]
    Broken(Arc<dyn Error + Send + Sync>),
}

/// Tables that survive a crash.
pub trait Medium: Send + Sync + 'static {
    /// Applies all of `ops` or nothing. On return they are on disk, synced, and seen by every read that follows.
    ///
    /// # Errors
    /// [`MediumError`], which tells whether one may go on.
    fn commit(&self, ops: &[Op]) -> Result<(), MediumError>;

    /// A row; `None` when there is none.
    ///
    /// # Errors
    /// [`MediumError`] when it cannot be read.
    fn get(&self, table: Table, key: u64) -> Result<Option<Vec<u8>>, MediumError>;

    /// Shows rows in the order of their keys until `visit` breaks off.
    ///
    /// # Errors
    /// [`MediumError`] when they cannot be read.
    fn scan(
        &self,
        table: Table,
        keys: RangeInclusive<u64>,
        order: Order,
        visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), MediumError>;
}
