//! Calls, what they are made with and expected to come to, and outages.

use crate::{At, Entry, FileId, Located, MfaAnswer, Policy};
use rolecall_directory::Tag;
use rolecall_names::{Instant, Region};

/// `[[call]]`
#[derive(Debug, Clone)]
pub struct Call {
    /// Its name.
    pub name: Located<Box<str>>,
    /// Where it is made.
    pub place: Located<Box<str>>,
    /// What makes it.
    pub client: Located<Client>,
    /// The Region given in code, as written: a client takes names that are no Region, `aws-global` for one.
    pub region: Option<Located<Box<str>>>,
    /// The environment it is made in.
    pub env: Vec<Entry<Box<str>>>,
    /// The client's configuration file.
    pub config: Option<ConfigFile>,
    /// The client's credentials file.
    pub credentials: Option<ConfigFile>,
    /// The profile chosen.
    pub profile: Option<Located<Box<str>>>,
    /// Options given in code, such as `endpoint_url`.
    pub options: Vec<Entry<OptionValue>>,
    /// When it is made; now when left out.
    pub at_instant: Option<Located<Instant>>,
    /// ARN of the role to assume; `None` when the profile ends in one.
    pub assume: Option<Located<Box<str>>>,
    /// `RoleSessionName`.
    pub session_name: Option<Located<Box<str>>>,
    /// `ExternalId`.
    pub external_id: Option<Located<Box<str>>>,
    /// `DurationSeconds`.
    pub duration_seconds: Option<Located<u32>>,
    /// `Tags`.
    pub tags: Vec<Tag>,
    /// `TransitiveTagKeys`.
    pub transitive_tag_keys: Vec<Located<Box<str>>>,
    /// `SourceIdentity`.
    pub source_identity: Option<Located<Box<str>>>,
    /// `Policy`, the session policy.
    pub policy: Option<Policy>,
    /// `SerialNumber` and `TokenCode`.
    pub mfa: Option<Located<MfaAnswer>>,
    /// What it should come to.
    pub expect: Option<Located<Expectation>>,
    /// The table.
    pub at: At,
}

/// A client and its version, as a lock file names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// `boto3`, `@aws-sdk/client-sts`, …
    pub name: Box<str>,
    /// `1.39.17`
    pub version: Box<str>,
}

/// A file of the client's configuration, in AWS's own format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfigFile {
    /// The file.
    pub file: FileId,
    /// Where the world names it.
    pub at: At,
}

/// The value of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OptionValue {
    /// A text.
    Text(Box<str>),
    /// A switch.
    Boolean(bool),
    /// A number.
    Integer(i64),
}

/// What a call comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Expectation {
    /// Credentials are given.
    Allowed,
    /// A policy stands against it.
    Denied,
    /// No endpoint is reached.
    Unreachable,
    /// An endpoint is reached and refuses for another reason than a policy.
    Rejected,
}

/// `[[outage]]`
#[derive(Debug, Clone)]
pub struct Outage {
    /// Its name.
    pub name: Located<Box<str>>,
    /// The Regions cut off.
    pub from: Vec<Located<Region>>,
    /// The Region they cannot reach.
    pub to: Located<Region>,
    /// Its first moment.
    pub start: Located<Instant>,
    /// The first moment after it.
    pub end: Located<Instant>,
}
