//! What can be asked of the events.

use crate::Seq;
use rolecall_names::{AccountId, Instant, Region};

/// What events can be looked up by.
///
/// Source: CloudTrail API Reference, `LookupAttribute`, `AttributeKey`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AttributeKind {
    /// The event's own id, in any of the spellings of a UUID with hyphens. Never extracted: the id tells its place.
    EventId,
    /// `AssumeRole`.
    EventName,
    /// `true` or `false`.
    ReadOnly,
    /// The user's or the session's name.
    Username,
    /// `AWS::IAM::Role`.
    ResourceType,
    /// An ARN, a name or an id.
    ResourceName,
    /// `sts.amazonaws.com`.
    EventSource,
    /// The key that signed.
    AccessKeyId,
}

/// Tells everything an event can be found by, [`AttributeKind::EventId`] apart. It must always tell the same of the
/// same bytes, and tell nothing of bytes it cannot read.
pub type Extractor = fn(&[u8], &mut dyn FnMut(AttributeKind, &str));

/// A question to one account's history in one Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// Whose history.
    pub account: AccountId,
    /// Which Region's.
    pub region: Region,
    /// What the events must have; any when `None`.
    pub attribute: Option<(AttributeKind, String)>,
    /// No event before this.
    pub start: Instant,
    /// No event after this.
    pub end: Instant,
    /// At most so many.
    pub limit: usize,
    /// Go on where another page ended.
    pub after: Option<Cursor>,
}

/// Where a page ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor(pub Seq);

/// An event found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its place in the log; its id is a function of it.
    pub seq: Seq,
    /// When it happened.
    pub time: Instant,
    /// The event, encoded.
    pub body: Vec<u8>,
}

/// A page of events, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// The events.
    pub events: Vec<Found>,
    /// Where to go on; `None` when there is certainly no more.
    pub next: Option<Cursor>,
}

/// The last use of a long-term key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastUsed {
    /// When.
    pub time: Instant,
    /// The service's name, `sts` or `iam`.
    pub service: String,
    /// The Region of the record.
    pub region: Region,
}
