//! What AWS refuses to save, case by case: files under `cases/check`, one for each kind of document.
#![expect(clippy::panic, clippy::unwrap_used, reason = "tests")]

use rolecall_policy::{Kind, check};
use serde_json::Value;

/// Every case has `says`, a `document` (JSON, or a string for what is not), and either `message`, AWS's text, with
/// `at` (`line:column`) where it matters, or neither when AWS saves it.
fn run(kind: Kind, file: &str) {
    let cases: Vec<Value> = serde_json::from_str(file).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let says = case.get("says").and_then(Value::as_str).unwrap();
        let document = case.get("document").unwrap();
        let text = document.as_str().map_or_else(|| document.to_string(), str::to_owned);
        let answer = check(kind, &text).err();
        let message = answer.map(|malformed| malformed.aws_message(&text));
        if message.as_deref() != case.get("message").and_then(Value::as_str) {
            wrong.push(format!("{says}: {message:?}"));
        }
        if let Some(at) = case.get("at").and_then(Value::as_str) {
            let position = answer.map(|malformed| malformed.span.position(&text));
            let position = position.map(|position| format!("{}:{}", position.line, position.column));
            if position.as_deref() != Some(at) {
                wrong.push(format!("{says}: at {position:?}"));
            }
        }
        if let Some(malformed) = answer {
            assert!(!malformed.expected().is_empty(), "{says}");
        }
    }
    if !wrong.is_empty() {
        panic!("{}", wrong.join("\n"));
    }
}

#[test]
fn identity_policies_are_refused_in_awss_words() {
    run(Kind::Identity, include_str!("cases/check/identity.json"));
}

#[test]
fn a_boundary_is_checked_as_the_managed_policy_it_is() {
    run(Kind::Boundary, include_str!("cases/check/identity.json"));
}

#[test]
fn trust_policies_are_refused_in_awss_words() {
    run(Kind::Trust, include_str!("cases/check/trust.json"));
}

#[test]
fn session_policies_are_refused_in_awss_words() {
    run(Kind::Session, include_str!("cases/check/session.json"));
}

#[test]
fn service_control_policies_are_refused_in_awss_words() {
    run(Kind::ServiceControl, include_str!("cases/check/service_control.json"));
}

#[test]
fn resource_control_policies_are_refused_in_awss_words() {
    run(Kind::ResourceControl, include_str!("cases/check/resource_control.json"));
}

#[test]
fn vpc_endpoint_policies_are_refused_in_awss_words() {
    run(Kind::VpcEndpoint, include_str!("cases/check/vpc_endpoint.json"));
}
