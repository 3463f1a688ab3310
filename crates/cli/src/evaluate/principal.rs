//! Who asks, from what a line says of them.

use super::context::Context;
use rolecall_names::{Arn, IdKind, Partition, Principal, Session, UniqueId};
use rolecall_policy::{Values, keys};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::{borrow::Cow, sync::Arc};

/// What stands for a principal in a line besides an ARN.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
enum Other<'a> {
    Service(#[serde(borrow)] Cow<'a, str>),
    Federated(#[serde(borrow)] Cow<'a, str>),
    Anonymous(bool),
}

/// Why that is nobody.
#[derive(Debug, thiserror::Error)]
pub(super) enum PrincipalError {
    #[error(
        "a principal is an ARN of a root, user, role, role session or federated user, {{ \"service\": … }}, \
         {{ \"federated\": … }} or {{ \"anonymous\": true }}"
    )]
    NoPrincipal,
    #[error("there is no such partition")]
    Partition,
    #[error("the ARN names no account")]
    Account,
}

/// Reads a principal. What its ARN leaves out (a session's role has a path, everybody a unique id) is taken from
/// `aws:PrincipalArn` and `aws:userid`, where the context has them and they fit.
pub(super) fn read(value: &RawValue, context: &Context) -> Result<Principal, PrincipalError> {
    if value.get().starts_with('"') {
        let arn: Cow<'_, str> = serde_json::from_str(value.get()).map_err(|_| PrincipalError::NoPrincipal)?;
        return from_arn(&arn, context);
    }
    match serde_json::from_str(value.get()) {
        Ok(Other::Service(name)) => Ok(Principal::Service { name: name.into() }),
        Ok(Other::Federated(provider)) => Ok(Principal::Federated { provider: provider.into() }),
        Ok(Other::Anonymous(true)) => Ok(Principal::Anonymous),
        Ok(Other::Anonymous(false)) | Err(_) => Err(PrincipalError::NoPrincipal),
    }
}

fn from_arn(text: &str, context: &Context) -> Result<Principal, PrincipalError> {
    let arn = Arn::parse(text).map_err(|_| PrincipalError::NoPrincipal)?;
    let partition = Partition::from_name(arn.partition).ok_or(PrincipalError::Partition)?;
    let account = arn.account_id().ok_or(PrincipalError::Account)?;
    let session = |role_path: Arc<str>, role_name: &str, name: &str| {
        Principal::Role(Session {
            partition,
            account,
            role_path,
            role_name: role_name.into(),
            role_id: unique_id(IdKind::Role, context),
            name: name.into(),
        })
    };
    if !arn.region.is_empty() {
        return Err(PrincipalError::NoPrincipal);
    }
    match (arn.service, arn.kind_path_name()) {
        ("iam", None) if arn.resource == "root" => Ok(Principal::Root { partition, account }),
        ("iam", Some(("user", path, name))) => {
            let id = unique_id(IdKind::User, context);
            Ok(Principal::User { partition, account, path: path.into(), name: name.into(), id })
        }
        // A role acts in sessions only. This one has no name, so no policy can list it.
        ("iam", Some(("role", path, name))) => Ok(session(path.into(), name, "")),
        ("sts", Some(("assumed-role", _, name))) if !name.is_empty() => {
            let (role, name) = arn.assumed_role().ok_or(PrincipalError::NoPrincipal)?;
            Ok(session(role_path(&arn, role, context), role, name))
        }
        ("sts", Some(("federated-user", "/", name))) => Ok(Principal::FederatedUser {
            partition,
            account,
            name: name.into(),
            // Who asked for the token is not told; no policy names nobody.
            issuer: "".into(),
        }),
        _ => Err(PrincipalError::NoPrincipal),
    }
}

/// The path of a session's role, which `aws:PrincipalArn` has and the session's ARN has not.
fn role_path(session: &Arn<'_>, role: &str, context: &Context) -> Arc<str> {
    let told = match context.get(keys::PRINCIPAL_ARN) {
        Some(Values::One(text)) => Arn::parse(text).ok(),
        _ => None,
    };
    let path = told.and_then(|told| match told.kind_path_name() {
        Some(("role", path, name)) if name == role && told.account == session.account => Some(path),
        _ => None,
    });
    path.unwrap_or("/").into()
}

/// The unique id in front of `aws:userid`, else one that IAM gives nobody.
fn unique_id(kind: IdKind, context: &Context) -> UniqueId {
    let told = match context.get(keys::USER_ID) {
        Some(Values::One(text)) => text.split(':').next().and_then(|id| id.parse::<UniqueId>().ok()),
        _ => None,
    };
    told.filter(|id| id.kind() == Some(kind)).unwrap_or_else(|| UniqueId::new(kind, 0))
}
