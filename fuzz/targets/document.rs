//! Any text: reading and checking it never panics, and loses nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rolecall_policy::{Document, Kind, check};

const KINDS: [Kind; 7] = [
    Kind::Identity,
    Kind::Trust,
    Kind::Session,
    Kind::Boundary,
    Kind::ServiceControl,
    Kind::ResourceControl,
    Kind::VpcEndpoint,
];

fuzz_target!(|text: &str| {
    match Document::parse(text) {
        Ok(document) => {
            assert_eq!(document.replace_principals(|_| None), text);
            for principal in document.principals() {
                assert!(principal.span.end as usize <= text.len());
            }
            // The bare star is no list that could hold another name.
            let other = "a\"\\\u{1}é";
            let renamed = document.replace_principals(|named| (named.value != "*").then(|| other.to_owned()));
            let again = Document::parse(&renamed).expect("a document with other principals is a document");
            assert!(again.principals().all(|principal| ["*", other].contains(&principal.value)));
        }
        Err(error) => {
            let position = error.span.position(text);
            assert!(position.line >= 1 && position.column >= 1);
        }
    }
    for kind in KINDS {
        if let Err(malformed) = check(kind, text) {
            assert!(!malformed.aws_message(text).is_empty());
            assert!(!malformed.expected().is_empty());
        }
    }
});
