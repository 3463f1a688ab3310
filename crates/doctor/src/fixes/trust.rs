//! Changes of a policy's conditions, principals, actions and denials, above all of trust policies.

use super::{Candidate, Patient, shared::Change};
use crate::{
    Code,
    causes::{Clue, Found, held},
    edit::{Json, Piece, pretty, quoted},
};
use rolecall_kernel::Fact;
use rolecall_names::AccountId;
use rolecall_policy::{DocumentRef, PolicyType};
use serde_json::json;

const ANYBODY_NAMED: &str = "whoever the statement names gets in without this condition, from anywhere";
const ALL_OF_ACCOUNT: &str = "the statement names a whole account or everybody: all of them get in that way";

pub(super) fn candidates(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    match &patient.cause.clue {
        Clue::Condition { document, statement, condition } => {
            if let Some(bed) = Bed::of(patient, *document, *statement) {
                bed.condition(*condition, out);
            }
        }
        Clue::Deny { document, statement } => {
            if let Some(bed) = Bed::of(patient, *document, *statement) {
                bed.deny(out);
            }
        }
        Clue::Principal { statement, value } => {
            let trust = DocumentRef { policy: PolicyType::Resource, level: 0, index: 0 };
            if let Some(bed) = Bed::of(patient, trust, *statement) {
                bed.principal(*value, out);
            }
        }
        Clue::Action { document, statement, action } => {
            if let Some(bed) = Bed::of(patient, *document, *statement) {
                bed.action(action, out);
            }
        }
        Clue::Plain if patient.cause.code == Code::TrustPrincipalMismatch => {
            let trust = DocumentRef { policy: PolicyType::Resource, level: 0, index: 0 };
            if let Some(bed) = Bed::of(patient, trust, 0) {
                bed.statement_for_caller(out);
            }
        }
        Clue::Unallowed { .. } | Clue::Death(_) | Clue::Slip(_) | Clue::Plain => {}
    }
}

/// One statement of a policy file, about to be changed.
pub(super) struct Bed<'b, 'p, 'w> {
    pub(super) patient: &'b Patient<'p, 'w>,
    pub(super) found: Found<'w>,
    pub(super) policy: PolicyType,
    pub(super) statement: usize,
    pub(super) account: AccountId,
    pub(super) text: &'b str,
}

impl<'b, 'p, 'w> Bed<'b, 'p, 'w> {
    fn of(patient: &'b Patient<'p, 'w>, document: DocumentRef, statement: usize) -> Option<Self> {
        let found = patient.case.document(patient.run, patient.hop, patient.weighing?, document)?;
        let text = patient.case.world.files.text(found.policy.file);
        let account = owner(patient, document.policy);
        Some(Self { patient, found, policy: document.policy, statement, account, text })
    }

    pub(super) fn push(
        &self,
        out: &mut Vec<Candidate>,
        (id, text): (&'static str, String),
        pieces: impl IntoIterator<Item = Piece>,
        widens: Option<&'static str>,
        rank: u16,
    ) {
        let pieces = pieces.into_iter().collect();
        let change = Change { policy: self.policy, found: &self.found, account: self.account, pieces, widens, rank };
        change.offer(self.patient, (id, text), out);
    }

    /// Whether the statement lets in more than the principals it names one by one.
    fn is_broad(&self) -> bool {
        let document = &self.found.policy.document;
        let mut named = document.principals().filter(|principal| principal.statement == self.statement);
        named.any(|principal| {
            principal.value == "*" || principal.value.ends_with(":root") || principal.value.len() == 12
        })
    }

    pub(super) fn named(&self) -> &str {
        self.patient.world().files.path(self.found.policy.file)
    }

    fn condition(&self, index: usize, out: &mut Vec<Candidate>) {
        let Some(weighing) = self.patient.weighing else { return };
        let document = &self.found.policy.document;
        let Some(view) = document.statement(self.statement) else { return };
        let Some(condition) = view.conditions().nth(index) else { return };
        let (operator, key) = (condition.operator(), condition.key());
        let Some(json) = Json::read(self.text) else { return };
        let Some(block) = json.statement(self.statement).and_then(|statement| statement.get("Condition")) else {
            return;
        };
        let Some((operator_text, keys)) = block.get_folded(operator) else { return };
        let Some((key_text, values)) = keys.get_folded(key) else { return };
        let file = self.named();
        let folded = key.to_ascii_lowercase();
        let widens = (self.policy == PolicyType::Resource && self.is_broad()).then_some(ALL_OF_ACCOUNT);

        // The endpoint in the address's place: what AWS advises where there is one.
        let arrival = self.patient.hop.journey.ended.as_ref().ok();
        if folded == "aws:sourceip"
            && let Some(endpoint) = arrival.and_then(|arrival| arrival.vpc_endpoint_id.as_deref())
        {
            self.endpoint_for_address(&json, operator_text, key_text, endpoint, out);
        }
        // What the request has, beside what the policy wants.
        let negated = operator.to_ascii_lowercase().contains("not");
        let value = match held(weighing, key) {
            Some(Fact::One(value)) if !negated && folded != "aws:multifactorauthpresent" => Some(value.to_string()),
            _ => None,
        };
        if let Some(value) = value {
            let shown = match folded.as_str() {
                "aws:sourceip" | "aws:vpcsourceip" if value.contains(':') => format!("{value}/128"),
                "aws:sourceip" | "aws:vpcsourceip" => format!("{value}/32"),
                _ => value,
            };
            // A value that changes with every call is nothing to write into a policy.
            let lasts = folded != "aws:userid" || !shown.contains("session-");
            if let Some(piece) = json.add(values, &quoted(&shown)).filter(|_| lasts) {
                let text = format!("Let {file} take {shown} too, under {operator} {key}.");
                let rank = if folded == "aws:userid" { 50 } else { 30 };
                // Whoever else the statement names has another value there.
                let of_caller = matches!(folded.as_str(), "aws:userid" | "aws:principalarn");
                let widens = widens.filter(|_| !of_caller);
                self.push(out, ("add-value", text), [piece], widens, rank);
            }
        }
        // Without the condition.
        let statement = json.statement(self.statement);
        let removed = if keys.len() > 1 {
            json.remove_member(keys, key_text)
        } else if block.len() > 1 {
            json.remove_member(block, operator_text)
        } else {
            statement.and_then(|statement| json.remove_member(statement, "Condition"))
        };
        if let Some(piece) = removed {
            let text = format!("Take the condition on {key} out of {file}.");
            self.push(out, ("drop-condition", text), [piece], Some(ANYBODY_NAMED), 90);
        }
    }

    /// `aws:SourceVpce` instead of `aws:SourceIp`; or beside it, in a statement of its own, where others still come from
    /// the address.
    fn endpoint_for_address(
        &self,
        json: &Json<'_>,
        operator: &str,
        key: &str,
        endpoint: &str,
        out: &mut Vec<Candidate>,
    ) {
        let Some(statement) = json.statement(self.statement) else { return };
        let Some(block) = statement.get("Condition") else { return };
        let Some(keys) = block.get(operator) else { return };
        let file = self.named();
        let wanted = json!({ "StringEquals": { "aws:SourceVpce": endpoint } });
        let condition = match serde_json::from_str::<serde_json::Value>(json.text_of(block)) {
            Ok(serde_json::Value::Object(mut members)) => {
                if let Some(serde_json::Value::Object(keys)) = members.get_mut(operator) {
                    keys.shift_remove(key);
                }
                members.retain(|_, keys| keys.as_object().is_none_or(|keys| !keys.is_empty()));
                match members.get_mut("StringEquals") {
                    Some(serde_json::Value::Object(keys)) => {
                        keys.insert("aws:SourceVpce".to_owned(), endpoint.into());
                    }
                    _ => {
                        members.insert("StringEquals".to_owned(), json!({ "aws:SourceVpce": endpoint }));
                    }
                }
                serde_json::Value::Object(members)
            }
            _ => wanted,
        };
        // As short as it was: one condition in the place of one.
        let piece = if block.len() == 1 && keys.len() == 1 {
            json.set(block, &indented(&condition))
        } else {
            json.set(block, &pretty(&condition))
        };
        let text = format!(
            "Let {file} ask for the VPC endpoint instead of an address: StringEquals aws:SourceVpce {endpoint}. It is what \
             AWS advises, and holds whatever address the caller has."
        );
        self.push(out, ("source-vpce", text), [piece], None, 5);
        let Ok(serde_json::Value::Object(mut copy)) = serde_json::from_str(json.text_of(statement)) else { return };
        copy.insert("Condition".to_owned(), condition);
        if let Some(sid) = copy.get("Sid").and_then(|sid| sid.as_str()).map(|sid| format!("{sid}ByEndpoint")) {
            copy.insert("Sid".to_owned(), sid.into());
        }
        if let Some(piece) = json.add_statement(&pretty(&serde_json::Value::Object(copy))) {
            let text = format!(
                "Let {file} take the VPC endpoint beside the address, in a statement of its own: StringEquals \
                 aws:SourceVpce {endpoint}. Once nobody comes from the address any more, the old statement can go."
            );
            self.push(out, ("source-vpce-beside", text), [piece], None, 6);
        }
    }

    fn principal(&self, gone: Option<usize>, out: &mut Vec<Candidate>) {
        let Some(json) = Json::read(self.text) else { return };
        let Some(principal) = json.statement(self.statement).and_then(|statement| statement.get("Principal")) else {
            self.statement_for_caller(out);
            return;
        };
        let (file, caller) = (self.named(), &self.patient.hop.caller.principal_arn);
        let own = quoted(caller);
        let aws = principal.get("AWS");
        if let Some(index) = gone {
            let document = &self.found.policy.document;
            let named = document.principals().filter(|principal| principal.statement == self.statement);
            if let Some(principal) = named.into_iter().nth(index) {
                let text = format!("Name the principal that is there now in {file}: {caller}.");
                let range = principal.span.range();
                self.push(out, ("name-the-caller", text), [(range, caller.clone())], None, 5);
            }
            return;
        }
        let piece = match aws {
            Some(aws) if aws.is_list() || aws.len() == 0 => json.add(aws, &own),
            Some(_) => None,
            None => json.add_member(principal, "AWS", &own),
        };
        if let Some(piece) = piece {
            self.push(out, ("trust-the-caller", format!("Let {file} trust {caller} too.")), [piece], None, 10);
        }
        self.statement_for_caller(out);
    }

    /// A statement that lets in the caller and nobody else.
    fn statement_for_caller(&self, out: &mut Vec<Candidate>) {
        let Some(json) = Json::read(self.text) else { return };
        let (file, caller) = (self.named(), &self.patient.hop.caller.principal_arn);
        let statement = json!({ "Effect": "Allow", "Principal": { "AWS": caller }, "Action": "sts:AssumeRole" });
        if let Some(piece) = json.add_statement(&pretty(&statement)) {
            let text = format!("Let {file} trust {caller}, in a statement of its own.");
            self.push(out, ("trust-the-caller-apart", text), [piece], None, 40);
        }
    }

    fn action(&self, action: &str, out: &mut Vec<Candidate>) {
        let Some(json) = Json::read(self.text) else { return };
        let Some(actions) = json.statement(self.statement).and_then(|statement| statement.get("Action")) else {
            return;
        };
        let file = self.named();
        if let Some(piece) = json.add(actions, &quoted(action)) {
            self.push(out, ("allow-the-action", format!("Let {file} allow {action} too.")), [piece], None, 10);
        }
        if action == "sts:AssumeRole" {
            self.statement_for_caller(out);
        }
    }
}

/// A single-line object where the old one was short.
fn indented(value: &serde_json::Value) -> String {
    match value.as_object() {
        Some(members) => {
            let inner: Vec<String> = members
                .iter()
                .map(|(operator, keys)| {
                    let keys: Vec<String> = keys
                        .as_object()
                        .into_iter()
                        .flatten()
                        .map(|(key, value)| format!("{}: {value}", quoted(key)))
                        .collect();
                    format!("  {}: {{ {} }}", quoted(operator), keys.join(", "))
                })
                .collect();
            format!("{{\n{}\n}}", inner.join(",\n"))
        }
        None => pretty(value),
    }
}

/// Whose policy it is to change.
pub(super) fn owner(patient: &Patient<'_, '_>, policy: PolicyType) -> AccountId {
    let organization = patient.world().organization.as_ref();
    let management =
        organization.and_then(|organization| organization.management.as_ref()).map(|account| account.value);
    match policy {
        PolicyType::Resource => patient.target_account(),
        PolicyType::ServiceControl => management.unwrap_or_else(|| patient.own_account()),
        PolicyType::ResourceControl => management.unwrap_or_else(|| patient.target_account()),
        PolicyType::VpcEndpoint => {
            let arrival = patient.hop.journey.ended.as_ref().ok();
            let vpc = arrival.and_then(|arrival| patient.world().vpc(arrival.vpc_id.as_deref()?));
            vpc.map_or(patient.own_account(), |vpc| vpc.account.value)
        }
        PolicyType::Identity | PolicyType::Boundary | PolicyType::Session => patient.own_account(),
    }
}
