//! Rules about the papers: the map names every crate, every decision is found, no path of anybody's machine.

use super::{Exceptions, Finding, source::Source};
use std::collections::{BTreeMap, BTreeSet};

const MAP: &str = "ARCHITECTURE.md";
const DECISIONS: &str = "docs/decisions/";

/// Where people keep their checkouts; put together here so that this file does not find itself.
const HOMES: [&str; 6] = [
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("C:\\", "Users"),
    concat!("/tmp/", "target"),
];

/// Nothing committed knows the machine it was written on.
pub(super) fn machine_paths(source: &Source, allowed: &BTreeMap<String, String>) -> Vec<Finding> {
    if allowed.contains_key(&source.path) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(source.text.lines()) {
        for home in HOMES {
            let starts_a_path = line.match_indices(home).any(|(start, _)| {
                let before = line.get(..start).and_then(|head| head.chars().next_back());
                !before.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-' | '~' | '}'))
            });
            if starts_a_path {
                findings.push(Finding::new(&source.path, number, format!("`{home}…` is a path of one machine")));
            }
        }
    }
    findings
}

/// The map has one line for each crate, with what it must not know.
pub(super) fn map(sources: &[Source]) -> Vec<Finding> {
    let folders: BTreeSet<&str> =
        sources.iter().filter(|source| source.path.ends_with("Cargo.toml")).filter_map(Source::crate_folder).collect();
    let Some(map) = sources.iter().find(|source| source.path == MAP) else {
        return vec![Finding::new(MAP, 0, "there is no map of the code")];
    };
    let mut findings = Vec::new();
    for folder in &folders {
        let name = format!("`crates/{folder}`");
        if !map.text.lines().any(|line| line.contains(&name) && line.to_lowercase().contains("must not know")) {
            findings.push(Finding::new(MAP, 0, format!("no line says what {name} must not know")));
        }
    }
    for (number, line) in (1..).zip(map.text.lines()) {
        for named in line.split("`crates/").skip(1).filter_map(|rest| rest.split(['`', '/']).next()) {
            if !folders.contains(named) {
                findings.push(Finding::new(MAP, number, format!("there is no crates/{named}")));
            }
        }
    }
    findings
}

/// Every page of a decision is linked from the index, and every link of the index leads to a page.
pub(super) fn decisions(sources: &[Source]) -> Vec<Finding> {
    let pages: BTreeSet<&str> = sources
        .iter()
        .filter_map(|source| source.path.strip_prefix(DECISIONS))
        .filter(|page| page.ends_with(".md") && *page != "README.md")
        .collect();
    let index = format!("{DECISIONS}README.md");
    let text = sources.iter().find(|source| source.path == index).map_or("", |source| source.text.as_str());
    let linked: BTreeSet<&str> = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#']).next())
        .filter(|link| link.ends_with(".md") && !link.contains('/'))
        .collect();
    let lost = pages.difference(&linked).map(|page| Finding::new(&index, 0, format!("does not link {page}")));
    let dead =
        linked.difference(&pages).map(|page| Finding::new(&index, 0, format!("links {page}, which is not there")));
    lost.chain(dead).collect()
}

/// An exception that excepts nothing is taken away.
pub(super) fn stale(sources: &[Source], exceptions: &Exceptions) -> Vec<Finding> {
    let none = BTreeMap::new();
    let finds =
        |path: &str, rule: &dyn Fn(&Source) -> bool| sources.iter().any(|source| source.path == path && rule(source));
    let long =
        exceptions.long.keys().filter(|path| !finds(path, &|source| super::rust::length(source, &none).is_some()));
    let homes =
        exceptions.machine_paths.keys().filter(|path| !finds(path, &|source| !machine_paths(source, &none).is_empty()));
    long.chain(homes).map(|path| Finding::new(super::EXCEPTIONS, 0, format!("{path} needs no exception"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(files: &[(&str, &str)]) -> Vec<Source> {
        files.iter().map(|(path, text)| Source::new(path, text)).collect()
    }

    fn said(findings: &[Finding]) -> Vec<&str> {
        findings.iter().map(|finding| finding.what.as_str()).collect()
    }

    #[test]
    fn a_path_of_a_machine_is_found_and_a_url_is_not() {
        let path = concat!("see /ho", "me/alice/x");
        assert_eq!(machine_paths(&Source::new("a.md", path), &BTreeMap::new()).len(), 1);
        assert_eq!(
            machine_paths(&Source::new("a.md", concat!("https://example.org/ho", "me/x")), &BTreeMap::new()),
            []
        );
        let allowed = BTreeMap::from([("a.md".to_owned(), "an example".to_owned())]);
        assert_eq!(machine_paths(&Source::new("a.md", path), &allowed), []);
    }

    #[test]
    fn the_map_names_every_crate_and_no_other() {
        let tree = sources(&[
            ("crates/a/Cargo.toml", ""),
            ("crates/b/Cargo.toml", ""),
            (MAP, "| `crates/a` | must not know b |\n| `crates/b` | knows |\n`crates/c/src` is gone"),
        ]);
        assert_eq!(said(&map(&tree)), ["no line says what `crates/b` must not know", "there is no crates/c"]);
        assert_eq!(said(&map(&[])), ["there is no map of the code"]);
    }

    #[test]
    fn every_decision_is_in_the_index() {
        let tree = sources(&[
            ("docs/decisions/README.md", "[a](a.md) [b](b.md#why) [far](../far.md)"),
            ("docs/decisions/a.md", ""),
            ("docs/decisions/c.md", ""),
        ]);
        assert_eq!(said(&decisions(&tree)), ["does not link c.md", "links b.md, which is not there"]);
    }

    #[test]
    fn an_exception_that_is_not_needed_is_named() {
        let excepted = |path: &str| BTreeMap::from([(path.to_owned(), "a reason".to_owned())]);
        let exceptions = Exceptions { long: excepted("a.rs"), machine_paths: excepted("b.md") };
        let unneeded = sources(&[("a.rs", "short"), ("b.md", "nothing")]);
        assert_eq!(said(&stale(&unneeded, &exceptions)), ["a.rs needs no exception", "b.md needs no exception"]);
        let needed = sources(&[("a.rs", &"\n".repeat(501)), ("b.md", concat!("/ho", "me/alice"))]);
        assert_eq!(stale(&needed, &exceptions), []);
    }
}
