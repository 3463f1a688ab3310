//! Trust policies broken: who is named, what is allowed, what is denied.

use super::scene::{Hands, Mutant, Scene, path, push_statement, statement, statement_mut};
use rolecall_doctor::Code;
use serde_json::{Value, json};

pub(super) fn mutants(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    principals(scene, out);
    actions(scene, out);
    denials(scene, out);
}

/// The path of the first principal that a statement names.
fn first_principal(document: &Value, index: usize) -> Vec<String> {
    let principal = statement(document, index)["Principal"].as_object().unwrap();
    let (kind, values) = principal.iter().next().unwrap();
    let index = index.to_string();
    let mut found: Vec<String> = path(document, &index, &["Principal", kind]).into_iter().map(str::to_owned).collect();
    if values.is_array() {
        found.push("0".to_owned());
    }
    found
}

fn principals(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    let file = scene.trust_file();
    let index = scene.trust_statement();
    let account = scene.caller().account.value;
    let partition = if scene.hop.caller.principal_arn.starts_with("arn:aws-us-gov") {
        "aws-us-gov"
    } else if scene.hop.caller.principal_arn.starts_with("arn:aws-cn") {
        "aws-cn"
    } else {
        "aws"
    };
    let bystanders = scene.world.roles.iter().map(|role| &role.entity);
    let bystander = bystanders
        .filter(|role| {
            role.account.value == account && role.id != scene.caller().id && role.id != scene.target().entity.id
        })
        .map(|role| format!("arn:{partition}:iam::{account}:role{}{}", role.path, &**role.name))
        .next();
    let itself = scene.caller().id == scene.target().entity.id;
    let mismatch = if itself { Code::SelfAssume } else { Code::TrustPrincipalMismatch };
    let gone = if scene.by_user() { "AIDAGONEGONEGONEGONEG" } else { "AROAGONEGONEGONEGONEG" };
    let mut kinds: Vec<(&str, Value, Code)> = vec![
        ("another company's account", json!({ "AWS": format!("arn:{partition}:iam::999999999999:root") }), mismatch),
        (
            "another company's role",
            json!({ "AWS": [format!("arn:{partition}:iam::999999999999:role/batch")] }),
            mismatch,
        ),
        ("twelve wrong digits", json!({ "AWS": "999999999999" }), mismatch),
        ("a service alone", json!({ "Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"] }), mismatch),
        ("a deleted principal", json!({ "AWS": gone }), Code::TrustPrincipalDeleted),
        ("a deleted principal in a list", json!({ "AWS": [gone] }), Code::TrustPrincipalDeleted),
        (
            "another session",
            json!({ "AWS": format!("arn:{partition}:sts::{account}:assumed-role/{}/somebody", &**scene.caller().name) }),
            mismatch,
        ),
    ];
    if let Some(bystander) = bystander {
        kinds.push(("another role", json!({ "AWS": bystander }), mismatch));
        kinds.push((
            "another role and a service",
            json!({ "Service": "ec2.amazonaws.com", "AWS": [bystander] }),
            mismatch,
        ));
    }
    for (what, principal, code) in taking_turns(scene, kinds, 2) {
        let mut document = scene.json(&file);
        statement_mut(&mut document, index)["Principal"] = principal.clone();
        let at = first_principal(&document, index);
        let at: Vec<&str> = at.iter().map(String::as_str).collect();
        let changed = scene.with(&file, &at, |document| statement_mut(document, index)["Principal"] = principal);
        out.push(scene.mutant(&format!("the trust policy names {what}"), code, changed, scene.of_target()));
    }
}

/// So many of a list, others for the next scene.
pub(super) fn taking_turns<T>(scene: &Scene<'_>, all: Vec<T>, count: usize) -> Vec<T> {
    let len = all.len();
    let mut all: Vec<Option<T>> = all.into_iter().map(Some).collect();
    let places = (0..count.min(len)).map(|number| (scene.turn * count + number) % len);
    places.filter_map(|place| all[place].take()).collect()
}

fn actions(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    if scene.rests(2, 0) {
        return;
    }
    let file = scene.trust_file();
    let index = scene.trust_statement();
    let kinds = vec![
        ("AssumeRoleWithWebIdentity", json!("sts:AssumeRoleWithWebIdentity")),
        ("AssumeRoleWithSAML in a list", json!(["sts:AssumeRoleWithSAML", "sts:TagSession"])),
        ("TagSession alone", json!(["sts:TagSession"])),
    ];
    for (what, action) in taking_turns(scene, kinds, 1) {
        let number = index.to_string();
        let document = scene.json(&file);
        let mut at = path(&document, &number, &["Action"]);
        if action.is_array() {
            at.push("0");
        }
        let changed = scene.with(&file, &at, |document| statement_mut(document, index)["Action"] = action);
        let what = format!("the trust policy allows {what}");
        out.push(scene.mutant(&what, Code::WrongAssumeAction, changed, scene.of_target()));
    }
}

fn denials(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    if scene.rests(3, 0) {
        return;
    }
    let file = scene.trust_file();
    let caller = &scene.hop.caller.principal_arn;
    let everybody = json!({ "AWS": "*" });
    let deny = |principal: &Value, condition: Option<Value>| {
        let mut new = json!({ "Sid": "Broken", "Effect": "Deny", "Principal": principal, "Action": "sts:AssumeRole" });
        if let Some(condition) = condition {
            new["Condition"] = condition;
        }
        new
    };
    let kinds = vec![
        ("everybody", deny(&everybody, None), false),
        ("the caller", deny(&json!({ "AWS": [caller] }), None), false),
        (
            "the caller by condition",
            deny(&everybody, Some(json!({ "ArnEquals": { "aws:PrincipalArn": caller } }))),
            false,
        ),
        (
            "all but another",
            deny(
                &everybody,
                Some(json!({ "ArnNotEquals": { "aws:PrincipalArn": "arn:aws:iam::999999999999:role/x" } })),
            ),
            false,
        ),
        (
            "whoever is in no organization",
            deny(&everybody, Some(json!({ "StringNotEquals": { "aws:PrincipalOrgID": "o-zzzzzzzzzz" } }))),
            false,
        ),
        (
            "sessions by another name",
            deny(&everybody, Some(json!({ "StringNotEquals": { "sts:RoleSessionName": ["admin", "root"] } }))),
            true,
        ),
        (
            "other external ids",
            deny(&everybody, Some(json!({ "StringNotEquals": { "sts:ExternalId": "the-only-one" } }))),
            true,
        ),
    ];
    // One name or external id suits two statements that ask for it only where it is the same.
    let asked = scene.files[&file].contains("sts:ExternalId") || scene.files[&file].contains("sts:RoleSessionName");
    let torn = asked || scene.name.contains("by-user-id#0");
    for (what, new, own) in taking_turns(scene, kinds, 1) {
        let hands = if own && !torn { Hands::Own } else { scene.of_target() };
        let mut document = scene.json(&file);
        let index = push_statement(&mut document, new.clone()).to_string();
        let at = ["Statement", &index];
        let changed = scene.with(&file, &at, |document| {
            push_statement(document, new);
        });
        let what = format!("the trust policy denies {what}");
        out.push(scene.mutant(&what, Code::ExplicitDeny, changed, hands));
    }
}
