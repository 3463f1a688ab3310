//! What a request brings about.

use crate::event::{Attribute, Event};
use rolecall_directory::Change;
use rolecall_names::{AccessKeyId, AccountId, Instant, Region};
use rolecall_wire::{Fault, Reply, Service};

/// What goes back to the caller, once the changes and events are kept.
#[derive(Debug)]
pub enum Answer {
    /// This.
    Reply(Reply),
    /// This refusal.
    Fault(Fault),
    /// What a view of the log shows: the kernel has checked that the caller may see it.
    View(View),
}

/// A question to a view of the log.
#[derive(Debug, Clone, PartialEq)]
pub enum View {
    /// Records of one account in one Region, newest first.
    Events {
        /// Whose history.
        account: AccountId,
        /// Which Region's.
        region: Region,
        /// What they are found by; the id of a record is not an attribute of it.
        by: Option<(Option<Attribute>, String)>,
        /// Not before this.
        start: Option<Instant>,
        /// Not after this.
        end: Option<Instant>,
        /// At most so many.
        limit: usize,
        /// The page's token, as an earlier page gave it.
        after: Option<String>,
    },
    /// When a long-term key was last used.
    LastUsed {
        /// The key.
        key: AccessKeyId,
        /// The user whose key it is; `None` for the root.
        user_name: Option<String>,
    },
}

/// Everything that a request brings about.
#[derive(Debug)]
pub struct Outcome {
    /// Which service's words the answer is put in.
    pub service: Service,
    /// What the caller is told.
    pub answer: Answer,
    /// What changes; to be kept together with the events.
    pub changes: Vec<Change>,
    /// The records left: none, the caller's account's, and the other account's.
    pub events: Vec<Event>,
    /// The request's id.
    pub request_id: u128,
}
