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

/// A change of story 1's world and of its record, and what is then seen: notes, outcome, and a look at the run.
struct Variant {
    name: &'static str,
    files: &'static [(&'static str, &'static str, &'static str)],
    record: &'static [(&'static str, &'static str)],
    notes: &'static [&'static str],
    outcome: &'static str,
}

const TRUST: &str = "role-b.trust.json";
const ADDRESS: &str = r#""IpAddress": { "aws:SourceIp": "203.0.113.10/32" }"#;

const VARIANTS: &[Variant] = &[
    Variant {
        name: "the role's account tells the caller by an id that the world has",
        files: &[("world.toml", "name = \"role-a\"", "name = \"role-a\"\nid = \"AROA111111111EXAMPLEA\"")],
        record: &[(
            "/userIdentity",
            r#"{ "type": "AWSAccount", "principalId": "AROA111111111EXAMPLEA:yyyyyyyy", "accountId": "111111111111" }"#,
        )],
        notes: &["record-of-the-roles-account", "place", "known-call"],
        outcome: "denied",
    },
    Variant {
        name: "an id of the world's that is another than the record's",
        files: &[("world.toml", "name = \"role-a\"", "name = \"role-a\"\nid = \"AROA111111111EXAMPLEX\"")],
        record: &[],
        notes: &["other-unique-id", "place", "known-call"],
        outcome: "denied",
    },
    Variant {
        name: "the very agent is what aws:UserAgent holds",
        files: &[(TRUST, ADDRESS, r#""StringLike": { "aws:UserAgent": "Boto3/1.40.0 md/Botocore*" }"#)],
        record: &[],
        notes: &["place", "known-call"],
        outcome: "allowed",
    },
    Variant {
        name: "the time of the record is aws:CurrentTime",
        files: &[(TRUST, ADDRESS, r#""DateEquals": { "aws:CurrentTime": "2026-07-31T01:00:12Z" }"#)],
        record: &[],
        notes: &["place", "known-call"],
        outcome: "allowed",
    },
    Variant {
        name: "tags that the session hands on are the caller's",
        files: &[
            (TRUST, ADDRESS, r#""StringEquals": { "aws:PrincipalTag/Department": "Engineering" }"#),
            (TRUST, "\"Action\": \"sts:AssumeRole\"", "\"Action\": [\"sts:AssumeRole\", \"sts:TagSession\"]"),
            ("role-a.assume-b.json", "\"sts:AssumeRole\"", "[\"sts:AssumeRole\", \"sts:TagSession\"]"),
        ],
        record: &[("/requestParameters/incomingTransitiveTags", r#"{ "Department": "Engineering" }"#)],
        notes: &["place", "known-call"],
        outcome: "allowed",
    },
    Variant {
        name: "a role's session has no MFA, even where it began with a code",
        files: &[(TRUST, ADDRESS, r#""Bool": { "aws:MultiFactorAuthPresent": "true" }"#)],
        record: &[("/userIdentity/sessionContext/attributes/mfaAuthenticated", r#""true""#)],
        notes: &["place", "known-call"],
        outcome: "denied",
    },
    Variant {
        name: "a source identity that the session carries",
        files: &[
            (TRUST, ADDRESS, r#""StringEquals": { "aws:SourceIdentity": "john" }"#),
            (TRUST, "\"Action\": \"sts:AssumeRole\"", "\"Action\": [\"sts:AssumeRole\", \"sts:SetSourceIdentity\"]"),
            ("role-a.assume-b.json", "\"sts:AssumeRole\"", "[\"sts:AssumeRole\", \"sts:SetSourceIdentity\"]"),
        ],
        record: &[("/userIdentity/sessionContext/sourceIdentity", r#""john""#)],
        notes: &["place", "known-call"],
        outcome: "allowed",
    },
    Variant {
        name: "a world whose network leads elsewhere",
        files: &[("world.toml", "private_dns = true", "private_dns = false")],
        record: &[],
        notes: &["place", "other-way"],
        outcome: "denied",
    },
    Variant {
        name: "a machine outside of every subnet, through the endpoint",
        files: &[],
        record: &[("/sourceIPAddress", r#""192.168.7.7""#)],
        notes: &["no-place", "other-way"],
        outcome: "denied",
    },
    Variant {
        name: "another session of the same role",
        files: &[],
        record: &[("/userIdentity/arn", r#""arn:aws:sts::111111111111:assumed-role/role-a/i-0123456789abcdef0""#)],
        notes: &["place", "known-call"],
        outcome: "denied",
    },
    Variant {
        name: "an endpoint's own name",
        files: &[],
        record: &[(
            "/tlsDetails/clientProvidedHostHeader",
            r#""vpce-0sts-0a1b2c3d.sts.ap-northeast-1.vpce.amazonaws.com""#,
        )],
        notes: &["place", "settings-taken"],
        outcome: "denied",
    },
    Variant {
        name: "a host of one's own, as a deployment of Rolecall has",
        files: &[],
        record: &[("/tlsDetails/clientProvidedHostHeader", r#""localhost:4566""#)],
        notes: &["host-of-ones-own", "place", "known-call"],
        outcome: "denied",
    },
    Variant {
        name: "managed session policies",
        files: &[],
        record: &[("/requestParameters/policyArns", r#"[{ "arn": "arn:aws:iam::aws:policy/ReadOnlyAccess" }]"#)],
        notes: &["place", "known-call"],
        outcome: "denied",
    },
    Variant {
        name: "a session policy, tags and a duration of the call's own",
        files: &[],
        record: &[
            (
                "/requestParameters/policy",
                r#""{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}""#,
            ),
            ("/requestParameters/tags", r#"[{ "key": "team", "value": "a b" }]"#),
            ("/requestParameters/durationSeconds", "900"),
        ],
        notes: &["place"],
        outcome: "denied",
    },
];

#[test]
fn what_a_record_says_is_what_the_kernel_is_told() {
    for variant in VARIANTS {
        let mut files = crate::support::files("story-1");
        for (file, old, new) in variant.files {
            let text = files.get_mut(*file).unwrap();
            assert!(text.contains(old), "{}: {old}", variant.name);
            *text = text.replacen(old, new, 1);
        }
        let mut event: serde_json::Value = serde_json::from_str(FAILURE).unwrap();
        for (place, value) in variant.record {
            let (parent, key) = place.rsplit_once('/').unwrap();
            let value = serde_json::from_str(value).unwrap();
            event.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(key.to_owned(), value);
        }
        let world = crate::support::world(&files);
        let found = record::read(event.to_string().as_bytes()).unwrap();
        let replay = Replay::new(&world, found.choose(None).unwrap(), None)
            .unwrap_or_else(|error| panic!("{}: {error}", variant.name));
        let case = replay.case(now()).unwrap();
        let found = replay.explain(&case).unwrap();
        let notes: Vec<&str> = found.notes.iter().map(|note| note.id).collect();
        let last = found.explanation.run.last().unwrap();
        assert_eq!((&*notes, last.ended.word()), (variant.notes, variant.outcome), "{}", variant.name);
        let event = last.event.as_ref().unwrap();
        let source = found.explanation.run.last().unwrap().journey.ended.as_ref().unwrap().source_ip;
        assert_eq!(event.arrival.source, source, "{}", variant.name);
        assert_eq!(event.time, found.explanation.run.at, "{}", variant.name);
    }
}
