//! Fixes: what to change, who has to, whom else it concerns, and the proof that it works.
//!
//! A fix is a change of the world's own files. It is proven by reading the world anew with the files as the fix leaves
//! them, and running every call of it again.

mod account;
mod client;
mod deny;
mod grant;
mod network;
mod shared;
mod trial;
mod trust;

use crate::{
    Case, Cause, HopRun, Run,
    causes::{Clue, denied_weighing},
    edit::Edit,
};
use rolecall_clients::Client;
use rolecall_kernel::Weighing;
use rolecall_names::AccountId;
use rolecall_world::{Expectation, World};
use std::collections::BTreeMap;
use trial::Trial;

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
    pub(crate) rank: u16,
}

/// What candidates are made from.
pub(crate) struct Patient<'p, 'w> {
    pub(crate) case: &'p Case<'w>,
    pub(crate) run: &'p Run<'w>,
    pub(crate) hop: &'p HopRun,
    pub(crate) weighing: Option<&'p Weighing>,
    pub(crate) cause: &'p Cause,
}

/// So many fixes are tried for one call.
const TRIED: usize = 16;

/// The rank of what AWS advises against, and of what lets in others: it comes last, and is never recommended.
const AGAINST_ADVICE: u16 = 500;

/// The fixes of a call that failed, the recommended one first.
pub(crate) fn fixes(case: &Case<'_>, run: &Run<'_>, client: Option<&Client>, found: &[Cause]) -> Vec<Fix> {
    let trial = Trial::new(case, run, client);
    let mut fixes: Vec<(u16, Fix)> = Vec::new();
    let mut add = |fix: (u16, Fix)| {
        // One that ends in the same files is the same fix.
        match fixes.iter_mut().find(|(_, known)| known.files == fix.1.files) {
            Some(known) if known.0 > fix.0 => *known = fix,
            Some(_) => {}
            None => fixes.push(fix),
        }
    };
    // First what helps by itself; then what does not, with what it still lacks.
    let mut short = Vec::new();
    for candidate in candidates(case, run, found) {
        match trial.alone(candidate) {
            Ok(fix) => add(fix),
            Err(Some(failed)) => short.push(failed),
            Err(None) => {}
        }
    }
    short.into_iter().filter_map(|failed| trial.completed(failed)).for_each(add);
    fixes.sort_by_key(|(rank, _)| *rank);
    if let Some((rank, first)) = fixes.first_mut() {
        first.recommended = *rank < AGAINST_ADVICE;
    }
    fixes.into_iter().map(|(_, fix)| fix).collect()
}

fn candidates<'w>(case: &Case<'w>, run: &Run<'w>, found: &[Cause]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for cause in found {
        if let Clue::Slip(meant) = cause.clue {
            client::slip(case, run, cause, meant, &mut candidates);
            continue;
        }
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

/// Who has to act where `account` is asked to.
fn actor(case: &Case<'_>, run: &Run<'_>, account: AccountId) -> Actor {
    let own = run.last().is_none_or(|hop| hop.caller.account == account);
    Actor { account, name: case.account_name(account), own }
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
