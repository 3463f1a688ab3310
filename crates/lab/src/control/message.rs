//! What is said over the control socket.

use rolecall_names::Instant;
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, path::PathBuf};

/// The longest line that is read, in bytes.
pub(super) const MAX_LINE: usize = 1024 * 1024;

/// A request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// Somebody is going into a place: the world is read again, and the server stays while the connection does.
    Enter {
        /// The place.
        place: String,
        /// The world's directory, as its canonical path.
        world: PathBuf,
    },
    /// A listening socket comes with this: connections over it arrive as the header of their destination says.
    Listen {
        /// PROXY protocol v2 headers, in base64.
        headers: Vec<String>,
    },
    /// Fresh credentials of a place's role.
    Credentials {
        /// The place.
        place: String,
    },
    /// The world's outages, and how they are switched.
    Outages,
    /// Switches an outage.
    Outage {
        /// Its name.
        name: String,
        /// On or off.
        on: bool,
    },
    /// A line now, and one whenever an outage is switched: which were, and how.
    Watch,
    /// The history: a line for each record, oldest first.
    Events(EventsWanted),
}

/// What a visitor learns of the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entered {
    /// Whether it is there for visitors alone, who may begin another when it is gone.
    pub(super) ends_with_visitors: bool,
}

/// Which records are wanted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventsWanted {
    /// How many, the newest.
    pub limit: usize,
    /// Whether to go on with those that come.
    pub follow: bool,
    /// Of this Region alone.
    pub region: Option<String>,
    /// Of this account's history alone.
    pub account: Option<String>,
    /// Of this name alone, such as `AssumeRole`.
    pub name: Option<String>,
    /// Refused calls alone.
    pub errors: bool,
}

/// The reply.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Reply<T> {
    /// What was asked for.
    Ok(T),
    /// Why not, for people.
    Error(String),
}

/// Credentials of a place's role.
#[derive(Clone, Serialize, Deserialize)]
pub struct Handed {
    /// `ASIA…`.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
    /// The session's token.
    pub session_token: String,
    /// When they were made, in milliseconds since 1970.
    pub issued: i64,
    /// When they end, in milliseconds since 1970.
    pub expires: i64,
    /// The role.
    pub role_arn: String,
    /// Its name.
    pub role_name: String,
    /// Its account.
    pub account: String,
    /// The session's name.
    pub session_name: String,
}

impl Handed {
    /// When they were made.
    #[must_use]
    pub fn issued(&self) -> Instant {
        Instant::from_millis(self.issued)
    }

    /// When they end.
    #[must_use]
    pub fn expires(&self) -> Instant {
        Instant::from_millis(self.expires)
    }
}

impl std::fmt::Debug for Handed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handed").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// An outage of the world.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OutageState {
    /// Its name.
    pub name: String,
    /// The Regions that are cut off.
    pub from: Vec<String>,
    /// The Region that cannot be reached.
    pub to: String,
    /// When it begins.
    pub start: String,
    /// When it ends.
    pub end: String,
    /// Whether it holds now.
    pub on: bool,
    /// Whether that was switched by hand.
    pub switched: bool,
}

/// Outages that were switched by hand.
pub type Switched = HashMap<Box<str>, bool>;
