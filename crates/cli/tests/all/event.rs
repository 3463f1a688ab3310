//! `rolecall explain --event` as a process: what it prints, where, and with which status it ends.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

/// Runs it where the records are, on the world of story 1.
fn explain(arguments: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    command.current_dir(root.join("../doctor/tests/records"));
    command.args(["explain", "--world"]).arg(root.join("../../examples/story-1"));
    command.args(arguments).output().unwrap()
}

fn told(output: &Output) -> (Option<i32>, &str, &str) {
    (output.status.code(), str::from_utf8(&output.stdout).unwrap(), str::from_utf8(&output.stderr).unwrap())
}

const FAILURE: &str = "replay/story-1.failure/record.json";
const SUCCESS: &str = "replay/story-1.success/record.json";

#[test]
fn a_refused_record_is_explained_with_status_one() {
    let output = explain(&["--event", FAILURE]);
    let (status, out, err) = told(&output);
    assert_eq!((status, err), (Some(1), ""));
    assert!(out.contains("daily-batch: denied by the trust policy of role-b"), "{out}");
    assert!(out.contains("in role-b.trust.json:9:25"), "{out}");
}

#[test]
fn one_of_several_is_named_by_its_id() {
    let output = explain(&["--event", "read/log-file.json#3f1f1a52"]);
    let (status, out, err) = told(&output);
    assert_eq!((status, err), (Some(0), ""));
    assert!(out.contains("daily-batch-before: allowed"), "{out}");
}

#[test]
fn of_two_the_difference_comes_first_and_the_refused_one_is_explained_whatever_their_order() {
    for files in [[FAILURE, SUCCESS], [SUCCESS, FAILURE]] {
        let output = explain(&["--event", files[0], "--event", files[1]]);
        let (status, out, _) = told(&output);
        assert_eq!(status, Some(1));
        let place = |text: &str| out.find(text).unwrap_or_else(|| panic!("{text} is not in\n{out}"));
        let order = ["the success: 2026-07-30", "Region", "source address", "client", "Cause: source-address-mismatch"];
        assert!(order.map(place).is_sorted(), "{out}");
        let output = explain(&["--json", "--event", files[0], "--event", files[1]]);
        let document: serde_json::Value = serde_json::from_str(told(&output).1).unwrap();
        assert_eq!(document["comparison"]["differences"][0]["what"], "region");
        assert_eq!(document["record"]["region"], "ap-northeast-1");
        assert_eq!(document["causes"][0]["code"], "source-address-mismatch");
    }
}

#[test]
fn what_aws_refused_and_the_world_lets_in_is_not_explained() {
    let output = explain(&["--event", "replay/story-1.refused-elsewhere/record.json"]);
    let (status, out, _) = told(&output);
    assert_eq!(status, Some(1));
    assert!(out.starts_with("not as on AWS: AWS refused this call"), "{out}");
}

#[test]
fn what_cannot_be_used_is_told_with_its_place_and_status_two() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("absent.json");
    let cut = folder.path().join("cut.json.gz");
    fs::write(&cut, [0x1f, 0x8b, 8, 0]).unwrap();
    for (arguments, expected) in [
        (&["--event", "bad/bad-time.json"][..], "bad/bad-time.json:23:25: expected a time"),
        (&["--event", "read/log-file.json#nobody"], "no AssumeRole in it has an eventID"),
        (&["--event", absent.to_str().unwrap()], "it cannot be read"),
        (&["--event", cut.to_str().unwrap()], "begins as a gzip file does"),
        (&["--event", "replay/story-1.other-endpoint/record.json"], "which this world does not hold"),
        (&["--event", FAILURE, "--event", FAILURE, "--event", FAILURE], "there are 3"),
        (&["--event", FAILURE, "daily-batch"], "cannot be used with"),
        (&[], "required"),
    ] {
        let output = explain(arguments);
        let (status, out, err) = told(&output);
        assert_eq!((status, out), (Some(2), ""), "{arguments:?}");
        assert!(err.contains(expected), "{arguments:?}: {err}");
    }
}
