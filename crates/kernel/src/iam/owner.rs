//! The one whose keys and devices a call is about: a user by name, or the caller when none is named.

use super::{
    Task,
    entity::{At, Entity},
    shared,
};
use crate::{authenticate, authorize::Permit};
use rolecall_directory::{KeyOwner, User};
use rolecall_names::{UniqueId, root_arn};
use rolecall_policy::Entry;
use rolecall_wire::{Fault, FaultCode};
use std::sync::Arc;

/// Somebody with long-term credentials.
pub(super) enum Owner<'t> {
    Root,
    User(&'t Arc<User>),
}

impl<'t> Owner<'t> {
    /// The one meant, and the permit for what the call is named after.
    ///
    /// # Errors
    /// `ValidationError` when nobody is named and the caller is a role session; then the usual two.
    pub(super) fn permitted(task: &Task<'t>, name: Option<&'t str>) -> Result<(Permit, Self), Fault> {
        if let Some(name) = name {
            let (permit, user) = At::<User>::of(task, name).permitted(task, &[])?;
            return Ok((permit, Self::User(user)));
        }
        match &task.work.caller.entity {
            authenticate::Entity::Root => {
                let permit = task.ask(&root_arn(task.account.partition(), task.account.id()), &[])?;
                Ok((permit, Self::Root))
            }
            authenticate::Entity::User(user) => {
                let facts: Vec<Entry<'_>> = shared::resource_tags(&user.tags).collect();
                Ok((task.ask(&user.arn_in(task.account), &facts)?, Self::User(user)))
            }
            authenticate::Entity::Role(_) => {
                let text = "Must specify userName when calling with non-User credentials";
                Err(Fault::new(FaultCode::ValidationError, text))
            }
        }
    }

    pub(super) fn id(&self) -> Option<UniqueId> {
        match self {
            Self::Root => None,
            Self::User(user) => Some(user.id),
        }
    }

    pub(super) fn key_owner(&self) -> KeyOwner {
        self.id().map_or(KeyOwner::Root, KeyOwner::User)
    }

    /// The user's name; root has none.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Root => None,
            Self::User(user) => Some(&user.name),
        }
    }
}
