//! What is written: places in the log, changes and events.

use rolecall_names::{AccountId, Instant, Region};
use std::fmt;

/// A place in the log. The first record has 1; every change and every event takes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seq(pub u64);

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A line of history: it ends where a write failed. See [`Store::generation`](crate::Store::generation).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Generation(pub(crate) u64);

/// Changes and events that become durable together or not at all: changes first, each list in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Write {
    /// The line of history that the changes were computed on. Nothing is asked of it when there are none.
    pub generation: Generation,
    /// Changes, encoded. They are sealed before they rest.
    pub changes: Vec<Vec<u8>>,
    /// What the call leaves behind: one record, or one for each account it concerns.
    pub events: Vec<EventRow>,
}

/// An event, and what the store has to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Whose history it is in.
    pub account: AccountId,
    /// Which Region's history it is in.
    pub region: Region,
    /// When it happened.
    pub time: Instant,
    /// The event, encoded. It rests as it is: an event holds no secret.
    pub body: Vec<u8>,
}
