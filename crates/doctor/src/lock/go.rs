//! `go.mod`: what is required, and what is built in its stead.
//!
//! Source: Go Modules Reference, "go.mod files".

use super::{Ecosystem, Fault, Found, Malformed, place::offset_in};
use std::collections::HashMap;

/// A module that replaces another: in one version, or in all.
struct Replacement<'t> {
    of: Option<&'t str>,
    path: &'t str,
    version: Option<&'t str>,
}

/// Reads a `go.mod`. Since Go 1.17 it names every module that is built, the indirect ones too.
pub(super) fn module(text: &str, found: &mut Found) -> Result<(), Fault> {
    let mut block: Option<&str> = None;
    let mut required: Vec<(&str, &str)> = Vec::new();
    let mut replaced: HashMap<&str, Vec<Replacement<'_>>> = HashMap::new();
    for line in text.lines() {
        let code = line.split("//").next().unwrap_or_default().trim();
        let fault = |what| Fault::new(offset_in(text, code), Malformed::Expected(what));
        if code.is_empty() {
            continue;
        }
        let (verb, rest) = match block {
            Some(_) if code == ")" => {
                block = None;
                continue;
            }
            Some(verb) => (verb, code),
            None => {
                let verb =
                    code.split(|letter: char| letter.is_whitespace() || letter == '(').next().unwrap_or_default();
                let rest = code.get(verb.len()..).unwrap_or_default().trim();
                if !VERBS.contains(&verb) {
                    return Err(fault("a directive, such as require or replace"));
                }
                if rest == "(" {
                    block = Some(verb);
                    continue;
                }
                (verb, rest)
            }
        };
        let mut words = rest.split_whitespace().map(|word| word.trim_matches(['"', '`']));
        match verb {
            "require" => match (words.next(), words.next()) {
                (Some(path), Some(version)) => required.push((path, version)),
                _ => return Err(fault("a module's path and its version")),
            },
            "replace" => {
                let (old, new) = rest.split_once("=>").ok_or_else(|| fault("two modules with => between them"))?;
                let mut old = old.split_whitespace().map(|word| word.trim_matches(['"', '`']));
                let mut new = new.split_whitespace().map(|word| word.trim_matches(['"', '`']));
                let paths = old.next().zip(new.next()).ok_or_else(|| fault("two modules with => between them"))?;
                let replacement = Replacement { of: old.next(), path: paths.1, version: new.next() };
                replaced.entry(paths.0).or_default().push(replacement);
            }
            _ => {}
        }
    }
    for (path, version) in required {
        let by = replaced.get(path).and_then(|all| {
            let this = all.iter().find(|replacement| replacement.of == Some(version));
            this.or_else(|| all.iter().find(|replacement| replacement.of.is_none()))
        });
        let built = by.map_or(Some((path, version)), |by| Some((by.path, by.version?)));
        // A directory in its stead has no version.
        if let Some((path, version)) = built {
            found.pin(Ecosystem::Go, path, version, offset_in(text, version));
        }
    }
    Ok(())
}

const VERBS: [&str; 10] =
    ["module", "go", "toolchain", "godebug", "require", "exclude", "replace", "retract", "tool", "ignore"];
