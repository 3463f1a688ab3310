//! Versions of managed policies. One is in force; the others wait, five at most together.

use super::{
    Task,
    entity::{At, Entity},
    managed::{AWS_CREATED, Readable, checked},
    quota, shared, told,
};
use rolecall_directory::{ManagedPolicy, PolicyVersion, Versions};
use rolecall_names::Instant;
use rolecall_wire::{Fault, FaultCode, Reply, call, reply};

/// A new version, which comes into force if the call says so.
pub(crate) fn create(task: &mut Task<'_>, input: &call::CreatePolicyVersion) -> Result<Reply, Fault> {
    let (permit, policy) = At::<ManagedPolicy>::of(task, &input.policy_arn).changeable(task, &[])?;
    let text = checked(&input.policy_document)?;
    if policy.versions.others.len() + 1 >= quota::VERSIONS {
        // Text: 99designs/iamy issue 21.
        let text = "A managed policy can have up to 5 versions. Before you create a new version, you must delete an \
                    existing version.";
        return Err(Fault::new(FaultCode::LimitExceeded, text));
    }
    let now = task.work.circumstances.now.whole_seconds();
    let mut policy = ManagedPolicy::clone(policy);
    policy.versions.last += 1;
    let made = PolicyVersion { number: policy.versions.last, made: Some(now), text };
    let in_force = input.set_as_default.unwrap_or(false);
    let shown = shown(&policy, &made, in_force);
    policy.versions.others.push(made);
    if in_force {
        let newest = policy.versions.last;
        enforce(&mut policy, newest);
    }
    task.trail.response = Some(told::policy_version(&shown));
    task.change(&permit, policy.put(task.account.id()));
    Ok(Reply::CreatePolicyVersion(reply::CreatePolicyVersion { policy_version: shown }))
}

pub(crate) fn set_default(task: &mut Task<'_>, input: &call::SetDefaultPolicyVersion) -> Result<Reply, Fault> {
    let (permit, policy) = At::<ManagedPolicy>::of(task, &input.policy_arn).changeable(task, &[])?;
    let number = number(&input.version_id).filter(|number| all(policy).any(|version| version.number == *number));
    let number = number.ok_or_else(|| absent(&input.policy_arn, &input.version_id))?;
    let mut policy = ManagedPolicy::clone(policy);
    enforce(&mut policy, number);
    task.change(&permit, policy.put(task.account.id()));
    Ok(Reply::SetDefaultPolicyVersion)
}

pub(crate) fn delete(task: &mut Task<'_>, input: &call::DeletePolicyVersion) -> Result<Reply, Fault> {
    let (permit, policy) = At::<ManagedPolicy>::of(task, &input.policy_arn).changeable(task, &[])?;
    let number = number(&input.version_id).filter(|number| all(policy).any(|version| version.number == *number));
    let number = number.ok_or_else(|| absent(&input.policy_arn, &input.version_id))?;
    if number == policy.versions.in_force {
        // Text: what others who compared themselves with AWS answer.
        return Err(shared::conflict("Cannot delete the default version of a policy."));
    }
    let mut policy = ManagedPolicy::clone(policy);
    policy.versions.others.retain(|version| version.number != number);
    task.change(&permit, policy.put(task.account.id()));
    Ok(Reply::DeletePolicyVersion)
}

pub(crate) fn get(task: &Task<'_>, input: &call::GetPolicyVersion) -> Result<Reply, Fault> {
    let arn = &input.policy_arn;
    let policy = Readable::permitted(task, arn)?;
    shared::valid_policy_arn(arn)?;
    let number = number(&input.version_id);
    let found = policy.and_then(|policy| match policy {
        Readable::Own(policy) => {
            let version = all(policy).find(|version| Some(version.number) == number)?;
            let is_default = version.number == policy.versions.in_force;
            Some((shown(policy, &version, is_default), version.text.as_str().to_owned()))
        }
        Readable::Aws(policy) => (number == Some(1)).then(|| (aws_version(), policy.text.as_str().to_owned())),
    });
    let (version, document) = found.ok_or_else(|| absent(arn, &input.version_id))?;
    let policy_version = reply::PolicyVersion { document: Some(document), ..version };
    Ok(Reply::GetPolicyVersion(reply::GetPolicyVersion { policy_version }))
}

/// The newest first, as in the examples of the AWS CLI Command Reference, `list-policy-versions`.
pub(crate) fn list(task: &Task<'_>, input: &call::ListPolicyVersions) -> Result<Reply, Fault> {
    let Some(policy) = Readable::permitted(task, &input.policy_arn)? else {
        return Err(ManagedPolicy::absent(task, &input.policy_arn));
    };
    let before = match shared::after(input.marker.as_deref())? {
        Some(id) => number(&id).ok_or_else(shared::invalid_marker)?,
        None => u32::MAX,
    };
    let mut versions: Vec<(u32, reply::PolicyVersion)> = match policy {
        Readable::Own(policy) => all(policy)
            .map(|version| (version.number, shown(policy, &version, version.number == policy.versions.in_force)))
            .collect(),
        Readable::Aws(_) => vec![(1, aws_version())],
    };
    versions.retain(|(number, _)| *number < before);
    versions.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    let versions = versions.into_iter().map(|(_, version)| version);
    let (versions, marker) = shared::page(versions, input.max_items, |version| version.version_id.clone());
    Ok(Reply::ListPolicyVersions(reply::ListPolicyVersions { versions, marker }))
}

/// `v1` for 1.
pub(super) fn id(number: u32) -> String {
    format!("v{number}")
}

/// When the newest version that is still there was made.
///
/// Source: IAM API Reference, `Policy`, `UpdateDate`.
pub(super) fn latest(policy: &ManagedPolicy) -> Instant {
    all(policy).filter_map(|version| version.made).max().unwrap_or(policy.created)
}

fn number(id: &str) -> Option<u32> {
    id.strip_prefix('v')?.parse().ok()
}

/// Every version, the one in force among them.
fn all(policy: &ManagedPolicy) -> impl Iterator<Item = PolicyVersion> {
    let Versions { in_force, made, ref others, .. } = policy.versions;
    let in_force = PolicyVersion { number: in_force, made, text: policy.text.clone() };
    others.iter().cloned().chain(std::iter::once(in_force))
}

/// Brings the version of that number into force, if it is one of those that wait.
fn enforce(policy: &mut ManagedPolicy, number: u32) {
    let Some(place) = policy.versions.others.iter().position(|version| version.number == number) else { return };
    let next = policy.versions.others.swap_remove(place);
    let text = std::mem::replace(&mut policy.text, next.text);
    let before = PolicyVersion { number: policy.versions.in_force, made: policy.versions.made, text };
    policy.versions.others.push(before);
    (policy.versions.in_force, policy.versions.made) = (next.number, next.made);
}

fn shown(policy: &ManagedPolicy, version: &PolicyVersion, is_default_version: bool) -> reply::PolicyVersion {
    let create_date = version.made.unwrap_or(policy.created);
    reply::PolicyVersion { document: None, version_id: id(version.number), is_default_version, create_date }
}

fn aws_version() -> reply::PolicyVersion {
    reply::PolicyVersion { document: None, version_id: id(1), is_default_version: true, create_date: AWS_CREATED }
}

fn absent(arn: &str, version: &str) -> Fault {
    shared::no_such(format!("Policy {arn} version {version} does not exist or is not attachable."))
}
