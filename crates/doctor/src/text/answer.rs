//! What STS answers, what that rests on, and where it is recorded.

use super::{
    page::{Page, Paint},
    snippet,
    words::{account, last},
};
use crate::{
    Case, Ended, HopRun, Run,
    causes::{denied_weighing, fact_text, held},
    client_says::client_says,
};
use rolecall_kernel::Weighing;
use rolecall_policy::{DecidedBy, PolicyType, Step};
use rolecall_wire::{Fault, Service};
use rolecall_world::At;
use std::fmt::Write as _;

/// What the whole comes to, in a line.
pub(super) fn headline(case: &Case<'_>, run: &Run<'_>) -> (String, Paint) {
    let name = &*run.call.name.value;
    let hop = match (&run.plan, run.last()) {
        (Err(refusal), _) => return (format!("{name}: refused by the client itself ({})", refusal.name), Paint::Bad),
        (Ok(_), None) => return (format!("{name}: nothing was called"), Paint::Bad),
        (Ok(_), Some(hop)) => hop,
    };
    let step = match &run.plan {
        Ok(plan) if plan.hops.len() > 1 && run.hops.len() < plan.hops.len() => {
            format!(", in step {} of {}", run.hops.len(), plan.hops.len())
        }
        _ => String::new(),
    };
    let role = last(&hop.hop.role_arn.value);
    match &hop.ended {
        Ended::Allowed => (format!("{name}: allowed to assume {role}"), Paint::Good),
        Ended::Denied(fault) => (format!("{name}: denied {} ({}){step}", by(case, hop), code(fault)), Paint::Bad),
        Ended::Rejected(fault) => (format!("{name}: rejected by STS ({}){step}", code(fault)), Paint::Bad),
        Ended::Unreachable(_) => {
            (format!("{name}: unreachable, no way to {}{step}", hop.hop.endpoint.host), Paint::Bad)
        }
        Ended::Client(refusal) => {
            (format!("{name}: refused by the client itself ({}){step}", refusal.name), Paint::Bad)
        }
    }
}

fn code(fault: &Fault) -> &'static str {
    fault.code.name(Service::Sts)
}

/// Whose no it was.
fn by(case: &Case<'_>, hop: &HopRun) -> String {
    let Some(weighing) = denied_weighing(hop) else { return "by STS".to_owned() };
    let role = last(&hop.hop.role_arn.value);
    if case.role_by_arn(&hop.hop.role_arn.value).is_none() {
        return format!("because there is no role {role}");
    }
    let caller = last(&hop.caller.principal_arn);
    match weighing.decision.decided_by {
        DecidedBy::Policy(PolicyType::Resource) => format!("by the trust policy of {role}"),
        DecidedBy::Policy(PolicyType::Identity) => format!("by the policies of {caller}"),
        DecidedBy::Policy(PolicyType::Boundary) => format!("by the permissions boundary of {caller}"),
        DecidedBy::Policy(PolicyType::Session) => "by the policy of the caller's session".to_owned(),
        DecidedBy::Policy(PolicyType::ServiceControl) => "by a service control policy".to_owned(),
        DecidedBy::Policy(PolicyType::ResourceControl) => "by a resource control policy".to_owned(),
        DecidedBy::Policy(PolicyType::VpcEndpoint) => "by the policy of the VPC endpoint".to_owned(),
        DecidedBy::RootMayNotAssume => "because a root user calls".to_owned(),
        DecidedBy::RootUser | DecidedBy::NoPermissionNeeded => "by STS".to_owned(),
    }
}

/// STS's words, or that there are none.
pub(super) fn answer(page: &mut Page, run: &Run<'_>, hop: &HopRun) {
    page.heading("The answer");
    match &hop.ended {
        Ended::Allowed => page.labelled("STS", "credentials", Paint::Good),
        Ended::Denied(fault) | Ended::Rejected(fault) => {
            let status = fault.code.status(Service::Sts);
            page.labelled("STS", &format!("{} (HTTP status {status})", code(fault)), Paint::Bad);
            page.labelled("message", &fault.message, Paint::Plain);
        }
        Ended::Unreachable(_) => page.labelled("STS", "none: it never saw the call", Paint::Bad),
        Ended::Client(_) => page.labelled("STS", "none: the client does not call", Paint::Bad),
    }
    // A refusal of STS's is what the client prints too.
    if hop.ended.fault().is_none()
        && let Some((text, _)) = run.known_client().and_then(|client| client_says(client, hop))
    {
        page.labelled("client", &format!("prints: {text}"), Paint::Plain);
    }
}

/// In which histories the call is found.
pub(super) fn record(page: &mut Page, case: &Case<'_>, hop: &HopRun) {
    let Some(event) = &hop.event else {
        let text = match hop.ended.fault() {
            Some(_) => "nowhere: a call is recorded once it is known who makes it",
            None => "nowhere: CloudTrail knows nothing of a call that did not arrive",
        };
        page.labelled("recorded", text, Paint::Plain);
        return;
    };
    let own = account(case, event.recipient);
    let region = event.region;
    let both = match &hop.shared_event {
        Some(shared) => format!(" and, because it was let in, in that of {}", account(case, shared.recipient)),
        None => String::new(),
    };
    let text = format!("in {region} alone, in the event history of {own}{both}");
    page.labelled("recorded", &text, Paint::Plain);
    let target = case.role_by_arn(&hop.hop.role_arn.value).map(|role| role.entity.account.value);
    if hop.shared_event.is_none() && target.is_some_and(|target| target != event.recipient) {
        let other = target.map(|target| account(case, target)).unwrap_or_default();
        page.labelled(
            "",
            &format!("{other} sees nothing of it: AWS records a refusal for the caller alone"),
            Paint::Plain,
        );
    }
}

/// The statements that let the call in.
pub(super) fn let_in(page: &mut Page, case: &Case<'_>, run: &Run<'_>, hop: &HopRun) {
    page.heading("Why it is let in");
    let mut first = true;
    for weighing in &hop.weighings {
        for policy in [PolicyType::Resource, PolicyType::Identity] {
            let steps = weighing.decision.trace.iter();
            let found = steps.copied().find(|step| step.matched() && !step.denies && step.document.policy == policy);
            let Some((at, label)) = found.and_then(|step| granted(case, run, hop, weighing, step)) else { continue };
            if !first {
                page.gap();
            }
            first = false;
            snippet::show(page, case, at, &label);
        }
    }
}

/// Where a statement that allows stands, and what to say under it.
fn granted(case: &Case<'_>, run: &Run<'_>, hop: &HopRun, weighing: &Weighing, step: Step) -> Option<(At, String)> {
    let found = case.document(run, hop, weighing, step.document)?;
    let statement = found.policy.document.statement(usize::from(step.statement))?;
    let name = found.entity.map_or("", |entity| &*entity.name);
    let what = if step.document.policy == PolicyType::Resource { "the trust policy" } else { "a policy" };
    let mut label = format!("{what} of {name}");
    let _ = write!(label, " allows {}", weighing.action);
    let mut keys: Vec<&str> = statement.conditions().map(|condition| condition.key()).collect();
    keys.dedup();
    for (index, key) in keys.into_iter().enumerate() {
        let value = held(weighing, key).map_or_else(|| "absent".to_owned(), fact_text);
        let _ = write!(label, "{} {key} is {value}", if index == 0 { ":" } else { "," });
    }
    Some((At { file: found.policy.file, span: statement.span() }, label))
}
