//! The credentials a call starts with.

use crate::{
    Case,
    edit::setting,
    run::{RunError, file_of},
};
use rolecall_clients::{At as ClientAt, Source, Text};
use rolecall_directory::TokenVersion;
use rolecall_kernel::session::{Holder, Session};
use rolecall_names::{AccessKeyId, AccountId, Instant, role_arn, session_arn, user_arn};
use rolecall_world::{Call, Place, Role, derived_session_name};
use std::sync::Arc;

/// Credentials, and whose they are.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    pub(crate) access_key_id: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
    /// Whether the token is one of version 1, which opt-in Regions do not take.
    pub(crate) first_version: bool,
    pub(crate) caller: Caller,
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The ARN that STS knows the caller by.
    pub arn: String,
    /// `aws:userid`.
    pub user_id: String,
    /// The caller's account.
    pub account: AccountId,
    /// What policies name to mean the caller: a user's ARN, or the role's of a session.
    pub principal_arn: String,
}

/// For a key of no account at all.
const NOBODY: AccountId = AccountId::ZERO;

/// The seconds for which a place's own credentials are good.
///
/// Source: Amazon ECS Developer Guide, "Task IAM role": credentials are rotated and good for six hours.
const PLACE_SECONDS: i64 = 6 * 3600;

pub(crate) fn first(
    case: &Case<'_>,
    call: &Call,
    place: &Place,
    source: &Source,
    now: Instant,
) -> Result<Credentials, RunError> {
    match source {
        Source::StaticKeys { access_key_id, .. } | Source::Environment { access_key_id: Some(access_key_id) } => {
            let mut credentials = of_user(case, place, &access_key_id.value);
            credentials.secret = secret(case, call, access_key_id).unwrap_or(credentials.secret);
            Ok(credentials)
        }
        Source::Environment { access_key_id: None } | Source::Container { .. } | Source::InstanceMetadata { .. } => {
            of_place(case, place, now).ok_or_else(|| RunError::NoRole { place: place.name.to_string(), at: place.at })
        }
        Source::Process { .. } => Err(RunError::Unknowable { what: "the output of a credential_process", at: call.at }),
        Source::Sso { .. } => Err(RunError::Unknowable { what: "a session of IAM Identity Center", at: call.at }),
        Source::Login { .. } => Err(RunError::Unknowable { what: "a session of the console", at: call.at }),
        Source::WebIdentity { .. } => {
            Err(RunError::Unknowable { what: "AssumeRoleWithWebIdentity, which Rolecall does not offer", at: call.at })
        }
    }
}

/// The secret that stands beside an access key.
fn secret(case: &Case<'_>, call: &Call, access_key_id: &Text) -> Option<String> {
    let (ClientAt::Config(span) | ClientAt::Credentials(span)) = access_key_id.at else {
        let held = call.env.iter().find(|(name, _)| &*name.value == "AWS_SECRET_ACCESS_KEY")?;
        return Some(held.1.to_string());
    };
    let text = case.world.files.text(file_of(call, access_key_id.at)?);
    let place = setting(text, span.start as usize, "aws_secret_access_key")?;
    text.get(place).map(str::to_owned)
}

fn of_user(case: &Case<'_>, place: &Place, access_key_id: &str) -> Credentials {
    let user = case.user_by_key(access_key_id);
    let caller = user.map(|user| {
        let entity = &user.entity;
        let partition = case.directory.account(entity.account.value).map(rolecall_directory::Account::partition);
        let arn = user_arn(
            partition.unwrap_or(rolecall_names::Partition::Aws),
            entity.account.value,
            &entity.path,
            &entity.name,
        );
        Caller { principal_arn: arn.clone(), arn, user_id: entity.id.to_string(), account: entity.account.value }
    });
    let account = access_key_id.parse::<AccessKeyId>().ok().and_then(|key| key.account());
    Credentials {
        access_key_id: access_key_id.to_owned(),
        secret: user
            .and_then(|user| user.access_key.as_ref())
            .map_or_else(String::new, |key| key.secret.reveal().to_owned()),
        token: None,
        first_version: false,
        // A key that nobody in this world has: STS says so.
        caller: caller.unwrap_or_else(|| Caller {
            arn: String::new(),
            principal_arn: String::new(),
            user_id: String::new(),
            account: account.or_else(|| place.account.as_ref().map(|account| account.value)).unwrap_or(NOBODY),
        }),
    }
}

/// The session of the place's role, as the service around it makes one.
fn of_place(case: &Case<'_>, place: &Place, now: Instant) -> Option<Credentials> {
    let account = place.account.as_ref()?.value;
    let role = case.role(account, &place.role.as_ref()?.value)?;
    let key = AccessKeyId::temporary(account, 1);
    let (name, session) = place_session(place, account, role, key, now.plus_seconds(-60))?;
    role_credentials(case, role, &name, &session)
}

/// The session of `role` that the service around a place makes for it at `issued`, and its name; `None` for a place
/// that gives no credentials. The server hands out the same, so that what is said of a place's calls is what they come to.
#[must_use]
pub fn place_session(
    place: &Place,
    account: AccountId,
    role: &Role,
    access_key_id: AccessKeyId,
    issued: Instant,
) -> Option<(String, Session)> {
    let name = match &place.session_name {
        Some(name) => name.to_string(),
        None => derived_session_name(place.kind, account, &place.name)?,
    };
    let session = Session {
        access_key_id,
        holder: Holder::Role { id: role.entity.id, name: name.as_str().into() },
        issued,
        expires: issued.plus_seconds(PLACE_SECONDS),
        version: TokenVersion::V2,
        mfa: None,
        source_identity: None,
        tags: Vec::new(),
        transitive: Vec::new(),
        policy: place.session_policy.as_ref().map(|policy| Arc::from(policy.text.as_str())),
        policy_arns: Vec::new(),
        contexts: Vec::new(),
    };
    Some((name, session))
}

/// The credentials that go with a session of `role`.
pub(super) fn role_credentials(case: &Case<'_>, role: &Role, name: &str, session: &Session) -> Option<Credentials> {
    let entity = &role.entity;
    let account = entity.account.value;
    let made = case.ring.seal(session, [1; 12], 0).ok()?;
    let partition = case.directory.account(account)?.partition();
    Some(Credentials {
        access_key_id: made.access_key_id.to_string(),
        secret: made.secret.to_string(),
        token: Some(made.token),
        first_version: false,
        caller: Caller {
            arn: session_arn(partition, account, &entity.name, name),
            user_id: format!("{}:{name}", entity.id),
            account,
            principal_arn: role_arn(partition, account, &entity.path, &entity.name),
        },
    })
}
