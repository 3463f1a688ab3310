//! `cargo xtask fuzz`: every fuzz target for a few seconds, from the corpus that is kept.

use crate::{Failure, Outcome, process};
use std::{
    path::Path,
    process::{Command, Stdio},
};

/// What each target gets: enough to see that it still holds. `fuzz/README.md` tells how to run one for longer.
const SECONDS: u32 = 10;

/// Runs all targets and gives how many held and how many did not.
///
/// # Errors
/// When they cannot be built.
pub(crate) fn run(root: &Path, untested: &mut Vec<String>) -> Result<(usize, usize), Failure> {
    let folder = root.join("fuzz");
    let targets = targets(&folder)?;
    if !is_there("c++") {
        untested.push("fuzz targets: libFuzzer needs a C++ compiler, and there is no c++ here".to_owned());
        return Ok((0, 0));
    }
    process::cargo(&folder, &["build", "--profile", "smoke", "--locked"])?;
    let mut failed = 0;
    for target in &targets {
        // What the run finds worth keeping lands in the first folder, so that a test run changes no file of git's.
        let new = format!("target/found/{target}");
        std::fs::create_dir_all(folder.join(&new)).map_err(|error| Failure::broken(format!("{new}: {error}")))?;
        let seconds = format!("-max_total_time={SECONDS}");
        let corpus = format!("corpus/{target}");
        println!("fuzz: {target}, {SECONDS} seconds");
        let mut command = Command::new(process::cargo_binary());
        command
            .current_dir(&folder)
            .args(["run", "--profile", "smoke", "--locked", "--quiet", "--bin", target, "--"])
            .args([&*seconds, "-verbosity=0", "-artifact_prefix=target/found/", &*new, &*corpus]);
        if let Err(Failure::Broken(why)) = process::run(&mut command) {
            println!("fuzz: {target}: {why}");
            failed += 1;
        }
    }
    Ok((targets.len() - failed, failed))
}

/// The step by itself.
pub(crate) fn alone(root: &Path) -> Outcome {
    let mut untested = Vec::new();
    let (passed, failed) = run(root, &mut untested)?;
    for sentence in &untested {
        println!("not tested: {sentence}");
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { Ok(()) } else { Err(Failure::Findings(failed)) }
}

/// A target for each folder of the corpus.
fn targets(folder: &Path) -> Result<Vec<String>, Failure> {
    let corpus = folder.join("corpus");
    let broken = |error: std::io::Error| Failure::broken(format!("{}: {error}", corpus.display()));
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&corpus).map_err(broken)? {
        names.push(entry.map_err(broken)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn is_there(program: &str) -> bool {
    let quiet = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    quiet.is_ok_and(|status| status.success())
}
