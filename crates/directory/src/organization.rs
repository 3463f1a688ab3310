//! The organization above the accounts: units, and the policies that bind from above.

use crate::PolicyText;
use rolecall_names::AccountId;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// What a control policy is attached to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// The organization's root.
    Root,
    /// A unit, by its place in [`Organization::units`].
    Unit(usize),
    /// One account.
    Account(AccountId),
}

/// An organizational unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// `ou-…`, or the name by which the world calls it.
    pub id: Arc<str>,
    /// The unit above; `None` directly below the root.
    pub parent: Option<usize>,
}

/// A service control policy or resource control policy and where it is attached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlPolicy {
    /// Where.
    pub targets: Vec<Target>,
    /// The document.
    pub text: PolicyText,
    /// A name for people: the world's file.
    pub name: Arc<str>,
}

/// An organization, or the mere set of control policies where none is named.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Organization {
    /// `o-…`; `None` when the accounts are in no organization.
    pub id: Option<Arc<str>>,
    /// The management account, which no service control policy binds.
    pub management: Option<AccountId>,
    /// Every unit; a parent stands before its children.
    pub units: Vec<Unit>,
    /// The unit each account is in; `None` directly below the root.
    pub members: BTreeMap<AccountId, Option<usize>>,
    /// Service control policies.
    pub service_control: Vec<ControlPolicy>,
    /// Resource control policies.
    pub resource_control: Vec<ControlPolicy>,
}

/// One account's place: the levels that bind it, from the root down to itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// Root, units downwards, the account.
    pub levels: Vec<Target>,
}

impl Organization {
    /// The levels above and including `account`, root first.
    #[must_use]
    pub fn placement(&self, account: AccountId) -> Placement {
        let mut upwards = vec![Target::Account(account)];
        let mut unit = self.members.get(&account).copied().flatten();
        // A parent stands before its child, so the walk ends; the bound holds for a value that breaks the rule.
        for _ in 0..self.units.len() {
            let Some(index) = unit else { break };
            upwards.push(Target::Unit(index));
            unit = self.units.get(index).and_then(|unit| unit.parent);
        }
        upwards.push(Target::Root);
        upwards.reverse();
        Placement { levels: upwards }
    }

    /// `o-…/r-root/ou-…/`, the value of `aws:PrincipalOrgPaths` for a member; `None` for others.
    #[must_use]
    pub fn path(&self, account: AccountId) -> Option<String> {
        let id = self.id.as_deref().filter(|_| self.has(account))?;
        let mut path = format!("{id}/r-root/");
        for level in self.placement(account).levels {
            if let Target::Unit(index) = level
                && let Some(unit) = self.units.get(index)
            {
                path.push_str(&unit.id);
                path.push('/');
            }
        }
        Some(path)
    }

    /// Whether `account` is a member or the management account.
    #[must_use]
    pub fn has(&self, account: AccountId) -> bool {
        self.members.contains_key(&account) || self.management == Some(account)
    }

    /// The policies of `kind` attached at `level`.
    pub fn attached<'a>(kind: &'a [ControlPolicy], level: &'a Target) -> impl Iterator<Item = &'a ControlPolicy> {
        kind.iter().filter(move |policy| policy.targets.contains(level))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_run_from_the_root_down() {
        let account: AccountId = "111111111111".parse().unwrap();
        let organization = Organization {
            id: Some("o-example".into()),
            units: vec![Unit { id: "ou-a".into(), parent: None }, Unit { id: "ou-b".into(), parent: Some(0) }],
            members: [(account, Some(1))].into(),
            ..Organization::default()
        };
        let levels = organization.placement(account).levels;
        assert_eq!(levels, [Target::Root, Target::Unit(0), Target::Unit(1), Target::Account(account)]);
        assert_eq!(organization.path(account).unwrap(), "o-example/r-root/ou-a/ou-b/");
    }
}
