//! Lines and their answers: as data beside this file, against the published schema, and against the engine itself.
#![allow(clippy::allow_attributes, reason = "tests")]

use super::stream::{self, LONGEST_LINE};
use crate::schema::conforms;
use rolecall_policy::{Context, Document, Entry, Key, Policies, Request, Values, decide};
use serde_json::{Value, json};
use std::io::{BufReader, Read};

/// What comes of `input`, a value for each line.
fn answers(input: impl Read, workers: usize) -> Vec<Value> {
    let mut out = Vec::new();
    stream::run(BufReader::new(input), &mut out, workers).unwrap();
    let text = String::from_utf8(out).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn answer(line: &str) -> Value {
    let mut answers = answers(format!("{line}\n").as_bytes(), 1);
    assert_eq!(answers.len(), 1, "{line}");
    answers.remove(0)
}

const ASSUME: &str = r#"{"principal":"arn:aws:sts::111111111111:assumed-role/role-a/s","action":"sts:AssumeRole","resource":"arn:aws:iam::222222222222:role/role-b"}"#;
const ANY: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// Each case is a line of input and the answer to it, on two lines, under a sentence that says what it shows.
#[test]
fn each_line_gets_the_answer_beside_it() {
    let schema = schema();
    let mut cases = include_str!("cases/lines.jsonl").lines();
    let mut count = 0;
    while let Some(says) = cases.next() {
        let (line, expected) = (cases.next().unwrap(), cases.next().unwrap());
        let given = answer(line);
        let expected: Value = serde_json::from_str(expected).unwrap();
        assert_eq!(given, expected, "{says}\n{line}\n{given}");
        conforms(&schema, "answer", &given);
        if given.get("error").is_none() {
            conforms(&schema, "line", &serde_json::from_str(line).unwrap());
        }
        count += 1;
    }
    assert!(count >= 20, "{count}");
}

#[test]
fn a_thousand_lines_are_answered_in_their_order_by_any_number_of_workers() {
    let line = |number: usize| {
        if number % 97 == 3 {
            return format!("{{\"id\":{number},\"request\":");
        }
        // Work of very different length, so that later batches are done before earlier ones.
        let statements = vec![ANY; 1 + number * 7919 % 60].join(",");
        format!(
            "{{\"id\":{number},\"request\":{ASSUME},\"policies\":{{\"identity\":[{statements}],\"resource\":{ANY}}}}}"
        )
    };
    let input: String = (0..1_000).map(|number| line(number) + "\n").collect();
    for workers in [1, 2, 5] {
        let answers = answers(input.as_bytes(), workers);
        assert_eq!(answers.len(), 1_000);
        for (number, answer) in answers.iter().enumerate() {
            assert_eq!(answer["id"], number);
            assert_eq!(answer.get("error").is_some(), number % 97 == 3, "{answer}");
        }
    }
}

#[test]
fn the_engine_says_the_same_of_every_case_of_its_own() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../../../policy/tests/cases/decisions.json")).unwrap();
    let schema = schema();
    let mut judged = 0;
    for case in cases {
        // How lines tell unique ids, paths and issuers is another form than that of the engine's own cases.
        let Some(principal) = case["request"]["principal"].as_str() else { continue };
        if principal.contains("federated-user/") {
            continue;
        }
        let answer = answer(&case.to_string());
        assert_eq!(answer["verdict"], case["verdict"], "{case}\n{answer}");
        if let Some(decided_by) = case.get("decided_by") {
            assert_eq!(answer["decided_by"], *decided_by, "{case}\n{answer}");
        }
        conforms(&schema, "answer", &answer);
        judged += 1;
    }
    assert!(judged > 100, "{judged}");
}

#[test]
fn the_trace_is_the_trace_of_decide() {
    let trust = r#"{"Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:*","Condition":{"Bool":{"aws:SecureTransport":"false"}}},{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x"}}}]}"#;
    let line = format!(
        "{{\"request\":{},\"policies\":{{\"resource\":{trust},\"identity\":[{ANY}]}}}}",
        ASSUME.replacen('{', r#"{"context":{"aws:SecureTransport":true},"#, 1)
    );
    let answer = answer(&line);
    let (resource, identity) = (Document::parse(trust).unwrap(), Document::parse(ANY).unwrap());
    let entries: [Entry<'_>; 1] = [(Key::new("aws:SecureTransport"), Values::One("true"))];
    let principal = super::principal::read(
        &serde_json::value::to_raw_value("arn:aws:sts::111111111111:assumed-role/role-a/s").unwrap(),
        &super::context::Context::default(),
    );
    let request = Request {
        principal: &principal.unwrap(),
        action: "sts:AssumeRole",
        resource: "arn:aws:iam::222222222222:role/role-b",
        resource_account: None,
        context: &Context::new(&entries),
    };
    let policies = Policies { identity: &[&identity], resource: Some(&resource), ..Policies::default() };
    let decision = decide(&request, &policies);
    assert_eq!(answer["verdict"], decision.verdict.as_str());
    assert_eq!(answer["decided_by"], decision.decided_by.as_str());
    let steps = answer["trace"].as_array().unwrap();
    assert_eq!(steps.len(), decision.trace.len());
    for (told, step) in steps.iter().zip(&decision.trace) {
        assert_eq!(told["policy"], step.document.policy.as_str());
        assert_eq!(told["statement"], step.statement);
        assert_eq!(told["matched"], step.matched());
    }
    assert_eq!(steps[1]["conditions"][0]["outcome"], "absent");
}

#[test]
fn a_line_too_long_is_one_error_and_the_next_line_is_read() {
    let long = std::io::repeat(b' ').take(LONGEST_LINE as u64 * 3);
    let input = br#"{"id":"long","x":"#.chain(long).chain(&b"1}\n{\"id\":2}"[..]);
    let answers = answers(input, 2);
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0], json!({ "id": "long", "error": format!("the line is longer than {LONGEST_LINE} bytes") }));
    assert_eq!(answers[1]["id"], 2);
}

#[test]
fn what_a_request_holds_is_shown_up_to_a_bound() {
    let long = "é".repeat(5_000);
    let condition = r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:UserAgent":"x"},"ForAllValues:StringEquals":{"aws:TagKeys":"x"}}}"#;
    let request = ASSUME.replacen(
        '{',
        &format!(r#"{{"context":{{"aws:UserAgent":"{long}","aws:TagKeys":[{}]}},"#, vec![r#""""#; 5_000].join(",")),
        1,
    );
    let answer = answer(&format!(r#"{{"request":{request},"policies":{{"identity":[{{"Statement":{condition}}}]}}}}"#));
    let conditions = &answer["trace"][0]["conditions"];
    assert_eq!(conditions[0]["request"].as_str().unwrap(), format!("{}…", "é".repeat(1_024)));
    let many = conditions[1]["request"].as_array().unwrap();
    assert!(many.len() < 1_000 && many.last().unwrap() == "…", "{}", many.len());
}

#[test]
fn who_writes_line_by_line_is_answered_line_by_line() {
    /// Gives the next line only once the one before has been answered.
    struct Patient(std::sync::mpsc::Receiver<()>, usize);
    impl Read for Patient {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if self.1 > 0 && self.0.recv_timeout(std::time::Duration::from_secs(60)).is_err() {
                return Err(std::io::Error::other("the line before was never answered"));
            }
            self.1 += 1;
            let line: &[u8] = if self.1 > 3 { b"" } else { b"{}\n" };
            buffer[..line.len()].copy_from_slice(line);
            Ok(line.len())
        }
    }
    struct Heard(std::sync::mpsc::Sender<()>);
    impl std::io::Write for Heard {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if bytes.ends_with(b"\n") {
                let _ = self.0.send(());
            }
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (sender, receiver) = std::sync::mpsc::channel();
    stream::run(BufReader::new(Patient(receiver, 0)), Heard(sender), 2).unwrap();
}

#[test]
fn output_that_takes_nothing_ends_the_run_and_says_so() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let lines = b"{}\n".repeat(100_000);
    let failure = stream::run(BufReader::new(&*lines), Full, 2).unwrap_err();
    assert!(matches!(failure, super::EvaluateFailure::Output(_)), "{failure}");
}

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../../docs/schema/evaluate.json")).unwrap()
}
