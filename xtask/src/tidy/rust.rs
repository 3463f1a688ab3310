//! Rules about Rust files: a head, a bound on length, a place in the module tree, a line of what is not known.

use super::{Finding, source::Source};
use std::collections::{BTreeMap, HashMap};

const MAX_LINES: usize = 500;

/// Every module opens with what it is for.
pub(super) fn head(source: &Source) -> Option<Finding> {
    let first = source.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let says = first.strip_prefix("//!").is_some_and(|rest| !rest.trim().is_empty());
    (!says).then(|| Finding::new(&source.path, 1, "open with `//!` and what the module is for"))
}

/// A file stays readable in one sitting, or says why not.
pub(super) fn length(source: &Source, long: &BTreeMap<String, String>) -> Option<Finding> {
    let lines = source.text.lines().count();
    (lines > MAX_LINES && !long.contains_key(&source.path)).then(|| {
        Finding::new(
            &source.path,
            0,
            format!("{lines} lines, more than {MAX_LINES}: divide it, or give a reason in xtask/tidy.toml"),
        )
    })
}

/// Every file under `src` is reached by a `mod` line from the file above it.
pub(super) fn orphans(sources: &[Source]) -> Vec<Finding> {
    let by_path: HashMap<&str, &Source> = sources.iter().map(|source| (source.path.as_str(), source)).collect();
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        let Some((_, inside)) = source.path.split_once("/src/") else { continue };
        if matches!(inside, "lib.rs" | "main.rs") || inside.starts_with("bin/") {
            continue;
        }
        let module = source.path.strip_suffix("/mod.rs").or(source.path.strip_suffix(".rs")).unwrap_or(&source.path);
        let Some((folder, name)) = module.rsplit_once('/') else { continue };
        let parents = [
            format!("{folder}/mod.rs"),
            format!("{folder}.rs"),
            format!("{folder}/lib.rs"),
            format!("{folder}/main.rs"),
        ];
        let declared =
            parents.iter().filter_map(|path| by_path.get(path.as_str())).any(|parent| declares(&parent.code, name));
        if !declared {
            findings.push(Finding::new(&source.path, 0, format!("no file has a line `mod {name};`: it is dead")));
        }
    }
    findings
}

fn declares(code: &str, name: &str) -> bool {
    code.lines().any(|line| {
        let line = line.trim();
        let line = match line.strip_prefix("pub") {
            Some(rest) => rest
                .trim_start()
                .strip_prefix('(')
                .map_or(rest, |rest| rest.split_once(')').map_or(rest, |(_, rest)| rest)),
            None => line,
        };
        let rest = line.trim_start().strip_prefix("mod ").map(str::trim_start);
        rest.and_then(|rest| rest.strip_prefix(name)).is_some_and(|rest| rest.trim_start().starts_with(';'))
    })
}

/// Every crate's first file says what the crate must not know.
pub(super) fn must_not_know(sources: &[Source]) -> Vec<Finding> {
    let says = |source: &Source| {
        let head: Vec<&str> = source.text.lines().take_while(|line| line.starts_with("//!")).collect();
        head.join(" ").contains("must not know")
    };
    sources
        .iter()
        .filter(|source| {
            let inside =
                source.path.strip_prefix("crates/").and_then(|path| path.split_once('/')).map(|(_, inside)| inside);
            let root = match inside {
                Some("src/lib.rs") => true,
                Some("src/main.rs") => {
                    let library = source.path.replace("src/main.rs", "src/lib.rs");
                    !sources.iter().any(|other| other.path == library)
                }
                _ => false,
            };
            root && !says(source)
        })
        .map(|source| Finding::new(&source.path, 1, "say in the head what this crate must not know"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(files: &[(&str, &str)]) -> Vec<Source> {
        files.iter().map(|(path, text)| Source::new(path, text)).collect()
    }

    fn paths(findings: &[Finding]) -> Vec<&str> {
        findings.iter().map(|finding| finding.path.as_str()).collect()
    }

    #[test]
    fn a_module_opens_with_what_it_is_for() {
        assert!(head(&Source::new("a.rs", "use std::fmt;")).is_some());
        assert!(head(&Source::new("a.rs", "//!\nuse std::fmt;")).is_some());
        assert!(head(&Source::new("a.rs", "//! Accounts.\nuse std::fmt;")).is_none());
    }

    #[test]
    fn a_long_file_needs_a_reason() {
        let source = Source::new("a.rs", &"\n".repeat(501));
        assert!(length(&source, &BTreeMap::new()).is_some());
        assert!(length(&source, &BTreeMap::from([("a.rs".to_owned(), "a table".to_owned())])).is_none());
        assert!(length(&Source::new("a.rs", &"\n".repeat(500)), &BTreeMap::new()).is_none());
    }

    #[test]
    fn a_file_that_no_file_names_is_dead() {
        let tree = sources(&[
            ("crates/a/src/lib.rs", "//! A.\nmod b;\npub(crate) mod c;\n// mod d;\n"),
            ("crates/a/src/b.rs", ""),
            ("crates/a/src/c/mod.rs", "mod e;"),
            ("crates/a/src/c/e.rs", ""),
            ("crates/a/src/c/f.rs", ""),
            ("crates/a/src/d.rs", ""),
        ]);
        assert_eq!(paths(&orphans(&tree)), ["crates/a/src/c/f.rs", "crates/a/src/d.rs"]);
    }

    #[test]
    fn a_crate_says_what_it_must_not_know() {
        let tree = sources(&[
            ("crates/a/src/lib.rs", "//! A.\n//!\n//! This crate must not\n//! know B."),
            ("crates/b/src/lib.rs", "//! B.\n// must not know"),
            ("crates/c/src/main.rs", "//! C."),
            ("crates/d/src/lib.rs", "//! D must not know A."),
            ("crates/d/src/main.rs", "//! D."),
        ]);
        assert_eq!(
            paths(&must_not_know(&tree)),
            ["crates/a/src/lib.rs", "crates/b/src/lib.rs", "crates/c/src/main.rs"]
        );
    }
}
