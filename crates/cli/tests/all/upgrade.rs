//! `rolecall upgrade` as a process: what it prints, where, and with which status it ends.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

fn locks() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../doctor/tests/locks")
}

/// Runs it in a folder that has the lock files of `case` as `old/…` and `new/…`.
fn upgrade(case: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    command.current_dir(locks().join(case)).arg("upgrade").args(arguments).output().unwrap()
}

fn told(output: &Output) -> (Option<i32>, &str, &str) {
    (output.status.code(), str::from_utf8(&output.stdout).unwrap(), str::from_utf8(&output.stderr).unwrap())
}

#[test]
fn a_default_that_moves_is_an_exit_status_of_one_and_names_the_version() {
    let output = upgrade("poetry", &["--lock", "old/poetry.lock", "new/poetry.lock"]);
    let (status, out, err) = told(&output);
    assert_eq!((status, err), (Some(1), ""));
    assert!(out.starts_with("error[default-endpoint-moved]: boto3 1.39.17 -> 1.43.11 moves"), "{out}");
    assert!(out.contains("botocore 1.40.0") && out.contains("--> new/poetry.lock:5:12\n"), "{out}");
    assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
}

#[test]
fn the_same_file_is_an_exit_status_of_zero() {
    let output = upgrade("poetry", &["--lock", "new/poetry.lock", "new/poetry.lock"]);
    assert_eq!(told(&output), (Some(0), "No AWS client has another version.\n", ""));
}

#[test]
fn several_pairs_are_told_in_one_document() {
    let arguments =
        ["--json", "--lock", "old/poetry.lock", "new/poetry.lock", "--lock", "new/poetry.lock", "old/poetry.lock"];
    let output = upgrade("poetry", &arguments);
    let (status, out, _) = told(&output);
    let document: serde_json::Value = serde_json::from_str(out).unwrap();
    let seen: Vec<[&str; 4]> = document["clients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|client| ["client", "boundary", "before", "after"].map(|key| client[key].as_str().unwrap()))
        .collect();
    assert_eq!(status, Some(1));
    assert_eq!(
        seen,
        [
            ["boto3", "1.40.0", "global", "regional"],
            ["botocore", "1.40.0", "global", "regional"],
            ["boto3", "1.40.0", "regional", "global"],
            ["botocore", "1.40.0", "regional", "global"],
        ]
    );
}

#[test]
fn each_form_is_of_its_kind() {
    for (form, start) in [
        ("text", "error[default-endpoint-moved]: "),
        ("json", "{\n"),
        ("sarif", "{\n"),
        (
            "junit",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"rolecall upgrade\" tests=\"1\" failures=\"1\"",
        ),
        ("github", "::error file=new/poetry.lock,line=5,col=12,title=default-endpoint-moved::boto3 1.39.17 -> 1.43.11"),
    ] {
        let output = upgrade("poetry", &["--lock", "old/poetry.lock", "new/poetry.lock", "--format", form]);
        let (status, out, _) = told(&output);
        assert_eq!(status, Some(1), "{form}");
        assert!(out.starts_with(start), "{form}: {out}");
        if form == "github" {
            assert_eq!(out.lines().count(), 1, "{out}");
        }
    }
}

#[test]
fn the_old_file_may_come_from_stdin_and_is_of_the_new_ones_kind() {
    let folder = locks().join("poetry");
    let mut child = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .current_dir(&folder)
        .args(["upgrade", "--lock", "-", "new/poetry.lock"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&fs::read(folder.join("old/poetry.lock")).unwrap()).unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(1));
}

#[test]
fn what_cannot_be_used_is_an_exit_status_of_two_and_told_where() {
    for (arguments, says) in [
        (
            ["--lock", "../../bad-locks/go.mod", "new/poetry.lock"].as_slice(),
            "rolecall: ../../bad-locks/go.mod:4:2: expected a module's path and its version\n",
        ),
        (&["--lock", "old/poetry.lock", "nowhere.lock"], "rolecall: nowhere.lock: there is no such file\n"),
        (
            &["--lock", "old/poetry.lock", "pins.txt"],
            "rolecall: pins.txt: no lock file that is known is called `pins.txt`",
        ),
        (&["--lock", "old/poetry.lock"], "error: 2 values required for '--lock"),
        (&[], "error: the following required arguments were not provided"),
        (
            &["--lock", "old/poetry.lock", "new/poetry.lock", "--json", "--format", "text"],
            "error: the argument '--json' cannot",
        ),
    ] {
        let output = upgrade("poetry", arguments);
        let (status, out, err) = told(&output);
        assert_eq!((status, out), (Some(2), ""), "{arguments:?}");
        assert!(err.starts_with(says), "{arguments:?}: {err}");
    }
}
