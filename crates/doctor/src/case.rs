//! A world made ready to have its calls run: its directory, its network, and who is who.

use crate::run::Recorded;
use rolecall_directory::Directory;
use rolecall_kernel::{Memo, session::KeyRing};
use rolecall_names::{AccountId, Arn, Instant};
use rolecall_network::{Network, Unbuilt};
use rolecall_world::{At, Call, Conflict, FileId, Location, Place, Role, User, World};
use std::collections::HashMap;
use zeroize::Zeroizing;

/// Why a world cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The network names something that is not there.
    #[error(transparent)]
    Network(#[from] Unbuilt),
    /// The directory cannot be made.
    #[error("the world contradicts itself")]
    Directory(Vec<Conflict>),
}

/// A world made ready.
pub struct Case<'w> {
    pub(crate) world: &'w World,
    pub(crate) network: Network,
    pub(crate) directory: Directory,
    pub(crate) ring: KeyRing,
    pub(crate) memo: Memo,
    /// When calls are made that do not say when.
    pub(crate) now: Instant,
    recorded: Option<Recorded>,
    roles: HashMap<(AccountId, String), usize>,
    users: HashMap<&'w str, usize>,
    places: HashMap<&'w str, usize>,
}

impl<'w> Case<'w> {
    /// Makes `world` ready; `now` is the current time.
    ///
    /// # Errors
    /// [`CaseError`] when the world was changed since it was read.
    pub fn new(world: &'w World, now: Instant) -> Result<Self, CaseError> {
        let network = world.network()?;
        // Everything has long been there, whatever time a call names.
        let directory = world.directory(Instant::from_seconds(0)).map_err(CaseError::Directory)?;
        let roles = world.roles.iter().enumerate();
        let roles = roles.map(|(index, role)| {
            let entity = &role.entity;
            ((entity.account.value, entity.name.to_ascii_lowercase()), index)
        });
        // Nothing sealed here is ever sent anywhere: any key does.
        let ring = KeyRing::new([(1, Zeroizing::new([7; 32]))]);
        let users = world.users.iter().enumerate();
        let users = users.filter_map(|(index, user)| Some((user.access_key.as_ref()?.id.value.as_str(), index)));
        let places = world.places.iter().enumerate().map(|(index, place)| (&*place.name.value, index));
        let (roles, users, places) = (roles.collect(), users.collect(), places.collect());
        let (memo, recorded) = (Memo::default(), None);
        Ok(Self { world, network, directory, ring, memo, now, recorded, roles, users, places })
    }

    /// Makes `world` ready to have a call run as a record tells it.
    pub(crate) fn recording(world: &'w World, now: Instant, recorded: Recorded) -> Result<Self, CaseError> {
        let mut case = Self::new(world, now)?;
        if let Some(change) = recorded.caller.change() {
            case.directory = case.directory.with(&change);
        }
        case.recorded = Some(recorded);
        Ok(case)
    }

    /// Makes another state of the same world ready, as this one was.
    pub(crate) fn again<'n>(&self, world: &'n World) -> Result<Case<'n>, CaseError> {
        match &self.recorded {
            Some(recorded) => Case::recording(world, self.now, recorded.clone()),
            None => Case::new(world, self.now),
        }
    }

    /// Where people find `at`; `None` for what was written for a record, and stands in no file of theirs.
    pub(crate) fn locate(&self, at: At) -> Option<Location<'w>> {
        let own = self.recorded.as_ref().and_then(|recorded| recorded.own_text);
        let written = at.file == FileId::WORLD && own.is_some_and(|own| at.span.start as usize >= own);
        (!written).then(|| self.world.files.locate(at))
    }

    /// What a record tells of `call`.
    pub(crate) fn recorded(&self, call: &Call) -> Option<&Recorded> {
        self.recorded.as_ref().filter(|recorded| *recorded.call == *call.name.value)
    }

    /// The world.
    #[must_use]
    pub fn world(&self) -> &'w World {
        self.world
    }

    /// The role of that name in that account.
    pub(crate) fn role(&self, account: AccountId, name: &str) -> Option<&'w Role> {
        let index = self.roles.get(&(account, name.to_ascii_lowercase()))?;
        self.world.roles.get(*index)
    }

    /// The role with that ARN.
    pub(crate) fn role_by_arn(&self, arn: &str) -> Option<&'w Role> {
        let arn = Arn::parse(arn).ok()?;
        let ("role", path, name) = arn.kind_path_name()? else { return None };
        let account = self.directory.account(arn.account_id()?)?;
        let exact = |role: &&Role| &*role.entity.path == path && &**role.entity.name == name;
        self.role(account.id(), name).filter(exact).filter(|_| arn.partition == account.partition().as_str())
    }

    /// The place of that name.
    pub(crate) fn place(&self, name: &str) -> Option<&'w Place> {
        self.world.places.get(*self.places.get(name)?)
    }

    /// The user whose long-term key it is.
    pub(crate) fn user_by_key(&self, access_key_id: &str) -> Option<&'w User> {
        self.world.users.get(*self.users.get(access_key_id)?)
    }

    /// The name that the world has for an account; its digits where it has none.
    pub(crate) fn account_name(&self, id: AccountId) -> String {
        let named = self.world.accounts.iter().find(|account| account.id.value == id);
        named.map_or_else(|| id.to_string(), |account| account.name.to_string())
    }
}
