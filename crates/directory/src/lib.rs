//! Everything a deployment holds, as one immutable value: accounts with their roles, users, keys,
//! policies, devices and preferences, and the organization above them.
//!
//! A [`Directory`] is never edited in place. [`Directory::with`] gives the next value, sharing all that
//! did not change, so that a request can go on reading the value it began with.
//!
//! This crate must not know what any request is allowed to do, nor where a change is kept.

mod account;
mod change;
mod directory;
mod entity;
mod organization;
mod secret;
mod text;

pub use account::{Account, Preferences, TokenVersion};
pub use change::Change;
pub use directory::{Directory, Named};
pub use entity::{AccessKey, KeyOwner, ManagedPolicy, MfaDevice, Origin, PolicyVersion, Role, Tag, User, Versions};
pub use organization::{ControlPolicy, Organization, Placement, Target, Unit};
pub use secret::Secret;
pub use text::{PolicyText, TextHash};
