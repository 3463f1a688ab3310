//! What an account holds: roles, users, access keys, managed policies and MFA devices.

use crate::{PolicyText, Secret};
use rolecall_names::{AccessKeyId, AccountId, Instant, Partition, UniqueId, role_arn, user_arn};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// Who made an entity, which decides what a restart does with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Origin {
    /// Made through the API: stays until the API deletes it.
    #[default]
    Api,
    /// Named in the world: put back as the world says at each start, gone when the world no longer names it.
    World,
}

/// A tag on a role, user, policy, MFA device or session.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tag {
    /// Up to 128 characters; on roles and users unique without regard to case.
    pub key: Arc<str>,
    /// Up to 256 characters, possibly none.
    pub value: Arc<str>,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// `AROA…`; a role made anew under the same name has another.
    pub id: UniqueId,
    /// The name as first written; names are unique without regard to case.
    pub name: Arc<str>,
    /// The path with both its slashes.
    pub path: Arc<str>,
    /// When it was made.
    pub created: Instant,
    /// Free text.
    pub description: Option<Arc<str>>,
    /// The longest session, in seconds: 3600 to 43200.
    pub max_session_duration: u32,
    /// The trust policy, its principals already turned into unique ids where they could be.
    pub trust: PolicyText,
    /// Inline policies by name.
    pub inline: BTreeMap<Arc<str>, PolicyText>,
    /// ARNs of the managed policies attached.
    pub attached: Vec<Arc<str>>,
    /// ARN of the managed policy that bounds the role.
    pub boundary: Option<Arc<str>>,
    /// The role's own tags.
    pub tags: Vec<Tag>,
    /// Who made it.
    #[serde(default)]
    pub origin: Origin,
}

impl Role {
    /// The role's ARN in `account`.
    #[must_use]
    pub fn arn(&self, partition: Partition, account: AccountId) -> String {
        role_arn(partition, account, &self.path, &self.name)
    }
}

/// An IAM user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// `AIDA…`.
    pub id: UniqueId,
    /// The name as written; unique without regard to case.
    pub name: Arc<str>,
    /// The path with both its slashes.
    pub path: Arc<str>,
    /// When it was made.
    pub created: Instant,
    /// Inline policies by name.
    pub inline: BTreeMap<Arc<str>, PolicyText>,
    /// ARNs of the managed policies attached.
    pub attached: Vec<Arc<str>>,
    /// ARN of the managed policy that bounds the user.
    pub boundary: Option<Arc<str>>,
    /// The user's tags.
    pub tags: Vec<Tag>,
    /// Who made it.
    #[serde(default)]
    pub origin: Origin,
}

impl User {
    /// The user's ARN in `account`.
    #[must_use]
    pub fn arn(&self, partition: Partition, account: AccountId) -> String {
        user_arn(partition, account, &self.path, &self.name)
    }
}

/// Whose long-term key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyOwner {
    /// The account's root user.
    Root,
    /// The user with this id.
    User(UniqueId),
}

/// A long-term access key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    /// `AKIA…`.
    pub id: AccessKeyId,
    /// The account it belongs to.
    pub account: AccountId,
    /// Root or a user of that account.
    pub owner: KeyOwner,
    /// The secret it signs with.
    pub secret: Secret,
    /// Whether requests signed with it are taken.
    pub active: bool,
    /// When it was made.
    pub created: Instant,
    /// Who made it.
    #[serde(default)]
    pub origin: Origin,
}

/// A customer managed policy: the document in force, and its other versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedPolicy {
    /// `ANPA…`.
    pub id: UniqueId,
    /// The name; unique without regard to case.
    pub name: Arc<str>,
    /// The path with both its slashes.
    pub path: Arc<str>,
    /// When it was made.
    pub created: Instant,
    /// Free text.
    pub description: Option<Arc<str>>,
    /// The document of the version in force.
    pub text: PolicyText,
    /// The policy's tags.
    pub tags: Vec<Tag>,
    /// Who made it.
    #[serde(default)]
    pub origin: Origin,
    /// Which version is in force, and the others; logs of before there were any have one, `v1`.
    #[serde(default)]
    pub versions: Versions,
}

/// The versions of a managed policy, whose numbers are never given again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// The number of the version in force: 1 for `v1`.
    pub in_force: u32,
    /// When that one was made; `None` for the first, which was made with the policy.
    pub made: Option<Instant>,
    /// The others, in no particular order.
    pub others: Vec<PolicyVersion>,
    /// The highest number ever given.
    pub last: u32,
}

impl Default for Versions {
    fn default() -> Self {
        Self { in_force: 1, made: None, others: Vec::new(), last: 1 }
    }
}

/// A version of a managed policy that is not in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// Its number.
    pub number: u32,
    /// When it was made; `None` for the first, which was made with the policy.
    pub made: Option<Instant>,
    /// Its document.
    pub text: PolicyText,
}

impl ManagedPolicy {
    /// `arn:aws:iam::111111111111:policy/path/name`.
    #[must_use]
    pub fn arn(&self, partition: Partition, account: AccountId) -> String {
        format!("arn:{partition}:iam::{account}:policy{}{}", self.path, self.name)
    }
}

/// A virtual MFA device: time-based one-time passwords of six digits every 30 seconds (RFC 6238).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MfaDevice {
    /// `arn:aws:iam::111111111111:mfa/path/name`.
    pub serial: Arc<str>,
    /// The seed in base 32, without padding.
    pub seed: Secret,
    /// When it was made.
    pub created: Instant,
    /// Whose it is and since when; `None` until it is enabled.
    pub holder: Option<(KeyOwner, Instant)>,
    /// The last 30-second step whose code was taken: that code and every earlier one are spent.
    pub spent_step: i64,
    /// Who made it.
    #[serde(default)]
    pub origin: Origin,
    /// The device's tags; logs of before there were any name none.
    #[serde(default)]
    pub tags: Vec<Tag>,
}
