//! The whole value, and the step from one to the next.

use crate::account::folded;
use crate::{AccessKey, Account, Change, Organization, PolicyText, Role, TextHash, User};
use imbl::{HashMap, OrdMap};
use rolecall_names::{AccessKeyId, AccountId, UniqueId};
use std::sync::Arc;

/// The user or role that a unique id stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// A role, by its account and its name in lower case.
    Role(AccountId, Arc<str>),
    /// A user, by its account and its name in lower case.
    User(AccountId, Arc<str>),
}

/// Everything a deployment holds, at one moment.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    accounts: OrdMap<AccountId, Account>,
    keys: HashMap<AccessKeyId, Arc<AccessKey>>,
    keys_of: OrdMap<(AccountId, Option<UniqueId>, AccessKeyId), ()>,
    ids: HashMap<UniqueId, Named>,
    texts: HashMap<TextHash, PolicyText>,
    /// Swept when there are this many texts, so that sweeping costs a constant share of what it follows.
    sweep_at: usize,
    organization: Option<Arc<Organization>>,
}

impl Directory {
    const FIRST_SWEEP: usize = 1024;

    /// The account, if it is held here.
    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(&id)
    }

    /// Every account held, in the order of their ids.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// The long-term key with that id.
    #[must_use]
    pub fn key(&self, id: &AccessKeyId) -> Option<&Arc<AccessKey>> {
        self.keys.get(id)
    }

    /// The long-term keys of a user, or of the root for `None`, in the order of their ids.
    pub fn keys_of(&self, account: AccountId, user: Option<UniqueId>) -> impl Iterator<Item = &Arc<AccessKey>> {
        self.keys_of
            .range((account, user, AccessKeyId::LOWEST)..)
            .map(|(key, ())| key)
            .take_while(move |(owner, holder, _)| *owner == account && *holder == user)
            .filter_map(|(.., id)| self.keys.get(id))
    }

    /// What a unique id stands for; `None` once its user or role is gone.
    #[must_use]
    pub fn named(&self, id: &UniqueId) -> Option<&Named> {
        self.ids.get(id)
    }

    /// The role with that id.
    #[must_use]
    pub fn role(&self, id: &UniqueId) -> Option<(&Account, &Arc<Role>)> {
        let Named::Role(account, name) = self.ids.get(id)? else { return None };
        let account = self.accounts.get(account)?;
        Some((account, account.roles.get(name)?))
    }

    /// The user with that id.
    #[must_use]
    pub fn user(&self, id: &UniqueId) -> Option<(&Account, &Arc<User>)> {
        let Named::User(account, name) = self.ids.get(id)? else { return None };
        let account = self.accounts.get(account)?;
        Some((account, account.users.get(name)?))
    }

    /// The organization; `None` where the deployment names none.
    #[must_use]
    pub fn organization(&self) -> Option<&Arc<Organization>> {
        self.organization.as_ref()
    }

    /// How many different policy texts are held.
    #[must_use]
    pub fn text_count(&self) -> usize {
        self.texts.len()
    }

    /// The directory after `change`. A change about an account that is not held has no effect.
    #[must_use]
    pub fn with(mut self, change: &Change) -> Self {
        self.apply(change);
        self
    }

    fn apply(&mut self, change: &Change) {
        match change {
            Change::PutAccount(preferences) => match self.accounts.get_mut(&preferences.id) {
                Some(account) => account.preferences = Arc::new(preferences.clone()),
                None => drop(self.accounts.insert(preferences.id, Account::new(preferences.clone()))),
            },
            Change::PutRole { account, role } => {
                let mut role = Role::clone(role);
                role.trust = self.intern(&role.trust);
                role.inline = self.intern_all(role.inline);
                let key = folded(&role.name);
                let Some(holder) = self.accounts.get_mut(account) else { return };
                let id = role.id;
                if let Some(before) = holder.roles.insert(key.clone(), Arc::new(role)) {
                    self.ids.remove(&before.id);
                }
                self.ids.insert(id, Named::Role(*account, key));
            }
            Change::DeleteRole { account, name } => {
                if let Some(role) = self.accounts.get_mut(account).and_then(|held| held.roles.remove(&folded(name))) {
                    self.ids.remove(&role.id);
                }
            }
            Change::PutUser { account, user } => {
                let mut user = User::clone(user);
                user.inline = self.intern_all(user.inline);
                let key = folded(&user.name);
                let Some(holder) = self.accounts.get_mut(account) else { return };
                let id = user.id;
                if let Some(before) = holder.users.insert(key.clone(), Arc::new(user)) {
                    self.ids.remove(&before.id);
                }
                self.ids.insert(id, Named::User(*account, key));
            }
            Change::DeleteUser { account, name } => {
                if let Some(user) = self.accounts.get_mut(account).and_then(|held| held.users.remove(&folded(name))) {
                    self.ids.remove(&user.id);
                }
            }
            Change::PutAccessKey(key) => {
                self.forget_key(&key.id);
                self.keys_of.insert((key.account, holder_of(key), key.id), ());
                self.keys.insert(key.id, key.clone());
            }
            Change::DeleteAccessKey(id) => self.forget_key(id),
            Change::PutPolicy { account, policy } => {
                let mut policy = crate::ManagedPolicy::clone(policy);
                policy.text = self.intern(&policy.text);
                for version in &mut policy.versions.others {
                    version.text = self.intern(&version.text);
                }
                if let Some(holder) = self.accounts.get_mut(account) {
                    holder.policies.insert(folded(&policy.name), Arc::new(policy));
                }
            }
            Change::DeletePolicy { account, name } => {
                if let Some(holder) = self.accounts.get_mut(account) {
                    holder.policies.remove(&folded(name));
                }
            }
            Change::PutDevice { account, device } => {
                if let Some(holder) = self.accounts.get_mut(account) {
                    holder.devices.insert(device.serial.clone(), device.clone());
                }
            }
            Change::DeleteDevice { account, serial } => {
                if let Some(holder) = self.accounts.get_mut(account) {
                    holder.devices.remove(serial);
                }
            }
            Change::PutOrganization(organization) => self.organization = Some(organization.clone()),
        }
    }

    fn forget_key(&mut self, id: &AccessKeyId) {
        if let Some(key) = self.keys.remove(id) {
            self.keys_of.remove(&(key.account, holder_of(&key), key.id));
        }
    }

    fn intern_all<K: Ord>(
        &mut self,
        texts: std::collections::BTreeMap<K, PolicyText>,
    ) -> std::collections::BTreeMap<K, PolicyText> {
        texts.into_iter().map(|(name, text)| (name, self.intern(&text))).collect()
    }

    /// The one copy of `text`. Texts that nobody holds any more are let go of now and then.
    fn intern(&mut self, text: &PolicyText) -> PolicyText {
        if let Some(known) = self.texts.get(&text.hash()) {
            return known.clone();
        }
        if self.texts.len() >= self.sweep_at.max(Self::FIRST_SWEEP) {
            let unheld: Vec<_> = self.texts.values().filter(|text| text.holders() == 1).map(PolicyText::hash).collect();
            for hash in unheld {
                self.texts.remove(&hash);
            }
            self.sweep_at = self.texts.len().saturating_mul(2);
        }
        self.texts.insert(text.hash(), text.clone());
        text.clone()
    }
}

fn holder_of(key: &AccessKey) -> Option<UniqueId> {
    match key.owner {
        crate::KeyOwner::Root => None,
        crate::KeyOwner::User(id) => Some(id),
    }
}
