//! Recorded calls run again in the example worlds.
//!
//! `tests/records/replay/WORLD.NAME` holds a record, `other.json` beside it one to compare it with, and `told.txt` what
//! comes of it.

use crate::records::folder;
use crate::support::{example_world, golden, now};
use proptest::prelude::*;
use rolecall_doctor::{
    Case, Code,
    record::{self, Record, compare},
    replay::Replay,
};
use rolecall_world::World;
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn read(path: &Path) -> Record {
    let found = record::read(&fs::read(path).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    found.choose(None).unwrap_or_else(|error| panic!("{}: {error}", path.display())).clone()
}

fn cases() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder("replay")).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

/// Everything that comes of a record, as text.
fn told(world: &World, record: &Record) -> String {
    let mut out = String::new();
    let replay = match Replay::new(world, record, None) {
        Ok(replay) => replay,
        Err(error) => return format!("cannot be run again: {error}\n"),
    };
    let case = replay.case(now()).unwrap();
    let found = replay.explain(&case).unwrap();
    let explanation = &found.explanation;
    let last = explanation.run.last().unwrap();
    let _ = writeln!(out, "{}: {}", replay.call(), last.ended.word());
    let _ = writeln!(out, "as {} at {}", last.caller.arn, &*explanation.run.place.name.value);
    let _ = writeln!(out, "to {} signed for {}", last.hop.endpoint.url, last.hop.endpoint.signing_region);
    let hops: Vec<&str> = last.journey.hops.iter().map(|hop| &*hop.id).collect();
    let _ = writeln!(out, "by {}", hops.join(" > "));
    for note in &found.notes {
        let _ = writeln!(out, "note {}: {}", note.id, note.text);
    }
    if let Some(disagreement) = &found.disagreement {
        let _ = writeln!(out, "but: {disagreement}");
    }
    for cause in &explanation.causes {
        let at = cause.at.map_or_else(|| "nowhere".to_owned(), |at| replay.world().files.locate(at).to_string());
        let _ = writeln!(out, "cause {} at {at}: {}", cause.code, cause.text);
    }
    for fix in &explanation.fixes {
        let mark = if fix.recommended { " (recommended)" } else { "" };
        let _ = writeln!(out, "fix {}{mark} by {}: {}", fix.id, fix.actor.name, fix.text);
        for line in fix.diff.lines() {
            let _ = writeln!(out, "    {line}");
        }
        for file in fix.files.keys() {
            assert!(world.files.find(file).is_some(), "{file} is none of the world's");
        }
    }
    out
}

#[test]
fn records_come_to_what_is_expected_of_them() {
    for folder in cases() {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let world = example_world(name.split('.').next().unwrap());
        let record = read(&folder.join("record.json"));
        let mut text = told(&world, &record);
        let other = folder.join("other.json");
        if other.exists() {
            let other = read(&other);
            text.push('\n');
            text.push_str(&record::comparison_text(&compare(&other, &record)));
        }
        golden(&folder.join("told.txt"), &text);
    }
}

/// Story 1 end to end: the record leads to the cause that the world's own call has, at the same line.
#[test]
fn the_failure_of_story_1_has_the_cause_of_the_daily_batch() {
    let world = example_world("story-1");
    let case = Case::new(&world, now()).unwrap();
    let of_call = case.explain(world.call("daily-batch").unwrap(), None).unwrap();
    let record = read(&folder("replay/story-1.failure/record.json"));
    let replay = Replay::new(&world, &record, None).unwrap();
    let case = replay.case(now()).unwrap();
    let of_record = replay.explain(&case).unwrap();
    assert_eq!(of_record.disagreement, None);
    let told = |world: &World, causes: &[rolecall_doctor::Cause]| -> Vec<(Code, String, String)> {
        let at = |cause: &rolecall_doctor::Cause| world.files.locate(cause.at.unwrap()).to_string();
        causes.iter().map(|cause| (cause.code, cause.text.clone(), at(cause))).collect()
    };
    assert_eq!(told(replay.world(), &of_record.explanation.causes), told(&world, &of_call.causes));
    let fixes = |fixes: &[rolecall_doctor::Fix]| -> Vec<(&'static str, bool, String)> {
        fixes.iter().map(|fix| (fix.id, fix.recommended, fix.diff.clone())).collect()
    };
    assert_eq!(fixes(&of_record.explanation.fixes), fixes(&of_call.fixes));
}

/// Every call of every story, recorded by the kernel and run again from that record, comes to the same.
#[test]
fn a_call_and_its_own_record_come_to_the_same() {
    let mut count = 0;
    for story in ["story-1", "story-3", "story-4"] {
        let world = example_world(story);
        let case = Case::new(&world, now()).unwrap();
        for call in &world.calls {
            let Ok(run) = case.run(call, None) else { continue };
            for hop in &run.hops {
                let Some(event) = &hop.event else { continue };
                let bytes = serde_json::to_vec(&event.render(7)).unwrap();
                let found = record::read(&bytes).unwrap();
                let record = found.choose(None).unwrap();
                let replay = Replay::new(&world, record, None).unwrap_or_else(|error| panic!("{story}: {error}"));
                let again = replay.case(now()).unwrap();
                let again = replay.explain(&again).unwrap();
                let name = &*call.name.value;
                let last = again.explanation.run.last().unwrap();
                assert_eq!(last.ended.outcome(), hop.ended.outcome(), "{story} {name}");
                assert_eq!(again.disagreement, None, "{story} {name}");
                assert_eq!(last.caller, hop.caller, "{story} {name}");
                let (one, other) = (last.event.as_ref().unwrap(), event);
                assert_eq!((one.region, &one.arrival.source), (other.region, &other.arrival.source), "{story} {name}");
                assert_eq!(one.arrival.vpc_endpoint, other.arrival.vpc_endpoint, "{story} {name}");
                count += 1;
            }
        }
    }
    assert!(count >= 10, "{count}");
}

const FAILURE: &str = include_str!("../records/read/record.json");

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a record says of its call, it is run or refused.
    #[test]
    fn any_record_is_run_or_refused(
        member in prop::sample::select(vec![
            "/sourceIPAddress", "/awsRegion", "/userAgent", "/vpcEndpointId", "/userIdentity/type", "/userIdentity/arn",
            "/userIdentity/principalId", "/requestParameters/roleArn", "/requestParameters/roleSessionName",
            "/tlsDetails/clientProvidedHostHeader", "/additionalEventData/RequestDetails/endpointType", "/errorCode",
        ]),
        value in prop::sample::select(vec![
            "", "x", "global", "::1", "us-east-1", "cn-north-1", "AWSAccount", "IAMUser", "arn:aws:iam::111111111111:root",
            "\"]\n[[role]]", "sts.amazonaws.com", "arn:aws:sts::111111111111:assumed-role/role-a/", "aws-cli/2.31.0", "\u{0}",
        ]),
    ) {
        let mut event: serde_json::Value = serde_json::from_str(FAILURE).unwrap();
        *event.pointer_mut(member).unwrap() = value.into();
        let world = example_world("story-1");
        if let Ok(found) = record::read(event.to_string().as_bytes()) && let Ok(record) = found.choose(None) {
            let _ = told(&world, record);
        }
    }
}
