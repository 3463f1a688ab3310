//! The account as a whole: its preferences, and how much there is of everything.

use super::{Task, quota};
use rolecall_directory::{Change, KeyOwner, Preferences, TokenVersion};
use rolecall_wire::{
    Fault, Reply, call,
    reply::{self, SummaryKey},
};

pub(crate) fn set_token_version(
    task: &mut Task<'_>,
    input: &call::SetSecurityTokenServicePreferences,
) -> Result<Reply, Fault> {
    let permit = task.ask("*", &[])?;
    let global_token = match input.global_endpoint_token_version {
        call::TokenVersion::V1 => TokenVersion::V1,
        call::TokenVersion::V2 => TokenVersion::V2,
    };
    let preferences = Preferences { global_token, ..task.account.preferences().clone() };
    task.change(&permit, Change::PutAccount(preferences));
    Ok(Reply::SetSecurityTokenServicePreferences)
}

pub(crate) fn summary(task: &Task<'_>) -> Result<Reply, Fault> {
    task.ask("*", &[])?;
    let summary_map = SummaryKey::ALL.iter().map(|key| (*key, count(task, *key))).collect();
    Ok(Reply::GetAccountSummary(reply::GetAccountSummary { summary_map }))
}

/// Of what is not offered there is none, and its quota is AWS's.
///
/// Source of those: IAM User Guide, "IAM and AWS STS quotas".
fn count(task: &Task<'_>, key: SummaryKey) -> i32 {
    let account = task.account;
    let (roles, users, policies, devices) = account.counts();
    let in_use = || account.devices(None).filter(|device| device.holder.is_some()).count();
    let of_root = || account.devices(None).filter(|device| device.holder.is_some_and(|(who, _)| who == KeyOwner::Root));
    let number = match key {
        SummaryKey::Users => users,
        SummaryKey::Roles => roles,
        SummaryKey::Policies | SummaryKey::PolicyVersionsInUse => policies,
        SummaryKey::MFADevices => devices,
        SummaryKey::MFADevicesInUse => in_use(),
        SummaryKey::AccountMFAEnabled => of_root().count().min(1),
        SummaryKey::AccountAccessKeysPresent => task.work.sight.directory.keys_of(account.id(), None).count().min(1),
        SummaryKey::GlobalEndpointTokenVersion => match account.preferences().global_token {
            TokenVersion::V1 => 1,
            TokenVersion::V2 => 2,
        },
        SummaryKey::UsersQuota
        | SummaryKey::RolesQuota
        | SummaryKey::PoliciesQuota
        | SummaryKey::PolicyVersionsInUseQuota => quota::PER_ACCOUNT,
        SummaryKey::UserPolicySizeQuota => quota::USER_INLINE_SIZE,
        SummaryKey::RolePolicySizeQuota => quota::ROLE_INLINE_SIZE,
        SummaryKey::PolicySizeQuota => quota::POLICY_SIZE,
        SummaryKey::AssumeRolePolicySizeQuota => quota::TRUST_SIZE,
        SummaryKey::AccessKeysPerUserQuota => quota::ACCESS_KEYS_PER_USER,
        SummaryKey::AttachedPoliciesPerRoleQuota | SummaryKey::AttachedPoliciesPerUserQuota => {
            quota::ATTACHED_PER_ENTITY
        }
        SummaryKey::VersionsPerPolicyQuota => quota::VERSIONS,
        SummaryKey::Groups
        | SummaryKey::ServerCertificates
        | SummaryKey::AccountPasswordPresent
        | SummaryKey::AccountSigningCertificatesPresent
        | SummaryKey::InstanceProfiles
        | SummaryKey::Providers => 0,
        SummaryKey::SigningCertificatesPerUserQuota => 2,
        SummaryKey::AttachedPoliciesPerGroupQuota | SummaryKey::GroupsPerUserQuota => 10,
        SummaryKey::ServerCertificatesQuota => 20,
        SummaryKey::GroupsQuota => 300,
        SummaryKey::InstanceProfilesQuota => 1_000,
        SummaryKey::GroupPolicySizeQuota => 5_120,
    };
    i32::try_from(number).unwrap_or(i32::MAX)
}
