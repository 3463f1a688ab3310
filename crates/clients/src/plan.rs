//! The chain of credentials that a client goes through, from those it starts with to those it calls with.

use crate::{At, Because, Client, ClientError, Endpoint, Settings, Text, family};
use rolecall_names::Instant;

/// An `AssumeRole` that a program makes itself, with a client made from the settings.
#[derive(Debug, Clone, Copy)]
pub struct ExplicitCall<'a> {
    /// `RoleArn`.
    pub role_arn: &'a str,
    /// `RoleSessionName`; `None` where the tool makes one.
    pub session_name: Option<&'a str>,
    /// `ExternalId`.
    pub external_id: Option<&'a str>,
    /// `DurationSeconds`.
    pub duration_seconds: Option<u32>,
    /// `SerialNumber`.
    pub mfa_serial: Option<&'a str>,
    /// `SourceIdentity`.
    pub source_identity: Option<&'a str>,
}

/// Where the credentials come from that everything else is made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Long-term or temporary keys in a file.
    StaticKeys {
        /// `aws_access_key_id`.
        access_key_id: Text,
        /// The profile they stand in.
        profile: String,
    },
    /// Keys in the environment. `access_key_id` is absent where the place itself puts them there.
    Environment {
        /// `AWS_ACCESS_KEY_ID`.
        access_key_id: Option<Text>,
    },
    /// The address that a container is given.
    Container {
        /// What leads there.
        at: At,
    },
    /// The instance metadata service.
    InstanceMetadata {
        /// What leads there.
        at: At,
    },
    /// A program that prints credentials.
    Process {
        /// `credential_process`.
        command: Text,
    },
    /// IAM Identity Center.
    Sso {
        /// The account the session is in, `sso_account_id`.
        account: Text,
        /// The permission set, `sso_role_name`.
        role: Text,
    },
    /// A console session that `aws login` keeps.
    Login {
        /// `login_session`.
        session: Text,
    },
    /// `AssumeRoleWithWebIdentity`, unsigned, with a token from a file.
    WebIdentity {
        /// The role.
        role_arn: Text,
        /// The token's file.
        token_file: Text,
        /// The session's name.
        session_name: SessionName,
        /// `DurationSeconds`, where the client sends it.
        duration_seconds: Option<u32>,
        /// Where the call goes.
        endpoint: Box<Endpoint>,
    },
}

/// The name a session is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionName {
    /// One that was set.
    Given(Text),
    /// One that the client makes up.
    Generated(Pattern),
}

impl SessionName {
    /// The name, where it is known without asking for the time or for chance.
    #[must_use]
    pub fn given(&self) -> Option<&str> {
        match self {
            Self::Given(text) => Some(&text.value),
            Self::Generated(_) => None,
        }
    }

    /// The name as it is when the client makes the call at `instant`, chance being what it may.
    #[must_use]
    pub fn at(&self, instant: Instant) -> String {
        match self {
            Self::Given(text) => text.value.clone(),
            Self::Generated(pattern) => pattern.at(instant),
        }
    }
}

/// How a client makes up a session's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pattern {
    pub(crate) before: &'static str,
    pub(crate) made: Made,
}

/// What of a made-up name differs from call to call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Made {
    /// Nothing.
    Nothing,
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Milliseconds,
    /// Nanoseconds since 1970.
    Nanoseconds,
    /// Tenths of microseconds since the year 1, as .NET counts.
    Ticks,
    /// It is not known how.
    Unknown,
}

/// .NET's ticks from the year 1 to 1970.
const TICKS_TO_1970: i128 = 621_355_968_000_000_000;

impl Pattern {
    /// The name made up at `instant`. Finer times than it tells are zeros.
    #[must_use]
    pub fn at(self, instant: Instant) -> String {
        let milliseconds = instant.millis();
        match self.made {
            Made::Nothing => self.before.to_owned(),
            Made::Seconds => format!("{}{}", self.before, milliseconds.div_euclid(1_000)),
            Made::Milliseconds => format!("{}{milliseconds}", self.before),
            Made::Nanoseconds => format!("{}{}", self.before, i128::from(milliseconds) * 1_000_000),
            Made::Ticks => format!("{}{}", self.before, TICKS_TO_1970 + i128::from(milliseconds) * 10_000),
            Made::Unknown => format!("{}unknown", self.before),
        }
    }

    /// The pattern for people: `botocore-session-<unix seconds>`.
    #[must_use]
    pub fn text(self) -> String {
        let made = match self.made {
            Made::Nothing => "",
            Made::Seconds => "<unix seconds>",
            Made::Milliseconds => "<unix milliseconds>",
            Made::Nanoseconds => "<unix nanoseconds>",
            Made::Ticks => "<UTC ticks>",
            Made::Unknown => "<unknown>",
        };
        format!("{}{made}", self.before)
    }
}

/// One `AssumeRole`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// `RoleArn`.
    pub role_arn: Text,
    /// `RoleSessionName`.
    pub session_name: SessionName,
    /// `ExternalId`.
    pub external_id: Option<Text>,
    /// `DurationSeconds`, where the client sends it, and where it is set.
    pub duration_seconds: Option<(u32, At)>,
    /// `SerialNumber`.
    pub mfa_serial: Option<Text>,
    /// `SourceIdentity`.
    pub source_identity: Option<Text>,
    /// Where the call goes.
    pub endpoint: Endpoint,
    /// The profile that makes it; `None` for the call of the program itself.
    pub profile: Option<String>,
    /// The profile's heading, or the call.
    pub at: At,
}

/// The credentials a client ends up with, and how it gets them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Where it starts.
    pub start: Source,
    /// The roles it assumes on the way, in the order of the calls. An explicit call is the last.
    pub hops: Vec<Hop>,
    /// Why this way.
    pub because: Vec<Because>,
}

/// The way of a client to its credentials, and on to an explicit call.
///
/// # Errors
/// When the client refuses its settings, finds no credentials, or has no such option.
pub fn plan(
    client: &Client,
    settings: &Settings<'_>,
    explicit: Option<&ExplicitCall<'_>>,
) -> Result<Plan, ClientError> {
    family::check_options(client, settings)?;
    let chained = family::chain(client, settings);
    if explicit.is_some()
        && let Err(ClientError::Refused(chains)) = &chained
        && let Err(ClientError::Refused(endpoints)) = family::endpoint(client, settings)
        && family::is_said_first(client, &endpoints, chains)
    {
        return Err(ClientError::Refused(endpoints));
    }
    let mut plan = chained?;
    if let Some(call) = explicit {
        let given = |value: Option<&str>, name| value.map(|value| Text { value: value.to_owned(), at: At::Call(name) });
        plan.hops.push(Hop {
            role_arn: Text { value: call.role_arn.to_owned(), at: At::Call("RoleArn") },
            session_name: match given(call.session_name, "RoleSessionName") {
                Some(name) => SessionName::Given(name),
                None => SessionName::Generated(client.row().habits.session_name),
            },
            external_id: given(call.external_id, "ExternalId"),
            duration_seconds: call.duration_seconds.map(|seconds| (seconds, At::Call("DurationSeconds"))),
            mfa_serial: given(call.mfa_serial, "SerialNumber"),
            source_identity: given(call.source_identity, "SourceIdentity"),
            endpoint: family::endpoint(client, settings)?,
            profile: None,
            at: At::Call("RoleArn"),
        });
    }
    Ok(plan)
}
