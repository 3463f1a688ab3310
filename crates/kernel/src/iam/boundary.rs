//! Permissions boundaries of roles and users.

use super::{
    Task,
    entity::{At, Holder},
    shared,
};
use rolecall_directory::Account;
use rolecall_policy::{Values, keys};
use rolecall_wire::Fault;

pub(crate) fn put<'t, H: Holder + 't>(task: &mut Task<'t>, holder: &'t str, boundary: &str) -> Result<(), Fault> {
    // The key holds the boundary that is asked for, not the one that is there.
    let facts = [(keys::IAM_PERMISSIONS_BOUNDARY, Values::One(boundary))];
    let (permit, found) = At::<H>::of(task, holder).changeable(task, &facts)?;
    fitting(task.account, Some(boundary))?;
    let mut holder = H::clone(found);
    *holder.boundary_mut() = Some(boundary.into());
    task.change(&permit, holder.put(task.account.id()));
    Ok(())
}

pub(crate) fn delete<'t, H: Holder + 't>(task: &mut Task<'t>, holder: &'t str) -> Result<(), Fault> {
    let (permit, found) = At::<H>::of(task, holder).empowerable(task, &[])?;
    let mut holder = H::clone(found);
    *holder.boundary_mut() = None;
    task.change(&permit, holder.put(task.account.id()));
    Ok(())
}

/// Whether `boundary` names a policy that can bound something in `account`.
pub(super) fn fitting(account: &Account, boundary: Option<&str>) -> Result<(), Fault> {
    let Some(arn) = boundary else { return Ok(()) };
    shared::valid_policy_arn(arn)?;
    if shared::attachable(account, arn) {
        return Ok(());
    }
    Err(shared::no_such(format!("Scope ARN: {arn} does not exist or is not attachable.")))
}
