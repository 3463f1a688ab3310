//! How long a document may be, counted as AWS counts.

/// A limit on the size of policy documents.
///
/// Sources: IAM User Guide, "IAM and AWS STS quotas" (white space does not count for managed and inline policies);
/// AWS Organizations User Guide, "Quotas and service limits" and "RCP syntax" (every character counts); AWS PrivateLink
/// Guide, "Endpoint policies" (white space counts).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quota {
    /// One version of a managed policy.
    Managed,
    /// All inline policies of a user together.
    UserInline,
    /// All inline policies of a role together.
    RoleInline,
    /// All inline policies of a group together.
    GroupInline,
    /// A role's trust policy.
    Trust,
    /// The inline policy of a session.
    Session,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
    /// A VPC endpoint's policy.
    VpcEndpoint,
}

impl Quota {
    /// The most characters allowed, as long as AWS has not raised it for an account.
    #[must_use]
    pub const fn characters(self) -> usize {
        match self {
            Self::Managed => 6_144,
            Self::UserInline | Self::Trust | Self::Session => 2_048,
            Self::RoleInline => 10_240,
            Self::GroupInline | Self::ServiceControl | Self::ResourceControl => 5_120,
            Self::VpcEndpoint => 20_480,
        }
    }

    /// The characters of `text` that count.
    #[must_use]
    pub fn measure(self, text: &str) -> usize {
        match self {
            Self::Managed | Self::UserInline | Self::RoleInline | Self::GroupInline => {
                text.chars().filter(|character| !matches!(character, ' ' | '\t' | '\n' | '\r')).count()
            }
            _ => text.chars().count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_counts_for_some_and_not_for_others() {
        assert_eq!(Quota::Managed.measure("{ \"é\":\t1\n}"), 7);
        assert_eq!(Quota::Trust.measure("{ \"é\":\t1\n}"), 10);
    }
}
