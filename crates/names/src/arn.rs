//! ARNs: read in place, and built for the kinds of principal that STS and IAM name.

use crate::{AccountId, NameError, Partition};
use std::fmt;

/// An ARN, split where its first five colons are and otherwise untouched.
///
/// Nothing is checked beyond the shape: policies hold ARNs with wildcards and of services unknown here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, …
    pub partition: &'a str,
    /// `iam`, `sts`, `s3`, …
    pub service: &'a str,
    /// The Region, empty for global resources.
    pub region: &'a str,
    /// Twelve digits, empty for S3 buckets, `aws` for AWS's own managed policies.
    pub account: &'a str,
    /// Everything behind the fifth colon, further colons included.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Splits `text` at its first five colons.
    ///
    /// # Errors
    /// [`NameError::Arn`] when there are fewer than six parts or the first is not `arn`.
    pub fn parse(text: &'a str) -> Result<Self, NameError> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next().ok_or(NameError::Arn);
        if next()? != "arn" {
            return Err(NameError::Arn);
        }
        Ok(Self { partition: next()?, service: next()?, region: next()?, account: next()?, resource: next()? })
    }

    /// The account named, if it is twelve digits.
    #[must_use]
    pub fn account_id(&self) -> Option<AccountId> {
        self.account.parse().ok()
    }

    /// For `role/path/name` and its like: the kind, the path with both its slashes (`/` for none), the name.
    #[must_use]
    pub fn kind_path_name(&self) -> Option<(&'a str, &'a str, &'a str)> {
        let slash = self.resource.find('/')?;
        let (kind, rest) = self.resource.split_at_checked(slash)?;
        let last = rest.rfind('/')? + 1;
        let (path, name) = rest.split_at_checked(last)?;
        (!name.is_empty()).then_some((kind, path, name))
    }
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "arn:{}:{}:{}:{}:{}", self.partition, self.service, self.region, self.account, self.resource)
    }
}

/// `arn:aws:iam::111111111111:role/path/name`; `path` has both its slashes.
#[must_use]
pub fn role_arn(partition: Partition, account: AccountId, path: &str, name: &str) -> String {
    format!("arn:{partition}:iam::{account}:role{path}{name}")
}

/// `arn:aws:iam::111111111111:user/path/name`; `path` has both its slashes.
#[must_use]
pub fn user_arn(partition: Partition, account: AccountId, path: &str, name: &str) -> String {
    format!("arn:{partition}:iam::{account}:user{path}{name}")
}

/// `arn:aws:iam::111111111111:root`, the account itself.
#[must_use]
pub fn root_arn(partition: Partition, account: AccountId) -> String {
    format!("arn:{partition}:iam::{account}:root")
}

/// `arn:aws:sts::111111111111:assumed-role/name/session`: a session's ARN drops the role's path.
#[must_use]
pub fn session_arn(partition: Partition, account: AccountId, role: &str, session: &str) -> String {
    format!("arn:{partition}:sts::{account}:assumed-role/{role}/{session}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resource_keeps_its_colons_and_slashes() {
        let arn = Arn::parse("arn:aws:lambda:eu-west-1:111111111111:function:f:7").unwrap();
        assert_eq!(arn.resource, "function:f:7");
        assert_eq!(arn.to_string(), "arn:aws:lambda:eu-west-1:111111111111:function:f:7");
        let role = Arn::parse("arn:aws:iam::111111111111:role/a/b/name").unwrap();
        assert_eq!(role.kind_path_name(), Some(("role", "/a/b/", "name")));
        assert_eq!(Arn::parse("arn:aws:iam::111111111111:root").unwrap().kind_path_name(), None);
    }

    #[test]
    fn short_of_six_parts_is_not_an_arn() {
        for wrong in ["", "arn", "arn:aws:iam::111111111111", "urn:aws:iam::1:role/x", "*"] {
            assert_eq!(Arn::parse(wrong), Err(NameError::Arn), "{wrong}");
        }
    }
}
