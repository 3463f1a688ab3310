//! Condition keys: compared without regard to ASCII case, and hashed once so that a look-up is a few integers.

use std::fmt;

/// The name of a condition key, such as `aws:SourceIp` or `aws:PrincipalTag/team`.
///
/// Two keys are equal when their names are, upper and lower case aside. A tag's key is given in two pieces
/// ([`Key::tag`]), so that no caller has to join strings.
#[derive(Clone, Copy)]
pub struct Key<'a> {
    head: &'a str,
    tail: &'a str,
    hash: u32,
}

impl<'a> Key<'a> {
    /// The key called `name`.
    #[must_use]
    pub const fn new(name: &'a str) -> Self {
        Self { head: name, tail: "", hash: extend(SEED, name) }
    }

    /// The key of one tag: `prefix` such as [`keys::PRINCIPAL_TAG`], then the tag's own key.
    #[must_use]
    pub const fn tag(prefix: Key<'static>, tag: &'a str) -> Self
    where
        'static: 'a,
    {
        Self { head: prefix.head, tail: tag, hash: extend(prefix.hash, tag) }
    }

    /// The name in the spelling it was given in, in its two pieces.
    #[must_use]
    pub const fn name(&self) -> (&'a str, &'a str) {
        (self.head, self.tail)
    }

    pub(crate) const fn hash(&self) -> u32 {
        self.hash
    }

    /// Whether this is the key `name`, whose hash is `hash`.
    pub(crate) fn is(&self, name: &str, hash: u32) -> bool {
        self.hash == hash
            && name.split_at_checked(self.head.len()).is_some_and(|(head, tail)| {
                head.eq_ignore_ascii_case(self.head) && tail.eq_ignore_ascii_case(self.tail)
            })
    }
}

impl PartialEq for Key<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.bytes().eq(other.bytes())
    }
}

impl Eq for Key<'_> {}

impl Key<'_> {
    fn bytes(&self) -> impl Iterator<Item = u8> {
        self.head.bytes().chain(self.tail.bytes()).map(|byte| byte.to_ascii_lowercase())
    }
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.head)?;
        f.write_str(self.tail)
    }
}

impl fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

const SEED: u32 = 0x811c_9dc5;

/// FNV-1a over the lower-case bytes: one at a time, so that a prefix's hash can be carried on.
const fn extend(mut hash: u32, text: &str) -> u32 {
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        hash = (hash ^ byte.to_ascii_lowercase() as u32).wrapping_mul(0x0100_0193);
        rest = tail;
    }
    hash
}

/// The keys Rolecall itself fills in, named as the IAM User Guide names them
/// (pages "AWS global condition context keys" and "Available keys for AWS STS").
pub mod keys {
    use super::Key;

    macro_rules! keys {
        ($($(#[doc = $doc:literal])* $constant:ident = $name:literal;)*) => {
            $($(#[doc = $doc])* #[doc = concat!("`", $name, "`")] pub const $constant: Key<'static> = Key::new($name);)*
        };
    }

    keys! {
        CURRENT_TIME = "aws:CurrentTime";
        EPOCH_TIME = "aws:EpochTime";
        SOURCE_IP = "aws:SourceIp";
        SOURCE_VPC = "aws:SourceVpc";
        SOURCE_VPC_ARN = "aws:SourceVpcArn";
        SOURCE_VPCE = "aws:SourceVpce";
        VPC_SOURCE_IP = "aws:VpcSourceIp";
        VPCE_ACCOUNT = "aws:VpceAccount";
        VPCE_ORG_ID = "aws:VpceOrgID";
        VPCE_ORG_PATHS = "aws:VpceOrgPaths";
        SECURE_TRANSPORT = "aws:SecureTransport";
        USER_AGENT = "aws:UserAgent";
        REFERER = "aws:referer";
        REQUESTED_REGION = "aws:RequestedRegion";
        PRINCIPAL_ARN = "aws:PrincipalArn";
        PRINCIPAL_ACCOUNT = "aws:PrincipalAccount";
        PRINCIPAL_ORG_ID = "aws:PrincipalOrgID";
        PRINCIPAL_ORG_PATHS = "aws:PrincipalOrgPaths";
        PRINCIPAL_TYPE = "aws:PrincipalType";
        PRINCIPAL_IS_AWS_SERVICE = "aws:PrincipalIsAWSService";
        PRINCIPAL_SERVICE_NAME = "aws:PrincipalServiceName";
        PRINCIPAL_SERVICE_NAMES_LIST = "aws:PrincipalServiceNamesList";
        /// Followed by a tag's key: see [`Key::tag`].
        PRINCIPAL_TAG = "aws:PrincipalTag/";
        USER_ID = "aws:userid";
        USERNAME = "aws:username";
        FEDERATED_PROVIDER = "aws:FederatedProvider";
        MFA_PRESENT = "aws:MultiFactorAuthPresent";
        MFA_AGE = "aws:MultiFactorAuthAge";
        TOKEN_ISSUE_TIME = "aws:TokenIssueTime";
        SOURCE_IDENTITY = "aws:SourceIdentity";
        ASSUMED_ROOT = "aws:AssumedRoot";
        CALLED_VIA = "aws:CalledVia";
        CALLED_VIA_FIRST = "aws:CalledViaFirst";
        CALLED_VIA_LAST = "aws:CalledViaLast";
        VIA_AWS_SERVICE = "aws:ViaAWSService";
        SOURCE_ACCOUNT = "aws:SourceAccount";
        SOURCE_ARN = "aws:SourceArn";
        SOURCE_ORG_ID = "aws:SourceOrgID";
        SOURCE_ORG_PATHS = "aws:SourceOrgPaths";
        RESOURCE_ACCOUNT = "aws:ResourceAccount";
        RESOURCE_ORG_ID = "aws:ResourceOrgID";
        RESOURCE_ORG_PATHS = "aws:ResourceOrgPaths";
        /// Followed by a tag's key.
        RESOURCE_TAG = "aws:ResourceTag/";
        /// Followed by a tag's key.
        IAM_RESOURCE_TAG = "iam:ResourceTag/";
        /// Followed by a tag's key.
        REQUEST_TAG = "aws:RequestTag/";
        TAG_KEYS = "aws:TagKeys";
        STS_EXTERNAL_ID = "sts:ExternalId";
        STS_ROLE_SESSION_NAME = "sts:RoleSessionName";
        STS_SOURCE_IDENTITY = "sts:SourceIdentity";
        STS_TRANSITIVE_TAG_KEYS = "sts:TransitiveTagKeys";
        STS_REQUEST_CONTEXT_PROVIDERS = "sts:RequestContextProviders";
        /// Followed by a context key.
        STS_REQUEST_CONTEXT = "sts:RequestContext/";
        STS_ROLE_AUTHORIZED_BY_IDP = "sts:RoleAuthorizedByIdp";
        STS_TASK_POLICY_ARN = "sts:TaskPolicyArn";
        IAM_PERMISSIONS_BOUNDARY = "iam:PermissionsBoundary";
        IAM_POLICY_ARN = "iam:PolicyARN";
        IAM_PASSED_TO_SERVICE = "iam:PassedToService";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_tell_keys_apart() {
        let policy = "AWS:PrincipalTag/Team";
        let key = Key::tag(keys::PRINCIPAL_TAG, "team");
        assert!(key.is(policy, Key::new(policy).hash()));
        assert_eq!(key, Key::new("aws:principaltag/TEAM"));
        assert_ne!(key, keys::SOURCE_IP);
        assert_eq!(key.to_string(), "aws:PrincipalTag/team");
    }
}
