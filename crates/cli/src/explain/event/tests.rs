//! What `explain --event --json` adds to the document, held to its schema.

use crate::schema::conforms;
use rolecall_doctor::{
    record::{self, compare},
    replay::{Replay, json},
};
use serde_json::Value;
use std::{fs, path::Path};

/// Every record that the doctor is tried on, with its world.
#[test]
fn documents_of_records_keep_to_the_schema() {
    let schema: Value = serde_json::from_str(include_str!("../../../../../docs/schema/explain.json")).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut count = 0;
    for entry in fs::read_dir(root.join("doctor/tests/records/replay")).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let example = root.join("../examples").join(name.split('.').next().unwrap());
        let world = crate::world::read(&example).unwrap();
        let record = super::read(&folder.join("record.json")).unwrap();
        let other = super::read(&folder.join("other.json")).ok();
        let Ok(replay) = Replay::new(&world, &record, None) else { continue };
        let case = replay.case(rolecall_server::now()).unwrap();
        let found = replay.explain(&case).unwrap();
        let comparison = other.as_ref().map(|other| compare(other, &record));
        let document = json(&case, &found, &record, comparison.as_ref());
        conforms(&schema, "record", &document["record"]);
        for note in document["notes"].as_array().unwrap() {
            conforms(&schema, "note", note);
        }
        assert_eq!(document["comparison"].is_null(), comparison.is_none());
        if comparison.is_some() {
            conforms(&schema, "comparison", &document["comparison"]);
        }
        count += 1;
    }
    assert!(count >= 10, "{count}");
}

#[test]
fn every_difference_is_in_the_schema() {
    let schema: Value = serde_json::from_str(include_str!("../../../../../docs/schema/explain.json")).unwrap();
    let told = schema["$defs"]["difference"]["properties"]["what"]["enum"].as_array().unwrap();
    let known: Vec<&str> = record::What::ALL.iter().map(|what| what.as_str()).collect();
    assert_eq!(told.iter().filter_map(Value::as_str).collect::<Vec<_>>(), known);
}
