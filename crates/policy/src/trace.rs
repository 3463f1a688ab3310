//! The verdict and its reasons, as indexes into the documents that were weighed.

use smallvec::SmallVec;

/// What a request gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Let in.
    Allowed,
    /// Nothing that had to allow it did.
    ImplicitlyDenied,
    /// A statement denies it.
    ExplicitlyDenied,
}

impl Verdict {
    /// The word for it in machine-readable output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ImplicitlyDenied => "implicitly-denied",
            Self::ExplicitlyDenied => "explicitly-denied",
        }
    }
}

/// The part a policy plays in a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyType {
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
    /// The VPC endpoint's policy.
    VpcEndpoint,
    /// The resource's policy, or the role's trust policy.
    Resource,
    /// A policy attached to the principal.
    Identity,
    /// The principal's permissions boundary.
    Boundary,
    /// A policy passed when the session was made.
    Session,
}

impl PolicyType {
    /// The word for it in machine-readable output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ServiceControl => "service-control",
            Self::ResourceControl => "resource-control",
            Self::VpcEndpoint => "vpc-endpoint",
            Self::Resource => "resource",
            Self::Identity => "identity",
            Self::Boundary => "boundary",
            Self::Session => "session",
        }
    }

    /// What AWS calls it in its error texts.
    ///
    /// Source: IAM User Guide, "Troubleshoot access denied error messages".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ServiceControl => "service control policy",
            Self::ResourceControl => "resource control policy",
            Self::VpcEndpoint => "VPC endpoint policy",
            Self::Resource => "resource-based policy",
            Self::Identity => "identity-based policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
        }
    }
}

/// What made the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DecidedBy {
    /// The policy type that granted, failed to allow, or denied.
    Policy(PolicyType),
    /// The root user needs no identity policy in its own account.
    RootUser,
    /// A root user may not assume a role, whatever the trust policy says.
    RootMayNotAssume,
    /// The operation needs no permission (`sts:GetCallerIdentity`, `sts:GetSessionToken`).
    NoPermissionNeeded,
}

impl DecidedBy {
    /// The word for it in machine-readable output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Policy(policy) => policy.as_str(),
            Self::RootUser => "root-user",
            Self::RootMayNotAssume => "root-may-not-assume",
            Self::NoPermissionNeeded => "no-permission-needed",
        }
    }
}

/// Which of the documents in [`crate::Policies`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentRef {
    /// The list it stands in.
    pub policy: PolicyType,
    /// The level, for service and resource control policies; 0 for the others. 255 stands for all further ones.
    pub level: u8,
    /// The place in the list; 0 where there is one document. 65,535 stands for all further ones.
    pub index: u16,
}

/// What of a statement did not match, as a set of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Misses(pub(crate) u8);

impl Misses {
    pub(crate) const ACTION: Self = Self(1);
    pub(crate) const RESOURCE: Self = Self(2);
    pub(crate) const PRINCIPAL: Self = Self(4);
    pub(crate) const CONDITION: Self = Self(8);

    /// Nothing was missed: the statement applied.
    #[must_use]
    pub const fn none(self) -> bool {
        self.0 == 0
    }

    /// The action was not among the statement's. Nothing else was weighed then.
    #[must_use]
    pub const fn action(self) -> bool {
        self.0 & Self::ACTION.0 != 0
    }

    /// The resource was not among the statement's.
    #[must_use]
    pub const fn resource(self) -> bool {
        self.0 & Self::RESOURCE.0 != 0
    }

    /// The principal was not among the statement's.
    #[must_use]
    pub const fn principal(self) -> bool {
        self.0 & Self::PRINCIPAL.0 != 0
    }

    /// At least one condition did not hold.
    #[must_use]
    pub const fn condition(self) -> bool {
        self.0 & Self::CONDITION.0 != 0
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// One statement weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The document.
    pub document: DocumentRef,
    /// The statement's place in the document.
    pub statement: u16,
    /// What did not match.
    pub misses: Misses,
    /// Whether the statement denies.
    pub denies: bool,
    /// The conditions that did not hold: bit n is the statement's condition n, bit 31 stands for all further ones.
    pub unmet: u32,
    /// Those of them that did not hold because the request has no such key.
    pub absent: u32,
}

impl Step {
    /// Whether the statement applied.
    #[must_use]
    pub const fn matched(&self) -> bool {
        self.misses.none()
    }
}

/// Every statement weighed, in the order of weighing.
pub type Trace = SmallVec<[Step; 24]>;

/// A verdict with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What the request gets.
    pub verdict: Verdict,
    /// What made it so. Where several would have, the one AWS names in its error.
    pub decided_by: DecidedBy,
    /// The statements weighed.
    pub trace: Trace,
}

impl Decision {
    /// Whether the request is let in.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.verdict == Verdict::Allowed
    }

    /// The statement that decided, where one did: the one that allowed or denied.
    #[must_use]
    pub fn statement(&self) -> Option<&Step> {
        let DecidedBy::Policy(policy) = self.decided_by else { return None };
        let denies = match self.verdict {
            Verdict::Allowed => false,
            Verdict::ExplicitlyDenied => true,
            Verdict::ImplicitlyDenied => return None,
        };
        self.trace.iter().find(|step| step.document.policy == policy && step.denies == denies && step.matched())
    }
}
