//! The context keys of a simulated call: those given, then those that follow from who calls and for what.

use super::{caller::Who, invalid};
use rolecall_directory::{Directory, Role};
use rolecall_names::{AccountId, Principal};
use rolecall_policy::{Entry, Key, Values, keys};
use rolecall_wire::{
    Fault,
    call::{ContextEntry, ContextKeyType},
};

/// The most keys of one simulation. Each is looked at for each condition.
const MOST: usize = 1_000;

/// What the call gives.
pub(super) struct Given<'a>(Vec<(&'a str, Held<'a>)>);

enum Held<'a> {
    One(&'a str),
    Many(Vec<&'a str>),
}

impl<'a> Given<'a> {
    pub(super) fn read(entries: &'a [ContextEntry]) -> Result<Self, Fault> {
        use ContextKeyType::{Addresses, Binaries, Booleans, Dates, Numbers, Texts};
        if entries.len() > MOST {
            return Err(invalid(format!("There are more than {MOST} context entries.")));
        }
        let mut given = Vec::new();
        for entry in entries {
            let Some(name) = entry.context_key_name.as_deref() else {
                return Err(invalid("A context entry has no ContextKeyName."));
            };
            let values: Vec<&str> = entry.context_key_values.iter().map(String::as_str).collect();
            let many = match entry.context_key_type {
                Some(Texts | Numbers | Booleans | Addresses | Binaries | Dates) => true,
                Some(_) => false,
                None => values.len() > 1,
            };
            given.push(match (many, &*values) {
                (true, _) => (name, Held::Many(values)),
                (false, [one]) => (name, Held::One(one)),
                // A key without a value is one that is not there.
                (false, []) => continue,
                (false, _) => {
                    return Err(invalid(format!("The context key {name} has several values and its type has one.")));
                }
            });
        }
        Ok(Self(given))
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.0.iter().map(|(name, held)| match held {
            Held::One(value) => (Key::new(name), Values::One(value)),
            Held::Many(values) => (Key::new(name), Values::Many(values)),
        })
    }
}

/// Texts that follow from an account: its number, and its place in the organization.
pub(super) struct Placed {
    account: String,
    organization: Option<String>,
    paths: Vec<String>,
}

impl Placed {
    pub(super) fn new(directory: &Directory, account: AccountId) -> Self {
        let organization = directory.organization().filter(|organization| organization.has(account));
        Self {
            account: account.to_string(),
            organization: organization.and_then(|organization| organization.id.as_deref()).map(str::to_owned),
            paths: organization.and_then(|organization| organization.path(account)).into_iter().collect(),
        }
    }
}

/// Texts that follow from who calls.
pub(super) struct Caller<'t> {
    who: &'t Who<'t>,
    arn: Option<String>,
    user_id: Option<String>,
    placed: Option<Placed>,
}

impl<'t> Caller<'t> {
    pub(super) fn new(directory: &Directory, who: &'t Who<'t>) -> Self {
        let principal = &who.principal;
        Self {
            who,
            arn: principal.principal_arn(),
            // A role's user id has the name of its session, which is not known.
            user_id: principal.user_id().filter(|_| matches!(principal, Principal::User { .. })),
            placed: principal.account().map(|account| Placed::new(directory, account)),
        }
    }

    /// Adds what is known of the caller. What the call itself gives stands before it and counts.
    pub(super) fn tell<'a>(&'a self, paths: &'a [&'a str], entries: &mut Vec<Entry<'a>>) {
        let principal = &self.who.principal;
        let name = match principal {
            Principal::User { name, .. } => Some(&**name),
            _ => None,
        };
        let placed = self.placed.as_ref();
        for (key, value) in [
            (keys::PRINCIPAL_ARN, self.arn.as_deref()),
            (keys::PRINCIPAL_ACCOUNT, placed.map(|placed| &*placed.account)),
            (keys::PRINCIPAL_TYPE, principal.kind()),
            (keys::PRINCIPAL_IS_AWS_SERVICE, Some("false")),
            (keys::USERNAME, name),
            (keys::USER_ID, self.user_id.as_deref()),
            (keys::PRINCIPAL_ORG_ID, placed.and_then(|placed| placed.organization.as_deref())),
        ] {
            entries.extend(value.map(|value| (key, Values::One(value))));
        }
        if !paths.is_empty() {
            entries.push((keys::PRINCIPAL_ORG_PATHS, Values::Many(paths)));
        }
        let tags = self.who.tags.iter();
        entries.extend(tags.map(|tag| (Key::tag(keys::PRINCIPAL_TAG, &tag.key), Values::One(&tag.value))));
    }

    pub(super) fn paths(&self) -> Vec<&str> {
        self.placed.iter().flat_map(Placed::paths).collect()
    }
}

impl Placed {
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(String::as_str)
    }

    /// Adds what is known of a resource of this account, and of the role that it is.
    pub(super) fn tell<'a>(&'a self, paths: &'a [&'a str], role: Option<&'a Role>, entries: &mut Vec<Entry<'a>>) {
        entries.push((keys::RESOURCE_ACCOUNT, Values::One(&self.account)));
        entries.extend(self.organization.as_deref().map(|id| (keys::RESOURCE_ORG_ID, Values::One(id))));
        if !paths.is_empty() {
            entries.push((keys::RESOURCE_ORG_PATHS, Values::Many(paths)));
        }
        entries.extend(crate::iam::shared::resource_tags(role.map_or(&[], |role| &*role.tags)));
    }
}
