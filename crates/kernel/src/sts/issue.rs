//! Making credentials. Nothing else in the kernel seals a token, and sealing one takes a permit.

use crate::{
    authorize::Permit,
    event,
    session::{Credentials, Session, TokenError},
    work::Work,
};
use rolecall_directory::Account;
use rolecall_names::{AccessKeyId, AccountId};
use rolecall_wire::{Fault, FaultCode, reply};

/// The id of the key about to be made.
pub(super) fn key_id(work: &Work<'_>, account: AccountId) -> AccessKeyId {
    AccessKeyId::temporary(account, work.circumstances.entropy.key_id())
}

/// Seals `session` for `account`, where the endpoint's Region makes credentials for it.
///
/// Source: IAM User Guide, "Manage AWS STS in an AWS Region": it is the account in which the credentials are made
/// that must have the Region active. Text and status: facts of record.
pub(super) fn issue(
    work: &Work<'_>,
    _: &Permit,
    account: &Account,
    session: &Session,
    least_size: Option<i32>,
) -> Result<Credentials, Fault> {
    if !account.preferences().sts_active(work.endpoint.region) {
        let text = format!(
            "STS is not activated in this region for account:{}. Your account administrator can activate STS in this \
             region using the IAM Console.",
            account.id()
        );
        return Err(Fault::new(FaultCode::RegionDisabledException, text));
    }
    let least = usize::try_from(least_size.unwrap_or(0)).unwrap_or(0);
    work.sight.ring.seal(session, work.circumstances.entropy.nonce(), least).map_err(|error| match error {
        TokenError::TooLarge { percent } => {
            Fault::new(FaultCode::PackedPolicyTooLarge, format!("Packed policy consumes {percent}% of allotted space"))
        }
        TokenError::Invalid => Fault::from_code(FaultCode::InternalFailure),
    })
}

/// The credentials as the record shows them.
pub(super) fn told(credentials: &Credentials) -> event::Issued {
    event::Issued {
        access_key_id: credentials.access_key_id,
        token: credentials.sealed.clone(),
        expiration: credentials.expiration,
        assumed_role: None,
        source_identity: None,
        packed_policy_size: None,
    }
}

/// The credentials as the caller gets them.
pub(super) fn shown(credentials: Credentials) -> reply::Credentials {
    reply::Credentials {
        access_key_id: credentials.access_key_id,
        secret_access_key: credentials.secret.to_string(),
        session_token: credentials.token,
        expiration: credentials.expiration,
    }
}
