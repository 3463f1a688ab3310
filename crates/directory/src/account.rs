//! One account and what it holds.

use crate::{ManagedPolicy, MfaDevice, Origin, Role, User};
use imbl::OrdMap;
use rolecall_names::{AccountId, Activation, Partition, Region};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};

/// Which tokens the global endpoint gives an account.
///
/// Source: IAM API Reference, `SetSecurityTokenServicePreferences`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum TokenVersion {
    /// Valid only in Regions that are enabled by default.
    #[default]
    V1,
    /// Valid in every Region.
    V2,
}

/// An account's settings, apart from what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// The account's id.
    pub id: AccountId,
    /// Where it lives.
    pub partition: Partition,
    /// A name for people: the world's key, or the id.
    pub name: Arc<str>,
    /// The opt-in Regions it has switched on.
    pub opted_in: BTreeSet<Region>,
    /// The Regions whose STS it has switched off.
    pub deactivated: BTreeSet<Region>,
    /// Tokens of the global endpoint.
    pub global_token: TokenVersion,
    /// Who made it.
    #[serde(default)]
    pub origin: Origin,
}

impl Preferences {
    /// An account as AWS hands it out: no opt-in Region, every STS on, version 1 tokens.
    #[must_use]
    pub fn new(id: AccountId, partition: Partition) -> Self {
        Self {
            id,
            partition,
            name: id.to_string().into(),
            opted_in: BTreeSet::new(),
            deactivated: BTreeSet::new(),
            global_token: TokenVersion::V1,
            origin: Origin::Api,
        }
    }

    /// Whether STS in `region` makes credentials for this account.
    #[must_use]
    pub fn sts_active(&self, region: Region) -> bool {
        match region.activation() {
            Activation::Fixed => true,
            Activation::Deactivatable => !self.deactivated.contains(&region),
            Activation::OptIn => self.opted_in.contains(&region),
        }
    }
}

/// An account: its settings and what it holds, each by its name in lower case.
///
/// Names are unique without regard to case (IAM User Guide, "IAM and AWS STS quotas", "IAM name requirements").
#[derive(Debug, Clone)]
pub struct Account {
    pub(crate) preferences: Arc<Preferences>,
    pub(crate) roles: OrdMap<Arc<str>, Arc<Role>>,
    pub(crate) users: OrdMap<Arc<str>, Arc<User>>,
    pub(crate) policies: OrdMap<Arc<str>, Arc<ManagedPolicy>>,
    pub(crate) devices: OrdMap<Arc<str>, Arc<MfaDevice>>,
}

impl Account {
    pub(crate) fn new(preferences: Preferences) -> Self {
        Self {
            preferences: Arc::new(preferences),
            roles: OrdMap::new(),
            users: OrdMap::new(),
            policies: OrdMap::new(),
            devices: OrdMap::new(),
        }
    }

    /// The account's settings.
    #[must_use]
    pub fn preferences(&self) -> &Preferences {
        &self.preferences
    }

    /// The account's id.
    #[must_use]
    pub fn id(&self) -> AccountId {
        self.preferences.id
    }

    /// The account's partition.
    #[must_use]
    pub fn partition(&self) -> Partition {
        self.preferences.partition
    }

    /// The role of that name, in whatever case it is given.
    #[must_use]
    pub fn role(&self, name: &str) -> Option<&Arc<Role>> {
        find(&self.roles, name)
    }

    /// The user of that name, in whatever case it is given.
    #[must_use]
    pub fn user(&self, name: &str) -> Option<&Arc<User>> {
        find(&self.users, name)
    }

    /// The managed policy of that name, in whatever case it is given.
    #[must_use]
    pub fn policy(&self, name: &str) -> Option<&Arc<ManagedPolicy>> {
        find(&self.policies, name)
    }

    /// The managed policy with that ARN, to the letter.
    #[must_use]
    pub fn policy_by_arn(&self, arn: &str) -> Option<&Arc<ManagedPolicy>> {
        let name = arn.rsplit_once('/')?.1;
        self.policy(name).filter(|policy| policy.arn(self.partition(), self.id()) == arn)
    }

    /// The virtual MFA device with that serial number.
    #[must_use]
    pub fn device(&self, serial: &str) -> Option<&Arc<MfaDevice>> {
        self.devices.get(serial)
    }

    /// Roles in the order of their names, beginning behind `after` (a name, in any case).
    pub fn roles(&self, after: Option<&str>) -> impl Iterator<Item = &Arc<Role>> {
        behind(&self.roles, after)
    }

    /// Users in the order of their names, beginning behind `after` (a name, in any case).
    pub fn users(&self, after: Option<&str>) -> impl Iterator<Item = &Arc<User>> {
        behind(&self.users, after)
    }

    /// Managed policies in the order of their names, beginning behind `after` (a name, in any case).
    pub fn policies(&self, after: Option<&str>) -> impl Iterator<Item = &Arc<ManagedPolicy>> {
        behind(&self.policies, after)
    }

    /// Virtual MFA devices in the order of their serial numbers, beginning behind `after`.
    pub fn devices(&self, after: Option<&str>) -> impl Iterator<Item = &Arc<MfaDevice>> {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = after.map_or(Unbounded, |serial| Excluded(Arc::from(serial)));
        self.devices.range::<_, Arc<str>>((from, Unbounded)).map(|(_, device)| device)
    }

    /// How many roles, users, policies and devices there are, in this order.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize, usize) {
        (self.roles.len(), self.users.len(), self.policies.len(), self.devices.len())
    }
}

/// The key under which a name is kept.
pub(crate) fn folded(name: &str) -> Arc<str> {
    name.to_ascii_lowercase().into()
}

fn find<'a, V>(map: &'a OrdMap<Arc<str>, Arc<V>>, name: &str) -> Option<&'a Arc<V>> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        map.get(name.to_ascii_lowercase().as_str())
    } else {
        map.get(name)
    }
}

fn behind<'a, V>(map: &'a OrdMap<Arc<str>, Arc<V>>, after: Option<&str>) -> impl Iterator<Item = &'a Arc<V>> {
    use std::ops::Bound::{Excluded, Unbounded};
    let from = after.map_or(Unbounded, |name| Excluded(folded(name)));
    map.range::<_, Arc<str>>((from, Unbounded)).map(|(_, value)| value)
}
