//! Records and comparisons for people and for machines.

use super::{Agent, Comparison, EndpointType, Record};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Columns of a line.
const WIDTH: usize = 80;

/// A record for machines: what of it matters to the call.
#[must_use]
pub fn record_json(record: &Record) -> Value {
    let agent = record.user_agent.as_deref().and_then(Agent::parse);
    json!({
        "event_id": record.event_id,
        "time": record.time.iso8601(),
        "region": record.region,
        "role": record.role_arn(),
        "outcome": outcome(record),
        "error": record.failure.as_ref().map(|failure| json!({ "code": failure.code, "message": failure.message })),
        "caller": {
            "type": record.identity.kind,
            "arn": record.identity.arn,
            "user_id": record.identity.principal_id,
            "account": record.identity.account,
        },
        "source": record.source.to_string(),
        "vpc_endpoint_id": record.vpc_endpoint,
        "endpoint": record.endpoint().map(endpoint),
        "host": record.host,
        "serving_region": record.serving_region,
        "user_agent": record.user_agent,
        "client": agent.map(|agent| json!({ "name": agent.name, "version": agent.version })),
    })
}

fn outcome(record: &Record) -> &'static str {
    match &record.failure {
        None => "allowed",
        Some(failure) if is_denied(&failure.code) => "denied",
        Some(_) => "rejected",
    }
}

/// `AccessDenied`, and the like of other services.
pub(crate) fn is_denied(code: &str) -> bool {
    code.starts_with("AccessDenied")
}

fn endpoint(kind: EndpointType) -> &'static str {
    match kind {
        EndpointType::Global => "global",
        EndpointType::Regional => "regional",
    }
}

/// A comparison for machines: the two records, and what differs, what matters most first.
#[must_use]
pub fn comparison_json(found: &Comparison<'_>) -> Value {
    let differences = found.differences.iter().map(|difference| {
        json!({
            "what": difference.what.as_str(),
            "before": difference.before,
            "after": difference.after,
            "matters": difference.matters,
        })
    });
    json!({
        "before": record_json(found.before),
        "after": record_json(found.after),
        "differences": differences.collect::<Vec<_>>(),
    })
}

/// A comparison for people: each difference with both its values and why it matters. Ends with a newline.
#[must_use]
pub fn comparison_text(found: &Comparison<'_>) -> String {
    let mut out = String::new();
    let (before, after) = found.names();
    let line = |name: &str, record: &Record| {
        let came = record.failure.as_ref().map_or("allowed", |failure| &failure.code);
        let id = record.event_id.as_deref().unwrap_or("no eventID");
        format!("{name}: {} in {}, {came} ({id})", record.time, record.region)
    };
    for (name, record) in [(before, found.before), (after, found.after)] {
        wrapped(&mut out, "", "  ", &line(name, record));
    }
    if found.differences.is_empty() {
        out.push_str("\nNothing in them differs.\n");
    }
    for difference in &found.differences {
        let _ = writeln!(out, "\n{}", difference.what.title());
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
        for (name, told) in [(before, value(&difference.before)), (after, value(&difference.after))] {
            wrapped(&mut out, &format!("  {name}: "), "    ", &told);
        }
        wrapped(&mut out, "  ", "  ", &difference.matters);
    }
    out
}

/// `text` in lines that fit where its words let it: the first behind `first`, all others behind `rest`. Whatever would
/// move a terminal's cursor is left out: records hold what callers chose.
pub(crate) fn wrapped(out: &mut String, first: &str, rest: &str, text: &str) {
    let mut column = first.chars().count();
    out.push_str(first);
    let mut fresh = true;
    for word in text.split_whitespace() {
        let word: String = word.chars().filter(|letter| !letter.is_control()).collect();
        let length = word.chars().count();
        if !fresh && column + 1 + length > WIDTH {
            let _ = write!(out, "\n{rest}");
            column = rest.chars().count();
            fresh = true;
        }
        if !fresh {
            out.push(' ');
            column += 1;
        }
        out.push_str(&word);
        column += length;
        fresh = false;
    }
    out.push('\n');
}
