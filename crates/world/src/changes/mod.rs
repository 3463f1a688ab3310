//! From a world to the steps that bring a directory in line with it.
//!
//! The world owns what it names: at each start it is put back as the world says, and taken away once the world no
//! longer names it. What the API made stays. Where both claim the same thing nothing is changed, and the conflict told.

mod desired;

use crate::{At, Files, Kind, World, problem::shortened};
use desired::Desired;
use rolecall_directory::{Change, Directory, KeyOwner, MfaDevice, Origin};
use rolecall_names::{AccountId, Instant, UniqueId};
use std::{collections::HashSet, sync::Arc};

/// Something that world and API both claim, or that the world needs and the deployment has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// The API made a thing of this kind under the name, or with the id, that the world gives.
    Claimed(Kind, At),
    /// A trust policy names a user or role that its account, held by the deployment, does not have.
    UnknownPrincipal(At),
}

impl Conflict {
    /// Where the world says what cannot be.
    #[must_use]
    pub fn at(&self) -> At {
        match self {
            Self::Claimed(_, at) | Self::UnknownPrincipal(at) => *at,
        }
    }

    /// The sentence that tells it, without the place.
    #[must_use]
    pub fn text(&self, files: &Files) -> String {
        let found = shortened(files.excerpt(self.at()));
        match self {
            Self::Claimed(kind, _) => {
                format!(
                    "the {kind} {found} was made through the API, outside of the world; rename one or delete the other"
                )
            }
            Self::UnknownPrincipal(_) => format!("its account has no such user or role: {found}"),
        }
    }
}

impl World {
    /// The changes, in an order in which they can be applied, that bring `held` in line with this world.
    ///
    /// Applying them and asking again gives none: what is as the world says is left alone, with the time it was made
    /// and the codes its MFA devices have spent. `now` is when the rest is made. Accounts are never taken away; one that
    /// the world no longer names loses what the world had put into it.
    ///
    /// # Errors
    /// Everything that the world cannot have because the API made it first.
    pub fn changes(&self, held: &Directory, now: Instant) -> Result<Vec<Change>, Vec<Conflict>> {
        let (desired, mut conflicts) = Desired::new(self, held, now);
        conflicts.extend(claims(&desired, held));
        if !conflicts.is_empty() {
            return Err(conflicts);
        }
        let mut changes = Vec::new();
        removals(&desired, held, &mut changes);
        additions(desired, held, &mut changes);
        Ok(changes)
    }

    /// The directory that this world makes of nothing.
    ///
    /// # Errors
    /// None that [`World::read`] has not told; the type is that of [`World::changes`].
    pub fn directory(&self, now: Instant) -> Result<Directory, Vec<Conflict>> {
        let empty = Directory::default();
        let changes = self.changes(&empty, now)?;
        Ok(changes.iter().fold(empty, |directory, change| directory.with(change)))
    }
}

/// What the API made and the world names too.
fn claims(desired: &Desired, held: &Directory) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    let mut claim = |kind: Kind, origin: Option<Origin>, at: At| {
        if origin == Some(Origin::Api) {
            conflicts.push(Conflict::Claimed(kind, at));
        }
    };
    for (preferences, at) in &desired.accounts {
        claim(Kind::Account, held.account(preferences.id).map(|account| account.preferences().origin), *at);
    }
    for (account, role, at) in &desired.roles {
        let same_name = held.account(*account).and_then(|held| held.role(&role.name));
        claim(Kind::Role, same_name.map(|role| role.origin), *at);
        let same_id = held.role(&role.id).filter(|(_, other)| !other.name.eq_ignore_ascii_case(&role.name));
        claim(Kind::UniqueId, same_id.map(|(_, role)| role.origin), *at);
    }
    for (account, user, at) in &desired.users {
        let same_name = held.account(*account).and_then(|held| held.user(&user.name));
        claim(Kind::User, same_name.map(|user| user.origin), *at);
        let same_id = held.user(&user.id).filter(|(_, other)| !other.name.eq_ignore_ascii_case(&user.name));
        claim(Kind::UniqueId, same_id.map(|(_, user)| user.origin), *at);
    }
    for (account, policy, at) in &desired.policies {
        let same_name = held.account(*account).and_then(|held| held.policy(&policy.name));
        claim(Kind::Policy, same_name.map(|policy| policy.origin), *at);
    }
    for (key, at) in &desired.keys {
        claim(Kind::AccessKey, held.key(&key.id).map(|key| key.origin), *at);
    }
    for (account, device, at) in &desired.devices {
        let same_serial = held.account(*account).and_then(|held| held.device(&device.serial));
        claim(Kind::Device, same_serial.map(|device| device.origin), *at);
    }
    conflicts
}

/// What the world had put there and no longer names, and what hangs on it.
fn removals(desired: &Desired, held: &Directory, changes: &mut Vec<Change>) {
    let folded = |account: AccountId, name: &str| (account, name.to_ascii_lowercase());
    let roles: HashSet<_> = desired.roles.iter().map(|(account, role, _)| folded(*account, &role.name)).collect();
    let users: HashSet<_> = desired.users.iter().map(|(account, user, _)| folded(*account, &user.name)).collect();
    let policies: HashSet<_> = desired.policies.iter().map(|(account, p, _)| folded(*account, &p.name)).collect();
    let devices: HashSet<_> = desired.devices.iter().map(|(account, d, _)| (*account, d.serial.clone())).collect();
    let keys: HashSet<_> = desired.keys.iter().map(|(key, _)| key.id).collect();
    let ids: HashSet<UniqueId> = desired.users.iter().map(|(_, user, _)| user.id).collect();

    for account in held.accounts() {
        let id = account.id();
        for user in account.users(None).filter(|user| user.origin == Origin::World) {
            let goes = !users.contains(&folded(id, &user.name));
            // A user whose id changes is another user: keys and devices stay with the one that is gone.
            let is_gone = goes || !ids.contains(&user.id);
            for key in held.keys_of(id, Some(user.id)) {
                if is_gone || (key.origin == Origin::World && !keys.contains(&key.id)) {
                    changes.push(Change::DeleteAccessKey(key.id));
                }
            }
            if is_gone {
                release_devices(account, user.id, changes);
            }
            if goes {
                changes.push(Change::DeleteUser { account: id, name: user.name.clone() });
            }
        }
        for device in account.devices(None).filter(|device| device.origin == Origin::World) {
            if !devices.contains(&(id, device.serial.clone())) {
                changes.push(Change::DeleteDevice { account: id, serial: device.serial.clone() });
            }
        }
        for role in account.roles(None).filter(|role| role.origin == Origin::World) {
            if !roles.contains(&folded(id, &role.name)) {
                changes.push(Change::DeleteRole { account: id, name: role.name.clone() });
            }
        }
        for policy in account.policies(None).filter(|policy| policy.origin == Origin::World) {
            if !policies.contains(&folded(id, &policy.name)) {
                changes.push(Change::DeletePolicy { account: id, name: policy.name.clone() });
            }
        }
    }
}

/// Devices that the API made for a user who goes are nobody's afterwards.
fn release_devices(account: &rolecall_directory::Account, user: UniqueId, changes: &mut Vec<Change>) {
    for device in account.devices(None).filter(|device| device.origin == Origin::Api) {
        if device.holder.is_some_and(|(holder, _)| holder == KeyOwner::User(user)) {
            let device = Arc::new(MfaDevice { holder: None, ..MfaDevice::clone(device) });
            changes.push(Change::PutDevice { account: account.id(), device });
        }
    }
}

/// What is not yet as the world says: accounts first, then what is in them, what is referred to before what refers.
fn additions(desired: Desired, held: &Directory, changes: &mut Vec<Change>) {
    for (preferences, _) in desired.accounts {
        if held.account(preferences.id).is_none_or(|account| *account.preferences() != preferences) {
            changes.push(Change::PutAccount(preferences));
        }
    }
    for (account, policy, _) in desired.policies {
        let same =
            held.account(account).and_then(|held| held.policy(&policy.name)).is_some_and(|held| **held == policy);
        if !same {
            changes.push(Change::PutPolicy { account, policy: Arc::new(policy) });
        }
    }
    for (account, user, _) in desired.users {
        let same = held.account(account).and_then(|held| held.user(&user.name)).is_some_and(|held| **held == user);
        if !same {
            changes.push(Change::PutUser { account, user: Arc::new(user) });
        }
    }
    for (account, role, _) in desired.roles {
        let same = held.account(account).and_then(|held| held.role(&role.name)).is_some_and(|held| **held == role);
        if !same {
            changes.push(Change::PutRole { account, role: Arc::new(role) });
        }
    }
    for (key, _) in desired.keys {
        if held.key(&key.id).is_none_or(|held| **held != key) {
            changes.push(Change::PutAccessKey(Arc::new(key)));
        }
    }
    for (account, device, _) in desired.devices {
        let same =
            held.account(account).and_then(|held| held.device(&device.serial)).is_some_and(|held| **held == device);
        if !same {
            changes.push(Change::PutDevice { account, device: Arc::new(device) });
        }
    }
    let organization = desired.organization;
    let same = match held.organization() {
        Some(held) => **held == organization,
        None => organization == rolecall_directory::Organization::default(),
    };
    if !same {
        changes.push(Change::PutOrganization(Arc::new(organization)));
    }
}
