//! What other versions of clients make of the calls of a world.

use crate::{Case, Explanation, RunError};
use rolecall_clients::Client;
use rolecall_world::{Call, Expectation};
use std::num::NonZero;

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
    /// Runs every call that one of `clients` makes, by its name, as the world has it and with that version. On as many
    /// threads; `done` is told after each call.
    ///
    /// # Errors
    /// The first call in the order of the world that cannot be run, and why.
    pub fn upgrade(
        &self,
        clients: &[Client],
        threads: NonZero<usize>,
        done: &(dyn Fn() + Sync),
    ) -> Result<Vec<Upgraded<'w>>, (&'w Call, RunError)> {
        let mut touched: Vec<(&'w Call, &Client)> = Vec::new();
        for call in &self.world.calls {
            let own = Client::new(&call.client.value.name, &call.client.value.version)
                .map_err(|source| (call, RunError::Client { source, at: call.client.at }))?;
            let same = |client: &&Client| client.name() == own.name() && client.version() != own.version();
            touched.extend(clients.iter().find(same).map(|client| (call, client)));
        }
        let outcomes = self.outcomes(&touched, threads, done)?;
        let small = self.world.roles.len() + self.world.calls.len() <= SMALL;
        let mut mended = 0;
        let mut upgraded = Vec::with_capacity(touched.len());
        for ((call, client), (before, after)) in touched.into_iter().zip(outcomes) {
            let fails = before != after && after != Expectation::Allowed;
            let found = match fails {
                false => None,
                true if small && mended < MENDED => {
                    mended += 1;
                    Some(self.explain(call, Some(client)).map_err(|error| (call, error))?)
                }
                true => Some(self.reasons(call, Some(client)).map_err(|error| (call, error))?),
            };
            upgraded.push(Upgraded { call, before, after, found });
        }
        Ok(upgraded)
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

    fn outcomes(
        &self,
        calls: &[(&'w Call, &Client)],
        threads: NonZero<usize>,
        done: &(dyn Fn() + Sync),
    ) -> Result<Vec<(Expectation, Expectation)>, (&'w Call, RunError)> {
        self.on_threads(calls, threads, done, |(call, client)| {
            let both = self.outcome(call, None).and_then(|before| Ok((before, self.outcome(call, Some(client))?)));
            both.map_err(|error| (*call, error))
        })
    }
}
