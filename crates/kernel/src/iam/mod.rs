//! The operations of IAM: every one asks the same engine for permission before it looks at or changes anything.

mod role;
mod shared;
mod trust;

use crate::{outcome::Answer, pipeline::Work, trail::Trail};
use rolecall_wire::{Call, Fault, FaultCode};

/// Does what an IAM call asks.
pub(crate) fn dispatch(work: &Work<'_>, call: Call, trail: &mut Trail) -> Result<Answer, Fault> {
    match call {
        Call::CreateRole(input) => role::create(work, input, trail),
        Call::GetRole(input) => role::get(work, &input),
        Call::ListRoles(input) => role::list(work, &input),
        Call::UpdateAssumeRolePolicy(input) => role::update_trust(work, &input, trail),
        _ => Err(Fault::from_code(FaultCode::InternalFailure)),
    }
}
