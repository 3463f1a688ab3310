//! Fixes: what to change, who has to, whom else it concerns, and the proof that it works.
//!
//! A fix is a change of the world's own files. It is proven by reading the world anew with the files as the fix leaves
//! them, and running every call of it again.

mod account;
mod client;
mod grant;
mod network;
mod trust;

use crate::{
    Case, Cause, HopRun, Run,
    causes::{causes, denied_weighing},
    edit::{Edit, apply},
};
use rolecall_clients::Client;
use rolecall_kernel::Weighing;
use rolecall_names::AccountId;
use rolecall_world::{Expectation, FileError, World};
use similar::TextDiff;
use std::collections::BTreeMap;

/// Who has to act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account whose people can make the change.
    pub account: AccountId,
    /// The name that the world has for it.
    pub name: String,
    /// Whether it is the caller's own.
    pub own: bool,
}

/// What a fix does to another call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The other call's name.
    pub call: String,
    /// What it came to.
    pub before: Expectation,
    /// What it comes to with the fix.
    pub after: Expectation,
}

/// Something that lets the call through.
#[derive(Debug, Clone)]
pub struct Fix {
    /// What kind of fix, in kebab-case.
    pub id: &'static str,
    /// What to do, a sentence.
    pub text: String,
    /// Who has to.
    pub actor: Actor,
    /// Whether it is the one to take.
    pub recommended: bool,
    /// Whether the call was run again with it, and was let in.
    pub proven: bool,
    /// Who else could get in with it, where somebody could.
    pub widens: Option<&'static str>,
    /// Other calls of the world that come to something else with it.
    pub also_changes: Vec<Effect>,
    /// The files it changes, as they are afterwards.
    pub files: BTreeMap<String, String>,
    /// The change as a unified diff.
    pub diff: String,
}

/// Something that may let the call through.
pub(crate) struct Candidate {
    pub(crate) id: &'static str,
    pub(crate) text: String,
    pub(crate) account: AccountId,
    pub(crate) edits: Vec<Edit>,
    pub(crate) widens: Option<&'static str>,
    /// Lower is nearer to what AWS advises.
    pub(crate) rank: u8,
}

/// What candidates are made from.
pub(crate) struct Patient<'p, 'w> {
    pub(crate) case: &'p Case<'w>,
    pub(crate) run: &'p Run<'w>,
    pub(crate) hop: &'p HopRun,
    pub(crate) weighing: Option<&'p Weighing>,
    pub(crate) cause: &'p Cause,
}

/// So many steps one fix may take: a trust policy and the caller's own may both lack an action.
const STEPS: usize = 3;
/// So many fixes are tried for one cause.
const TRIED: usize = 12;

/// Widening fixes come behind all others, and those that change other calls behind those that do not.
const WIDENS: u16 = 1000;
const CHANGES_OTHERS: u16 = 300;

/// The fixes of a call that failed, the recommended one first.
pub(crate) fn fixes(case: &Case<'_>, run: &Run<'_>, client: Option<&Client>, found: &[Cause]) -> Vec<Fix> {
    let before = others(case, run);
    let mut fixes: Vec<(u16, Fix)> = Vec::new();
    for candidate in candidates(case, run, found) {
        let Some(fix) = tried(case, run, client, candidate, &before) else { continue };
        // One that ends in the same files is the same fix.
        if !fixes.iter().any(|(_, known)| known.files == fix.1.files) {
            fixes.push(fix);
        }
    }
    fixes.sort_by_key(|(rank, _)| *rank);
    if let Some((_, first)) = fixes.first_mut() {
        first.recommended = first.widens.is_none();
    }
    fixes.into_iter().map(|(_, fix)| fix).collect()
}

fn candidates<'w>(case: &Case<'w>, run: &Run<'w>, found: &[Cause]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for cause in found {
        let Some(hop) = run.last() else {
            client::refused(case, run, cause, &mut candidates);
            continue;
        };
        let patient = Patient { case, run, hop, weighing: denied_weighing(hop), cause };
        client::candidates(&patient, &mut candidates);
        trust::candidates(&patient, &mut candidates);
        grant::candidates(&patient, &mut candidates);
        account::candidates(&patient, &mut candidates);
        network::candidates(&patient, &mut candidates);
    }
    candidates.sort_by_key(|candidate| (candidate.widens.is_some(), candidate.rank));
    candidates.truncate(TRIED);
    candidates
}

/// What every other call comes to; `None` for those that cannot be run.
fn others(case: &Case<'_>, run: &Run<'_>) -> Vec<(String, Expectation)> {
    let calls = case.world.calls.iter().filter(|call| call.name.value != run.call.name.value);
    calls.filter_map(|call| Some((call.name.to_string(), case.outcome(call, None).ok()?))).collect()
}

/// Tries a candidate; `None` where it does not let the call in, not even with more of its kind.
fn tried(
    case: &Case<'_>,
    run: &Run<'_>,
    client: Option<&Client>,
    candidate: Candidate,
    before: &[(String, Expectation)],
) -> Option<(u16, Fix)> {
    let Candidate { id, text, account, edits, widens, rank } = candidate;
    let files = complete(case, run, client, apply(case.world, &edits), STEPS)?;
    let world = read(case.world, &files)?;
    let after = case.again(&world).ok()?;
    let also_changes: Vec<Effect> = before
        .iter()
        .filter_map(|(name, before)| {
            let call = world.call(name)?;
            let after = after.outcome(call, None).unwrap_or(Expectation::Rejected);
            (after != *before).then(|| Effect { call: name.clone(), before: *before, after })
        })
        .collect();
    let own = run.last().is_none_or(|hop| hop.caller.account == account);
    let penalty = if widens.is_some() { WIDENS } else { 0 } + if also_changes.is_empty() { 0 } else { CHANGES_OTHERS };
    let diff = diff(case.world, &files);
    let actor = Actor { account, name: case.account_name(account), own };
    let fix = Fix { id, text, actor, recommended: false, proven: true, widens, also_changes, files, diff };
    Some((u16::from(rank) + penalty, fix))
}

/// The files with which the call is let in: those given, or with what they still lack.
fn complete(
    case: &Case<'_>,
    run: &Run<'_>,
    client: Option<&Client>,
    files: BTreeMap<String, String>,
    steps: usize,
) -> Option<BTreeMap<String, String>> {
    let world = read(case.world, &files)?;
    let next = case.again(&world).ok()?;
    let call = world.call(&run.call.name.value)?;
    let again = next.run(call, client).ok()?;
    if again.outcome() == Expectation::Allowed {
        return Some(files);
    }
    let steps = steps.checked_sub(1)?;
    // The same cause at the same place again: this was no mending.
    let found = causes(&next, &again);
    let before = causes(case, run);
    if found.first().map(|cause| (cause.code, &cause.text)) == before.first().map(|cause| (cause.code, &cause.text)) {
        return None;
    }
    let more = candidates(&next, &again, found.get(..1).unwrap_or_default());
    let mut more = more.into_iter().filter(|candidate| candidate.widens.is_none()).take(2);
    more.find_map(|candidate| {
        let mut both = files.clone();
        both.extend(apply(&world, &candidate.edits));
        complete(case, run, client, both, steps)
    })
}

/// The world with those files in the place of its own.
fn read(world: &World, files: &BTreeMap<String, String>) -> Option<World> {
    World::read(&|path| match files.get(path) {
        Some(text) => Ok(text.clone()),
        None => world.files.find(path).map(|id| world.files.text(id).to_owned()).ok_or(FileError::Missing),
    })
    .ok()
}

fn diff(world: &World, files: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    for (file, after) in files {
        let before = world.files.find(file).map(|id| world.files.text(id));
        let old = if before.is_some() { format!("a/{file}") } else { "/dev/null".to_owned() };
        let diff = TextDiff::from_lines(before.unwrap_or_default(), after);
        out.push_str(&diff.unified_diff().context_radius(2).header(&old, &format!("b/{file}")).to_string());
    }
    out
}

impl Patient<'_, '_> {
    pub(crate) fn world(&self) -> &World {
        self.case.world
    }

    /// The caller's account.
    pub(crate) fn own_account(&self) -> AccountId {
        self.hop.caller.account
    }

    /// The account of the role that is to be assumed.
    pub(crate) fn target_account(&self) -> AccountId {
        let role = self.case.role_by_arn(&self.hop.hop.role_arn.value);
        role.map_or(self.hop.caller.account, |role| role.entity.account.value)
    }
}
