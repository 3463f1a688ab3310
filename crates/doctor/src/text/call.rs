//! Who calls whom, with what, and why it is that endpoint.

use super::{
    page::{Page, Paint},
    words::{account, kind, last, named},
};
use crate::{Case, HopRun, Run, json::outcome, run::place_of};
use rolecall_clients::{At, Because, EndpointKind, SessionName, Source};
use rolecall_names::Instant;

/// The call itself.
pub(super) fn call(page: &mut Page, case: &Case<'_>, run: &Run<'_>) {
    page.heading("The call");
    page.labelled("client", &client(run), Paint::Plain);
    page.labelled("place", &place(case, run), Paint::Plain);
    if run.call.at_instant.is_some() || run.record.is_some() {
        page.labelled("when", &run.at.iso8601(), Paint::Plain);
    }
    let Some(hop) = run.last() else { return };
    if run.hops.len() > 1 || run.plan.as_ref().is_ok_and(|plan| plan.hops.len() > 1) {
        steps(page, case, run);
    }
    page.labelled("role", &hop.hop.role_arn.value, Paint::Plain);
    page.labelled("session", &session(&hop.hop.session_name, run.at), Paint::Plain);
    extras(page, hop);
    let endpoint = &hop.hop.endpoint;
    let signed = match endpoint.signing_region == endpoint.region {
        true => String::new(),
        false => format!(", signed for {}", endpoint.signing_region),
    };
    let stands = match endpoint.kind {
        EndpointKind::Global => "the global endpoint, signed for us-east-1".to_owned(),
        EndpointKind::Regional => format!("the endpoint of {}{signed}", endpoint.region),
        EndpointKind::Vpce => format!("a VPC endpoint of {}, by its own name{signed}", endpoint.region),
        EndpointKind::Custom => format!("an endpoint of one's own, signed for {}", endpoint.signing_region),
    };
    page.labelled("calls", &format!("{}, {stands}", endpoint.url), Paint::Plain);
    because(page, case, run, &endpoint.because);
    if let Some(uncertain) = endpoint.uncertain {
        page.labelled("unsure", uncertain, Paint::Warning);
    }
}

fn client(run: &Run<'_>) -> String {
    let Some(client) = run.known_client() else {
        let agent = run.record.as_ref().and_then(|record| record.user_agent.as_deref());
        return format!("not known; the record has {}", agent.unwrap_or("no userAgent"));
    };
    let region = run.call.region.as_ref().map(|region| format!(", in {}", &*region.value));
    format!("{client}{}", region.unwrap_or_default())
}

fn place(case: &Case<'_>, run: &Run<'_>) -> String {
    let place = run.place;
    let owner = place.account.as_ref().map_or_else(String::new, |id| format!(" of {}", account(case, id.value)));
    let subnet = place.subnet.as_ref().map_or_else(String::new, |subnet| format!(", in {}", &*subnet.value));
    let address: Vec<String> = place.addresses.iter().map(|address| address.value.to_string()).collect();
    let address = if address.is_empty() { String::new() } else { format!(", at {}", address.join(" and ")) };
    let public = place.public_ip.as_ref().map_or_else(String::new, |ip| format!(", public address {}", ip.value));
    format!("{}, {}{owner}{subnet}{address}{public}", &*place.name.value, kind(place))
}

/// Every `AssumeRole` of a chain.
fn steps(page: &mut Page, case: &Case<'_>, run: &Run<'_>) {
    let Ok(plan) = &run.plan else { return };
    page.labelled("begins", &format!("with keys {}", source(case, run, &plan.start)), Paint::Plain);
    reasons(page, case, run, &plan.because);
    let count = plan.hops.len();
    for (index, hop) in plan.hops.iter().enumerate() {
        let done = run.hops.get(index);
        let who = done.map_or("the session before", |done| last(&done.caller.principal_arn));
        let by = hop.profile.as_ref().map_or_else(String::new, |profile| format!("profile {profile}, "));
        let became = done.map_or("not reached", |done| outcome(done.ended.outcome()));
        let name = match &hop.session_name {
            SessionName::Given(text) => text.value.clone(),
            SessionName::Generated(pattern) => pattern.text(),
        };
        let role = last(&hop.role_arn.value);
        let text = format!("{} of {count}: {who} assumes {role} ({by}session {name}): {became}", index + 1);
        page.labelled(if index == 0 { "steps" } else { "" }, &text, Paint::Plain);
    }
    page.labelled("", &format!("What follows is about step {} of {count}.", run.hops.len()), Paint::Plain);
}

fn session(name: &SessionName, at: Instant) -> String {
    match name {
        SessionName::Given(text) => text.value.clone(),
        SessionName::Generated(pattern) => {
            format!("{}, made up by the client ({}): none is set", pattern.at(at), pattern.text())
        }
    }
}

/// What else the request says.
fn extras(page: &mut Page, hop: &HopRun) {
    let hop = &hop.hop;
    let mut said: Vec<String> = Vec::new();
    said.extend(hop.external_id.as_ref().map(|id| format!("external id {}", id.value)));
    said.extend(hop.duration_seconds.map(|(seconds, _)| format!("{seconds} seconds")));
    said.extend(hop.mfa_serial.as_ref().map(|serial| format!("an MFA code of {}", serial.value)));
    said.extend(hop.source_identity.as_ref().map(|name| format!("source identity {}", name.value)));
    if !said.is_empty() {
        page.labelled("with", &said.join(", "), Paint::Plain);
    }
}

/// Reasons, each with its place.
fn because(page: &mut Page, case: &Case<'_>, run: &Run<'_>, reasons: &[Because]) {
    for (index, because) in reasons.iter().enumerate() {
        let label = if index == 0 { "because" } else { "" };
        page.labelled(label, &format!("{}{}", because.text, at(case, place_of(run.call, because.at))), Paint::Plain);
    }
}

/// A place in brackets, where it is one of a file.
fn at(case: &Case<'_>, at: rolecall_world::At) -> String {
    case.locate(at).map_or_else(String::new, |at| format!(" ({at})"))
}

/// Whose call it is.
pub(super) fn caller(page: &mut Page, case: &Case<'_>, run: &Run<'_>, hop: &HopRun) {
    page.heading("The caller");
    let caller = &hop.caller;
    if caller.arn.is_empty() {
        page.labelled("ARN", "none: nobody in this world has that access key", Paint::Bad);
    } else {
        page.labelled("ARN", &caller.arn, Paint::Plain);
        page.labelled("userid", &format!("{} (aws:userid)", caller.user_id), Paint::Plain);
        page.labelled("account", &named(case, caller.account), Paint::Plain);
    }
    let Ok(plan) = &run.plan else { return };
    let before = run.hops.len().checked_sub(2).and_then(|index| run.hops.get(index));
    if let Some(before) = before {
        let by = before.hop.profile.as_ref().map_or_else(String::new, |profile| format!(", the profile {profile}"));
        page.labelled("keys", &format!("from step {}{by}", run.hops.len() - 1), Paint::Plain);
        return;
    }
    if run.record.is_some() {
        let whose = last(&caller.principal_arn);
        page.labelled("keys", &format!("of {whose}, as the record shows"), Paint::Plain);
        return;
    }
    page.labelled("keys", &source(case, run, &plan.start), Paint::Plain);
    reasons(page, case, run, &plan.because);
}

/// Why the keys are those. Of what a client does by itself there is no place to show that its endpoint does not show.
fn reasons(page: &mut Page, case: &Case<'_>, run: &Run<'_>, reasons: &[Because]) {
    for because in reasons {
        let at = if because.at == At::Default { String::new() } else { at(case, place_of(run.call, because.at)) };
        page.labelled("", &format!("{}{at}", because.text), Paint::Plain);
    }
}

fn source(case: &Case<'_>, run: &Run<'_>, source: &Source) -> String {
    match source {
        Source::StaticKeys { profile, access_key_id } => {
            let at = case.world.files.locate(place_of(run.call, access_key_id.at));
            format!("of the profile {profile} ({at})")
        }
        Source::Environment { access_key_id: Some(_) } => "from the environment".to_owned(),
        Source::Environment { access_key_id: None } | Source::Container { .. } | Source::InstanceMetadata { .. } => {
            match &run.place.role {
                Some(role) => {
                    let at = case.world.files.locate(role.at);
                    format!("of {}, the role of {} ({at})", &*role.value, &*run.place.name.value)
                }
                None => "of the place's role".to_owned(),
            }
        }
        Source::Process { .. } => "from a credential_process".to_owned(),
        Source::Sso { .. } => "from IAM Identity Center".to_owned(),
        Source::Login { .. } => "from a console session".to_owned(),
        Source::WebIdentity { .. } => "from AssumeRoleWithWebIdentity".to_owned(),
    }
}
