//! The documents for machines. Their forms are published in `docs/schema`.

mod decision;

use crate::{
    Case, Cause, Checked, Ended, Explanation, Fix, HopRun, Run, Upgraded, client_says::client_says, report::CallChange,
};
use rolecall_clients::Client;
use rolecall_kernel::event::Event;
use rolecall_names::Region;
use rolecall_wire::Service;
use rolecall_world::{At, Expectation, World};
use serde_json::{Value, json};

/// An outcome's word.
#[must_use]
pub fn outcome(outcome: Expectation) -> &'static str {
    match outcome {
        Expectation::Allowed => "allowed",
        Expectation::Denied => "denied",
        Expectation::Unreachable => "unreachable",
        Expectation::Rejected => "rejected",
    }
}

/// What `explain --json` prints.
#[must_use]
pub fn explanation(case: &Case<'_>, found: &Explanation<'_>) -> Value {
    let run = &found.run;
    let mut out = json!({ "call": &*run.call.name.value, "outcome": outcome(run.outcome()) });
    let last = match run.last() {
        Some(last) => hop(case, run, last),
        None => no_hop(run),
    };
    merge(&mut out, last);
    let hops: Vec<Value> = run
        .hops
        .iter()
        .map(|one| {
            let mut told = json!({ "role": one.hop.role_arn.value, "outcome": outcome(one.ended.outcome()) });
            merge(&mut told, hop(case, run, one));
            told
        })
        .collect();
    let causes: Vec<Value> = found.causes.iter().map(|found| cause(case.world(), found)).collect();
    let fixes: Vec<Value> = found.fixes.iter().map(fix).collect();
    merge(&mut out, json!({ "hops": hops, "causes": causes, "fixes": fixes }));
    out
}

/// What `check --json` prints.
#[must_use]
pub fn check(case: &Case<'_>, checked: &[Checked<'_>]) -> Value {
    let calls = checked.iter().map(|checked| {
        let causes: Vec<Value> = checked.causes.iter().map(|found| cause(case.world(), found)).collect();
        json!({
            "call": &*checked.call.name.value,
            "outcome": outcome(checked.outcome),
            "expect": outcome(checked.expected),
            "holds": checked.holds(),
            "causes": causes,
        })
    });
    json!({ "calls": calls.collect::<Vec<_>>() })
}

/// A call in `upgrade --json`.
#[must_use]
pub fn call_change(case: &Case<'_>, upgraded: &Upgraded<'_>) -> CallChange {
    let found = upgraded.found.as_ref();
    CallChange {
        call: upgraded.call.name.to_string(),
        before: outcome(upgraded.before).to_owned(),
        after: outcome(upgraded.after).to_owned(),
        flips: upgraded.flips(),
        causes: found.into_iter().flat_map(|found| &found.causes).map(|found| cause(case.world(), found)).collect(),
        fixes: found.into_iter().flat_map(|found| &found.fixes).map(fix).collect(),
    }
}

/// A cause.
#[must_use]
pub fn cause(world: &World, cause: &Cause) -> Value {
    json!({ "code": cause.code.as_str(), "text": cause.text, "at": cause.at.map(|at| place(world, at)) })
}

/// A place in a file of the world.
#[must_use]
pub fn place(world: &World, at: At) -> Value {
    let place = world.files.locate(at);
    json!({ "file": place.file, "line": place.line, "column": place.column })
}

/// A fix.
#[must_use]
pub fn fix(fix: &Fix) -> Value {
    json!({
        "id": fix.id,
        "text": fix.text,
        "actor": { "account": fix.actor.account, "name": fix.actor.name, "own": fix.actor.own },
        "recommended": fix.recommended,
        "proven": fix.proven,
        "widens": fix.widens.is_some(),
        "widens_because": fix.widens,
        "also_changes": fix.also_changes.iter().map(|effect| effect.call.as_str()).collect::<Vec<_>>(),
        "change": fix.diff,
    })
}

fn merge(out: &mut Value, more: Value) {
    if let (Value::Object(out), Value::Object(more)) = (out, more) {
        out.extend(more);
    }
}

/// The client that would not go on: nothing was sent.
fn no_hop(run: &Run<'_>) -> Value {
    let refusal = run.plan.as_ref().err();
    json!({
        "client": { "name": run.client.name(), "version": run.client.version(), "mode": null, "because": [] },
        "endpoint": null,
        "path": null,
        "caller": null,
        "error": null,
        "client_error": refusal.map(|refusal| json!({ "text": refusal.text, "source": refusal.source })),
        "event": null,
        "event_region": null,
        "decision": [],
    })
}

fn hop(case: &Case<'_>, run: &Run<'_>, hop: &HopRun) -> Value {
    let endpoint = &hop.hop.endpoint;
    let because: Vec<&str> = endpoint.because.iter().map(|because| because.text.as_str()).collect();
    let error = hop.ended.fault().map(|fault| {
        json!({ "code": fault.code.name(Service::Sts), "status": fault.status(Service::Sts), "message": fault.message })
    });
    let client = run.known_client();
    let says = client.and_then(|client| client_says(client, hop));
    json!({
        "client": {
            "name": client.map(Client::name),
            "version": client.map(Client::version),
            "mode": endpoint.mode.as_str(),
            "because": because,
            "uncertain": endpoint.uncertain,
        },
        "endpoint": {
            "url": endpoint.url,
            "kind": endpoint.kind.as_str(),
            "region": endpoint.region,
            "signing_region": endpoint.signing_region,
        },
        "path": path(hop),
        "caller": { "arn": hop.caller.arn, "user_id": hop.caller.user_id, "account": hop.caller.account },
        "error": error,
        "client_error": says.map(|(text, source)| json!({ "text": text, "source": source })),
        "event": hop.event.as_ref().map(record),
        "event_region": hop.event.as_ref().map(|event| event.region.name()),
        "decision": decision::questions(case, run, hop),
    })
}

fn path(hop: &HopRun) -> Value {
    let journey = &hop.journey;
    let hops: Vec<Value> =
        journey.hops.iter().map(|hop| json!({ "kind": hop.kind.as_str(), "id": &*hop.id })).collect();
    let arrival = journey.ended.as_ref().ok();
    json!({
        "resolver": journey.resolver.address,
        "answers": journey.answers.as_slice(),
        "hops": hops,
        "source_ip": arrival.map(|arrival| arrival.source_ip),
        "vpc_id": arrival.and_then(|arrival| arrival.vpc_id.as_deref()),
        "vpc_endpoint_id": arrival.and_then(|arrival| arrival.vpc_endpoint_id.as_deref()),
        "serving_region": arrival.and_then(|arrival| arrival.serving_region).map(Region::name),
    })
}

/// The record as a history would show it. Its id is the history's to give.
fn record(event: &Event) -> Value {
    let mut record = event.render(0);
    if let Some(members) = record.as_object_mut() {
        members.shift_remove("eventID");
    }
    record
}

impl Ended {
    /// The outcome's word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        outcome(self.outcome())
    }
}
