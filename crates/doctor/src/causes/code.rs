//! The closed list of causes.

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Why a call fails.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code in kebab-case, as documents for machines tell it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

codes! {
    /// The caller's identity policies do not allow the call.
    IdentityPolicyMissing = "identity-policy-missing",
    /// The trust policy names somebody else.
    TrustPrincipalMismatch = "trust-principal-mismatch",
    /// The trust policy names a principal that is gone: its unique id is left.
    TrustPrincipalDeleted = "trust-principal-deleted",
    /// The external id is another one, or none was sent.
    ExternalIdMismatch = "external-id-mismatch",
    /// The session is tagged, and nobody allows `sts:TagSession`.
    TagSessionMissing = "tag-session-missing",
    /// A source identity is set, and nobody allows `sts:SetSourceIdentity`; or one is demanded and none is set.
    SourceIdentityMissing = "source-identity-missing",
    /// MFA is demanded and was not given, or does not count.
    MfaMissing = "mfa-missing",
    /// The caller's address is another than the policy wants.
    SourceAddressMismatch = "source-address-mismatch",
    /// The VPC endpoint, or its VPC, is another than the policy wants, or there is none.
    SourceVpcEndpointMismatch = "source-vpc-endpoint-mismatch",
    /// `aws:userid` is another than the policy wants: most often the session's name in it.
    UserIdMismatch = "user-id-mismatch",
    /// A claim of a federated identity is another than the policy wants.
    FederationClaimMismatch = "federation-claim-mismatch",
    /// The trust policy allows another way to assume the role than the one that was taken.
    WrongAssumeAction = "wrong-assume-action",
    /// The session would last longer than the role, or role chaining, lets it.
    DurationOverLimit = "duration-over-limit",
    /// A trust or identity policy denies it in so many words.
    ExplicitDeny = "explicit-deny",
    /// The caller's permissions boundary.
    PermissionsBoundary = "permissions-boundary",
    /// The policy that the caller's session was made with.
    SessionPolicy = "session-policy",
    /// A service control policy.
    ServiceControlPolicy = "service-control-policy",
    /// A resource control policy.
    ResourceControlPolicy = "resource-control-policy",
    /// The policy of the VPC endpoint the call came through.
    VpcEndpointPolicy = "vpc-endpoint-policy",
    /// The request is signed for another Region than the endpoint's.
    SignatureScopeMismatch = "signature-scope-mismatch",
    /// The Region is off for the account, or its STS is.
    RegionDisabled = "region-disabled",
    /// A token of version 1 in an opt-in Region.
    TokenVersion = "token-version",
    /// Caller, endpoint or principal are of different partitions.
    PartitionMismatch = "partition-mismatch",
    /// The caller's clock is wrong.
    ClockSkew = "clock-skew",
    /// No way leads to the endpoint.
    EndpointUnreachable = "endpoint-unreachable",
    /// A role assumes itself without being trusted by itself.
    SelfAssume = "self-assume",
    /// A root user may not assume roles.
    RootCaller = "root-caller",
    /// There is no such role.
    RoleMissing = "role-missing",
    /// A condition on any other key does not hold.
    ConditionMismatch = "condition-mismatch",
    /// The client refuses its own settings.
    ClientConfiguration = "client-configuration",
    /// The access key is none that is known.
    AccessKeyUnknown = "access-key-unknown",
    /// A parameter is not of the form that STS takes.
    ParameterInvalid = "parameter-invalid",
    /// The session's policies and tags take more room than there is.
    PackedPolicyTooLarge = "packed-policy-too-large",
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Code {
    /// The code for a condition on `key` that does not hold.
    #[must_use]
    pub fn of_key(key: &str) -> Self {
        let key = key.to_ascii_lowercase();
        match key.as_str() {
            "sts:externalid" => Self::ExternalIdMismatch,
            "aws:sourceip" | "aws:vpcsourceip" => Self::SourceAddressMismatch,
            "aws:sourcevpce" | "aws:sourcevpc" => Self::SourceVpcEndpointMismatch,
            "aws:userid" => Self::UserIdMismatch,
            "aws:multifactorauthpresent" | "aws:multifactorauthage" => Self::MfaMissing,
            "sts:sourceidentity" | "aws:sourceidentity" => Self::SourceIdentityMissing,
            _ if is_claim(&key) => Self::FederationClaimMismatch,
            _ => Self::ConditionMismatch,
        }
    }
}

/// Whether a condition key is a claim of an identity provider: its host or path, and the claim behind a colon; or one of
/// SAML's.
///
/// Source: IAM User Guide, "IAM and AWS STS condition context keys", the keys of OIDC and SAML federation.
fn is_claim(key: &str) -> bool {
    let Some((provider, _)) = key.rsplit_once(':') else { return false };
    provider == "saml" || provider.contains(['.', '/'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_their_codes_whatever_their_case() {
        for (key, code) in [
            ("sts:ExternalId", Code::ExternalIdMismatch),
            ("AWS:SourceIp", Code::SourceAddressMismatch),
            ("aws:SourceVpc", Code::SourceVpcEndpointMismatch),
            ("aws:UserId", Code::UserIdMismatch),
            ("token.actions.githubusercontent.com:sub", Code::FederationClaimMismatch),
            ("oidc.eks.eu-west-1.amazonaws.com/id/AB:aud", Code::FederationClaimMismatch),
            ("saml:aud", Code::FederationClaimMismatch),
            ("aws:PrincipalTag/team", Code::ConditionMismatch),
            ("aws:RequestedRegion", Code::ConditionMismatch),
        ] {
            assert_eq!(Code::of_key(key), code, "{key}");
        }
    }
}
