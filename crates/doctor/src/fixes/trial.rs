//! The proof of a fix: the world is read anew with the files as the fix leaves them, and every call is run again.

use super::{AGAINST_ADVICE, Candidate, Effect, Fix, actor, candidates};
use crate::{Case, Run, causes::causes, edit::apply};
use rolecall_clients::Client;
use rolecall_names::AccountId;
use rolecall_world::{Expectation, FileError, World};
use similar::TextDiff;
use std::{cell::Cell, collections::BTreeMap};

/// Files by their paths.
type Files = BTreeMap<String, String>;

/// So many further steps one fix may take: a trust policy and the caller's own may both lack an action.
const STEPS: usize = 3;
/// So many ways on are tried after each step, and so many that let in others beside them.
const WAYS: usize = 2;
const WIDENING_WAYS: usize = 1;
/// So many worlds are read for the further steps of one candidate, and of all.
const WORLDS: usize = 16;
const ALL_WORLDS: usize = 96;

/// Widening fixes come behind all others, and those that break other calls behind those that do not.
const WIDENS: u16 = 2 * AGAINST_ADVICE;
const BREAKS_OTHERS: u16 = AGAINST_ADVICE / 2;
/// Every further step makes a fix less simple.
const STEP: u16 = 20;

const LETS_IN_THE_DENIED: &str = "another call, which this world expects to be denied, is let in";

/// A call on whose behalf fixes are tried.
pub(super) struct Trial<'t, 'w> {
    case: &'t Case<'w>,
    run: &'t Run<'w>,
    client: Option<&'t Client>,
    /// What every other call comes to; without those that cannot be run.
    before: Vec<(String, Expectation)>,
    /// How many worlds may still be read for the candidate that is being tried, and for all.
    left: Cell<usize>,
    all_left: Cell<usize>,
}

/// A candidate that did not help by itself.
pub(super) struct Short {
    candidate: Candidate,
    files: Files,
}

/// What is left of a candidate that became a step.
struct Step {
    text: String,
    account: AccountId,
    widens: Option<&'static str>,
}

/// A world in which the call is let in.
struct Mended {
    files: Files,
    world: World,
    /// What it took beyond the first step, the last first.
    further: Vec<Step>,
}

impl<'t, 'w> Trial<'t, 'w> {
    pub(super) fn new(case: &'t Case<'w>, run: &'t Run<'w>, client: Option<&'t Client>) -> Self {
        let others = case.world.calls.iter().filter(|call| call.name.value != run.call.name.value);
        let outcome = |call| case.outcome(call, None).ok();
        let before = others.filter_map(|call| Some((call.name.to_string(), outcome(call)?))).collect();
        Self { case, run, client, before, left: Cell::new(0), all_left: Cell::new(ALL_WORLDS) }
    }

    /// Tries a candidate as it is. Gives it back where it is not enough by itself, and nothing where it is none.
    pub(super) fn alone(&self, candidate: Candidate) -> Result<(u16, Fix), Option<Short>> {
        let files = apply(self.case.world, &candidate.edits);
        self.left.set(1);
        match self.on(files.clone(), None, 0, false) {
            Some(mended) => self.fix(candidate, mended).ok_or(None),
            None => Err(Some(Short { candidate, files })),
        }
    }

    /// Tries a candidate with what it still lacks: as few steps as can be, without letting in others where that can be.
    pub(super) fn completed(&self, Short { candidate, files }: Short) -> Option<(u16, Fix)> {
        let reason = reason(self.case, self.run);
        self.left.set(WORLDS);
        let ways = [false, true].into_iter().filter(|widening| *widening || candidate.widens.is_none());
        let mut ways = ways.flat_map(|widening| (1..=STEPS).map(move |steps| (steps, widening)));
        let mended = ways.find_map(|(steps, widening)| self.on(files.clone(), Some(&reason), steps, widening))?;
        self.fix(candidate, mended)
    }

    fn fix(&self, candidate: Candidate, mended: Mended) -> Option<(u16, Fix)> {
        let Candidate { id, text, account, widens, rank, .. } = candidate;
        let Mended { files, world, further } = mended;
        let also_changes = self.effects(&world)?;
        let denied = |effect: &Effect| {
            let expected = world.call(&effect.call).and_then(|call| call.expect.as_ref()).map(|expect| expect.value);
            effect.after == Expectation::Allowed && expected == Some(Expectation::Denied)
        };
        let widens = widens.or_else(|| further.iter().rev().find_map(|step| step.widens));
        let widens = widens.or_else(|| also_changes.iter().any(denied).then_some(LETS_IN_THE_DENIED));
        let mut rank = rank + STEP * u16::try_from(further.len()).unwrap_or(u16::MAX / STEP);
        if widens.is_some() {
            rank += WIDENS;
        }
        // Letting in another call of the same kind is no harm.
        if also_changes.iter().any(|effect| effect.before == Expectation::Allowed) {
            rank += BREAKS_OTHERS;
        }
        let own = self.run.last().map(|hop| hop.caller.account);
        // The caller's own side alone cannot do what takes another as well.
        let accounts = std::iter::once(account).chain(further.iter().rev().map(|step| step.account));
        let foreign = accounts.into_iter().find(|account| own.is_some_and(|own| own != *account));
        let actor = actor(self.case, self.run, foreign.unwrap_or(account));
        let texts = std::iter::once(text).chain(further.into_iter().rev().map(|step| step.text));
        let text = texts.collect::<Vec<_>>().join(" Then: ");
        let diff = diff(self.case.world, &files);
        Some((rank, Fix { id, text, actor, recommended: false, proven: true, widens, also_changes, files, diff }))
    }

    /// The world with these files, where the call is let in there; or with so many further steps. `before` is what stood in
    /// the way until now.
    fn on(&self, files: Files, before: Option<&str>, steps: usize, widening: bool) -> Option<Mended> {
        let world = self.read(&files)?;
        let case = self.case.again(&world).ok()?;
        let call = world.call(&self.run.call.name.value)?;
        let run = case.run(call, self.client).ok()?;
        if run.outcome() == Expectation::Allowed {
            return Some(Mended { files, world, further: Vec::new() });
        }
        let steps = steps.checked_sub(1)?;
        // The same cause at the same place again: this was no mending.
        let next = reason(&case, &run);
        if before.is_some_and(|before| before == next) {
            return None;
        }
        let found = causes(&case, &run);
        let more = candidates(&case, &run, found.get(..1).unwrap_or_default());
        let (narrow, wide): (Vec<_>, Vec<_>) = more.into_iter().partition(|candidate| candidate.widens.is_none());
        let wide = wide.into_iter().take(if widening { WIDENING_WAYS } else { 0 });
        for candidate in narrow.into_iter().take(WAYS).chain(wide) {
            let mut both = files.clone();
            both.extend(apply(&world, &candidate.edits));
            if let Some(mut mended) = self.on(both, Some(&next), steps, widening) {
                let Candidate { text, account, widens, .. } = candidate;
                mended.further.push(Step { text, account, widens });
                return Some(mended);
            }
        }
        None
    }

    /// The world with those files in the place of its own.
    fn read(&self, files: &Files) -> Option<World> {
        for left in [&self.left, &self.all_left] {
            left.set(left.get().checked_sub(1)?);
        }
        let world = self.case.world;
        World::read(&|path| match files.get(path) {
            Some(text) => Ok(text.clone()),
            None => world.files.find(path).map(|id| world.files.text(id).to_owned()).ok_or(FileError::Missing),
        })
        .ok()
    }

    /// What other calls come to in a fixed world, where that is something else.
    fn effects(&self, world: &World) -> Option<Vec<Effect>> {
        let case = self.case.again(world).ok()?;
        let effects = self.before.iter().filter_map(|(name, before)| {
            let after = case.outcome(world.call(name)?, None).unwrap_or(Expectation::Rejected);
            (after != *before).then(|| Effect { call: name.clone(), before: *before, after })
        });
        Some(effects.collect())
    }
}

/// What stands first in the way.
fn reason(case: &Case<'_>, run: &Run<'_>) -> String {
    causes(case, run).first().map(|cause| format!("{} {}", cause.code, cause.text)).unwrap_or_default()
}

fn diff(world: &World, files: &Files) -> String {
    let mut out = String::new();
    for (file, after) in files {
        let before = world.files.find(file).map(|id| world.files.text(id));
        let old = if before.is_some() { format!("a/{file}") } else { "/dev/null".to_owned() };
        let diff = TextDiff::from_lines(before.unwrap_or_default(), after);
        out.push_str(&diff.unified_diff().context_radius(2).header(&old, &format!("b/{file}")).to_string());
    }
    out
}
