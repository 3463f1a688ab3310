//! Records as data: every form that is read, what is told of those that cannot be, and what two beside each other show.
//!
//! Beside each `tests/records/*/NAME.json` stands what is expected of it; the files are written anew when the
//! environment variable `BLESS` is set, and their diff is the review.

use crate::support::{example_world, golden, now};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use rolecall_doctor::{
    Case,
    record::{self, ChoiceError, EndpointType, ReadError, compare},
};
use serde_json::{Value, json};
use std::{fs, io::Write, path::Path, path::PathBuf};

pub(crate) fn folder(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/records").join(kind)
}

/// The JSON files of a kind, in the order of their names.
fn files(kind: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(folder(kind)).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = all.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn every_form_is_read_gzipped_or_not() {
    for path in files("read") {
        let bytes = fs::read(&path).unwrap();
        let found = record::read(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(record::read(&gzipped(&bytes)).as_ref(), Ok(&found), "{}", path.display());
        let in_two = [gzipped(&bytes[..bytes.len() / 2]), gzipped(&bytes[bytes.len() / 2..])].concat();
        assert_eq!(record::read(&in_two).as_ref(), Ok(&found), "{}", path.display());
        let told: Vec<Value> = found.records.iter().map(record::record_json).collect();
        let told = json!({ "records": told, "others": found.others });
        golden(&path.with_extension("told"), &format!("{}\n", serde_json::to_string_pretty(&told).unwrap()));
    }
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    let mut told = String::new();
    for path in files("bad") {
        let error = record::read(&fs::read(&path).unwrap()).expect_err(&path.display().to_string());
        let at = error.place().map_or_else(String::new, |(line, column)| format!("{line}:{column}:"));
        told.push_str(&format!("{}:{at} {error}\n", path.file_name().unwrap().to_str().unwrap()));
    }
    golden(&folder("bad/told.txt"), &told);
}

#[test]
fn bytes_that_are_no_text_are_told_with_their_place() {
    assert_eq!(record::read(b"{\n \xff}"), Err(ReadError::NotText { line: 2, column: 2 }));
    assert_eq!(record::read(&gzipped(b"")), Err(ReadError::Empty));
    let whole = gzipped(&fs::read(folder("read/record.json")).unwrap());
    assert_eq!(record::read(&whole[..whole.len() / 2]), Err(ReadError::Gzip));
}

#[test]
fn a_bomb_is_not_inflated() {
    let bomb = gzipped(&vec![b' '; record::MAX_BYTES + 1]);
    assert!(bomb.len() < record::MAX_BYTES / 100);
    assert_eq!(record::read(&bomb), Err(ReadError::TooLarge { inflated: true }));
    assert_eq!(record::read(&vec![b' '; record::MAX_BYTES + 1]), Err(ReadError::TooLarge { inflated: false }));
}

#[test]
fn too_many_events_and_too_deep_ones_are_refused() {
    let other = r#"{"eventSource":"sts.amazonaws.com","eventName":"GetCallerIdentity"}"#;
    let many = other.repeat(record::MAX_RECORDS + 1);
    assert_eq!(record::read(many.as_bytes()), Err(ReadError::TooMany));
    let fits = record::read(other.repeat(100).as_bytes()).unwrap();
    assert_eq!(fits.others.get("GetCallerIdentity"), Some(&100));
    for deep in [format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)), "{\"Records\":".repeat(100_000)] {
        assert!(matches!(record::read(deep.as_bytes()), Err(ReadError::Form { .. })));
    }
}

#[test]
fn the_record_that_is_meant_is_the_only_one_the_refused_one_or_the_one_named() {
    let read = |file: &str| record::read(&fs::read(folder(file)).unwrap()).unwrap();
    let both = read("read/log-file.json");
    assert_eq!(both.choose(None).unwrap().event_id.as_deref(), Some("9d2c7b14-51e8-4f0b-b6a3-1b2c3d4e5f60"));
    assert!(both.choose(Some("3F1F1A52")).unwrap().is_success());
    assert!(matches!(both.choose(Some("00")), Err(ChoiceError::NoSuch { .. })));
    assert!(read("read/tags-2019.json").choose(None).is_ok());

    let mut twice = both.clone();
    twice.records.extend(read("read/tags-2019.json").records);
    twice.records.remove(0);
    let several = twice.choose(None).unwrap_err();
    assert!(several.to_string().contains("1917948f-3042-46ec-98e2-62865EXAMPLE"), "{several}");

    // The same call, seen from the caller's account and from the role's.
    let mut sides = read("replay/story-1.foreign/record.json");
    sides.records.extend(read("replay/story-1.success/record.json").records);
    assert!(sides.choose(None).unwrap().identity.arn.is_some());

    let mut none = both;
    none.records.clear();
    let none = none.choose(None).unwrap_err().to_string();
    assert!(none.contains("GetCallerIdentity (1)") && none.contains("caller's account alone"), "{none}");
}

/// The server's own records are read for what they are.
#[test]
fn records_of_our_own_making_are_read_back() {
    for story in ["story-1", "story-3", "story-4"] {
        let world = example_world(story);
        let case = Case::new(&world, now()).unwrap();
        for call in &world.calls {
            let Ok(run) = case.run(call, None) else { continue };
            for hop in &run.hops {
                let Some(event) = &hop.event else { continue };
                let text = serde_json::to_vec(&event.render(7)).unwrap();
                let found = record::read(&text).unwrap();
                let [record] = &*found.records else { panic!("{found:?}") };
                let arrival = hop.journey.ended.as_ref().unwrap();
                assert_eq!(record.source.to_string(), arrival.source_ip.to_string());
                assert_eq!(record.vpc_endpoint.as_deref(), arrival.vpc_endpoint_id.as_deref());
                assert_eq!(&*record.region, event.region.name());
                assert_eq!(record.host.as_deref(), Some(&*hop.hop.endpoint.host));
                assert_eq!(record.role_arn(), Some(&*hop.hop.role_arn.value));
                assert_eq!(record.identity.arn.as_deref(), Some(&*hop.caller.arn));
                assert_eq!(record.identity.principal_id.as_deref(), Some(&*hop.caller.user_id));
                assert_eq!(record.is_success(), hop.ended.fault().is_none());
                let global = hop.hop.endpoint.host == "sts.amazonaws.com";
                let kind = if global { EndpointType::Global } else { EndpointType::Regional };
                assert_eq!(record.endpoint(), Some(kind));
            }
        }
    }
}

#[test]
fn story_1_differs_in_what_moved() {
    let read = |file: &str| record::read(&fs::read(folder(file)).unwrap()).unwrap();
    let failure = read("replay/story-1.failure/record.json");
    let success = read("replay/story-1.failure/other.json");
    let (failure, success) = (failure.choose(None).unwrap(), success.choose(None).unwrap());
    let found = compare(failure, success);
    assert_eq!((found.before, found.after), (success, failure), "the success comes first");
    let what: Vec<&str> = found.differences.iter().map(|difference| difference.what.as_str()).collect();
    assert_eq!(what, ["region", "endpoint", "source-address", "vpc-endpoint", "client", "time"]);
    assert!(compare(failure, failure).differences.is_empty());
}

const RECORD: &str = include_str!("../records/read/log-file.json");

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_read_or_told_off(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = record::read(&bytes);
        let _ = record::read(&[&[0x1f, 0x8b][..], &bytes].concat());
    }

    #[test]
    fn any_json_is_read_or_told_off(text in r#"[\[\]{}",:0-9a-zA-Z\\ \n]{0,200}"#) {
        let _ = record::read(text.as_bytes());
        let event = json!({ "Events": [{ "CloudTrailEvent": text }] });
        let _ = record::read(event.to_string().as_bytes());
    }

    #[test]
    fn records_with_a_piece_missing_or_changed_are_read_or_told_off(
        from in 0..RECORD.len(),
        length in 0usize..60,
        put in "[{}\\[\\]\",:7x]{0,3}",
    ) {
        let to = (from + length).min(RECORD.len());
        let text = [&RECORD[..from], &put, &RECORD[to..]].concat();
        if let Ok(found) = record::read(text.as_bytes()) {
            for one in &found.records {
                let _ = record::record_json(one);
                for other in &found.records {
                    let comparison = compare(one, other);
                    let _ = (record::comparison_json(&comparison), record::comparison_text(&comparison));
                }
            }
        }
        let _ = record::read(&text.as_bytes()[..from]);
    }
}
