//! The trace: every statement and condition weighed, with the request's value beside the policy's.

use crate::{Case, HopRun, Run, causes::held};
use rolecall_kernel::{Fact, Weighing};
use rolecall_policy::{DocumentRef, Effect, PolicyType, Step};
use rolecall_world::At;
use serde_json::{Value, json};

pub(super) fn questions(case: &Case<'_>, run: &Run<'_>, hop: &HopRun) -> Vec<Value> {
    let question = |weighing: &Weighing| {
        let trace: Vec<Value> =
            weighing.decision.trace.iter().filter_map(|step| statement(case, run, hop, weighing, step)).collect();
        json!({
            "action": &*weighing.action,
            "resource": &*weighing.resource,
            "verdict": weighing.decision.verdict.as_str(),
            "decided_by": weighing.decision.decided_by.as_str(),
            "trace": trace,
        })
    };
    hop.weighings.iter().map(question).collect()
}

fn statement(case: &Case<'_>, run: &Run<'_>, hop: &HopRun, weighing: &Weighing, step: &Step) -> Option<Value> {
    let weighed = weighing.document(step.document)?;
    let found = case.document(run, hop, weighing, step.document);
    // The world's own document, whose places are the file's; a trust policy is weighed with unique ids in it.
    let document = found.as_ref().map_or(weighed, |found| &found.policy.document);
    let view = document.statement(usize::from(step.statement))?;
    let place = |span| {
        let file = found.as_ref()?.policy.file;
        Some(case.world.files.locate(At { file, span }))
    };
    let at = place(view.span());
    let conditions: Vec<Value> = if step.misses.action() {
        Vec::new()
    } else {
        let conditions = view.conditions().enumerate();
        conditions
            .map(|(index, condition)| {
                let bit = index.min(31);
                let at = place(condition.span());
                let outcome = match (step.unmet >> bit & 1 == 1, step.absent >> bit & 1 == 1) {
                    (false, _) => "met",
                    (true, true) => "absent",
                    (true, false) => "different",
                };
                json!({
                    "operator": condition.operator(),
                    "key": condition.key(),
                    "line": at.map(|at| at.line),
                    "column": at.map(|at| at.column),
                    "outcome": outcome,
                    "request": held(weighing, condition.key()).map(shown),
                    "policy": condition.values().collect::<Vec<_>>(),
                })
            })
            .collect()
    };
    let DocumentRef { policy, level, index } = step.document;
    let by_level = matches!(policy, PolicyType::ServiceControl | PolicyType::ResourceControl);
    Some(json!({
        "policy": policy.as_str(),
        "level": by_level.then_some(level),
        "index": index,
        "statement": step.statement,
        "sid": view.sid(),
        "file": at.map(|at| at.file),
        "line": at.map(|at| at.line),
        "column": at.map(|at| at.column),
        "effect": if view.effect() == Effect::Deny { "deny" } else { "allow" },
        "matched": step.matched(),
        "missed": missed(step),
        "conditions": conditions,
    }))
}

fn missed(step: &Step) -> Vec<&'static str> {
    let misses = step.misses;
    let kinds = [
        (misses.principal(), "principal"),
        (misses.action(), "action"),
        (misses.resource(), "resource"),
        (misses.condition(), "condition"),
    ];
    kinds.into_iter().filter_map(|(missed, name)| missed.then_some(name)).collect()
}

fn shown(fact: &Fact) -> Value {
    match fact {
        Fact::One(value) => json!(&**value),
        Fact::Many(values) => values.iter().map(|value| json!(&**value)).collect(),
    }
}
