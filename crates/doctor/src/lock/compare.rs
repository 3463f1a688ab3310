//! Which AWS clients moved between two lock files, and from what to what.

use super::{Ecosystem, Lock, Open, OpenKind, Pinned, Place, clients};
use rolecall_clients::{Client, UnknownClient};
use std::{cmp::Ordering, collections::BTreeMap};

/// A client that has another version in the new lock file.
#[derive(Debug, Clone)]
pub struct Move {
    /// The package that tells the client's version in the new file.
    pub package: String,
    /// The one that told it in the old file, where it is another.
    pub replaces: Option<String>,
    /// The client before.
    pub from: Client,
    /// The client after.
    pub to: Client,
    /// What decides their habits, where that is another package: botocore, for boto3.
    pub decided_by: Option<(Client, Client)>,
    /// Where the new version stands in the new file.
    pub at: Place,
}

/// Which of two lock files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The one before.
    Old,
    /// The one after.
    New,
}

/// A client about which a lock file does not tell enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// The file.
    pub side: Side,
    /// The package or file.
    pub package: String,
    /// Why nothing is told.
    pub why: Why,
    /// Where it stands.
    pub at: Place,
}

/// Why nothing is told about a client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The client table has no such version.
    #[error("{0}")]
    Unknown(#[from] UnknownClient),
    /// The file allows several versions.
    #[error("it is not pinned: which version is used is decided when it is installed")]
    Loose,
    /// It is another file, which was not read.
    #[error("the file is included, and was not read: compare it by itself")]
    NotFollowed,
}

/// What two lock files make of the AWS clients in them.
#[derive(Debug, Clone, Default)]
pub struct Compared {
    /// Every client that moved, in the order of the new file.
    pub moves: Vec<Move>,
    /// What could not be told, the old file's first.
    pub untold: Vec<Untold>,
}

/// A version of a client in one file, with its pin.
type Version<'l> = (Client, &'l Pinned);

/// The versions of one client in one file, in their order.
type Versions<'l> = Vec<Version<'l>>;

/// A client in one ecosystem: a package of pip's and an image of the same client are not each other's successors.
type Family = (&'static str, Ecosystem);

/// Finds the AWS clients that moved.
///
/// A client that is new, or gone without another of its generations in its place, has not moved. Where a file holds
/// several versions of one package, each that went is paired with one that came, in their order; what is left over went
/// to, or came from, the nearest of the others.
#[must_use]
pub fn compare(old: &Lock, new: &Lock) -> Compared {
    let mut compared = Compared::default();
    let before = clients_of(old, Side::Old, &mut compared.untold);
    let after = clients_of(new, Side::New, &mut compared.untold);
    for (family, after) in &after {
        let Some(before) = before.get(family) else { continue };
        let (before, after) = leading(before, after);
        for ((from, was), (to, pin)) in paired(&before, &after) {
            compared.moves.push(Move {
                package: pin.name.clone(),
                replaces: (was.name != pin.name).then(|| was.name.clone()),
                from,
                to,
                decided_by: None,
                at: Place { line: pin.line, column: pin.column },
            });
        }
    }
    decide_by_botocore(&mut compared.moves, old, new);
    forget_repeated(&mut compared.untold);
    compared.moves.sort_by_key(|moved| moved.at);
    compared
}

/// A pin that is a client, with its place in the order of those that tell most.
type Ranked<'l> = (usize, Client, &'l Pinned);

fn clients_of<'l>(lock: &'l Lock, side: Side, untold: &mut Vec<Untold>) -> BTreeMap<Family, Vec<Ranked<'l>>> {
    let mut clients: BTreeMap<Family, Vec<Ranked<'l>>> = BTreeMap::new();
    for pin in &lock.pinned {
        let Some(known) = clients::known(pin.ecosystem, &pin.name) else { continue };
        match Client::new(known.alias, clients::version(pin)) {
            Ok(client) => {
                clients.entry((client.name(), pin.ecosystem)).or_default().push((known.rank, client, pin));
            }
            Err(unknown) => {
                let at = Place { line: pin.line, column: pin.column };
                untold.push(Untold { side, package: pin.name.clone(), why: unknown.into(), at });
            }
        }
    }
    for Open { what, line, column } in &lock.open {
        let at = Place { line: *line, column: *column };
        let (package, why) = match what {
            OpenKind::Include(path) => (path, Why::NotFollowed),
            OpenKind::Loose { ecosystem, name, .. } if clients::known(*ecosystem, name).is_some() => (name, Why::Loose),
            OpenKind::Loose { .. } => continue,
        };
        untold.push(Untold { side, package: package.clone(), why, at });
    }
    clients
}

/// For each generation the package that tells most, if possible one that both files have.
fn leading<'l>(before: &[Ranked<'l>], after: &[Ranked<'l>]) -> (Versions<'l>, Versions<'l>) {
    let ranks = |side: &[Ranked<'_>], generation: u32| -> Vec<usize> {
        side.iter().filter(|(_, client, _)| client.generation() == generation).map(|(rank, ..)| *rank).collect()
    };
    let pick = |side: &[Ranked<'l>], other: &[Ranked<'l>]| {
        let versions = side.iter().filter(|(rank, client, _)| {
            let (own, others) = (ranks(side, client.generation()), ranks(other, client.generation()));
            let shared = own.iter().filter(|rank| others.contains(rank)).min();
            Some(rank) == shared.or(own.iter().min())
        });
        let mut versions: Versions<'l> = versions.map(|(_, client, pin)| (client.clone(), *pin)).collect();
        versions.sort_by(|(one, _), (other, _)| order(one, other));
        versions.dedup_by(|(one, _), (other, _)| order(one, other).is_eq());
        versions
    };
    (pick(before, after), pick(after, before))
}

fn order(one: &Client, other: &Client) -> Ordering {
    one.compare(other).unwrap_or(Ordering::Equal)
}

/// Who became whom, both lists in the order of versions.
fn paired<'l>(before: &Versions<'l>, after: &Versions<'l>) -> Vec<(Version<'l>, Version<'l>)> {
    let within = |client: &Client, side: &Versions<'_>| side.iter().any(|(other, _)| order(client, other).is_eq());
    let gone: Vec<&Version<'l>> = before.iter().filter(|(client, _)| !within(client, after)).collect();
    let came: Vec<&Version<'l>> = after.iter().filter(|(client, _)| !within(client, before)).collect();
    let mut pairs = Vec::new();
    for at in 0..gone.len().max(came.len()) {
        let Some(from) = gone.get(at).or(gone.last()) else { break };
        let to = match came.get(at).or(came.last()) {
            Some(to) => Some(*to),
            // Nothing came: whoever used it now finds the next version that stayed, or the last.
            None => after.iter().find(|(kept, _)| order(&from.0, kept).is_lt()).or(after.last()),
        };
        pairs.extend(to.map(|to| ((*from).clone(), to.clone())));
    }
    pairs
}

/// What neither file tells is told once, of the new one.
fn forget_repeated(untold: &mut Vec<Untold>) {
    let of_new: Vec<Untold> = untold.iter().filter(|each| each.side == Side::New).cloned().collect();
    let again = |each: &Untold| of_new.iter().any(|other| other.package == each.package && other.why == each.why);
    untold.retain(|each| each.side == Side::New || !again(each));
}

/// boto3 has no habits of its own: the botocore beside it decides, whose version it leaves open within a range.
fn decide_by_botocore(moves: &mut [Move], old: &Lock, new: &Lock) {
    let only = |lock: &Lock| {
        let mut found = lock.pinned.iter().filter(|pin| pin.ecosystem == Ecosystem::PyPi && pin.name == "botocore");
        let first = found.next()?;
        // Of two that differ nothing says which one is beside boto3.
        let same = found.all(|other| other.version == first.version);
        Client::new("botocore", &first.version).ok().filter(|_| same)
    };
    let Some(botocore) = only(old).zip(only(new)) else { return };
    for moved in moves.iter_mut().filter(|moved| moved.to.name() == "boto3") {
        moved.decided_by = Some(botocore.clone());
    }
}
