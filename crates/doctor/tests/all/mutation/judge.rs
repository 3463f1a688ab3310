//! What is demanded of the doctor for every world that was broken.

use super::{
    patch::patched,
    scene::{Hands, Mutant},
};
use crate::support::{Files, now, read};
use rolecall_doctor::{Case, Effect, Explanation, Fix};
use rolecall_world::{Expectation, World};
use std::collections::BTreeMap;

/// What every call of a world comes to; `None` for one that cannot be run.
type Outcomes = BTreeMap<String, Option<Expectation>>;

pub(super) fn judge(mutant: &Mutant) -> Result<(), String> {
    let world = read(&mutant.files).map_err(|problems| format!("no world any more: {problems}"))?;
    let case = Case::new(&world, now()).map_err(|error| error.to_string())?;
    let call = world.call(&mutant.call).ok_or("no such call")?;
    let found = case.explain(call, None).map_err(|error| format!("cannot be run: {error}"))?;
    if found.outcome() == Expectation::Allowed {
        return Err("it works all the same".to_owned());
    }
    cause(mutant, &world, &found)?;
    let before = outcomes(&world)?;
    let first = found.fixes.first().ok_or_else(|| format!("no fix for: {}", found.causes[0].text))?;
    for fix in &found.fixes {
        // Each is tried to the end; for the sake of time only the first beside all other calls.
        mends(mutant, fix, (fix.id == first.id).then_some(&before))
            .map_err(|error| format!("{}: {error}\n{}", fix.id, fix.diff))?;
    }
    recommendation(&found.fixes)?;
    hands(mutant, &found.fixes)
}

fn cause(mutant: &Mutant, world: &World, found: &Explanation<'_>) -> Result<(), String> {
    let first = found.causes.first().ok_or("no cause")?;
    let at = first.at.map(|at| {
        let place = world.files.locate(at);
        (place.file.to_owned(), place.line as usize)
    });
    let told = || format!("{} at {at:?} ({})", first.code, first.text);
    if first.code != mutant.code {
        return Err(format!("the cause should be {}, not {}", mutant.code, told()));
    }
    if at.as_ref() != Some(&mutant.at) {
        return Err(format!("the place should be {:?}, not {}", mutant.at, told()));
    }
    Ok(())
}

fn outcomes(world: &World) -> Result<Outcomes, String> {
    let case = Case::new(world, now()).map_err(|error| error.to_string())?;
    Ok(world.calls.iter().map(|call| (call.name.to_string(), case.outcome(call, None).ok())).collect())
}

/// The diff, applied, lets the call in, and does to other calls what it says.
fn mends(mutant: &Mutant, fix: &Fix, before: Option<&Outcomes>) -> Result<(), String> {
    if !fix.proven {
        return Err("it is not proven".to_owned());
    }
    let files: Files = patched(&mutant.files, &fix.diff)?;
    let world = read(&files).map_err(|problems| format!("no world with the fix: {problems}"))?;
    let Some(before) = before else {
        let case = Case::new(&world, now()).map_err(|error| error.to_string())?;
        let outcome = world.call(&mutant.call).and_then(|call| case.outcome(call, None).ok());
        return helped(outcome);
    };
    let after = outcomes(&world)?;
    helped(after[&mutant.call])?;
    let changed = before.iter().filter(|(call, outcome)| **call != mutant.call && after[*call] != **outcome);
    let mut changed: Vec<Effect> = changed
        .map(|(call, outcome)| Effect {
            call: call.clone(),
            before: outcome.unwrap_or(Expectation::Rejected),
            after: after[call].unwrap_or(Expectation::Rejected),
        })
        .collect();
    let intruder = |effect: &Effect| {
        let expected = world.call(&effect.call).and_then(|call| call.expect.as_ref()).map(|expect| expect.value);
        effect.after == Expectation::Allowed && expected == Some(Expectation::Denied)
    };
    if fix.widens.is_none() && changed.iter().any(intruder) {
        return Err(format!("it lets in whom nobody expects, and does not say so: {changed:?}"));
    }
    let mut told = fix.also_changes.clone();
    changed.sort_by(|one, other| one.call.cmp(&other.call));
    told.sort_by(|one, other| one.call.cmp(&other.call));
    if changed != told {
        return Err(format!("it also changes {changed:?} and tells {told:?}"));
    }
    Ok(())
}

fn helped(outcome: Option<Expectation>) -> Result<(), String> {
    match outcome {
        Some(Expectation::Allowed) => Ok(()),
        outcome => Err(format!("it does not help: {outcome:?}")),
    }
}

/// Exactly one where a fix does not widen, never one that does; and it comes first.
fn recommendation(fixes: &[Fix]) -> Result<(), String> {
    let recommended: Vec<&Fix> = fixes.iter().filter(|fix| fix.recommended).collect();
    let expected = usize::from(fixes.iter().any(|fix| fix.widens.is_none()));
    let first = fixes.first().is_some_and(|fix| fix.recommended == (expected == 1));
    if recommended.len() != expected || !first || recommended.iter().any(|fix| fix.widens.is_some()) {
        let ids: Vec<_> = fixes.iter().map(|fix| (fix.id, fix.recommended, fix.widens)).collect();
        return Err(format!("recommended is not as it should be: {ids:?}"));
    }
    Ok(())
}

/// The caller's own side can do something where that is possible, and only there.
fn hands(mutant: &Mutant, fixes: &[Fix]) -> Result<(), String> {
    let own = fixes.iter().any(|fix| fix.actor.own);
    let ids = || fixes.iter().map(|fix| (fix.id, fix.actor.name.as_str())).collect::<Vec<_>>();
    match mutant.hands {
        Hands::Own if !own => Err(format!("nothing for the caller's own side: {:?}", ids())),
        Hands::Others(why) if own => Err(format!("the caller's own side can, though {why}: {:?}", ids())),
        Hands::Own | Hands::Others(_) => Ok(()),
    }
}
