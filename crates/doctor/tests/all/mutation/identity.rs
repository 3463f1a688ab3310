//! Identity policies broken: taken away, narrowed, turned around, denied.

use super::{
    scene::{Hands, Mutant, Scene, path, push_statement, statement_mut},
    trust::taking_turns,
};
use rolecall_doctor::Code;
use rolecall_policy::PolicyType;
use serde_json::{Value, json};

pub(super) fn mutants(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    if scene.needs_identity() {
        narrowed(scene, out);
        unattached(scene, out);
    }
    denied(scene, out);
}

/// The grant turned into one of something else.
fn narrowed(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    let Some((file, index)) = scene.grant(PolicyType::Identity) else { return };
    let number = index.to_string();
    let target = &scene.hop.hop.role_arn.value;
    let elsewhere = format!("{}/elsewhere", &target[..target.find(":role").unwrap() + 5]);
    let kinds: Vec<(&str, &str, Value)> = vec![
        ("another action", "Action", json!("s3:GetObject")),
        ("other actions", "Action", json!(["iam:PassRole", "sts:AssumeRoleWithSAML"])),
        ("another role", "Resource", json!(elsewhere)),
        ("other roles", "Resource", json!([elsewhere, "arn:aws:iam::999999999999:role/*"])),
        ("a role of the same name on a path", "Resource", json!(target.replace(":role/", ":role/some/path/"))),
        ("everything but assuming", "NotAction", json!("sts:Assume*")),
        ("all roles but this", "NotResource", json!([target])),
    ];
    for (what, element, value) in taking_turns(scene, kinds, 1) {
        let document = scene.json(&file);
        let mut at = path(&document, &number, &[element]);
        if value.is_array() {
            at.push("0");
        }
        let changed = scene.with(&file, &at, |document| {
            let statement = statement_mut(document, index).as_object_mut().unwrap();
            let of = if element.ends_with("Action") { ["Action", "NotAction"] } else { ["Resource", "NotResource"] };
            statement.retain(|key, _| !of.contains(&key.as_str()));
            statement.insert(element.to_owned(), value);
        });
        let what = format!("the identity policy allows {what}");
        out.push(scene.mutant(&what, Code::IdentityPolicyMissing, changed, Hands::Own));
    }
}

/// Policies no longer attached: the table of the caller has none.
fn unattached(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    if scene.rests(3, 0) {
        return;
    }
    let mut files = scene.files.clone();
    let table = scene.caller_table();
    table.remove(&mut files, "policies");
    let at = table.at(&files, "name");
    out.push(scene.mutant("no identity policy is attached", Code::IdentityPolicyMissing, (files, at), Hands::Own));
}

fn denied(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    let Some(policy) = scene.caller().policies.first().filter(|_| !scene.rests(2, 1)) else { return };
    let file = scene.file(policy);
    let target = &scene.hop.hop.role_arn.value;
    let deny = |rest: Value| {
        let mut new = json!({ "Sid": "Broken", "Effect": "Deny" });
        new.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        new
    };
    let kinds = vec![
        ("everything", deny(json!({ "Action": "*", "Resource": "*" }))),
        ("the role", deny(json!({ "Action": ["sts:AssumeRole"], "Resource": [target] }))),
        ("the role and another", deny(json!({ "Action": "sts:*", "Resource": [target, "arn:aws:iam::1:role/x"] }))),
        ("all that is not S3", deny(json!({ "NotAction": "s3:*", "Resource": "*" }))),
        ("all roles but another", deny(json!({ "Action": "sts:AssumeRole", "NotResource": "arn:aws:iam::1:role/x" }))),
        (
            "whoever is outside of an organization",
            deny(json!({
                "Action": "sts:AssumeRole",
                "Resource": "*",
                "Condition": { "StringNotEquals": { "aws:ResourceOrgID": "o-zzzzzzzzzz" } }
            })),
        ),
    ];
    for (what, new) in taking_turns(scene, kinds, 1) {
        let mut document = scene.json(&file);
        let index = push_statement(&mut document, new.clone()).to_string();
        let changed = scene.with(&file, &["Statement", &index], |document| {
            push_statement(document, new);
        });
        let what = format!("the identity policy denies {what}");
        out.push(scene.mutant(&what, Code::ExplicitDeny, changed, Hands::Own));
    }
}
