//! How much there may be of everything. `GetAccountSummary` tells the same numbers that are enforced.
//!
//! Source: IAM User Guide, "IAM and AWS STS quotas". Where the number is AWS's default for a whole account, raised
//! for whoever asks, only the sanity of the store bounds it here: a deployment has no one to ask.

use rolecall_wire::{Fault, FaultCode};

/// Roles, users, policies and devices in an account, of each kind.
pub(super) const PER_ACCOUNT: usize = 10_000_000;
pub(super) const ACCESS_KEYS_PER_USER: usize = 2;
pub(super) const DEVICES_PER_USER: usize = 8;
pub(super) const ATTACHED_PER_ENTITY: usize = 10;
pub(super) const TAGS: usize = 50;
/// Versions of one managed policy.
pub(super) const VERSIONS: usize = 5;
/// Characters of one managed policy.
pub(super) const POLICY_SIZE: usize = 6_144;
/// Characters of a trust policy.
pub(super) const TRUST_SIZE: usize = 2_048;
/// Characters of all inline policies of a role.
pub(super) const ROLE_INLINE_SIZE: usize = 10_240;
/// Characters of all inline policies of a user.
pub(super) const USER_INLINE_SIZE: usize = 2_048;

/// `LimitExceeded` in the words that most of the quotas share: they name the quota and its number.
pub(super) fn exceeded(quota: &str, number: usize) -> Fault {
    Fault::new(FaultCode::LimitExceeded, format!("Cannot exceed quota for {quota}: {number}"))
}

/// A policy's size as the quotas count it.
///
/// Source: the page above: white space is not counted.
pub(super) fn size(document: &str) -> usize {
    document.chars().filter(|letter| !letter.is_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_does_not_count() {
        assert_eq!(size("{ \"a\":\n\t\"ü\" }\r\n"), 9);
    }
}
