//! What other versions of clients make of the calls of a world.

use crate::{Case, Explanation, RunError};
use rolecall_clients::Client;
use rolecall_world::{Call, Expectation};

/// A call that another version of its client makes.
#[derive(Debug, Clone)]
pub struct Upgraded<'w> {
    /// The call.
    pub call: &'w Call,
    /// What it comes to with the client that the world names.
    pub before: Expectation,
    /// What it comes to with the other version.
    pub after: Expectation,
    /// Why it comes to something else, and what mends it; for calls that then fail.
    pub found: Option<Explanation<'w>>,
}

impl Upgraded<'_> {
    /// Whether the other version brings something else about.
    #[must_use]
    pub fn flips(&self) -> bool {
        self.before != self.after
    }
}

/// Fixes are looked for in so many calls that flip; the others have their causes.
const MENDED: usize = 20;
/// In a world of more roles and calls than this fixes are left to `explain`: each is proven by reading all of it anew.
const SMALL: usize = 5_000;

impl<'w> Case<'w> {
    /// Every call that one of `clients` makes, by its name, in another version than the world's, with that client.
    ///
    /// # Errors
    /// The first call in the order of the world whose client is not known, and why.
    pub fn touched<'c>(&self, clients: &'c [Client]) -> Result<Vec<(&'w Call, &'c Client)>, (&'w Call, RunError)> {
        let mut touched = Vec::new();
        for call in &self.world.calls {
            let own = Client::new(&call.client.value.name, &call.client.value.version)
                .map_err(|source| (call, RunError::Client { source, at: call.client.at }))?;
            let same = |client: &&Client| client.name() == own.name() && client.version() != own.version();
            touched.extend(clients.iter().find(same).map(|client| (call, client)));
        }
        Ok(touched)
    }

    /// Runs `call` as the world has it and with `client`. A call that then fails has its causes.
    ///
    /// # Errors
    /// [`RunError`] when the world does not say enough.
    pub fn upgrade(&self, call: &'w Call, client: &Client) -> Result<Upgraded<'w>, RunError> {
        let (before, after) = (self.outcome(call, None)?, self.outcome(call, Some(client))?);
        let fails = before != after && after != Expectation::Allowed;
        let found = if fails { Some(self.reasons(call, Some(client))?) } else { None };
        Ok(Upgraded { call, before, after, found })
    }

    /// Looks for fixes of the calls that flip: of the first twenty, in a world small enough to be read again for each.
    ///
    /// # Errors
    /// [`RunError`] when the world does not say enough.
    pub fn mend(&self, upgraded: &mut [Upgraded<'w>]) -> Result<(), (&'w Call, RunError)> {
        if self.world.roles.len() + self.world.calls.len() > SMALL {
            return Ok(());
        }
        for one in upgraded.iter_mut().filter(|one| one.found.is_some()).take(MENDED) {
            let client = one.found.as_ref().map(|found| found.run.client.clone());
            one.found = Some(self.explain(one.call, client.as_ref()).map_err(|error| (one.call, error))?);
        }
        Ok(())
    }

    /// The versions of `client` that the world's calls have, each once, another than its own.
    #[must_use]
    pub fn versions(&self, client: &Client) -> Vec<Client> {
        let mut found: Vec<Client> = Vec::new();
        for call in &self.world.calls {
            if let Ok(own) = Client::new(&call.client.value.name, &call.client.value.version)
                && own.name() == client.name()
                && own.version() != client.version()
                && !found.iter().any(|known| known.version() == own.version())
            {
                found.push(own);
            }
        }
        found
    }
}
