//! Statements that deny, narrowed so that they spare the call, or taken away.

use super::{Candidate, trust::Bed};
use crate::edit::{Json, Node, Piece, quoted};
use rolecall_policy::PolicyType;

const NOT_DENIED: &str = "whoever the statement kept out is no longer denied";

impl Bed<'_, '_, '_> {
    pub(super) fn deny(&self, out: &mut Vec<Candidate>) {
        let Some(json) = Json::read(self.text) else { return };
        let Some(statement) = json.statement(self.statement) else { return };
        let (file, caller) = (self.named(), &self.patient.hop.caller.principal_arn);
        if self.policy == PolicyType::Identity {
            self.narrow_identity_deny(&json, out);
        } else if let Some(piece) = exempt(&json, statement, caller) {
            let text = format!(
                "Let the denying statement of {file} spare this one principal: ArnNotEquals aws:PrincipalArn {caller}."
            );
            self.push(out, ("spare-the-caller", text), [piece], None, 20);
        }
        let removed = json.remove_statement(self.statement);
        if let Some(piece) = removed {
            let text = format!("Take the denying statement out of {file}.");
            self.push(out, ("drop-deny", text), [piece], Some(NOT_DENIED), 90);
        }
    }

    /// A denial attached to the caller spares the one role.
    fn narrow_identity_deny(&self, json: &Json<'_>, out: &mut Vec<Candidate>) {
        let Some(statement) = json.statement(self.statement) else { return };
        let Some(weighing) = self.patient.weighing else { return };
        let target = &weighing.resource;
        let file = self.named();
        let own = quoted(target);
        let text = format!("Let the denying statement of {file} spare {target}.");
        if let Some(piece) = statement.get("NotResource").and_then(|spared| json.add(spared, &own)) {
            self.push(out, ("spare-the-role", text), [piece], None, 20);
            return;
        }
        let Some(resources) = statement.get("Resource") else { return };
        let all: Vec<&str> = resources.elements().into_iter().map(|node| json.text_of(node)).collect();
        let pieces: Option<Vec<Piece>> = match all.iter().position(|resource| *resource == own) {
            Some(index) if all.len() > 1 => json.remove_element(resources, index).map(|piece| vec![piece]),
            Some(_) => json.remove_statement(self.statement).map(|piece| vec![piece]),
            None => {
                // Only what denies everything can be turned around without letting more out.
                let member = json.remove_member(statement, "Resource");
                let added = json.add_member(statement, "NotResource", &own);
                (all == ["\"*\""]).then(|| member.into_iter().chain(added).collect())
            }
        };
        if let Some(pieces) = pieces {
            self.push(out, ("spare-the-role", text), pieces, None, 20);
        }
    }
}

/// The statement with one principal spared.
fn exempt(json: &Json<'_>, statement: &Node, caller: &str) -> Option<Piece> {
    let own = quoted(caller);
    let Some(block) = statement.get("Condition") else {
        let condition = format!("{{ \"ArnNotEquals\": {{ \"aws:PrincipalArn\": {own} }} }}");
        return json.add_member(statement, "Condition", &condition);
    };
    let Some(keys) = block.get("ArnNotEquals") else {
        return json.add_member(block, "ArnNotEquals", &format!("{{ \"aws:PrincipalArn\": {own} }}"));
    };
    match keys.get("aws:PrincipalArn") {
        Some(values) => json.add(values, &own),
        None => json.add_member(keys, "aws:PrincipalArn", &own),
    }
}
