//! Allowing an action where nobody allows it yet: in identity policies, boundaries, session, endpoint and control policies.

use super::{Candidate, Patient, shared::Change, trust::owner};
use crate::{
    causes::Clue,
    edit::{Edit, Json, Table, pretty, quoted},
};
use rolecall_policy::{DocumentRef, PolicyType};
use serde_json::json;

pub(super) fn candidates(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let Clue::Unallowed { document, action, .. } = &patient.cause.clue else { return };
    let account = owner(patient, document.policy);
    let mut push = |id, text: String, edits: Vec<Edit>, widens, rank| {
        out.push(Candidate { id, text, account, edits, widens, rank });
    };
    let Some(weighing) = patient.weighing else { return };
    let caller = &patient.hop.caller.principal_arn;
    let mut statement = json!({ "Effect": "Allow", "Action": action, "Resource": &*weighing.resource });
    if document.policy == PolicyType::VpcEndpoint
        && let Some(members) = statement.as_object_mut()
    {
        members.insert("Principal".to_owned(), json!({ "AWS": caller }));
    }
    let world = patient.world();
    if document.policy == PolicyType::Identity {
        if let Some((edits, file)) = new_policy(patient, &statement) {
            let text = format!("Allow {caller} {action} on {}, in a policy of its own ({file}).", weighing.resource);
            push("allow-in-new-policy", text, edits, None, 30);
        }
        for (file, shared) in identity_files(patient) {
            let text = world.files.text(file);
            let name = world.files.path(file);
            if let Some(piece) = Json::read(text).and_then(|json| json.add_statement(&pretty(&statement))) {
                let edits = vec![Edit { file: name.to_owned(), span: piece.0, new: piece.1 }];
                let text = format!("Allow {action} on {} in {name}.", weighing.resource);
                let widens = shared.then_some("everybody who has this policy");
                push("allow-in-identity-policy", text, edits, widens, 10);
            }
        }
        return;
    }
    let found = patient.case.document(patient.run, patient.hop, weighing, *document).or_else(|| {
        // A level may hold several documents; any of them can grant.
        weighing
            .documents
            .iter()
            .map(|(reference, _)| *reference)
            .filter(|reference| reference.policy == document.policy)
            .find_map(|reference: DocumentRef| patient.case.document(patient.run, patient.hop, weighing, reference))
    });
    let Some(found) = found else { return };
    let name = world.files.path(found.policy.file);
    let added =
        Json::read(world.files.text(found.policy.file)).and_then(|json| json.add_statement(&pretty(&statement)));
    if let Some(piece) = added {
        let text = format!("Allow {action} on {} in the {} {name}.", weighing.resource, document.policy.name());
        let (policy, pieces) = (document.policy, vec![piece]);
        let change = Change { policy, found: &found, account, pieces, widens: None, rank: 10 };
        change.offer(patient, ("allow-there-too", text), out);
    }
}

/// The files of the caller's policies, and whether others have them too.
fn identity_files(patient: &Patient<'_, '_>) -> Vec<(rolecall_world::FileId, bool)> {
    let world = patient.world();
    let Some(entity) = patient.case.caller_entity(patient.hop) else { return Vec::new() };
    let entities = || world.roles.iter().map(|role| &role.entity).chain(world.users.iter().map(|user| &user.entity));
    let users = |file| entities().filter(|entity| entity.policies.iter().any(|policy| policy.file == file)).count();
    entity.policies.iter().map(|policy| (policy.file, users(policy.file) > 1)).collect()
}

/// A new policy file, attached to the caller.
fn new_policy(patient: &Patient<'_, '_>, statement: &serde_json::Value) -> Option<(Vec<Edit>, String)> {
    let world = patient.world();
    let entity = patient.case.caller_entity(patient.hop)?;
    let target = patient.hop.hop.role_arn.value.rsplit('/').next().unwrap_or("role");
    let file = (0..20)
        .map(|number| match number {
            0 => format!("{}.assume-{target}.json", &*entity.name.value),
            number => format!("{}.assume-{target}-{number}.json", &*entity.name.value),
        })
        .find(|file| world.files.find(file).is_none())?;
    let document = json!({ "Version": "2012-10-17", "Statement": [statement] });
    let made = Edit { file: file.clone(), span: 0..0, new: format!("{}\n", pretty(&document)) };
    let listed = match entity.policies.last() {
        Some(last) => Edit::behind(world, last.at, format!(", {}", quoted(&file))),
        None => Table::at(world, entity.at).set("policies", &format!("[{}]", quoted(&file))),
    };
    Some((vec![made, listed], file))
}
