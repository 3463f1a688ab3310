//! `cargo xtask test`: every suite, then one line that sums them up.

use crate::{Failure, Outcome, clients, fuzz, metadata::Metadata, models, process};
use std::{ops::AddAssign, path::Path, process::Command};

/// Tests that count what the machine has of namespaces and processes, and so run with no other beside them.
const ALONE: &str = "tests/clients/test_enter.py";

/// How many tests of a suite passed, failed and were left out.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Tally {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Runs everything there is and prints what it could not run, and why.
///
/// # Errors
/// When a test failed, a suite could not be built, or nothing ran.
pub(crate) fn run(root: &Path) -> Outcome {
    let mut total = Tally::default();
    let mut untested = Vec::new();
    let mut broken = Vec::new();

    if let Err(Failure::Broken(why)) = models::fetch(root) {
        untested.push(format!("shapes are not compared with AWS's models: {why}"));
    }
    let mut workspace = Command::new(process::cargo_binary());
    workspace.current_dir(root).args(["test", "--workspace", "--locked", "--no-fail-fast"]);
    match suite(&mut workspace, cargo_line) {
        Ok((tally, well)) => {
            total += tally;
            if !well && tally.failed == 0 {
                broken.push("cargo test did not end well".to_owned());
            }
        }
        Err(Failure::Broken(why)) => broken.push(why),
        Err(Failure::Findings(_)) => {}
    }
    match clients_suite(root, &mut untested) {
        Ok(tally) => total += tally,
        Err(Failure::Broken(why)) => broken.push(why),
        Err(Failure::Findings(_)) => {}
    }

    match fuzz::run(root, &mut untested) {
        Ok((passed, failed)) => total += Tally { passed, failed, skipped: 0 },
        Err(Failure::Broken(why)) => broken.push(why),
        Err(Failure::Findings(_)) => {}
    }

    println!();
    for sentence in &untested {
        println!("not tested: {sentence}");
    }
    for sentence in &broken {
        println!("broken: {sentence}");
    }
    // A suite that never came to count its tests is a failed one.
    total.failed += broken.len();
    println!("{}", closing_line(total));
    if total.failed == 0 && total.passed > 0 {
        Ok(())
    } else {
        Err(Failure::Broken("the tests do not pass".to_owned()))
    }
}

fn closing_line(total: Tally) -> String {
    match total.skipped {
        0 => format!("{} passed, {} failed", total.passed, total.failed),
        skipped => format!("{} passed, {} failed, {skipped} skipped", total.passed, total.failed),
    }
}

/// Builds the binary and runs `tests/clients` against it.
fn clients_suite(root: &Path, untested: &mut Vec<String>) -> Result<Tally, Failure> {
    if !root.join("tests/clients").is_dir() {
        untested.push("real clients: there is no folder tests/clients".to_owned());
        return Ok(Tally::default());
    }
    let metadata = Metadata::read(root)?;
    let is_server =
        |target: &&crate::metadata::Target| target.name == "rolecall" && target.kind.iter().any(|kind| kind == "bin");
    let Some(package) = metadata.members().find(|package| package.targets.iter().any(|target| is_server(&target)))
    else {
        untested.push("real clients: no package of the workspace builds a binary called rolecall".to_owned());
        return Ok(Tally::default());
    };
    process::cargo(root, &["build", "--locked", "--package", &package.name, "--bin", "rolecall"])?;
    let clients = clients::prepare(root);
    untested.extend(clients.missing().iter().cloned());
    let Some(python) = clients.runner() else {
        return Err(Failure::broken("tests/clients cannot run without pytest"));
    };
    let mut total = Tally::default();
    let ignored = format!("--ignore={ALONE}");
    for words in [["tests/clients", &ignored, "--numprocesses=2", "--dist=loadfile"].as_slice(), &[ALONE]] {
        let mut pytest = Command::new(&python);
        pytest
            .current_dir(root)
            .args(["-m", "pytest", "-rs", "-p", "no:cacheprovider"])
            .args(words)
            .env("ROLECALL_BIN", metadata.target_directory.join("debug/rolecall"))
            .env("PYTHONDONTWRITEBYTECODE", "1");
        clients.tell(&mut pytest);
        let (tally, well) = suite(&mut pytest, pytest_line)?;
        total += tally;
        if !well && tally.failed == 0 {
            return Err(Failure::broken("pytest did not end well"));
        }
    }
    Ok(total)
}

/// Runs one suite, showing its lines, and adds up those that count.
fn suite(command: &mut Command, count: fn(&str) -> Option<Tally>) -> Result<(Tally, bool), Failure> {
    let mut total = Tally::default();
    let well = process::lines(command, |line| {
        println!("{line}");
        if let Some(tally) = count(line) {
            total += tally;
        }
    })?;
    Ok((total, well))
}

/// `test result: ok. 7 passed; 0 failed; 0 ignored; …`, one per test binary.
fn cargo_line(line: &str) -> Option<Tally> {
    let rest = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    let mut tally = Tally::default();
    for part in rest.split("; ") {
        match part.split_once(' ') {
            Some((number, "passed")) => tally.passed = number.parse().ok()?,
            Some((number, "failed")) => tally.failed = number.parse().ok()?,
            Some((number, "ignored")) => tally.skipped = number.parse().ok()?,
            _ => {}
        }
    }
    Some(tally)
}

/// `==== 3 failed, 7 passed, 1 skipped, 1 error in 2.13s ====`, pytest's last line.
fn pytest_line(line: &str) -> Option<Tally> {
    let (counts, _) = line.trim_matches('=').trim().split_once(" in ")?;
    let mut tally = Tally::default();
    for part in counts.split(", ") {
        let (number, word) = part.split_once(' ')?;
        let number: usize = number.parse().ok()?;
        match word {
            "passed" | "xpassed" => tally.passed += number,
            "failed" | "error" | "errors" => tally.failed += number,
            "skipped" | "xfailed" => tally.skipped += number,
            "warning" | "warnings" | "deselected" => {}
            _ => return None,
        }
    }
    line.starts_with('=').then_some(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_counts_per_binary() {
        let line = "test result: FAILED. 7 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.05s";
        assert_eq!(cargo_line(line), Some(Tally { passed: 7, failed: 2, skipped: 1 }));
        assert_eq!(cargo_line("test tests::a_result ... ok"), None);
    }

    #[test]
    fn pytest_counts_once_and_an_error_is_a_failure() {
        let line = "==== 3 failed, 7 passed, 1 skipped, 1 error, 2 warnings in 2.13s (0:00:02) ====";
        assert_eq!(pytest_line(line), Some(Tally { passed: 7, failed: 4, skipped: 1 }));
        assert_eq!(pytest_line("====== test session starts ======"), None);
        assert_eq!(pytest_line("3 failed in 1s is what a test printed"), None);
    }

    #[test]
    fn the_last_line_says_passed_and_failed() {
        assert_eq!(closing_line(Tally { passed: 12, failed: 0, skipped: 0 }), "12 passed, 0 failed");
        assert_eq!(closing_line(Tally { passed: 12, failed: 1, skipped: 2 }), "12 passed, 1 failed, 2 skipped");
    }
}
