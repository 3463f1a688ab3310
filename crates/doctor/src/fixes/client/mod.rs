//! What the caller's own side can do: another endpoint, another setting, another parameter.

mod demand;
mod endpoint;
mod names;
mod refused;

pub(super) use refused::{refused, slip};

use super::{Candidate, Patient};
use crate::{
    Code,
    causes::{Clue, duration_limit},
    edit::{Edit, Table, quoted, set_in_profile},
};
use demand::demands;
use rolecall_clients::{At as ClientAt, SessionName};

pub(super) fn candidates(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    for demand in demands(patient) {
        demand.meet(patient, out);
    }
    let of_condition = matches!(patient.cause.clue, Clue::Condition { .. } | Clue::Deny { .. });
    match patient.cause.code {
        Code::VpcEndpointPolicy => endpoint::global(patient, 20, out),
        Code::EndpointUnreachable => endpoint::unreachable(patient, out),
        Code::MfaMissing if !of_condition => demand::mfa(patient, out),
        Code::TagSessionMissing => without(patient, "without-tags", "Call without session tags.", &TAGS, out),
        Code::SourceIdentityMissing if !of_condition => {
            without(patient, "without-source-identity", "Call without a source identity.", &["source_identity"], out);
        }
        Code::SignatureScopeMismatch => endpoint::scope(patient, out),
        Code::RegionDisabled | Code::TokenVersion => endpoint::other_region(patient, out),
        Code::PartitionMismatch if patient.weighing.is_none() => endpoint::other_region(patient, out),
        Code::PartitionMismatch if matches!(patient.cause.clue, Clue::Plain) => names::nearest_role(patient, out),
        Code::DurationOverLimit => {
            if let Some(limit) = duration_limit(patient.case, patient.hop) {
                let seconds = limit.seconds.to_string();
                let edit = parameter(patient, "duration_seconds", "duration_seconds", &seconds, &seconds);
                let text = format!("Ask for {seconds} seconds at most.");
                own(patient, "shorter-duration", &text, vec![edit], 10, out);
            }
        }
        Code::RoleMissing => names::nearest_role(patient, out),
        Code::AccessKeyUnknown => names::keys(patient, out),
        Code::ClockSkew => {
            let table = Table::at(patient.world(), patient.run.place.at);
            if let Some(edit) = table.remove("clock_skew_seconds") {
                own(patient, "set-the-clock", "Set the machine's clock, and keep it set (NTP).", vec![edit], 10, out);
            }
        }
        Code::ParameterInvalid => {
            well_formed(patient, out);
            smaller(patient, out);
        }
        Code::PackedPolicyTooLarge => smaller(patient, out),
        _ => {}
    }
}

/// What tags a session.
const TAGS: [&str; 2] = ["tags", "transitive_tag_keys"];

/// Calls without what is not allowed.
fn without(patient: &Patient<'_, '_>, id: &'static str, text: &str, keys: &[&str], out: &mut Vec<Candidate>) {
    let edits: Vec<Edit> = keys.iter().filter_map(|key| table(patient).remove(key)).collect();
    if !edits.is_empty() {
        own(patient, id, text, edits, 40, out);
    }
}

/// Calls without what STS does not take, or takes too much room.
fn smaller(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    for (keys, text) in [
        (&["transitive_tag_keys"][..], "Hand no tags on."),
        (&["source_identity"], "Keep the source identity that the session has already."),
        (&["policy"], "Call without a session policy."),
        (&TAGS, "Call without session tags."),
        (&["tags", "transitive_tag_keys", "policy"], "Call without session tags and without a session policy."),
    ] {
        without(patient, "without-parameter", text, keys, out);
    }
}

/// A session name and an external id that STS takes: the same with a hyphen for every letter that it does not.
fn well_formed(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let hop = &patient.hop.hop;
    let name = match &hop.session_name {
        SessionName::Given(name) => Some(&name.value),
        SessionName::Generated(_) => None,
    };
    let id = hop.external_id.as_ref().map(|id| &id.value);
    let named = [(name, "session_name", "role_session_name"), (id, "external_id", "external_id")];
    for (value, key, profile_key) in named {
        let taken = |letter: char| letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter);
        let Some(value) = value.filter(|value| !value.chars().all(taken)) else { continue };
        let new: String = value.chars().map(|letter| if taken(letter) { letter } else { '-' }).collect();
        let edit = parameter(patient, key, profile_key, &quoted(&new), &new);
        let text = format!("Send one that STS takes, such as {new}.");
        own(patient, "well-formed", &text, vec![edit], 10, out);
    }
}

/// A fix that the caller's own account makes, and that lets in nobody but the caller.
fn own(patient: &Patient<'_, '_>, id: &'static str, text: &str, edits: Vec<Edit>, rank: u16, out: &mut Vec<Candidate>) {
    let account = patient.own_account();
    out.push(Candidate { id, text: text.to_owned(), account, edits, widens: None, rank });
}

fn table<'p>(patient: &Patient<'p, '_>) -> Table<'p> {
    Table::at(patient.case.world, patient.run.call.at)
}

/// Sets a parameter of the `AssumeRole` that failed: in the call itself, or in the profile that makes it.
fn parameter(patient: &Patient<'_, '_>, key: &str, profile_key: &str, value: &str, in_profile: &str) -> Edit {
    match (patient.hop.hop.at, patient.run.call.config) {
        (ClientAt::Config(span), Some(config)) if !patient.hop.own => {
            set_in_profile(patient.world(), config.file, span.start as usize, profile_key, in_profile)
        }
        _ => table(patient).set(key, value),
    }
}
