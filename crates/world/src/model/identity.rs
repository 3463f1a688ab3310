//! Accounts, the organization, roles and users.

use crate::{At, Located, Policy};
use rolecall_directory::{Secret, Tag, TokenVersion};
use rolecall_names::{AccessKeyId, AccountId, Partition, Region, UniqueId};
use std::sync::Arc;

/// `[accounts.NAME]`
#[derive(Debug, Clone)]
pub struct Account {
    /// The name it has in this world.
    pub name: Located<Box<str>>,
    /// Its twelve digits.
    pub id: Located<AccountId>,
    /// Its partition; `aws` when left out.
    pub partition: Partition,
    /// Opt-in Regions it has switched on.
    pub opted_in: Vec<Located<Region>>,
    /// Regions whose STS it has switched off.
    pub deactivated: Vec<Located<Region>>,
    /// Which tokens the global endpoint gives; version 1 when left out.
    pub global_token: TokenVersion,
}

/// `[organization]`
#[derive(Debug, Clone)]
pub struct Organization {
    /// `o-…`; `None` when left out: then there is no `aws:PrincipalOrgID`.
    pub id: Option<Located<Box<str>>>,
    /// The management account.
    pub management: Option<Located<AccountId>>,
    /// Accounts directly below the root.
    pub accounts: Vec<Located<AccountId>>,
    /// `[organization.units.NAME]`, in the order of the file.
    pub units: Vec<Unit>,
}

/// An organizational unit.
#[derive(Debug, Clone)]
pub struct Unit {
    /// The name it has in this world.
    pub name: Located<Box<str>>,
    /// `ou-…`; the name when left out.
    pub id: Option<Located<Box<str>>>,
    /// The unit it is in; directly below the root when left out.
    pub parent: Option<Located<Box<str>>>,
    /// The accounts in it.
    pub accounts: Vec<Located<AccountId>>,
}

/// `[[service_control_policy]]` or `[[resource_control_policy]]`
#[derive(Debug, Clone)]
pub struct ControlPolicy {
    /// What it is attached to.
    pub targets: Vec<Located<Target>>,
    /// The document.
    pub policy: Policy,
}

/// What a control policy is attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// `"root"`, the organization's root.
    Root,
    /// An account of the world.
    Account(AccountId),
    /// A unit by its name.
    Unit(Box<str>),
}

/// What roles and users have in common.
#[derive(Debug, Clone)]
pub struct Entity {
    /// Its account.
    pub account: Located<AccountId>,
    /// Its name.
    pub name: Located<Arc<str>>,
    /// The path with both its slashes; `/` when left out.
    pub path: Arc<str>,
    /// Its unique id; derived when left out.
    pub id: UniqueId,
    /// Where the id stands, when it was not left out.
    pub id_at: Option<At>,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// Its inline policies, each named as its file.
    pub policies: Vec<Policy>,
    /// The policy that bounds it.
    pub boundary: Option<Policy>,
    /// The table.
    pub at: At,
}

/// `[[role]]`
#[derive(Debug, Clone)]
pub struct Role {
    /// Account, name, policies.
    pub entity: Entity,
    /// The trust policy, as it stands in its file.
    pub trust: Policy,
    /// The longest session in seconds, 3600 when left out.
    pub max_session_duration: u32,
}

/// `[[user]]`
#[derive(Debug, Clone)]
pub struct User {
    /// Account, name, policies.
    pub entity: Entity,
    /// Its long-term access key, if it has one.
    pub access_key: Option<AccessKey>,
    /// Its MFA device, if it has one.
    pub mfa: Option<Device>,
}

/// A user's `access_key`.
#[derive(Debug, Clone)]
pub struct AccessKey {
    /// `AKIA…`.
    pub id: Located<AccessKeyId>,
    /// What it signs with.
    pub secret: Secret,
}

/// A user's `mfa`, a virtual device.
#[derive(Debug, Clone)]
pub struct Device {
    /// `arn:aws:iam::111111111111:mfa/name`.
    pub serial: Located<Box<str>>,
    /// The seed in base 32.
    pub seed: Secret,
}
