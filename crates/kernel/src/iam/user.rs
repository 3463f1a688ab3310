//! Users.

use super::{
    Task, boundary,
    entity::{At, Entity, bare, makeable, page_below},
    owner::Owner,
    quota, shared, told,
};
use rolecall_directory::{Change, KeyOwner, Origin, User};
use rolecall_names::{IdKind, UniqueId, root_arn, user_arn};
use rolecall_policy::Entry;
use rolecall_wire::{Fault, Reply, call, reply};
use std::collections::BTreeMap;

pub(crate) fn create(task: &mut Task<'_>, input: &call::CreateUser) -> Result<Reply, Fault> {
    let account = task.account;
    let path = input.path.as_deref().unwrap_or(shared::ROOT_PATH);
    let arn = user_arn(account.partition(), account.id(), path, &input.user_name);
    let boundary = input.permissions_boundary.as_deref();
    let (permit, tags) = makeable::<User>(task, &arn, &input.tags, boundary)?;
    if account.user(&input.user_name).is_some() {
        return Err(taken(&input.user_name));
    }
    if account.counts().1 >= quota::PER_ACCOUNT {
        return Err(quota::exceeded("UsersPerAccount", quota::PER_ACCOUNT));
    }
    boundary::fitting(account, boundary)?;
    let user = User {
        id: UniqueId::new(IdKind::User, task.work.circumstances.entropy.unique_id()),
        name: (&*input.user_name).into(),
        path: path.into(),
        created: task.work.circumstances.now.whole_seconds(),
        inline: BTreeMap::new(),
        attached: Vec::new(),
        boundary: boundary.map(Into::into),
        tags,
        origin: Origin::Api,
    };
    let shown = reply::User { tags: input.tags.clone(), ..shown(task, &user) };
    task.trail.response = Some(told::user(&shown));
    task.change(&permit, user.put(account.id()));
    Ok(Reply::CreateUser(reply::CreateUser { user: shown }))
}

pub(crate) fn get(task: &Task<'_>, input: &call::GetUser) -> Result<Reply, Fault> {
    let user = match Owner::permitted(task, input.user_name.as_deref())?.1 {
        Owner::User(user) => shown(task, user),
        Owner::Root => root(task),
    };
    Ok(Reply::GetUser(reply::GetUser { user }))
}

pub(crate) fn list(task: &Task<'_>, input: &call::ListUsers) -> Result<Reply, Fault> {
    let (prefix, marker) = (input.path_prefix.as_deref(), input.marker.as_deref());
    let (users, marker) = page_below::<User>(task, prefix, marker, input.max_items)?;
    // A list leaves out tags and boundary (IAM API Reference, `ListUsers`).
    let users = users
        .into_iter()
        .map(|user| reply::User { tags: Vec::new(), permissions_boundary: None, ..shown(task, user) })
        .collect();
    Ok(Reply::ListUsers(reply::ListUsers { users, marker }))
}

/// Renames and moves a user, whose id, keys and devices stay what they are.
///
/// Source: IAM User Guide, "Rename an IAM user": permission is needed for the user as it was and as it will be.
pub(crate) fn update(task: &mut Task<'_>, input: &call::UpdateUser) -> Result<Reply, Fault> {
    let account = task.account;
    let at = At::<User>::of(task, &input.user_name);
    let (permit, before) = at.changeable(task, &[])?;
    let name = input.new_user_name.as_deref().unwrap_or(&before.name);
    let path = input.new_path.as_deref().unwrap_or(&before.path);
    let arn = user_arn(account.partition(), account.id(), path, name);
    if arn != at.arn {
        let facts: Vec<Entry<'_>> = shared::resource_tags(&before.tags).collect();
        task.ask(&arn, &facts)?;
    }
    if account.user(name).is_some_and(|other| other.id != before.id) {
        return Err(taken(name));
    }
    let after = User { name: name.into(), path: path.into(), ..User::clone(before) };
    if !before.name.eq_ignore_ascii_case(name) {
        task.change(&permit, Change::DeleteUser { account: account.id(), name: before.name.clone() });
    }
    task.change(&permit, after.put(account.id()));
    Ok(Reply::UpdateUser)
}

pub(crate) fn delete(task: &mut Task<'_>, input: &call::DeleteUser) -> Result<Reply, Fault> {
    let account = task.account;
    let (permit, user) = At::<User>::of(task, &input.user_name).changeable(task, &[])?;
    bare(&**user)?;
    if task.work.sight.directory.keys_of(account.id(), Some(user.id)).next().is_some() {
        return Err(shared::conflict("Cannot delete entity, must delete access keys first."));
    }
    let holds = |holder: KeyOwner| holder == KeyOwner::User(user.id);
    if account.devices(None).any(|device| device.holder.is_some_and(|(holder, _)| holds(holder))) {
        // Text: rebuy-de/aws-nuke issue 281.
        return Err(shared::conflict("Cannot delete entity, must delete MFA device first."));
    }
    task.change(&permit, Change::DeleteUser { account: account.id(), name: user.name.clone() });
    Ok(Reply::DeleteUser)
}

fn taken(name: &str) -> Fault {
    shared::exists(format!("User with name {name} already exists."))
}

pub(super) fn shown(task: &Task<'_>, user: &User) -> reply::User {
    reply::User {
        path: Some(user.path.to_string()),
        user_name: Some(user.name.to_string()),
        user_id: user.id.to_string(),
        arn: user.arn_in(task.account),
        create_date: user.created,
        password_last_used: None,
        permissions_boundary: user.boundary.as_deref().map(str::to_owned),
        tags: shared::shown_tags(&user.tags),
    }
}

/// The root user. When its account began is not kept; its first key is the oldest trace of it.
pub(super) fn root(task: &Task<'_>) -> reply::User {
    let account = task.account;
    let oldest = task.work.sight.directory.keys_of(account.id(), None).map(|key| key.created).min();
    reply::User {
        path: None,
        user_name: None,
        user_id: account.id().to_string(),
        arn: root_arn(account.partition(), account.id()),
        create_date: oldest.unwrap_or(task.work.circumstances.now).whole_seconds(),
        password_last_used: None,
        permissions_boundary: None,
        tags: Vec::new(),
    }
}
