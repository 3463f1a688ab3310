//! The operations of STS.

mod assume_role;
mod issue;
mod session_token;
mod tags;

pub(crate) use assume_role::assume_role;
pub(crate) use session_token::get_session_token;

use crate::{mfa, outcome::Answer, trail::Trail, work::Work};
use rolecall_directory::{Change, KeyOwner, MfaDevice};
use rolecall_names::AccessKeyId;
use rolecall_wire::{Fault, FaultCode, Reply, call, reply};
use std::sync::Arc;

/// Answers whoever has credentials, whatever policies say.
///
/// Source: STS API Reference, `GetCallerIdentity`: no permissions are required, not even an explicit deny counts.
pub(crate) fn get_caller_identity(work: &Work<'_>) -> Answer {
    let caller = work.caller;
    Answer::Reply(Reply::GetCallerIdentity(reply::GetCallerIdentity {
        user_id: caller.principal.user_id().unwrap_or_default(),
        account: caller.account,
        arn: caller.arn(),
    }))
}

/// Tells the account of a key, which its id alone holds.
pub(crate) fn get_access_key_info(work: &Work<'_>, input: &call::GetAccessKeyInfo) -> Result<Answer, Fault> {
    work.ask("sts:GetAccessKeyInfo", "*", work.caller.account, None, &[])?;
    let unknown = || Fault::new(FaultCode::ValidationError, format!("Invalid AccessKey: {}", input.access_key_id));
    let key: AccessKeyId = input.access_key_id.parse().map_err(|_| unknown())?;
    let held = work.sight.directory.key(&key).map(|key| key.account);
    let account = held.or_else(|| key.account()).ok_or_else(unknown)?;
    Ok(Answer::Reply(Reply::GetAccessKeyInfo(reply::GetAccessKeyInfo { account })))
}

/// Checks the one-time code that came with a call, if one did, and spends it. Whether one did.
///
/// Only a user or the root has devices; a code beside a role session's credentials fits none.
fn check_mfa(work: &Work<'_>, serial: Option<&str>, code: Option<&str>, trail: &mut Trail) -> Result<bool, Fault> {
    let denied = |text| Fault::new(FaultCode::AccessDenied, text);
    let (serial, code) = match (serial, code) {
        (None, None) => return Ok(false),
        (Some(serial), Some(code)) => (serial, code),
        _ => {
            let text = "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.";
            return Err(denied(text));
        }
    };
    let owner = match &work.caller.entity {
        crate::authenticate::Entity::Root => Some(KeyOwner::Root),
        crate::authenticate::Entity::User(user) => Some(KeyOwner::User(user.id)),
        crate::authenticate::Entity::Role(_) => None,
    };
    let device = work
        .account()?
        .device(serial)
        .filter(|device| owner.is_some() && device.holder.map(|(holder, _)| holder) == owner);
    let Some(device) = device else {
        // AWS writes two blanks.
        return Err(denied(
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is \
             valid and associated with this user.",
        ));
    };
    let seed = mfa::decode_seed(device.seed.reveal()).unwrap_or_default();
    let Some(step) = mfa::accept(&seed, code, work.circumstances.now, device.spent_step) else {
        return Err(denied("MultiFactorAuthentication failed with invalid MFA one time pass code."));
    };
    let spent = MfaDevice { spent_step: step, ..MfaDevice::clone(device) };
    trail.spend(Change::PutDevice { account: work.caller.account, device: Arc::new(spent) });
    Ok(true)
}
