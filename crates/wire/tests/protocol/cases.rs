//! Requests and what becomes of them, as data: `cases/*.txt`.
//!
//! A case is a line `> SERVICE REQUEST`, then what comes of it: `= ` and the call as Rust shows it, or `! CODE STATUS`
//! and the fault's message on a line of its own, `| ` before it. `$(a*65)` stands for 65 letters a. For CloudTrail the
//! request is its document, and the target is LookupEvents's.

use rolecall_wire::{Fault, Input, Service};
use std::{fs, path::Path};

fn expand(text: &str) -> String {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some((before, (unit, (count, after)))) = rest.split_once("$(").and_then(|(before, inside)| {
        let (unit, counted) = inside.split_once('*')?;
        let (count, after) = counted.split_once(')')?;
        Some((before, (unit, (count.parse::<usize>().ok()?, after))))
    }) {
        expanded.push_str(before);
        expanded.push_str(&unit.repeat(count));
        rest = after;
    }
    expanded + rest
}

fn outcome(service: Service, request: &str) -> String {
    let target = Some("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents");
    let read = |request: &str| -> Result<String, Fault> {
        let input = Input::read(service, "", target, request.as_bytes())?;
        let call = input.operation(service)?.decode(&input)?;
        Ok(format!("= {call:?}"))
    };
    read(request).unwrap_or_else(|fault| {
        let (code, status) = (fault.code.name(service), fault.status(service));
        format!("! {code} {status}\n| {}", fault.message)
    })
}

fn check(file: &str) {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/protocol/cases")).join(file);
    let text = fs::read_to_string(&path).unwrap();
    let mut wrong = String::new();
    let mut cases = 0;
    for case in text.split("\n> ").skip(1) {
        let (head, expected) = case.split_once('\n').unwrap();
        let (service, request) = head.split_once(' ').unwrap();
        let service = Service::from_signing_name(service).unwrap();
        let expected: Vec<&str> = expected.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        let seen = outcome(service, &expand(request));
        if seen != expand(&expected.join("\n")) {
            wrong.push_str(&format!("\n> {head}\n{seen}\n"));
        }
        cases += 1;
    }
    assert!(cases > 0, "{file} holds no case");
    assert!(wrong.is_empty(), "{file}: these came out otherwise{wrong}");
}

#[test]
fn requests_to_sts() {
    check("sts.txt");
}

#[test]
fn requests_to_iam() {
    check("iam.txt");
}

#[test]
fn requests_to_cloudtrail() {
    check("cloudtrail.txt");
}

#[test]
fn requests_that_are_hardly_requests() {
    check("form.txt");
}
