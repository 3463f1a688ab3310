//! Outside judges: a naive second evaluator, and the properties any sound engine has.
#![expect(clippy::unwrap_used, reason = "tests")]

mod judge;
mod support;

use judge::generate::{Choices, case};
use judge::naive;
use proptest::prelude::*;
use rolecall_policy::Verdict;
use serde_json::{Value, json};
use support::{Asked, Given};

/// How many bytes of choices a case is made from; a large one uses them all.
const BYTES: usize = 400;

fn cases() -> impl Strategy<Value = (Asked, Given)> {
    proptest::collection::vec(any::<u8>(), 0..BYTES).prop_map(|bytes| case(&mut Choices(&bytes)))
}

fn verdict(asked: &Asked, given: &Given) -> Verdict {
    support::decide(asked, given).verdict
}

/// Allowed is more than not allowed; an explicit deny is least.
fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Allowed => 2,
        Verdict::ImplicitlyDenied => 1,
        Verdict::ExplicitlyDenied => 0,
    }
}

fn statements(document: &mut Value) -> &mut Vec<Value> {
    if !document["Statement"].is_array() {
        document["Statement"] = json!([document["Statement"].clone()]);
    }
    document["Statement"].as_array_mut().unwrap()
}

/// Every document of `given`.
fn documents(given: &mut Given) -> Vec<&mut Value> {
    let Given { identity, resource, session, boundary, scp, rcp, vpc_endpoint } = given;
    identity
        .iter_mut()
        .chain(resource)
        .chain(session.iter_mut().flatten())
        .chain(boundary)
        .chain(scp.iter_mut().flatten())
        .chain(rcp.iter_mut().flatten())
        .chain(vpc_endpoint)
        .collect()
}

/// A policy that allows everything.
fn everything() -> Value {
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_naive_evaluator_agrees((asked, given) in cases()) {
        let decision = support::decide(&asked, &given);
        let engine = (decision.verdict.as_str(), decision.decided_by.as_str());
        prop_assert_eq!(engine, naive::decide(&asked, &given), "{:#?}\n{:#?}", asked, given);
    }

    #[test]
    fn one_more_deny_never_allows((asked, mut given) in cases(), place: prop::sample::Index, other in cases()) {
        let before = verdict(&asked, &given);
        let mut other = other.1;
        let mut deny = documents(&mut other).pop().map_or_else(|| json!({}), |document| statements(document)[0].clone());
        deny["Effect"] = json!("Deny");
        let mut documents = documents(&mut given);
        if documents.is_empty() || deny.get("Action").is_none() {
            return Ok(());
        }
        let count = documents.len();
        statements(documents[place.index(count)]).push(deny);
        prop_assert!(rank(verdict(&asked, &given)) <= rank(before));
    }

    #[test]
    fn one_more_allow_never_denies((asked, mut given) in cases(), place: prop::sample::Index, other in cases()) {
        let before = verdict(&asked, &given);
        let mut other = other.1;
        let mut allow = documents(&mut other).pop().map_or_else(|| json!({}), |document| statements(document)[0].clone());
        allow["Effect"] = json!("Allow");
        let mut documents = documents(&mut given);
        if documents.is_empty() || allow.get("Action").is_none() {
            return Ok(());
        }
        let count = documents.len();
        statements(documents[place.index(count)]).push(allow);
        prop_assert!(rank(verdict(&asked, &given)) >= rank(before));
    }

    #[test]
    fn what_limits_never_widens((asked, mut given) in cases()) {
        // A federated user's session without session policies is the narrowest, not the widest.
        if matches!(asked.principal, rolecall_names::Principal::FederatedUser { .. }) {
            given.session.get_or_insert_default();
        }
        let with = rank(verdict(&asked, &given));
        let without: [fn(&mut Given); 5] = [
            |given| given.scp.clear(),
            |given| given.rcp.clear(),
            |given| given.vpc_endpoint = None,
            |given| given.session = given.session.is_some().then(|| vec![everything()]),
            |given| given.boundary = None,
        ];
        for remove in without {
            let mut less = given.clone();
            remove(&mut less);
            prop_assert!(rank(verdict(&asked, &less)) >= with);
        }
    }

    #[test]
    fn order_never_matters((mut asked, mut given) in cases()) {
        let before = support::decide(&asked, &given);
        asked.context.reverse();
        given.identity.reverse();
        given.scp.reverse();
        given.rcp.reverse();
        for document in documents(&mut given) {
            statements(document).reverse();
            for statement in statements(document) {
                for element in ["Action", "NotAction", "Resource", "NotResource"] {
                    if let Some(values) = statement.get_mut(element).and_then(Value::as_array_mut) {
                        values.reverse();
                    }
                }
            }
        }
        let after = support::decide(&asked, &given);
        prop_assert_eq!((before.verdict, before.decided_by), (after.verdict, after.decided_by));
    }

    #[test]
    fn not_action_is_the_complement((asked, given) in cases()) {
        let root = matches!(asked.principal, rolecall_names::Principal::Root { .. });
        // Neither of the two asks any policy.
        if asked.action == "sts:GetCallerIdentity" || (root && asked.action == "sts:AssumeRole") {
            return Ok(());
        }
        for document in &given.identity {
            let first = statements(&mut document.clone())[0].clone();
            let Some(actions) = first.get("Action").or(first.get("NotAction")) else { continue };
            let denied = ["Action", "NotAction"].map(|name| {
                let statement = json!({"Effect": "Deny", name: actions, "Resource": "*"});
                let document = json!({"Version": "2012-10-17", "Statement": statement});
                let given = Given { identity: vec![document], ..Given::default() };
                verdict(&asked, &given) == Verdict::ExplicitlyDenied
            });
            prop_assert!(denied[0] != denied[1]);
        }
    }

    #[test]
    fn what_the_trace_calls_unmatched_can_go((asked, mut given) in cases()) {
        let before = support::decide(&asked, &given);
        let unmatched: Vec<_> = before
            .trace
            .iter()
            .filter(|step| !step.matched())
            .map(|step| (step.document, usize::from(step.statement)))
            .collect();
        use rolecall_policy::PolicyType;
        for (reference, statement) in unmatched {
            let index = usize::from(reference.index);
            let level = usize::from(reference.level);
            let document = match reference.policy {
                PolicyType::Identity => &mut given.identity[index],
                PolicyType::Session => &mut given.session.as_mut().unwrap()[index],
                PolicyType::ServiceControl => &mut given.scp[level][index],
                PolicyType::ResourceControl => &mut given.rcp[level][index],
                PolicyType::Boundary => given.boundary.as_mut().unwrap(),
                PolicyType::Resource => given.resource.as_mut().unwrap(),
                PolicyType::VpcEndpoint => given.vpc_endpoint.as_mut().unwrap(),
            };
            // In its place stands one that is for nobody, so that the places of the others stay.
            statements(document)[statement] =
                json!({"Effect": "Allow", "Action": "none:None", "Resource": "arn:aws:none:::none"});
        }
        let after = support::decide(&asked, &given);
        prop_assert_eq!((before.verdict, before.decided_by), (after.verdict, after.decided_by));
    }
}
