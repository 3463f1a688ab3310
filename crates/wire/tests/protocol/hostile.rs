//! Bytes that no client sends: never a panic, never an answer that a parser refuses.

use crate::replies::{parse, written};
use proptest::prelude::*;
use rolecall_wire::{
    Fault, FaultCode, Input, MAX_BODY, MAX_PARAMETERS, Operation, Params, Reply, Service,
    reply::{AttachedPolicy, GetRolePolicy, ListAttachedRolePolicies},
};

/// What XML can hold of a text: a character it cannot hold comes back as U+FFFD.
fn as_xml(text: &str) -> String {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|c| if allowed(c) { c } else { '\u{fffd}' }).collect()
}

/// Runs a request through everything and back out.
fn run(service: Service, query: &str, target: Option<&str>, body: &[u8]) {
    let answer = Input::read(service, query, target, body).and_then(|input| {
        for operation in Operation::ALL.iter().filter(|operation| operation.service() == service) {
            if let Err(fault) = operation.decode(&input) {
                let mut out = Vec::new();
                fault.write(service, "id", &mut out);
                assert!(!out.is_empty());
            }
        }
        input.operation(service)
    });
    if let Err(fault) = answer {
        let mut out = Vec::new();
        fault.write(service, "id", &mut out);
        match service {
            Service::CloudTrail => drop(serde_json::from_slice::<serde_json::Value>(&out).unwrap()),
            Service::Sts | Service::Iam => assert_eq!(parse(&out).children[0].children[2].text, as_xml(&fault.message)),
        }
    }
}

/// Names of parameters that nearly are some operation's.
fn names() -> impl Strategy<Value = String> {
    let members: Vec<&'static str> =
        Operation::ALL.iter().flat_map(|operation| operation.members()).map(|member| member.name).collect();
    let below = "(|\\.member|\\.member\\.[0-9]{0,25}|\\.member\\.[1-3](\\.(Key|Value|arn|ProviderArn)){1,2}|\\.entry\\.1\\.key|\\.)";
    (prop::sample::select(members), below).prop_map(|(name, below)| format!("{name}{below}"))
}

proptest! {
    #[test]
    fn any_bytes_are_answered(query: String, target: Option<String>, body: Vec<u8>) {
        for service in Service::ALL {
            run(service, &query, target.as_deref(), &body);
        }
    }

    #[test]
    fn nearly_right_parameters_are_answered(pairs in prop::collection::vec((names(), "\\PC{0,12}|%[0-9A-G]{2}|[+&=%;]{0,3}"), 0..12)) {
        let body: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        for service in [Service::Sts, Service::Iam] {
            run(service, "", None, body.join("&").as_bytes());
        }
    }

    #[test]
    fn parameters_read_back_as_they_were_encoded(pairs in prop::collection::btree_map("\\PC{1,9}", ".{0,20}", 0..9)) {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let body: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let params = Params::parse(b"", body.join("&").as_bytes()).unwrap();
        for (name, value) in &pairs {
            prop_assert_eq!(params.get(name), Some(value.as_str()));
        }
        prop_assert_eq!(params.iter().count(), pairs.len());
    }

    #[test]
    fn text_comes_back_out_of_a_reply(text: String) {
        let policy = AttachedPolicy { policy_name: text.clone(), policy_arn: text.replace('a', "]]>&<\u{ffff}\u{0}\r\n") };
        let expected = (as_xml(&policy.policy_name), as_xml(&policy.policy_arn));
        let reply = ListAttachedRolePolicies { attached_policies: vec![policy], marker: Some(text.clone()) };
        let root = parse(&written(&Reply::ListAttachedRolePolicies(reply)));
        let [_, list, marker] = &root.children[0].children[..] else { panic!("{root:?}") };
        let member = &list.children[0].children;
        prop_assert_eq!((&member[0].text, &member[1].text), (&expected.0, &expected.1));
        prop_assert_eq!(&marker.text, &expected.0);
    }

    #[test]
    fn a_document_comes_back_out_of_its_percent_encoding(document: String) {
        let reply = GetRolePolicy { role_name: "r".into(), policy_name: "p".into(), policy_document: document.clone() };
        let root = parse(&written(&Reply::GetRolePolicy(reply)));
        let encoded = &root.children[0].children[2].text;
        prop_assert!(encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b)), "{}", encoded);
        let decoded = Params::parse(format!("d={encoded}").as_bytes(), b"").unwrap();
        prop_assert_eq!(decoded.get("d"), Some(&*document));
    }
}

#[test]
fn sizes_and_counts_are_bounded() {
    let code =
        |query: &str, body: &[u8]| Input::read(Service::Sts, query, None, body).map(drop).map_err(|fault| fault.code);
    assert_eq!(code("", &vec![b'a'; MAX_BODY]), Ok(()));
    assert_eq!(code("", &vec![b'a'; MAX_BODY + 1]), Err(FaultCode::RequestEntityTooLarge));
    assert_eq!(code(&"a".repeat(MAX_BODY + 1), b""), Err(FaultCode::RequestEntityTooLarge));
    let many = |count: usize| (0..count).map(|i| format!("p{i}=&")).collect::<String>();
    assert_eq!(code("", many(MAX_PARAMETERS).as_bytes()), Ok(()));
    assert_eq!(code("", many(MAX_PARAMETERS + 1).as_bytes()), Err(FaultCode::MalformedQueryString));
    assert_eq!(code("", "&".repeat(MAX_BODY).as_bytes()), Ok(()));
}

#[test]
fn a_fault_repeats_no_more_of_a_value_than_it_must() {
    for body in
        ["Policy=", "TransitiveTagKeys.member.1=", "RoleArn="].map(|name| name.to_owned() + &"%01".repeat(300_000))
    {
        let input = Input::read(Service::Sts, "", None, body.as_bytes()).unwrap();
        let fault = Operation::AssumeRole.decode(&input).unwrap_err();
        assert!(fault.message.len() < 10_000, "{}", fault.message.len());
    }
}

#[test]
fn a_document_is_bounded() {
    let code = |body: String| Input::read(Service::CloudTrail, "", None, body.as_bytes()).map_err(|fault| fault.code);
    assert!(code(format!("{{\"NextToken\":\"{}\"}}", "t".repeat(65_000))).is_ok());
    assert_eq!(code(format!("[{}]", "{\"\":0},".repeat(10_000))), Err(FaultCode::RequestEntityTooLarge));
}

#[test]
fn json_that_nests_a_thousand_deep_is_refused() {
    let deep = format!("{{\"NextToken\":{}1{}}}", "[".repeat(1000), "]".repeat(1000));
    let fault: Fault = Input::read(Service::CloudTrail, "", None, deep.as_bytes()).unwrap_err();
    assert_eq!(fault.code.name(Service::CloudTrail), "SerializationException");
}
