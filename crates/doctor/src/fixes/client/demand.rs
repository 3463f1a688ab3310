//! What conditions ask of a call, and how the call can meet it.

use super::{endpoint, own, parameter, table};
use crate::{
    causes::{Clue, held},
    edit::{Table, quoted, set_in_profile},
    fixes::{Candidate, Patient},
};
use rolecall_clients::At as ClientAt;
use rolecall_kernel::Fact;

/// What a condition asks for: of one that allows, what would make it hold; of one that denies, what would keep it from
/// holding.
pub(super) struct Demand {
    /// The key as it is written.
    key: String,
    /// A value that would do, where the condition tells one.
    value: Option<String>,
}

/// The demands of the condition that did not hold, or of the statement that denied.
pub(super) fn demands(patient: &Patient<'_, '_>) -> Vec<Demand> {
    let (document, statement, only) = match &patient.cause.clue {
        Clue::Condition { document, statement, condition } => (*document, *statement, Some(*condition)),
        Clue::Deny { document, statement } => (*document, *statement, None),
        _ => return Vec::new(),
    };
    let Some(weighing) = patient.weighing else { return Vec::new() };
    let found = patient.case.document(patient.run, patient.hop, weighing, document);
    let Some(view) = found.as_ref().and_then(|found| found.policy.document.statement(statement)) else {
        return Vec::new();
    };
    let conditions = view.conditions().enumerate().filter(|(index, _)| only.is_none_or(|only| only == *index));
    let demands = conditions.map(|(_, condition)| {
        let operator = condition.operator().to_ascii_lowercase();
        // A denial that names what it spares asks for it, as a grant asks for what it names.
        let named = operator.contains("not") != only.is_some();
        let value = match held(weighing, condition.key()) {
            _ if !named => None,
            Some(Fact::One(now)) => value_like(condition.values(), operator.contains("like"), Some(now)),
            _ => value_like(condition.values(), operator.contains("like"), None),
        };
        Demand { key: condition.key().to_owned(), value }
    });
    demands.collect()
}

/// The first value without wildcards; else a pattern filled with what is there now.
fn value_like<'v>(values: impl Iterator<Item = &'v str>, pattern: bool, now: Option<&str>) -> Option<String> {
    let values: Vec<&str> = values.filter(|value| !value.contains("${")).collect();
    let literal = values.iter().find(|value| !(pattern && value.contains(['*', '?'])));
    literal.map(|value| (*value).to_owned()).or_else(|| {
        let value = values.first()?;
        Some(value.replacen('*', now?, 1).replace(['*', '?'], "x"))
    })
}

impl Demand {
    /// What the caller's own side can do to meet it.
    pub(super) fn meet(&self, patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
        let key = self.key.to_ascii_lowercase();
        let through = patient.hop.journey.ended.as_ref().is_ok_and(|arrival| arrival.vpc_endpoint.is_some());
        match key.as_str() {
            "aws:sourceip" | "aws:vpcsourceip" if through => endpoint::global(patient, 20, out),
            "aws:sourceip" | "aws:vpcsourceip" => endpoint::regional(patient, 20, out),
            "aws:sourcevpce" | "aws:sourcevpc" => endpoint::regional(patient, 10, out),
            "aws:userid" => self.session_before(patient, out),
            "aws:multifactorauthpresent" | "aws:multifactorauthage" => mfa(patient, out),
            "sts:externalid" => self.send(patient, "external_id", "external_id", "the external id", out),
            "sts:sourceidentity" => {
                self.send(patient, "source_identity", "source_identity", "the source identity", out)
            }
            "sts:rolesessionname" => self.send(patient, "session_name", "role_session_name", "the session name", out),
            "aws:requestedregion" => {
                if let Some(region) = &self.value {
                    endpoint::of_region(patient, region, out);
                }
            }
            "aws:securetransport" => {
                if let Some(edit) = table(patient).remove("options") {
                    own(patient, "over-tls", "Call over TLS.", vec![edit], 10, out);
                }
            }
            _ => self.tag(patient, &key, out),
        }
    }

    fn send(&self, patient: &Patient<'_, '_>, key: &str, profile_key: &str, what: &str, out: &mut Vec<Candidate>) {
        let Some(value) = &self.value else { return };
        let edit = parameter(patient, key, profile_key, &quoted(value), value);
        own(
            patient,
            "send-what-is-wanted",
            &format!("Send {what} that the policy wants: {value}."),
            vec![edit],
            10,
            out,
        );
    }

    fn tag(&self, patient: &Patient<'_, '_>, key: &str, out: &mut Vec<Candidate>) {
        let tag = self.key.get("aws:RequestTag/".len()..).filter(|_| key.starts_with("aws:requesttag/"));
        if let (Some(tag), Some(value), true) = (tag, &self.value, patient.hop.own) {
            let edit = table(patient).set_member("tags", &quoted(tag), &quoted(value));
            own(patient, "send-the-tag", &format!("Tag the session with {tag} = {value}."), vec![edit], 10, out);
        }
    }

    /// The session's name in the caller's user id: it is set where the session before was made.
    fn session_before(&self, patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
        let Some(value) = &self.value else { return };
        let Some((id, name)) = value.split_once(':') else { return };
        if !patient.hop.caller.user_id.starts_with(id) {
            return;
        }
        let world = patient.world();
        let made_by = patient.run.hops.len().checked_sub(2).and_then(|before| patient.run.hops.get(before));
        match (made_by.map(|hop| (hop.hop.at, &hop.hop.profile)), patient.run.call.config) {
            (Some((ClientAt::Config(span), profile)), Some(config)) => {
                let edit = set_in_profile(world, config.file, span.start as usize, "role_session_name", name);
                let profile = profile.as_deref().unwrap_or("source");
                let text = format!(
                    "Set role_session_name = {name} on the source profile ({profile}), which makes the calling session. On the \
                     target's profile it would change nothing."
                );
                own(patient, "role-session-name", &text, vec![edit], 10, out);
            }
            (None, _) => {
                let edit = Table::at(world, patient.run.place.at).set("session_name", &quoted(name));
                let text = match patient.case.recorded(patient.run.call) {
                    // A record shows the session that calls, and not who made it.
                    Some(_) => format!(
                        "Have the calling session named {name} where it is made: by role_session_name on the source profile, \
                     not on the target's, or by RoleSessionName in the call before. Clear the CLI's cache, which holds the \
                     old session."
                    ),
                    None => format!("Have the place's session called {name}."),
                };
                own(patient, "role-session-name", &text, vec![edit], 10, out);
            }
            (Some(_), _) => {}
        }
    }
}

pub(super) fn mfa(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let users = &patient.world().users;
    let user = users.iter().find(|user| user.entity.id.as_str() == patient.hop.caller.user_id);
    let Some(device) = user.and_then(|user| user.mfa.as_ref()) else { return };
    let serial = device.serial.to_string();
    let edit = parameter(patient, "mfa", "mfa_serial", &quoted(&serial), &serial);
    let text = format!("Give an MFA code with the call: serial number {serial}.");
    own(patient, "mfa-code", &text, vec![edit], 10, out);
}
