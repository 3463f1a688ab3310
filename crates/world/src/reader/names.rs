//! Names given and names used: each name once, each use leading somewhere.

use super::nearest;
use crate::{At, Kind, Located, Problem, ProblemKind};
use std::collections::{BTreeMap, HashMap};

const MAX_HELPED: usize = 1000;

/// The names of a world. Things that AWS gives ids of their own kind share one space, as do accounts and units.
#[derive(Default)]
pub(crate) struct Names {
    given: BTreeMap<(Space, Box<str>), (Kind, At)>,
    used: Vec<(&'static [Kind], Located<Box<str>>)>,
    once: HashMap<(Kind, Box<str>), At>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Space {
    Targets,
    Network,
    Places,
    Calls,
    Outages,
}

fn space(kind: Kind) -> Space {
    match kind {
        Kind::Account | Kind::Unit => Space::Targets,
        Kind::Place => Space::Places,
        Kind::Call => Space::Calls,
        Kind::Outage => Space::Outages,
        _ => Space::Network,
    }
}

impl Names {
    /// Takes a name; the place where it was given before.
    pub(crate) fn give(&mut self, kind: Kind, name: &Located<Box<str>>) -> Option<At> {
        let key = (space(kind), name.value.clone());
        match self.given.get(&key) {
            Some((_, first)) => Some(*first),
            None => {
                self.given.insert(key, (kind, name.at));
                None
            }
        }
    }

    /// Takes note that a name is used for one of `kinds`; looked up when everything has been read.
    pub(crate) fn take(&mut self, kinds: &'static [Kind], name: &Located<Box<str>>) {
        self.used.push((kinds, name.clone()));
    }

    /// Takes a value that may occur once per kind; the place where it occurred before.
    pub(crate) fn once(&mut self, kind: Kind, value: &str, at: At) -> Option<At> {
        match self.once.get(&(kind, value.into())) {
            Some(first) => Some(*first),
            None => {
                self.once.insert((kind, value.into()), at);
                None
            }
        }
    }

    /// Whether [`Names::once`] has met the value.
    pub(crate) fn is_taken(&self, kind: Kind, value: &str) -> bool {
        self.once.contains_key(&(kind, value.into()))
    }

    /// Notes every use that leads nowhere.
    pub(crate) fn resolve(&self, problems: &mut Vec<Problem>) {
        for (kinds, name) in &self.used {
            let Some(space) = kinds.first().map(|kind| space(*kind)) else { continue };
            let leads = self.given.get(&(space, name.value.clone())).is_some_and(|(kind, _)| kinds.contains(kind));
            if !leads {
                let candidates = self
                    .given
                    .iter()
                    .filter(|((other, _), (kind, _))| *other == space && kinds.contains(kind))
                    .map(|((_, name), _)| &**name);
                // Far more faults than are shown need no help: a bound on time.
                let near = if problems.len() < MAX_HELPED { nearest(&name.value, candidates) } else { None };
                let near = near.map(Into::into);
                problems.push(Problem { kind: ProblemKind::Dangling(kinds, near), at: name.at });
            }
        }
    }
}
