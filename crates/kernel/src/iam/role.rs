//! Roles.

use super::{
    Task, boundary,
    entity::{At, Entity, bare, makeable, page_below},
    quota, shared, told, trust,
};
use rolecall_directory::{Change, Origin, Role};
use rolecall_names::{IdKind, UniqueId, role_arn};
use rolecall_wire::{Fault, Reply, call, reply};
use std::{collections::BTreeMap, sync::Arc};

/// Seconds a session of a new role may last.
///
/// Source: IAM API Reference, `CreateRole`, `MaxSessionDuration`.
const MAX_SESSION_SECONDS: u32 = 3600;

pub(crate) fn create(task: &mut Task<'_>, input: &call::CreateRole) -> Result<Reply, Fault> {
    let account = task.account;
    let path = input.path.as_deref().unwrap_or(shared::ROOT_PATH);
    let arn = role_arn(account.partition(), account.id(), path, &input.role_name);
    let boundary = input.permissions_boundary.as_deref();
    let (permit, tags) = makeable::<Role>(task, &arn, &input.tags, boundary)?;
    let trust = trust::saved(task.work, &input.assume_role_policy_document)?;
    if account.role(&input.role_name).is_some() {
        return Err(shared::exists(format!("Role with name {} already exists.", input.role_name)));
    }
    if account.counts().0 >= quota::PER_ACCOUNT {
        return Err(quota::exceeded("RolesPerAccount", quota::PER_ACCOUNT));
    }
    boundary::fitting(account, boundary)?;
    let role = Role {
        id: UniqueId::new(IdKind::Role, task.work.circumstances.entropy.unique_id()),
        name: (&*input.role_name).into(),
        path: path.into(),
        created: task.work.circumstances.now.whole_seconds(),
        description: input.description.as_deref().and_then(described),
        max_session_duration: seconds(input.max_session_duration).unwrap_or(MAX_SESSION_SECONDS),
        trust,
        inline: BTreeMap::new(),
        attached: Vec::new(),
        boundary: boundary.map(Into::into),
        tags,
        origin: Origin::Api,
    };
    // The reply leaves out what GetRole tells.
    let shown =
        reply::Role { description: None, max_session_duration: None, tags: input.tags.clone(), ..shown(task, &role) };
    task.trail.response = Some(told::role(&shown));
    task.change(&permit, role.put(account.id()));
    Ok(Reply::CreateRole(reply::CreateRole { role: shown }))
}

pub(crate) fn get(task: &Task<'_>, input: &call::GetRole) -> Result<Reply, Fault> {
    let (_, role) = At::<Role>::of(task, &input.role_name).permitted(task, &[])?;
    Ok(Reply::GetRole(reply::GetRole { role: shown(task, role) }))
}

pub(crate) fn list(task: &Task<'_>, input: &call::ListRoles) -> Result<Reply, Fault> {
    let (prefix, marker) = (input.path_prefix.as_deref(), input.marker.as_deref());
    let (roles, marker) = page_below::<Role>(task, prefix, marker, input.max_items)?;
    // A list leaves out tags and boundary (IAM API Reference, `ListRoles`).
    let roles = roles
        .into_iter()
        .map(|role| reply::Role { tags: Vec::new(), permissions_boundary: None, ..shown(task, role) })
        .collect();
    Ok(Reply::ListRoles(reply::ListRoles { roles, marker }))
}

/// Changes what is given and leaves the rest as it is.
pub(crate) fn update(task: &mut Task<'_>, input: &call::UpdateRole) -> Result<Reply, Fault> {
    let (permit, role) = At::<Role>::of(task, &input.role_name).changeable(task, &[])?;
    let mut role = Role::clone(role);
    if let Some(description) = &input.description {
        role.description = described(description);
    }
    if let Some(seconds) = seconds(input.max_session_duration) {
        role.max_session_duration = seconds;
    }
    task.change(&permit, role.put(task.account.id()));
    Ok(Reply::UpdateRole)
}

pub(crate) fn update_description(task: &mut Task<'_>, input: &call::UpdateRoleDescription) -> Result<Reply, Fault> {
    let (permit, role) = At::<Role>::of(task, &input.role_name).changeable(task, &[])?;
    let role = Role { description: described(&input.description), ..Role::clone(role) };
    let shown = reply::Role { max_session_duration: None, ..shown(task, &role) };
    task.trail.response = Some(told::role(&shown));
    task.change(&permit, role.put(task.account.id()));
    Ok(Reply::UpdateRoleDescription(reply::UpdateRoleDescription { role: shown }))
}

pub(crate) fn update_trust(task: &mut Task<'_>, input: &call::UpdateAssumeRolePolicy) -> Result<Reply, Fault> {
    let (permit, role) = At::<Role>::of(task, &input.role_name).changeable(task, &[])?;
    let role = Role { trust: trust::saved(task.work, &input.policy_document)?, ..Role::clone(role) };
    task.change(&permit, role.put(task.account.id()));
    Ok(Reply::UpdateAssumeRolePolicy)
}

pub(crate) fn delete(task: &mut Task<'_>, input: &call::DeleteRole) -> Result<Reply, Fault> {
    let (permit, role) = At::<Role>::of(task, &input.role_name).changeable(task, &[])?;
    bare(&**role)?;
    task.change(&permit, Change::DeleteRole { account: task.account.id(), name: role.name.clone() });
    Ok(Reply::DeleteRole)
}

/// The wire has checked the range.
fn seconds(given: Option<i32>) -> Option<u32> {
    given.and_then(|seconds| u32::try_from(seconds).ok())
}

/// An empty description is none.
fn described(text: &str) -> Option<Arc<str>> {
    (!text.is_empty()).then(|| text.into())
}

fn shown(task: &Task<'_>, role: &Role) -> reply::Role {
    reply::Role {
        path: role.path.to_string(),
        role_name: role.name.to_string(),
        role_id: role.id,
        arn: role.arn_in(task.account),
        create_date: role.created,
        assume_role_policy_document: Some(trust::shown(task.work.sight.directory, &role.trust)),
        description: role.description.as_deref().map(str::to_owned),
        max_session_duration: i32::try_from(role.max_session_duration).ok(),
        permissions_boundary: role.boundary.as_deref().map(str::to_owned),
        tags: shared::shown_tags(&role.tags),
        role_last_used: None,
    }
}
