//! Trust policies on their way in and out: a principal is kept as its unique id and shown as its ARN.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal": on saving, the ARN of a user or role becomes its
//! unique id; shown, it is an ARN again, or the id once the principal is gone.

use super::quota;
use crate::work::Work;
use rolecall_directory::{Directory, Named, PolicyText};
use rolecall_names::{Arn, UniqueId, role_arn, root_arn, user_arn};
use rolecall_policy::{Kind, Malformed, PrincipalKind, PrincipalValue, check};
use rolecall_wire::{Fault, FaultCode};

/// A trust policy as it is kept.
///
/// # Errors
/// `MalformedPolicyDocument` in AWS's words, also for a principal that does not exist; `LimitExceeded` for a
/// document that is too long.
pub(super) fn saved(work: &Work<'_>, text: &str) -> Result<PolicyText, Fault> {
    let refused = |malformed: Malformed| Fault::new(FaultCode::MalformedPolicyDocument, malformed.aws_message(text));
    let document = check(Kind::Trust, text).map_err(refused)?;
    if quota::size(text) > quota::TRUST_SIZE {
        return Err(quota::exceeded("ACLSizePerRole", quota::TRUST_SIZE));
    }
    let partition = work.account()?.partition();
    let directory = work.sight.directory;
    for value in document.principals() {
        if value.kind == PrincipalKind::Aws && !known(directory, partition.as_str(), &value) {
            return Err(refused(Malformed::unknown_principal(&value)));
        }
    }
    Ok(PolicyText::new(&document.replace_principals(|value| match value.kind {
        PrincipalKind::Aws => kept(directory, value.value),
        _ => None,
    })))
}

/// A trust policy as it is shown.
pub(super) fn shown(directory: &Directory, text: &PolicyText) -> String {
    let Ok(document) = rolecall_policy::Document::parse(text.as_str()) else { return text.as_str().to_owned() };
    document.replace_principals(|value| {
        let id: UniqueId = value.value.parse().ok()?;
        arn_of(directory, &id)
    })
}

fn arn_of(directory: &Directory, id: &UniqueId) -> Option<String> {
    match directory.named(id)? {
        Named::Role(..) => {
            let (account, role) = directory.role(id)?;
            Some(role_arn(account.partition(), account.id(), &role.path, &role.name))
        }
        Named::User(..) => {
            let (account, user) = directory.user(id)?;
            Some(user_arn(account.partition(), account.id(), &user.path, &user.name))
        }
    }
}

/// Whether there is such a principal. Accounts that are not held here are taken at their word.
fn known(directory: &Directory, partition: &str, value: &PrincipalValue<'_>) -> bool {
    let text = value.value;
    if text == "*" || (text.len() == 12 && text.parse::<rolecall_names::AccountId>().is_ok()) {
        return true;
    }
    if let Ok(id) = text.parse::<UniqueId>() {
        return directory.named(&id).is_some();
    }
    let Ok(arn) = Arn::parse(text) else { return false };
    let Some(account) = arn.account_id() else { return false };
    if arn.partition != partition || !arn.region.is_empty() {
        return false;
    }
    match arn.service {
        "iam" if arn.resource == "root" => true,
        "iam" if directory.account(account).is_some() => id_of(directory, &arn).is_some(),
        "iam" => matches!(arn.kind_path_name(), Some(("role" | "user", ..))),
        "sts" => match (arn.assumed_role(), directory.account(account)) {
            (Some((role, _)), Some(held)) => held.role(role).is_some_and(|known| *known.name == *role),
            (Some(_), None) => true,
            (None, _) => arn.resource.starts_with("federated-user/"),
        },
        _ => false,
    }
}

/// What stands in the kept text for `text`; `None` where the text itself does.
fn kept(directory: &Directory, text: &str) -> Option<String> {
    if let Ok(account) = text.parse::<rolecall_names::AccountId>() {
        let partition = directory.account(account).map_or(rolecall_names::Partition::Aws, |held| held.partition());
        return Some(root_arn(partition, account));
    }
    id_of(directory, &Arn::parse(text).ok()?).map(|id| id.to_string())
}

fn id_of(directory: &Directory, arn: &Arn<'_>) -> Option<UniqueId> {
    if arn.service != "iam" {
        return None;
    }
    let account = directory.account(arn.account_id()?)?;
    match arn.kind_path_name()? {
        ("role", path, name) => {
            account.role(name).filter(|role| *role.path == *path && *role.name == *name).map(|role| role.id)
        }
        ("user", path, name) => {
            account.user(name).filter(|user| *user.path == *path && *user.name == *name).map(|user| user.id)
        }
        _ => None,
    }
}
