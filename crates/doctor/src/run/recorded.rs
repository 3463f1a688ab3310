//! What a record settles of a call that is run again: who calls, and, where the world's own network would lead
//! elsewhere, the way it came.

use super::credentials::{Caller, Credentials, role_credentials};
use crate::{Case, RunError};
use rolecall_clients::Endpoint;
use rolecall_directory::{AccessKey, Change, KeyOwner, Origin, Secret, Tag, TokenVersion};
use rolecall_kernel::session::{Holder, Session};
use rolecall_names::{AccessKeyId, AccountId, Instant, UniqueId, user_arn};
use rolecall_network::Journey;
use rolecall_world::Place;
use std::sync::Arc;

/// A call of the world that a record tells of.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    /// The call's name.
    pub(crate) call: Box<str>,
    /// When it was made.
    pub(crate) time: Instant,
    /// Who made it.
    pub(crate) caller: RecordedCaller,
    /// The session name of the call's place as the world has it: one that differs is a fix's, and counts.
    pub(crate) place_session: Option<Box<str>>,
    /// The way it came, where the world's network leads elsewhere.
    pub(crate) way: Option<RecordedWay>,
    /// `User-Agent`, where the record tells it.
    pub(crate) user_agent: Option<Box<str>>,
    /// Whether the table of clients has the client that made it.
    pub(crate) client_known: bool,
    /// Bytes of `world.toml` before what was written there for the record; `None` where nothing was.
    pub(crate) own_text: Option<usize>,
}

/// What a run took from a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfRecord {
    /// `userAgent`.
    pub user_agent: Option<Box<str>>,
    /// Whether that client's habits are known. Where they are not, the run's client stands in for it.
    pub client_known: bool,
    /// Whether the way is the record's, and not one that the world's network was found to lead.
    pub way_told: bool,
}

/// Where a recorded call went and how it arrived.
#[derive(Debug, Clone)]
pub(crate) struct RecordedWay {
    pub(crate) endpoint: Endpoint,
    pub(crate) journey: Journey,
}

/// Who made a recorded call.
#[derive(Debug, Clone)]
pub(crate) struct RecordedCaller {
    pub(crate) account: AccountId,
    pub(crate) holder: RecordedHolder,
    /// What the record tells of temporary credentials; `None` for a long-term key.
    pub(crate) session: Option<SessionTold>,
}

/// Whose credentials they were.
#[derive(Debug, Clone)]
pub(crate) enum RecordedHolder {
    /// A role's session.
    Role {
        /// The role's name in the account.
        role: Box<str>,
        /// The session's.
        session_name: Box<str>,
    },
    /// A user.
    User(UniqueId),
}

/// What a record tells of a session.
#[derive(Debug, Clone, Default)]
pub(crate) struct SessionTold {
    pub(crate) created: Option<Instant>,
    pub(crate) mfa: bool,
    pub(crate) source_identity: Option<Arc<str>>,
    /// The tags it hands on. Others that it has are not told.
    pub(crate) tags: Vec<Tag>,
}

/// Long enough for every call made with it.
const SESSION_SECONDS: i64 = 12 * 3600;

/// What a user signs with here: secrets are in no record, and nothing signed with this leaves the process.
const SECRET: &str = "StandsInForASecretThatNoRecordTells00000";

impl RecordedCaller {
    fn stand_in_key(&self) -> AccessKeyId {
        AccessKeyId::long_term(self.account, 1)
    }

    /// What the directory has to know for the caller to be known.
    pub(crate) fn change(&self) -> Option<Change> {
        let RecordedHolder::User(id) = self.holder else { return None };
        Some(Change::PutAccessKey(Arc::new(AccessKey {
            id: self.stand_in_key(),
            account: self.account,
            owner: KeyOwner::User(id),
            secret: Secret::new(SECRET.to_owned()),
            active: true,
            created: Instant::from_seconds(0),
            origin: Origin::World,
        })))
    }
}

impl Recorded {
    pub(super) fn told(&self) -> OfRecord {
        OfRecord { user_agent: self.user_agent.clone(), client_known: self.client_known, way_told: self.way.is_some() }
    }

    /// The policy that the place's service passes when it makes the session that calls.
    fn session_policy(&self, place: &Place) -> Option<Arc<str>> {
        let RecordedHolder::Role { role, .. } = &self.caller.holder else { return None };
        place.role.as_ref().filter(|named| named.value.eq_ignore_ascii_case(role))?;
        place.session_policy.as_ref().map(|policy| Arc::from(policy.text.as_str()))
    }

    pub(super) fn credentials(&self, case: &Case<'_>, place: &Place) -> Result<Credentials, RunError> {
        let no_role = || RunError::NoRole { place: place.name.to_string(), at: place.at };
        let told = self.caller.session.clone().unwrap_or_default();
        let issued = told.created.unwrap_or_else(|| self.time.plus_seconds(-60));
        let session = |holder| Session {
            access_key_id: AccessKeyId::temporary(self.caller.account, 1),
            holder,
            issued,
            expires: self.time.plus_seconds(SESSION_SECONDS),
            version: TokenVersion::V2,
            mfa: told.mfa.then_some(issued),
            source_identity: told.source_identity.clone(),
            transitive: told.tags.iter().map(|tag| (*tag.key).into()).collect(),
            tags: told.tags.clone(),
            policy: self.session_policy(place),
            policy_arns: Vec::new(),
            contexts: Vec::new(),
        };
        match &self.caller.holder {
            RecordedHolder::Role { role, session_name } => {
                let role = case.role(self.caller.account, role).ok_or_else(no_role)?;
                let named = place.session_name.as_ref().map(|name| &*name.value);
                let name = if named == self.place_session.as_deref() { Some(&**session_name) } else { named };
                let name = name.unwrap_or(session_name);
                let holder = Holder::Role { id: role.entity.id, name: name.into() };
                role_credentials(case, role, name, &session(holder)).ok_or_else(no_role)
            }
            RecordedHolder::User(id) => {
                let (account, user) = case.directory.user(id).ok_or_else(no_role)?;
                let arn = user_arn(account.partition(), account.id(), &user.path, &user.name);
                let caller = Caller { principal_arn: arn.clone(), arn, user_id: id.to_string(), account: account.id() };
                if self.caller.session.is_none() {
                    let access_key_id = self.caller.stand_in_key().to_string();
                    let secret = SECRET.to_owned();
                    return Ok(Credentials { access_key_id, secret, token: None, first_version: false, caller });
                }
                let made = case.ring.seal(&session(Holder::User(*id)), [1; 12], 0).map_err(|_| no_role())?;
                Ok(Credentials {
                    access_key_id: made.access_key_id.to_string(),
                    secret: made.secret.to_string(),
                    token: Some(made.token),
                    first_version: false,
                    caller,
                })
            }
        }
    }
}
