//! Why a store does not open, read or write, in words for whoever runs it.

use crate::Seq;
use std::{io, path::PathBuf, sync::Arc};

/// Why a write was not queued.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// Too much waits already. Nothing is wrong; later there will be room.
    #[error("the store has more writes waiting than it takes")]
    Overloaded,
    /// The write is larger than any the store takes.
    #[error("a write of {bytes} bytes is more than the {most} the store takes at once")]
    TooLarge {
        /// What it came to.
        bytes: usize,
        /// What is taken.
        most: usize,
    },
    /// The store takes no writes any more, or none built on what this one was built on.
    #[error(transparent)]
    Refused(#[from] StoreError),
}

/// What was found wrong in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The bytes of a row are not the ones written.
    #[error("the row does not match its checksum")]
    Checksum,
    /// A row does not open under the store's data key.
    #[error("the row does not open under the store's data key")]
    Seal,
    /// A row between two others is missing.
    #[error("a row before this one is missing")]
    Gap,
    /// The row reads as nothing that was ever written.
    #[error("the row has no known shape")]
    Shape,
}

/// Why the store does not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Nothing was written: the disk is full, or a limit on files or a quota is reached. The store goes on by itself
    /// when there is room again.
    #[error("{path}: {source}; nothing was written, and writing goes on when there is room again")]
    Unwritten {
        /// The log.
        path: PathBuf,
        /// What failed.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// A write built on changes that were themselves not written.
    #[error("an earlier change could not be written, and this write was computed from it")]
    Superseded,
    /// A write or a sync failed in a way after which nothing the disk says can be trusted.
    #[error("{path}: {source}; the store is shut: check the disk, then restart, and the log is read back from it")]
    Shut {
        /// The log.
        path: PathBuf,
        /// What failed.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// The store is closing or closed.
    #[error("the store is closed")]
    Closed,
    /// A file or directory cannot be used.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: Arc<io::Error>,
    },
    /// The library that keeps the log refused.
    #[error("{path}: {source}")]
    Medium {
        /// The log.
        path: PathBuf,
        /// Why.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// Another process has the store.
    #[error("{path}: another process uses this data directory; stop it, or name another directory")]
    InUse {
        /// The lock file.
        path: PathBuf,
    },
    /// The store was made with another master key.
    #[error("{path}: the master key does not open this store; give the key it was made with")]
    WrongMasterKey {
        /// The log.
        path: PathBuf,
    },
    /// A newer Rolecall wrote this store.
    #[error("{path}: written in format {found}, and this Rolecall knows {known}; use the newer one")]
    Format {
        /// The log.
        path: PathBuf,
        /// The format found.
        found: u32,
        /// The newest known here.
        known: u32,
    },
    /// What was once acknowledged is not there.
    #[error(
        "{path}: the log ends at {found}, but {expected} was acknowledged; restore it from a copy, or remove {mark} to go on without what is lost"
    )]
    Lost {
        /// The log.
        path: PathBuf,
        /// The last record there.
        found: Seq,
        /// The last record acknowledged.
        expected: Seq,
        /// The file that says so.
        mark: PathBuf,
    },
    /// The log is damaged.
    #[error("{path}: damaged at {seq}: {damage}; restore it from a copy")]
    Damaged {
        /// The log.
        path: PathBuf,
        /// Where.
        seq: Seq,
        /// How.
        damage: Damage,
    },
    /// The ring has a key of this number.
    #[error("the key ring has a key {id} already")]
    RingKeyExists {
        /// The number.
        id: u32,
    },
}
