//! Reading documents: positions, limits, and trading principals for ids and back.

use proptest::prelude::*;
use rolecall_policy::{Document, Effect, PrincipalKind, SyntaxError, Version};

const TRUST: &str = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    { \"Sid\": \"One\", \"Effect\": \"Allow\",\n      \
    \"Principal\": { \"AWS\": [ \"arn:aws:iam::111111111111:role\\/role-a\",\t\"111111111111\" ],\n        \
    \"Service\": \"ecs-tasks.amazonaws.com\" },\n      \"Action\": \"sts:AssumeRole\" },\n    \
    { \"Effect\": \"Deny\", \"NotPrincipal\": {\"AWS\":\"arn:aws:iam::111111111111:user/alice\"}, \"Action\": \"sts:*\" }\n  ]\n}\n";

#[test]
fn principals_are_listed_in_order_with_their_places() {
    let document = Document::parse(TRUST).unwrap();
    let listed: Vec<_> = document
        .principals()
        .map(|principal| {
            let position = principal.span.position(TRUST);
            (principal.kind, principal.value, principal.statement, principal.negated, position.line, position.column)
        })
        .collect();
    assert_eq!(
        listed,
        [
            (PrincipalKind::Aws, "arn:aws:iam::111111111111:role/role-a", 0, false, 5, 32),
            (PrincipalKind::Aws, "111111111111", 0, false, 5, 74),
            (PrincipalKind::Service, "ecs-tasks.amazonaws.com", 0, false, 6, 21),
            (PrincipalKind::Aws, "arn:aws:iam::111111111111:user/alice", 1, true, 8, 49),
        ]
    );
}

#[test]
fn principals_are_traded_and_the_rest_stays_byte_for_byte() {
    let document = Document::parse(TRUST).unwrap();
    let saved = document.replace_principals(|principal| match principal.value {
        "arn:aws:iam::111111111111:role/role-a" => Some("AROAAAAAAAAAAAAAAAAAD".to_owned()),
        "arn:aws:iam::111111111111:user/alice" => Some("AIDAAAAAAAAAAAAAAAAAB".to_owned()),
        _ => None,
    });
    assert_eq!(
        saved,
        TRUST
            .replace("arn:aws:iam::111111111111:role\\/role-a", "AROAAAAAAAAAAAAAAAAAD")
            .replace("arn:aws:iam::111111111111:user/alice", "AIDAAAAAAAAAAAAAAAAAB")
    );
    assert_eq!(document.replace_principals(|_| None), TRUST);
    let quoted = document.replace_principals(|principal| (principal.statement == 1).then(|| "a\"\\\n".to_owned()));
    assert_eq!(Document::parse(&quoted).unwrap().principals().last().unwrap().value, "a\"\\\n");
}

#[test]
fn statements_can_be_looked_at() {
    let document = Document::parse(TRUST).unwrap();
    assert_eq!((document.version(), document.statement_count()), (Version::V2012, 2));
    let first = document.statement(0).unwrap();
    assert_eq!((first.sid(), first.effect()), (Some("One"), Effect::Allow));
    assert_eq!(first.actions().map(|(action, _)| action).collect::<Vec<_>>(), ["sts:AssumeRole"]);
    assert_eq!(first.span().position(TRUST).line, 4);
    assert!(document.statement(2).is_none());
}

#[test]
fn a_document_tells_which_keys_it_asks_for() {
    let document = Document::parse(
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:${a:b}","Resource":"arn:aws:s3:::${aws:username}/${*}",
            "Condition":{"StringLike":{"aws:SourceVpce":"${aws:PrincipalTag/team, 'x'}"},"Null":{"aws:TokenIssueTime":"false"}}}}"#,
    )
    .unwrap();
    let mut keys: Vec<_> = document.context_keys().collect();
    keys.sort_unstable();
    assert_eq!(keys, ["aws:PrincipalTag/team", "aws:SourceVpce", "aws:TokenIssueTime", "aws:username"]);
}

#[test]
fn errors_stand_where_the_mistake_is() {
    for (text, error, line, column) in [
        ("", SyntaxError::EndOfText, 1, 1),
        ("{\n \"Version\": \"2012-10-17\",\n", SyntaxError::EndOfText, 3, 1),
        ("{\n \"Version\": \"2012-10-71\"}", SyntaxError::Version, 2, 14),
        ("{\"Statement\": []}", SyntaxError::NoStatement, 1, 18),
        ("{\"Statement\": {\"Effect\": \"Alow\"}}", SyntaxError::Effect, 1, 27),
        ("{\"Statement\": {\n\"Efect\": \"Allow\"}}", SyntaxError::UnknownStatementElement, 2, 2),
        ("{\"Statement\": {\"Effect\": \"Allow\", \"Action\": 7}}", SyntaxError::Strings, 1, 45),
        ("{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": \"alice\"}}", SyntaxError::Principal, 1, 49),
        (
            "{\"Statement\":{\"Effect\":\"Deny\",\"Condition\":{\"Null\":{\"b\":1,\"a:B\":1,\"c\":1,\"A:b\":1}}}}",
            SyntaxError::Duplicate,
            1,
            73,
        ),
        // What is not JSON is said to be just that, even behind another mistake.
        ("{\"Statement\": {\"Effect\": \"Alow\"}, oops}", SyntaxError::Name, 1, 35),
    ] {
        let found = Document::parse(text).unwrap_err();
        let position = found.span.position(text);
        assert_eq!((found.error, position.line, position.column), (error, line, column), "{text}");
    }
}

#[test]
fn what_is_too_much_is_refused() {
    let long = " ".repeat(Document::MAX_BYTES + 1);
    assert_eq!(Document::parse(&long).unwrap_err().error, SyntaxError::TooLong);
    let statement = "{\"Effect\":\"Deny\"}";
    let many = |count: usize| format!("{{\"Statement\":[{}]}}", vec![statement; count].join(","));
    assert!(many(58_000).len() < Document::MAX_BYTES);
    assert_eq!(Document::parse(&many(58_000)).unwrap().statement_count(), 58_000);
    let deep = format!("{{\"Statement\":{}", "[".repeat(100_000));
    assert_eq!(Document::parse(&deep).unwrap_err().error, SyntaxError::TooDeep);
}

#[test]
fn documents_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Document>();
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        let _ = Document::parse(&text);
    }

    #[test]
    fn no_change_to_a_document_makes_the_reader_panic(at: prop::sample::Index, put in "[\\PC]{0,3}", cut in 0usize..9) {
        let mut at = at.index(TRUST.len());
        while !TRUST.is_char_boundary(at) {
            at -= 1;
        }
        let rest: String = TRUST[at..].chars().skip(cut).collect();
        let text = format!("{}{put}{rest}", &TRUST[..at]);
        match Document::parse(&text) {
            Ok(document) => prop_assert_eq!(document.replace_principals(|_| None), text),
            Err(error) => {
                let position = error.span.position(&text);
                prop_assert!(position.line as usize <= text.lines().count() + 1);
            }
        }
    }
}
