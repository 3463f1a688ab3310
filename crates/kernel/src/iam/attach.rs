//! Managed policies on roles and users.

use super::{
    Task,
    entity::{At, Holder},
    quota, shared,
};
use rolecall_policy::{Values, keys};
use rolecall_wire::{Fault, reply::AttachedPolicy};

/// Attaching what is attached already changes nothing.
pub(crate) fn attach<'t, H: Holder + 't>(task: &mut Task<'t>, holder: &'t str, policy: &str) -> Result<(), Fault> {
    let facts = [(keys::IAM_POLICY_ARN, Values::One(policy))];
    let (permit, found) = At::<H>::of(task, holder).empowerable(task, &facts)?;
    shared::valid_policy_arn(policy)?;
    if !shared::attachable(task.account, policy) {
        return Err(shared::no_such(format!("Policy {policy} does not exist or is not attachable.")));
    }
    if found.attached().iter().any(|known| &**known == policy) {
        return Ok(());
    }
    if found.attached().len() >= quota::ATTACHED_PER_ENTITY {
        return Err(quota::exceeded(H::ATTACHED_QUOTA, quota::ATTACHED_PER_ENTITY));
    }
    let mut holder = H::clone(found);
    holder.attached_mut().push(policy.into());
    task.change(&permit, holder.put(task.account.id()));
    Ok(())
}

pub(crate) fn detach<'t, H: Holder + 't>(task: &mut Task<'t>, holder: &'t str, policy: &str) -> Result<(), Fault> {
    let facts = [(keys::IAM_POLICY_ARN, Values::One(policy))];
    let (permit, found) = At::<H>::of(task, holder).empowerable(task, &facts)?;
    shared::valid_policy_arn(policy)?;
    let mut holder = H::clone(found);
    let before = holder.attached().len();
    holder.attached_mut().retain(|known| &**known != policy);
    if holder.attached().len() == before {
        return Err(shared::no_such(format!("Policy {policy} was not found.")));
    }
    task.change(&permit, holder.put(task.account.id()));
    Ok(())
}

/// The policies in the order of their names, and the marker of the next page.
pub(crate) fn list<'t, H: Holder + 't>(
    task: &Task<'t>,
    holder: &'t str,
    path_prefix: Option<&str>,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> Result<(Vec<AttachedPolicy>, Option<String>), Fault> {
    let (_, found) = At::<H>::of(task, holder).permitted(task, &[])?;
    let after = shared::after(marker)?.unwrap_or_default();
    let prefix = path_prefix.unwrap_or(shared::ROOT_PATH);
    // One of the account's and one of AWS's may have the same name; the place tells them apart.
    let mut attached: Vec<(String, AttachedPolicy)> = Vec::with_capacity(found.attached().len());
    for arn in found.attached() {
        let Some((_, path, name)) = rolecall_names::Arn::parse(arn).ok().and_then(|arn| arn.kind_path_name()) else {
            continue;
        };
        let place = format!("{name}/{}", u8::from(arn.contains("::aws:")));
        if path.starts_with(prefix) && place > after {
            attached.push((place, AttachedPolicy { policy_name: name.to_owned(), policy_arn: arn.to_string() }));
        }
    }
    attached.sort_by(|(one, _), (other, _)| one.cmp(other));
    let (page, marker) = shared::page(attached.into_iter(), max_items, |(place, _)| place.clone());
    Ok((page.into_iter().map(|(_, policy)| policy).collect(), marker))
}
