//! `GetSessionToken`.

use super::{check_mfa, issue};
use crate::{
    authenticate::Entity,
    authorize::Permit,
    event::EndpointType,
    outcome::Answer,
    session::{Holder, Session},
    trail::Trail,
    work::Work,
};
use rolecall_directory::TokenVersion;
use rolecall_wire::{Fault, FaultCode, Reply, call, reply};

/// Seconds a user's session lasts when the call does not say.
///
/// Source: STS API Reference, `GetSessionToken`, `DurationSeconds`.
const DEFAULT_SECONDS: i32 = 43_200;

/// The most that a root user's session lasts; a longer wish is cut down to it.
const ROOT_SECONDS: i32 = 3_600;

/// Temporary credentials of the user's or root's own. They need no permission, but not everybody can have them.
pub(crate) fn get_session_token(
    work: &Work<'_>,
    input: &call::GetSessionToken,
    trail: &mut Trail,
) -> Result<Answer, Fault> {
    if work.caller.session.is_some() {
        return Err(Fault::new(FaultCode::AccessDenied, "Cannot call GetSessionToken with session credentials"));
    }
    let with_mfa = check_mfa(work, input.serial_number.as_deref(), input.token_code.as_deref(), trail)?;
    let permit = Permit::without_permission();
    let account = work.account()?;
    let wished = input.duration_seconds.unwrap_or(DEFAULT_SECONDS);
    let (holder, seconds) = match &work.caller.entity {
        Entity::User(user) => (Holder::User(user.id), wished),
        Entity::Root => (Holder::Root, wished.min(ROOT_SECONDS)),
        Entity::Role(_) => return Err(Fault::from_code(FaultCode::AccessDenied)),
    };
    let issued = work.circumstances.now.whole_seconds();
    let session = Session {
        access_key_id: issue::key_id(work, account.id()),
        holder,
        issued,
        expires: issued.plus_seconds(i64::from(seconds)),
        version: match work.endpoint.kind {
            EndpointType::Global => account.preferences().global_token,
            EndpointType::Regional => TokenVersion::V2,
        },
        mfa: with_mfa.then_some(issued),
        source_identity: None,
        tags: Vec::new(),
        transitive: Vec::new(),
        policy: None,
        policy_arns: Vec::new(),
        contexts: Vec::new(),
    };
    let credentials = issue::issue(work, &permit, account, &session, input.minimum_session_token_size)?;
    trail.issued = Some(issue::told(&credentials));
    Ok(Answer::Reply(Reply::GetSessionToken(reply::GetSessionToken { credentials: issue::shown(credentials) })))
}
