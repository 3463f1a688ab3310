//! What would mend it: what to do, who has to, what else it changes, and the change itself.

use super::{
    page::{Page, Paint},
    secret::without_secrets,
    words::{account, all, sentence},
};
use crate::{Case, Effect, Explanation, Fix, json::outcome};
use rolecall_names::AccountId;
use rolecall_world::{Entity, Expectation, World};

/// Documents of more lines are left to the output for machines.
const WHOLE: usize = 60;

pub(super) fn fixes(page: &mut Page, case: &Case<'_>, found: &Explanation<'_>) {
    let others = case.world.calls.len().saturating_sub(1);
    if found.fixes.is_empty() {
        page.heading("Fixes");
        page.sentence("None of those that were tried lets the call in.");
        return;
    }
    let count = found.fixes.len();
    for (index, fix) in found.fixes.iter().enumerate() {
        let recommended = if fix.recommended { ", recommended" } else { "" };
        page.heading(&format!("Fix {} of {count}{recommended}: {}", index + 1, fix.id));
        page.sentence(&sentence(&fix.text));
        page.labelled("who acts", &actors(case, found, fix).join("; "), Paint::Plain);
        tried(page, found, fix, others);
        if let Some(widens) = fix.widens {
            page.labelled("warning", &format!("lets in more than this call: {widens}"), Paint::Warning);
        }
        page.gap();
        diff(page, &fix.diff);
        if fix.recommended && !fix.actor.own {
            documents(page, case, fix);
        }
    }
}

/// Everybody who has to act, the one who decides it first.
fn actors(case: &Case<'_>, found: &Explanation<'_>, fix: &Fix) -> Vec<String> {
    let caller = found.run.last().map(|hop| hop.caller.account);
    let mut told = vec![(fix.actor.account, fix.actor.own)];
    for owner in fix.files.keys().filter_map(|file| owner(case.world, file)) {
        if told.iter().all(|(known, _)| *known != owner) {
            told.push((owner, Some(owner) == caller));
        }
    }
    let one = |(id, own): (AccountId, bool)| match own {
        true => format!("your own {}", account(case, id)),
        false => format!("{}, another's", account(case, id)),
    };
    told.into_iter().map(one).collect()
}

fn tried(page: &mut Page, found: &Explanation<'_>, fix: &Fix, others: usize) {
    let name = &*found.run.call.name.value;
    if !fix.proven {
        page.labelled("tried", "not yet: nothing has been run again with it", Paint::Warning);
        return;
    }
    let rest = match (others, fix.also_changes.len()) {
        (0, _) => String::new(),
        (1, 0) => "; the other call of this world stays as it is".to_owned(),
        (others, 0) => format!("; the {others} other calls of this world stay as they are"),
        (others, 1) => format!("; of {others} other calls 1 changes:"),
        (others, changed) => format!("; of {others} other calls {changed} change:"),
    };
    page.labelled("tried", &format!("{name} is let in{rest}"), Paint::Plain);
    for (before, after, names) in grouped(&fix.also_changes) {
        let verb = if names.len() == 1 { "changes" } else { "change" };
        let text = format!("{} {verb} from {} to {}", all(&names), outcome(before), outcome(after));
        page.labelled("", &text, if after == Expectation::Allowed { Paint::Plain } else { Paint::Warning });
    }
}

/// Effects of one kind together, in the order in which they were found.
fn grouped(effects: &[Effect]) -> Vec<(Expectation, Expectation, Vec<&str>)> {
    let mut groups: Vec<(Expectation, Expectation, Vec<&str>)> = Vec::new();
    for effect in effects {
        match groups.iter_mut().find(|(before, after, _)| (*before, *after) == (effect.before, effect.after)) {
            Some((.., names)) => names.push(&effect.call),
            None => groups.push((effect.before, effect.after, vec![&effect.call])),
        }
    }
    groups
}

fn diff(page: &mut Page, diff: &str) {
    for line in diff.lines() {
        let paint = match line.chars().next() {
            Some('+') => Paint::Good,
            Some('-') => Paint::Bad,
            Some('@') => Paint::Label,
            _ => Paint::Plain,
        };
        page.line(&[(Paint::Plain, "    "), (paint, &without_secrets(line))]);
    }
}

/// The policies of somebody else as they have to be saved there: what one hands over.
fn documents(page: &mut Page, case: &Case<'_>, fix: &Fix) {
    for (file, text) in &fix.files {
        if owner(case.world, file) != Some(fix.actor.account) || text.lines().count() > WHOLE {
            continue;
        }
        page.gap();
        page.sentence(&format!("The whole of {file} for {} to save:", account(case, fix.actor.account)));
        page.gap();
        for line in text.lines() {
            page.line(&[(Paint::Plain, "    "), (Paint::Plain, &without_secrets(line))]);
        }
    }
}

/// Whose role or user a policy file hangs on.
fn owner(world: &World, file: &str) -> Option<AccountId> {
    let id = world.files.find(file)?;
    let of = |entity: &Entity| {
        let policies = entity.policies.iter().chain(&entity.boundary);
        policies.into_iter().any(|policy| policy.file == id).then_some(entity.account.value)
    };
    let trusting = world.roles.iter().find(|role| role.trust.file == id).map(|role| role.entity.account.value);
    let mut entities = world.roles.iter().map(|role| &role.entity).chain(world.users.iter().map(|user| &user.entity));
    trusting.or_else(|| entities.find_map(of))
}
