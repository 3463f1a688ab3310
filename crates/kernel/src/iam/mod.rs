//! The operations of IAM: every one asks the same engine for permission before it looks at or changes anything.

pub(crate) mod account;
pub(crate) mod attach;
pub(crate) mod boundary;
pub(crate) mod device;
mod entity;
pub(crate) mod inline;
pub(crate) mod key;
pub(crate) mod managed;
mod owner;
mod picture;
mod quota;
pub(crate) mod role;
mod shared;
pub(crate) mod simulate;
pub(crate) mod tag;
mod told;
mod trust;
pub(crate) mod user;
pub(crate) mod version;

use crate::{authorize::Permit, trail::Trail, work::Work};
use rolecall_directory::{Account, Change};
use rolecall_policy::Entry;
use rolecall_wire::{Fault, Operation};

/// One IAM call while it is worked on.
pub(crate) struct Task<'t> {
    work: &'t Work<'t>,
    /// The caller's account, which is the only one that IAM's operations reach.
    account: &'t Account,
    operation: Operation,
    trail: &'t mut Trail,
}

impl<'t> Task<'t> {
    pub(crate) fn new(work: &'t Work<'t>, operation: Operation, trail: &'t mut Trail) -> Result<Self, Fault> {
        Ok(Self { work, account: work.account()?, operation, trail })
    }

    pub(crate) fn trail(&mut self) -> &mut Trail {
        self.trail
    }

    /// Asks whether the caller may do to `arn` what the call is named after.
    fn ask(&self, arn: &str, facts: &[Entry<'_>]) -> Result<Permit, Fault> {
        self.ask_to(self.operation.name(), arn, facts)
    }

    /// Asks for another of IAM's actions that the call needs as well.
    fn ask_to(&self, action: &str, arn: &str, facts: &[Entry<'_>]) -> Result<Permit, Fault> {
        self.work.ask(&format!("iam:{action}"), arn, self.account.id(), None, facts)
    }

    fn change(&mut self, permit: &Permit, change: Change) {
        self.trail.change(permit, change);
    }
}
