//! The reasons as people see them: the expected text stands beside the world that gives it.

mod support;

use rolecall_policy::{Document, Policies, PolicyType, decide, diagnose, explain};
use serde_json::json;
use support::Asked;

const TRUST: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": { "AWS": "arn:aws:iam::111111111111:role/role-a" },
      "Action": "sts:AssumeRole",
      "Condition": {
        "IpAddress": { "aws:SourceIp": "203.0.113.10/32" },
        "StringEquals": { "sts:ExternalId": ["one", "two"] }
      }
    },
    {
      "Effect": "Allow",
      "Principal": { "Service": "ecs-tasks.amazonaws.com" },
      "Action": ["sts:AssumeRole", "sts:TagSession"]
    },
    {
      "Effect": "Deny",
      "Principal": { "AWS": "*" },
      "Action": "sts:TagSession"
    }
  ]
}
"#;

fn asked() -> Asked {
    Asked {
        principal: support::principal(&json!("arn:aws:sts::111111111111:assumed-role/role-a/daily-batch")),
        action: "sts:AssumeRole".to_owned(),
        resource: "arn:aws:iam::222222222222:role/role-b".to_owned(),
        resource_account: None,
        context: support::context(Some(&json!({"aws:SourceVpce": "vpce-0sts", "sts:ExternalId": "three"}))),
    }
}

#[test]
fn every_statement_says_why_it_did_not_match() {
    let trust = Document::parse(TRUST).unwrap();
    let identity =
        Document::parse(r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:*","Resource":"*"}}"#);
    let identity = identity.unwrap();
    let identity = [&identity];
    let policies = Policies { identity: &identity, resource: Some(&trust), ..Policies::default() };
    let text = support::with_request(&asked(), |request| {
        let decision = decide(request, &policies);
        diagnose(&decision, request, &policies, |document| match document.policy {
            PolicyType::Resource => "role-b.trust.json".to_owned(),
            _ => "role-a.assume-b.json".to_owned(),
        })
    });
    assert_eq!(text.trim_end(), include_str!("golden/explain.txt").trim_end());
}

#[test]
fn absent_is_told_from_different() {
    let trust = Document::parse(TRUST).unwrap();
    let policies = Policies { resource: Some(&trust), ..Policies::default() };
    support::with_request(&asked(), |request| {
        let decision = decide(request, &policies);
        let reasons = explain(&decision, request, &policies);
        let first = reasons.first().unwrap();
        assert_eq!((first.step.unmet, first.step.absent), (0b11, 0b01));
        let held: Vec<_> = first.conditions.iter().map(|condition| condition.held.is_some()).collect();
        assert_eq!(held, [false, true]);
        assert!(reasons[1].step.misses.principal() && !reasons[1].step.misses.action());
        assert!(reasons[2].step.misses.action());
    });
}
