//! The GitHub action: its script on a repository with a change in it, and its declaration.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A repository, each `commit` of which puts files in place of those before.
struct Repository(TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.git(&["init", "--quiet"]);
        repository
    }

    fn git(&self, arguments: &[&str]) -> String {
        let identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
        let output = Command::new("git").current_dir(&self.0).args(identity).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self, files: &[(&str, &str)]) -> String {
        for (path, text) in files {
            let path = self.0.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "a change"]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn run(&self, environment: &[(&str, &str)]) -> Output {
        let mut command = Command::new(root().join("action/upgrade.sh"));
        command.current_dir(&self.0).env("ROLECALL", env!("CARGO_BIN_EXE_rolecall")).envs(environment.iter().copied());
        command.output().unwrap()
    }
}

fn out(output: &Output) -> &str {
    str::from_utf8(&output.stdout).unwrap()
}

const OLD: &str = "boto3==1.39.17\n";
const NEW: &str = "six==1.17.0\nboto3==1.40.0\n";

#[test]
fn a_change_that_moves_a_default_fails_and_is_annotated_at_its_line() {
    let repository = Repository::new();
    let base = repository.commit(&[("services/a b/requirements.txt", OLD), ("other.txt", "x")]);
    repository.commit(&[("services/a b/requirements.txt", NEW), ("new/requirements.txt", NEW)]);
    let (summary, report) = (repository.0.path().join("summary"), repository.0.path().join("report.sarif"));
    let (summary, report) = (summary.to_str().unwrap(), report.to_str().unwrap());
    let environment = [("ROLECALL_BASE", &*base), ("GITHUB_STEP_SUMMARY", summary), ("ROLECALL_REPORT", report)];
    let output = repository.run(&environment);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let annotation =
        "::error file=services/a b/requirements.txt,line=2,col=8,title=default-endpoint-moved::boto3 1.39.17 ->";
    assert!(out(&output).starts_with(annotation), "{output:?}");
    assert_eq!(out(&output).lines().count(), 1, "a file that is new moves nobody: {output:?}");
    assert!(fs::read_to_string(summary).unwrap().starts_with("```\nerror[default-endpoint-moved]"));
    let report: serde_json::Value = serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
    let location = &report["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "services/a%20b/requirements.txt");
    let output = repository.run(&[environment.as_slice(), &[("ROLECALL_FAIL", "false")]].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let output = repository.run(&[environment.as_slice(), &[("ROLECALL_LOCKS", "new\n\nother.txt\n")]].concat());
    assert_eq!((output.status.code(), out(&output)), (Some(0), "No lock file changed.\n"));
}

#[test]
fn what_cannot_be_read_fails_whatever_is_asked() {
    let repository = Repository::new();
    let base = repository.commit(&[("requirements.txt", OLD)]);
    repository.commit(&[("requirements.txt", "<<<<<<< HEAD\n")]);
    let output = repository.run(&[("ROLECALL_BASE", &base), ("ROLECALL_FAIL", "false")]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(
        str::from_utf8(&output.stderr).unwrap().contains("requirements.txt:1:1: expected a requirement"),
        "{output:?}"
    );
}

#[test]
fn without_a_commit_before_there_is_nothing_to_compare() {
    let repository = Repository::new();
    repository.commit(&[("requirements.txt", NEW)]);
    for base in ["", "0000000000000000000000000000000000000000"] {
        let output = repository.run(&[("ROLECALL_BASE", base)]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(out(&output).starts_with("::notice title=rolecall::"), "{output:?}");
    }
}

#[test]
fn the_action_uses_what_it_declares() {
    let action = fs::read_to_string(root().join("action.yml")).unwrap();
    let (inputs, runs) = action.split_once("\nruns:\n").unwrap();
    let inputs = inputs.split_once("\ninputs:\n").unwrap().1;
    let declared: BTreeSet<&str> = inputs
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':').filter(|name| !name.starts_with(' ')))
        .collect();
    let ends = |letter: char| !letter.is_ascii_alphanumeric() && letter != '-';
    let used: BTreeSet<&str> = runs.split("inputs.").skip(1).filter_map(|rest| rest.split(ends).next()).collect();
    assert_eq!(declared, used);
    let script = fs::read_to_string(root().join("action/upgrade.sh")).unwrap();
    for variable in ["BASE", "LOCKS", "WORLD", "REPORT", "FORMAT", "FAIL"] {
        assert!(runs.contains(&format!("ROLECALL_{variable}: ")), "{variable}");
        assert!(script.contains(&format!("${{ROLECALL_{variable}:-")), "{variable}");
    }
}

#[test]
fn every_pattern_of_the_script_is_of_a_kind_that_is_known() {
    let script = fs::read_to_string(root().join("action/upgrade.sh")).unwrap();
    let known = script.split_once("known=(").unwrap().1.split_once("\n)").unwrap().0;
    let names: Vec<String> = known.split_whitespace().map(|name| name.replace('\'', "").replace('*', "x")).collect();
    assert!(names.len() > 20, "{names:?}");
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
        let output = command.args(["upgrade", "--lock"]).args([&path, &path]).output().unwrap();
        let told = str::from_utf8(&output.stderr).unwrap();
        assert!(!told.contains("no lock file that is known"), "{told}");
    }
}
