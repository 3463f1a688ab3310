//! House rules that neither rustfmt nor clippy knows. Each rule is a function from a file to findings, with a test.

mod code;
mod papers;
mod rust;
mod source;

use crate::{Failure, Outcome, layers, process};
use serde::Deserialize;
use source::Source;
use std::{collections::BTreeMap, fmt, path::Path, process::Command};

const EXCEPTIONS: &str = "xtask/tidy.toml";

/// `tidy.toml`: path to reason.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Exceptions {
    #[serde(default)]
    long: BTreeMap<String, String>,
    #[serde(default)]
    machine_paths: BTreeMap<String, String>,
}

/// A rule broken at a place.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    /// Counted from 1; 0 when it is the file as a whole.
    line: usize,
    what: String,
}

impl Finding {
    fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}

/// Reads every file that git knows or would add, and prints what is not tidy.
///
/// # Errors
/// When something is not.
pub(crate) fn run(root: &Path) -> Outcome {
    let text = std::fs::read_to_string(root.join(EXCEPTIONS))
        .map_err(|error| Failure::broken(format!("{EXCEPTIONS}: {error}")))?;
    let exceptions: Exceptions =
        toml::from_str(&text).map_err(|error| Failure::broken(format!("{EXCEPTIONS}: {error}")))?;
    let table = layers::Table::read(root)?;
    let sources = read(root)?;
    let mut findings = Vec::new();
    for source in &sources {
        findings.extend(papers::machine_paths(source, &exceptions.machine_paths));
        if source.is_rust() {
            findings.extend(rust::head(source));
            findings.extend(rust::length(source, &exceptions.long));
            findings.extend(code::unfinished(source));
            findings.extend(code::unsafe_code(source));
            findings.extend(code::impure(source, &table));
        }
    }
    findings.extend(rust::orphans(&sources));
    findings.extend(rust::must_not_know(&sources));
    findings.extend(papers::map(&sources));
    findings.extend(papers::decisions(&sources));
    findings.extend(papers::stale(&sources, &exceptions));
    findings.sort();
    for finding in &findings {
        println!("tidy: {finding}");
    }
    if findings.is_empty() { Ok(()) } else { Err(Failure::Findings(findings.len())) }
}

/// Every text file of the repository, uncommitted ones too.
fn read(root: &Path) -> Result<Vec<Source>, Failure> {
    let listed = process::output(Command::new("git").current_dir(root).args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))?;
    let mut paths: Vec<&str> = listed.split('\0').filter(|path| !path.is_empty()).collect();
    paths.sort_unstable();
    paths.dedup();
    // A file that is deleted but still in git's index, or that is not UTF-8, is nothing to read.
    Ok(paths
        .into_iter()
        .filter_map(|path| Some(Source::new(path, &std::fs::read_to_string(root.join(path)).ok()?)))
        .collect())
}
