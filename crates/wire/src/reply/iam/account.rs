//! The account as a whole.

use super::Elements;
use crate::xml::Xml;

macro_rules! summary {
    ($($key:ident)*) => {
        /// What an account's summary counts. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html>
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum SummaryKey {
            $(
                #[doc = concat!("`", stringify!($key), "`.")]
                $key,
            )*
        }

        impl SummaryKey {
            /// Every key.
            pub const ALL: &[Self] = &[$(Self::$key),*];

            /// The key on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$key => stringify!($key),)* }
            }
        }
    };
}

summary! {
    Users UsersQuota Groups GroupsQuota ServerCertificates ServerCertificatesQuota UserPolicySizeQuota
    GroupPolicySizeQuota GroupsPerUserQuota SigningCertificatesPerUserQuota AccessKeysPerUserQuota MFADevices
    MFADevicesInUse AccountMFAEnabled AccountAccessKeysPresent AccountPasswordPresent
    AccountSigningCertificatesPresent AttachedPoliciesPerGroupQuota AttachedPoliciesPerRoleQuota
    AttachedPoliciesPerUserQuota Policies PoliciesQuota PolicySizeQuota PolicyVersionsInUse PolicyVersionsInUseQuota
    VersionsPerPolicyQuota GlobalEndpointTokenVersion AssumeRolePolicySizeQuota InstanceProfiles
    InstanceProfilesQuota Providers RolePolicySizeQuota Roles RolesQuota
}

/// Answers GetAccountSummary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetAccountSummary {
    /// How much there is of what; `GlobalEndpointTokenVersion` is 1 or 2.
    pub summary_map: Vec<(SummaryKey, i32)>,
}

impl Elements for GetAccountSummary {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.within("SummaryMap", |xml| {
            for (key, value) in &self.summary_map {
                xml.within("entry", |xml| {
                    xml.text("key", key.as_str());
                    xml.integer("value", *value);
                });
            }
        });
    }
}
