//! Roles.

use super::{
    shared::{self, RoleAt},
    trust,
};
use crate::{outcome::Answer, pipeline::Work, trail::Trail};
use rolecall_directory::{Account, Change, Origin, Role};
use rolecall_names::{IdKind, UniqueId, role_arn};
use rolecall_policy::{Entry, Values, keys};
use rolecall_wire::{Fault, FaultCode, Reply, call, reply};
use std::{collections::BTreeMap, sync::Arc};

/// The most roles an account may hold.
///
/// Source: IAM User Guide, "IAM and AWS STS quotas": the default is 1,000, raised on request; a test deployment has no
/// one to ask, so only the sanity of the store bounds it.
const ROLES: usize = 10_000_000;

/// Seconds a session of a new role may last.
///
/// Source: IAM API Reference, `CreateRole`, `MaxSessionDuration`.
const MAX_SESSION_SECONDS: i32 = 3600;

pub(super) fn create(work: &Work<'_>, input: call::CreateRole, trail: &mut Trail) -> Result<Answer, Fault> {
    let account = work.account()?;
    let path = input.path.as_deref().unwrap_or(shared::ROOT_PATH);
    let arn = role_arn(account.partition(), account.id(), path, &input.role_name);
    trail.resource("AWS::IAM::Role", &arn);
    let tag_keys = shared::tag_keys(&input.tags);
    let mut facts: Vec<Entry<'_>> = shared::request_tags(&input.tags).collect();
    if !tag_keys.is_empty() {
        facts.push((keys::TAG_KEYS, Values::Many(&tag_keys)));
    }
    if let Some(boundary) = &input.permissions_boundary {
        facts.push((keys::IAM_PERMISSIONS_BOUNDARY, Values::One(boundary)));
    }
    let permit = work.ask("iam:CreateRole", &arn, account.id(), None, &facts)?;
    if !input.tags.is_empty() {
        work.ask("iam:TagRole", &arn, account.id(), None, &facts)?;
    }
    let tags = shared::kept_tags(&input.tags)?;
    let trust = trust::saved(work, &input.assume_role_policy_document)?;
    if account.role(&input.role_name).is_some() {
        let text = format!("Role with name {} already exists.", input.role_name);
        return Err(Fault::new(FaultCode::EntityAlreadyExists, text));
    }
    if account.counts().0 >= ROLES {
        let text = format!("Cannot exceed quota for RolesPerAccount: {ROLES}");
        return Err(Fault::new(FaultCode::LimitExceeded, text));
    }
    if let Some(boundary) = &input.permissions_boundary {
        shared::managed_policy(account, boundary)?;
    }
    let role = Arc::new(Role {
        id: UniqueId::new(IdKind::Role, work.circumstances.entropy.unique_id()),
        name: (&*input.role_name).into(),
        path: path.into(),
        created: work.circumstances.now.whole_seconds(),
        description: input.description.map(Into::into),
        max_session_duration: u32::try_from(input.max_session_duration.unwrap_or(MAX_SESSION_SECONDS)).unwrap_or(3600),
        trust,
        inline: BTreeMap::new(),
        attached: Vec::new(),
        boundary: input.permissions_boundary.map(Into::into),
        tags,
        origin: Origin::Api,
    });
    let shown = shown(work, account, &role);
    trail.change(&permit, Change::PutRole { account: account.id(), role });
    Ok(Answer::Reply(Reply::CreateRole(reply::CreateRole { role: shown })))
}

pub(super) fn get(work: &Work<'_>, input: &call::GetRole) -> Result<Answer, Fault> {
    let account = work.account()?;
    let target = RoleAt::named(work, &input.role_name)?;
    work.ask("iam:GetRole", &target.arn, account.id(), None, &target.tag_facts())?;
    let role = shown(work, account, target.found()?);
    Ok(Answer::Reply(Reply::GetRole(reply::GetRole { role })))
}

pub(super) fn list(work: &Work<'_>, input: &call::ListRoles) -> Result<Answer, Fault> {
    let account = work.account()?;
    let prefix = input.path_prefix.as_deref().unwrap_or(shared::ROOT_PATH);
    let resource = role_arn(account.partition(), account.id(), prefix, "");
    work.ask("iam:ListRoles", &resource, account.id(), None, &[])?;
    let after = shared::after(input.marker.as_deref())?;
    let below = account.roles(after.as_deref()).filter(|role| role.path.starts_with(prefix));
    let (roles, marker) = shared::page(below, input.max_items, |role| &role.name);
    // A list leaves out tags and boundary (IAM API Reference, `ListRoles`).
    let roles = roles
        .into_iter()
        .map(|role| reply::Role {
            tags: Vec::new(),
            permissions_boundary: None,
            role_last_used: None,
            ..shown(work, account, role)
        })
        .collect();
    Ok(Answer::Reply(Reply::ListRoles(reply::ListRoles { roles, marker })))
}

pub(super) fn update_trust(
    work: &Work<'_>,
    input: &call::UpdateAssumeRolePolicy,
    trail: &mut Trail,
) -> Result<Answer, Fault> {
    let account = work.account()?;
    let target = RoleAt::named(work, &input.role_name)?;
    trail.resource("AWS::IAM::Role", &target.arn);
    let permit = work.ask("iam:UpdateAssumeRolePolicy", &target.arn, account.id(), None, &target.tag_facts())?;
    let role = Role { trust: trust::saved(work, &input.policy_document)?, ..Role::clone(target.found()?) };
    trail.change(&permit, Change::PutRole { account: account.id(), role: Arc::new(role) });
    Ok(Answer::Reply(Reply::UpdateAssumeRolePolicy))
}

fn shown(work: &Work<'_>, account: &Account, role: &Role) -> reply::Role {
    reply::Role {
        path: role.path.to_string(),
        role_name: role.name.to_string(),
        role_id: role.id,
        arn: role.arn(account.partition(), account.id()),
        create_date: role.created,
        assume_role_policy_document: Some(trust::shown(work.sight.directory, &role.trust)),
        description: role.description.as_deref().map(str::to_owned),
        max_session_duration: i32::try_from(role.max_session_duration).ok(),
        permissions_boundary: role.boundary.as_deref().map(str::to_owned),
        tags: shared::shown_tags(&role.tags),
        role_last_used: None,
    }
}
