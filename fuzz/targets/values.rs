//! A value of a policy and one of a request, with a zero byte between them, under every operator that compares more
//! than text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rolecall_names::Principal;
use rolecall_policy::{Context, Document, Key, Policies, Request, Values, decide};

fn holds(operator: &str, wanted: &str, held: &str) -> bool {
    let document = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
            "Condition": { operator: { "a:key": wanted } },
        },
    });
    let document = Document::parse(&document.to_string()).expect("a document");
    let entries = [(Key::new("a:key"), Values::One(held))];
    let request = Request {
        principal: &Principal::Anonymous,
        action: "s3:GetObject",
        resource: "arn:aws:s3:::bucket/key",
        resource_account: None,
        context: &Context::new(&entries),
    };
    decide(&request, &Policies { resource: Some(&document), ..Policies::default() }).is_allowed()
}

fuzz_target!(|input: &str| {
    let Some((wanted, held)) = input.split_once('\0') else { return };
    assert_ne!(holds("IpAddress", wanted, held), holds("NotIpAddress", wanted, held));
    for family in ["Numeric", "Date"] {
        let is = |relation: &str| holds(&format!("{family}{relation}"), wanted, held);
        let (less, equal, greater) = (is("LessThan"), is("Equals"), is("GreaterThan"));
        assert!(u8::from(less) + u8::from(equal) + u8::from(greater) <= 1);
        assert_eq!(is("LessThanEquals"), less || equal);
        assert_eq!(is("GreaterThanEquals"), greater || equal);
        assert_ne!(is("NotEquals"), equal);
        // Turned round, the relations turn round.
        assert_eq!(holds(&format!("{family}LessThan"), held, wanted), greater);
        assert_eq!(holds(&format!("{family}Equals"), held, wanted), equal);
    }
    assert_eq!(holds("BinaryEquals", wanted, held), holds("BinaryEquals", held, wanted));
    if !input.contains("${") {
        assert_eq!(holds("Bool", wanted, held), holds("Bool", held, wanted));
    }
});
