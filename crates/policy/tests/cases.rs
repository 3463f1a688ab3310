//! Every rule of evaluation as cases: files under `cases`, each case naming the rule (`fact`) it stands for.
//!
//! Letters and numbers of the rules: C conditions, V variables, P principals, A actions and resources, D decisions,
//! X extra actions of a session, K condition keys. `docs/decisions/policy-undocumented.md` lists those that AWS does
//! not write down.
#![expect(clippy::panic, clippy::unwrap_used, reason = "tests")]

mod support;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use support::{Asked, Given};

fn read(file: &str) -> Vec<Value> {
    serde_json::from_str(file).unwrap()
}

/// Runs `case` of each case and lists all that went wrong.
fn check(cases: &[Value], judge: impl Fn(&Value) -> Result<(), String>) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| judge(case).err().map(|got| format!("{} {}: {got}", case["fact"], case["says"])))
        .collect();
    if !wrong.is_empty() {
        panic!("{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    }
}

/// A case of one condition: everything else about its statement matches.
fn condition(case: &Value) -> Result<(), String> {
    let effect = case.get("effect").and_then(Value::as_str).unwrap_or("Allow");
    let mut document = json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": effect, "Action": "*", "Resource": "*", "Condition": case["condition"] }],
    });
    match case.get("version") {
        None => {}
        Some(Value::Null) => drop(document.as_object_mut().unwrap().remove("Version")),
        Some(version) => drop(document.as_object_mut().unwrap().insert("Version".to_owned(), version.clone())),
    }
    let asked = Asked {
        principal: support::principal(&json!("arn:aws:iam::111111111111:user/alice")),
        action: "sqs:SendMessage".to_owned(),
        resource: "arn:aws:sqs:eu-west-1:111111111111:jobs".to_owned(),
        resource_account: None,
        context: support::context(case.get("context")),
    };
    let decision = support::decide(&asked, &Given { identity: vec![document], ..Given::default() });
    let expected = match (case["met"].as_bool().unwrap(), effect) {
        (true, "Deny") => "explicitly-denied",
        (true, _) => "allowed",
        (false, _) => "implicitly-denied",
    };
    let got = decision.verdict.as_str();
    if got == expected { Ok(()) } else { Err(got.to_owned()) }
}

fn decision(case: &Value) -> Result<(), String> {
    let request = &case["request"];
    let asked = Asked {
        principal: support::principal(&request["principal"]),
        action: request["action"].as_str().unwrap().to_owned(),
        resource: request["resource"].as_str().unwrap().to_owned(),
        resource_account: request.get("resource_account").map(|account| account.as_str().unwrap().parse().unwrap()),
        context: support::context(request.get("context")),
    };
    let decision = support::decide(&asked, &support::policies(&case["policies"]));
    let got = (decision.verdict.as_str(), decision.decided_by.as_str());
    let expected = (case["verdict"].as_str().unwrap(), case["decided_by"].as_str().unwrap());
    if got == expected { Ok(()) } else { Err(format!("{got:?} instead of {expected:?}")) }
}

#[test]
fn conditions_hold_when_aws_says_they_hold() {
    check(&read(include_str!("cases/conditions.json")), condition);
}

#[test]
fn variables_are_filled_where_aws_fills_them() {
    check(&read(include_str!("cases/variables.json")), condition);
}

#[test]
fn decisions_are_awss_decisions() {
    check(&read(include_str!("cases/decisions.json")), decision);
}

#[test]
fn every_rule_has_a_case() {
    let files = [
        include_str!("cases/conditions.json"),
        include_str!("cases/variables.json"),
        include_str!("cases/decisions.json"),
    ];
    let facts: BTreeSet<String> =
        files.iter().flat_map(|file| read(file)).map(|case| case["fact"].as_str().unwrap().to_owned()).collect();
    for (letter, count) in [("C", 18), ("V", 9), ("P", 11), ("A", 4), ("D", 10), ("X", 5), ("K", 9)] {
        for number in 1..=count {
            let fact = format!("{letter}{number}");
            assert!(facts.contains(&fact), "no case for {fact}");
        }
    }
}

/// A search with `?` in it is bounded (`docs/decisions/policy-engine.md`): what cannot be said must let nobody in.
#[test]
fn a_pattern_too_long_to_be_looked_for_denies_in_a_deny_and_allows_nothing_in_an_allow() {
    let long = |letter: char| letter.to_string().repeat(5_000);
    let asked = |agent: &str| Asked {
        principal: support::principal(&json!("arn:aws:iam::111111111111:user/alice")),
        action: "s3:GetObject".to_owned(),
        resource: format!("arn:aws:s3:::bucket/{}", long('r')),
        resource_account: None,
        context: vec![("aws:UserAgent".to_owned(), support::Held::One(agent.to_owned()))],
    };
    let pattern = |letter: char| format!("*?{}*", long(letter).split_at(4_500).0);
    let condition = |operator: &str| json!({operator: {"aws:UserAgent": pattern('a')}});
    let resource = format!("arn:aws:s3:::bucket/{}", pattern('r'));
    for (element, value) in [
        ("Condition", condition("StringLike")),
        ("Condition", condition("StringNotLike")),
        ("Condition", condition("ForAnyValue:StringNotLike")),
        ("Condition", condition("ForAllValues:StringLike")),
        ("Resource", json!(resource)),
        ("NotResource", json!(resource)),
    ] {
        let verdict = |effect: &str| {
            let mut statement = json!({"Effect": effect, "Action": "*", element: value});
            if element == "Condition" {
                statement["Resource"] = json!("*");
            }
            let document = json!({"Version": "2012-10-17", "Statement": statement});
            support::decide(&asked(&long('a')), &Given { identity: vec![document], ..Given::default() })
                .verdict
                .as_str()
        };
        assert_eq!((verdict("Allow"), verdict("Deny")), ("implicitly-denied", "explicitly-denied"), "{element}");
    }
}
