//! Why it fails, at its line, with the request's value beside the policy's.

use super::{page::Page, snippet, words::sentence};
use crate::{
    Case, Cause, Code, Explanation, HopRun, Run,
    causes::{Clue, denied_weighing, fact_text, held},
    run::region_of,
};
use rolecall_clients::EndpointKind;
use rolecall_network::is_sts_service;
use rolecall_policy::DocumentRef;

pub(super) fn causes(page: &mut Page, case: &Case<'_>, found: &Explanation<'_>) {
    let count = found.causes.len();
    for (index, cause) in found.causes.iter().enumerate() {
        let number = if count > 1 { format!(" {} of {count}", index + 1) } else { String::new() };
        page.heading(&format!("Cause{number}: {}", cause.code));
        page.sentence(&sentence(&cause.text));
        if let Some(habit) = habit(case, &found.run, cause) {
            page.sentence(&habit);
        }
        if let Some(at) = cause.at {
            page.gap();
            snippet::show(page, case, at, &label(case, &found.run, cause));
        }
    }
}

/// What led to the endpoint, where the way the call took is what stands against it.
fn habit(case: &Case<'_>, run: &Run<'_>, cause: &Cause) -> Option<String> {
    let endpoint = &run.last()?.hop.endpoint;
    match cause.code {
        Code::SourceAddressMismatch | Code::SourceVpcEndpointMismatch | Code::VpcEndpointPolicy => {
            let because = endpoint.because.first()?;
            Some(format!("The call takes this way to {} because {}.", endpoint.host, because.text))
        }
        Code::EndpointUnreachable if endpoint.kind == EndpointKind::Global => {
            let subnet = case.world.subnet(&run.place.subnet.as_ref()?.value)?;
            let near = case.world.endpoints.iter().find(|near| {
                near.vpc.value == subnet.vpc.value && is_sts_service(&near.service.value).is_some() && near.private_dns
            })?;
            let region = region_of(case.world, run.place)?;
            Some(format!(
                "The VPC endpoint {} is no help here: its private DNS name is that of {region}'s own endpoint, not of \
                 the global one.",
                &*near.id.value
            ))
        }
        _ => None,
    }
}

/// What to say under the place that is marked.
fn label(case: &Case<'_>, run: &Run<'_>, cause: &Cause) -> String {
    let Some(hop) = run.last() else { return "the client does not take this".to_owned() };
    match &cause.clue {
        Clue::Condition { document, statement, condition } => {
            condition_label(case, run, hop, (*document, *statement, *condition))
                .unwrap_or_else(|| "does not hold".to_owned())
        }
        Clue::Deny { .. } => denied_weighing(hop)
            .map_or_else(|| "this denies it".to_owned(), |weighing| format!("this denies {}", weighing.action)),
        Clue::Unallowed { document, statement, action } => unallowed_label(hop, *document, *statement, action),
        Clue::Action { action, .. } => format!("the call needs {action}"),
        Clue::Principal { .. } => format!("the caller is {}", hop.caller.principal_arn),
        Clue::Death(_) => "the way ends here".to_owned(),
        Clue::Slip(meant) => format!("did you mean {meant}?"),
        Clue::Plain => plain_label(cause.code, hop),
    }
}

/// What of the nearest statement does not take the call in.
fn unallowed_label(hop: &HopRun, document: DocumentRef, statement: Option<usize>, action: &str) -> String {
    let Some(statement) = statement else { return format!("nothing here allows {action}") };
    let Some(weighing) = denied_weighing(hop) else { return format!("the call needs {action}") };
    let mut trace = weighing.decision.trace.iter();
    let step = trace.find(|step| step.document == document && usize::from(step.statement) == statement);
    match step.map(|step| step.misses) {
        Some(misses) if !misses.action() && misses.resource() => format!("the call is on {}", weighing.resource),
        _ => format!("the call needs {action}"),
    }
}

/// What is marked where no statement is, in a word or two.
fn plain_label(code: Code, hop: &HopRun) -> String {
    let endpoint = &hop.hop.endpoint;
    match code {
        Code::RoleMissing => "no such role".to_owned(),
        Code::DurationOverLimit => "longer than it may be".to_owned(),
        Code::ClockSkew => "further off than AWS takes".to_owned(),
        Code::SignatureScopeMismatch => format!("leads to {}", endpoint.host),
        Code::PartitionMismatch => format!("leads to {}, in another partition", endpoint.host),
        Code::RegionDisabled => format!("STS is off here in {}", endpoint.region),
        Code::TokenVersion => format!("leads to {}, which takes no token of version 1", endpoint.host),
        Code::MfaMissing => "not a device of the caller's".to_owned(),
        Code::RootCaller => "called as root".to_owned(),
        Code::AccessKeyUnknown => "called with that key".to_owned(),
        Code::TrustPrincipalMismatch => "nobody is let in here".to_owned(),
        _ => "in this call".to_owned(),
    }
}

/// What the request holds under a condition's key.
fn condition_label(
    case: &Case<'_>,
    run: &Run<'_>,
    hop: &HopRun,
    (document, statement, condition): (DocumentRef, usize, usize),
) -> Option<String> {
    let weighing = denied_weighing(hop)?;
    let found = case.document(run, hop, weighing, document)?;
    let view = found.policy.document.statement(statement)?;
    let key = view.conditions().nth(condition)?.key();
    Some(match held(weighing, key) {
        Some(fact) => format!("the request has {}", fact_text(fact)),
        None => format!("the request has no {key}"),
    })
}
