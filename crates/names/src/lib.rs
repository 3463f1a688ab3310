//! The words everything else speaks: accounts, ARNs, principals, unique ids, Regions and instants.
//!
//! This crate must not know what any of them is allowed to do.

mod account;
mod arn;
mod id;
mod instant;
mod principal;
mod region;

pub use account::AccountId;
pub use arn::{Arn, role_arn, root_arn, session_arn, user_arn};
pub use id::{AccessKeyId, IdKind, UniqueId};
pub use instant::Instant;
pub use principal::{Principal, Session};
pub use region::{Activation, Partition, Region};

/// A name, id or ARN that is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// An account id is exactly twelve ASCII digits.
    #[error("an account id has twelve digits")]
    Account,
    /// An ARN has six parts separated by colons and starts with `arn`.
    #[error("an ARN reads arn:partition:service:region:account:resource")]
    Arn,
    /// A unique id is a known four-letter prefix and 17 upper-case letters or digits.
    #[error("a unique id is a prefix such as AROA and 17 upper-case letters or digits")]
    UniqueId,
    /// An access key id is `AKIA` or `ASIA` and 16 characters of the base 32 alphabet.
    #[error("an access key id is AKIA or ASIA and 16 characters from A-Z and 2-7")]
    AccessKeyId,
    /// No partition of that name is known.
    #[error("no such partition")]
    Partition,
    /// No Region of that name is known.
    #[error("no such Region")]
    Region,
    /// An instant is written as RFC 3339, such as 2024-08-29T01:32:00-07:00.
    #[error("an instant reads 2024-08-29T01:32:00Z or 2024-08-29T01:32:00-07:00")]
    Instant,
}
