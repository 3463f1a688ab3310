//! The repository's own commands: `cargo xtask check` and `cargo xtask test`.
//!
//! It knows the repository, not Rolecall: it depends on none of its crates, so that it builds when they do not.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks to the one who ran it")]

mod clients;
mod fuzz;
mod layers;
mod licences;
mod metadata;
mod models;
mod process;
mod suites;
mod tidy;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

const USAGE: &str = "\
cargo xtask check      rustfmt, clippy, layers, tidy, licences: what a change must pass before it is read
cargo xtask test       every test: the workspace's own, real SDKs and CLIs against the server, ten seconds of each fuzzer
cargo xtask layers | tidy | licences | models | clients | fuzz      one step alone";

/// Why a step did not pass; what went wrong has been printed by then or is the text.
#[derive(Debug)]
enum Failure {
    /// The step ran and found fault: this many findings were printed.
    Findings(usize),
    /// The step could not do its work.
    Broken(String),
}

impl Failure {
    fn broken(what: impl Into<String>) -> Self {
        Self::Broken(what.into())
    }
}

type Outcome = Result<(), Failure>;

/// One step of a verb, run at the repository's root.
type Step = fn(&Path) -> Outcome;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let root = root();
    let outcome = match words.as_slice() {
        ["check"] => check(&root),
        ["test"] => suites::run(&root),
        ["layers"] => layers::run(&root),
        ["tidy"] => tidy::run(&root),
        ["licences"] => licences::run(&root),
        ["fuzz"] => fuzz::alone(&root),
        ["models"] => models::fetch(&root).map(|_| ()),
        ["clients"] => {
            clients::prepare(&root);
            Ok(())
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Findings(count)) => {
            eprintln!("{count} to mend");
            ExitCode::FAILURE
        }
        Err(Failure::Broken(why)) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Runs every check, each even when one before it failed, so that one run shows all there is to mend.
fn check(root: &Path) -> Outcome {
    let steps: [(&str, Step); 5] = [
        ("rustfmt", |root| process::cargo(root, &["fmt", "--all", "--check"])),
        ("layers", layers::run),
        ("tidy", tidy::run),
        ("licences", licences::run),
        ("clippy", |root| {
            process::cargo(root, &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
        }),
    ];
    let mut failed = Vec::new();
    for (name, step) in steps {
        println!("check: {name}");
        match step(root) {
            Ok(()) => {}
            Err(Failure::Findings(_)) => failed.push(name),
            Err(Failure::Broken(why)) => {
                eprintln!("{why}");
                failed.push(name);
            }
        }
    }
    if failed.is_empty() {
        println!("check: all is well");
        Ok(())
    } else {
        Err(Failure::broken(format!("check: failed in {}", failed.join(", "))))
    }
}

/// The repository's root: this package's folder is in it.
fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_path_buf()
}
