//! Long-term access keys of users and of the root.

use super::{Task, owner::Owner, quota, shared, told};
use crate::outcome::{Answer, View};
use base64::{Engine, engine::general_purpose::STANDARD};
use rolecall_directory::{AccessKey, Change, KeyOwner, Origin, Secret, User};
use rolecall_names::{AccessKeyId, root_arn};
use rolecall_wire::{
    Fault, FaultCode, Reply,
    call::{self, KeyStatus},
    reply,
};
use std::sync::Arc;

const TYPE: &str = "AWS::IAM::AccessKey";

pub(crate) fn create(task: &mut Task<'_>, input: &call::CreateAccessKey) -> Result<Reply, Fault> {
    let (permit, owner) = Owner::permitted(task, input.user_name.as_deref())?;
    let account = task.account.id();
    if task.work.sight.directory.keys_of(account, owner.id()).count() >= quota::ACCESS_KEYS_PER_USER {
        return Err(quota::exceeded("AccessKeysPerUser", quota::ACCESS_KEYS_PER_USER));
    }
    let entropy = &task.work.circumstances.entropy;
    let id = AccessKeyId::long_term(account, entropy.key_id());
    // Forty characters, as AWS's secrets have.
    let secret = Secret::new(STANDARD.encode(entropy.secret()));
    let created = task.work.circumstances.now.whole_seconds();
    let shown = reply::AccessKey {
        user_name: owner.name().map(str::to_owned),
        access_key_id: id,
        status: KeyStatus::Active,
        secret_access_key: secret.reveal().to_owned(),
        create_date: Some(created),
    };
    task.trail.resource(TYPE, id.as_str());
    task.trail.response = Some(told::access_key(&shown));
    let owner = owner.key_owner();
    let key = AccessKey { id, account, owner, secret, active: true, created, origin: Origin::Api };
    task.change(&permit, Change::PutAccessKey(Arc::new(key)));
    Ok(Reply::CreateAccessKey(reply::CreateAccessKey { access_key: shown }))
}

pub(crate) fn list(task: &Task<'_>, input: &call::ListAccessKeys) -> Result<Reply, Fault> {
    let (_, owner) = Owner::permitted(task, input.user_name.as_deref())?;
    let after = shared::after(input.marker.as_deref())?.unwrap_or_default();
    let keys = task.work.sight.directory.keys_of(task.account.id(), owner.id());
    let behind = keys.filter(|key| key.id.as_str() > &*after);
    let (keys, marker) = shared::page(behind, input.max_items, |key| key.id.to_string());
    let access_key_metadata = keys
        .into_iter()
        .map(|key| reply::AccessKeyMetadata {
            user_name: owner.name().map(str::to_owned),
            access_key_id: key.id,
            status: if key.active { KeyStatus::Active } else { KeyStatus::Inactive },
            create_date: key.created,
        })
        .collect();
    Ok(Reply::ListAccessKeys(reply::ListAccessKeys { access_key_metadata, marker }))
}

pub(crate) fn update(task: &mut Task<'_>, input: &call::UpdateAccessKey) -> Result<Reply, Fault> {
    task.trail.resource(TYPE, &input.access_key_id);
    let (permit, owner) = Owner::permitted(task, input.user_name.as_deref())?;
    let key = held(task, &owner, &input.access_key_id)?;
    let active = match input.status {
        KeyStatus::Active => true,
        KeyStatus::Inactive => false,
        // The API Reference gives the words for the other two only: expiry is not for callers to set.
        KeyStatus::Expired => {
            return Err(Fault::new(FaultCode::InvalidInput, "The status Expired cannot be assigned to an access key."));
        }
    };
    task.change(&permit, Change::PutAccessKey(Arc::new(AccessKey { active, ..AccessKey::clone(key) })));
    Ok(Reply::UpdateAccessKey)
}

pub(crate) fn delete(task: &mut Task<'_>, input: &call::DeleteAccessKey) -> Result<Reply, Fault> {
    task.trail.resource(TYPE, &input.access_key_id);
    let (permit, owner) = Owner::permitted(task, input.user_name.as_deref())?;
    let id = held(task, &owner, &input.access_key_id)?.id;
    task.change(&permit, Change::DeleteAccessKey(id));
    Ok(Reply::DeleteAccessKey)
}

/// When a key was last used is in the log, not in the directory: the kernel says who may look.
///
/// A key that is not the account's gets the sentence for one that may not be looked at.
pub(crate) fn last_used(task: &Task<'_>, input: &call::GetAccessKeyLastUsed) -> Result<Answer, Fault> {
    let account = task.account;
    let directory = task.work.sight.directory;
    let id: Option<AccessKeyId> = input.access_key_id.parse().ok();
    let key = id.and_then(|id| directory.key(&id)).filter(|key| key.account == account.id());
    let user = key.and_then(|key| match key.owner {
        KeyOwner::User(id) => directory.user(&id).map(|(_, user)| user),
        KeyOwner::Root => None,
    });
    let Some(key) = key else {
        let text = format!(
            "User: {} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key {}",
            task.work.caller.arn(),
            input.access_key_id
        );
        return Err(Fault::new(FaultCode::AccessDenied, text));
    };
    let arn = match user {
        Some(user) => User::arn(user, account.partition(), account.id()),
        None => root_arn(account.partition(), account.id()),
    };
    let facts: Vec<_> = user.into_iter().flat_map(|user| shared::resource_tags(&user.tags)).collect();
    task.ask(&arn, &facts)?;
    let user_name = user.map(|user| user.name.to_string());
    Ok(Answer::View(View::LastUsed { key: key.id, user_name }))
}

fn held<'t>(task: &Task<'t>, owner: &Owner<'_>, id: &str) -> Result<&'t Arc<AccessKey>, Fault> {
    let account = task.account.id();
    let key = id.parse().ok().and_then(|id: AccessKeyId| task.work.sight.directory.key(&id));
    key.filter(|key| key.account == account && key.owner == owner.key_owner())
        .ok_or_else(|| shared::no_such(format!("The Access Key with id {id} cannot be found.")))
}
