//! The one whose calls are simulated.

use super::invalid;
use crate::iam::Task;
use rolecall_directory::Tag;
use rolecall_names::{AccountId, Arn, IdKind, Partition, Principal, Session, UniqueId};
use rolecall_wire::Fault;

/// Somebody who calls, as far as an ARN tells and the directory knows.
pub(super) struct Who<'t> {
    pub(super) principal: Principal,
    /// The tags of the user or role, if it is held here.
    pub(super) tags: &'t [Tag],
}

/// What the ARN of a user, group or role names.
pub(super) struct Parts<'a> {
    partition: Partition,
    pub(super) account: AccountId,
    pub(super) kind: &'a str,
    path: &'a str,
    pub(super) name: &'a str,
}

pub(super) fn parts(text: &str) -> Option<Parts<'_>> {
    let arn = Arn::parse(text).ok().filter(|arn| arn.service == "iam" && arn.region.is_empty())?;
    let (kind, path, name) = arn.kind_path_name()?;
    Some(Parts { partition: Partition::from_name(arn.partition)?, account: arn.account_id()?, kind, path, name })
}

/// AWS's words: newrelic/newrelic-lambda-cli issue 96.
pub(super) fn no_entity(arn: &str) -> Fault {
    invalid(format!("Invalid Entity Arn: {arn}"))
}

/// The user or role with this ARN. One that is not held here acts under its name alone: no unique id is its own.
pub(super) fn read<'t>(task: &Task<'t>, text: &str) -> Result<Who<'t>, Fault> {
    let Parts { partition, account, kind, path, name } = parts(text).ok_or_else(|| no_entity(text))?;
    let held = task.work.sight.directory.account(account);
    let who = |principal, tags: Option<&'t [Tag]>| Who { principal, tags: tags.unwrap_or_default() };
    match kind {
        "user" => {
            let user = held.and_then(|held| held.user(name)).filter(|user| *user.path == *path && *user.name == *name);
            let id = user.map_or_else(|| UniqueId::new(IdKind::User, 0), |user| user.id);
            let principal = Principal::User { partition, account, path: path.into(), name: name.into(), id };
            Ok(who(principal, user.map(|user| &*user.tags)))
        }
        "role" => {
            let role = held.and_then(|held| held.role(name)).filter(|role| *role.path == *path && *role.name == *name);
            let session = Session {
                partition,
                account,
                role_path: path.into(),
                role_name: name.into(),
                role_id: role.map_or_else(|| UniqueId::new(IdKind::Role, 0), |role| role.id),
                // A session of the role under no name that a policy could list.
                name: "".into(),
            };
            Ok(who(Principal::Role(session), role.map(|role| &*role.tags)))
        }
        _ => Err(no_entity(text)),
    }
}
