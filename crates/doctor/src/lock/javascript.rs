//! npm's, Yarn's and pnpm's lock files, in every version of their formats.

use super::{Ecosystem, Fault, Found, Malformed, json, place::offset_in, yaml};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

const VERSION: &str = "a version in quotation marks";

/// Reads `package-lock.json` and `npm-shrinkwrap.json`. Version 1 nests `dependencies`, 3 lists `packages`, 2 has both.
///
/// Source: npm documentation, "package-lock.json".
pub(super) fn npm(text: &str, found: &mut Found) -> Result<(), Fault> {
    #[derive(serde::Deserialize)]
    struct File<'t> {
        #[serde(borrow)]
        packages: Option<BTreeMap<String, Package<'t>>>,
        #[serde(borrow)]
        dependencies: Option<BTreeMap<String, Nested<'t>>>,
    }
    #[derive(serde::Deserialize)]
    struct Package<'t> {
        #[serde(borrow)]
        name: Option<&'t RawValue>,
        #[serde(borrow)]
        version: Option<&'t RawValue>,
    }
    let file: File<'_> = json::read(text, text)?;
    let Some(packages) = file.packages else {
        return nested(text, file.dependencies.unwrap_or_default(), found);
    };
    for (path, package) in packages {
        // What is not under node_modules is the project itself or a part of its workspace.
        let Some((_, folder)) = path.rsplit_once("node_modules/") else { continue };
        let Some(version) = package.version else { continue };
        let (version, offset) = json::string(text, version, VERSION)?;
        // The folder is an alias where the package says another name.
        let name = package.name.map(|name| json::string(text, name, "a name in quotation marks")).transpose()?;
        found.pin(Ecosystem::Npm, name.as_ref().map_or(folder, |(name, _)| name), &version, offset);
    }
    Ok(())
}

/// A package of version 1 with those that only it sees. serde_json ends what nests deeper than 128 levels.
#[derive(serde::Deserialize)]
struct Nested<'t> {
    #[serde(borrow)]
    version: Option<&'t RawValue>,
    #[serde(borrow)]
    dependencies: Option<BTreeMap<String, Nested<'t>>>,
}

fn nested(text: &str, packages: BTreeMap<String, Nested<'_>>, found: &mut Found) -> Result<(), Fault> {
    let mut left = vec![packages];
    while let Some(packages) = left.pop() {
        for (name, package) in packages {
            left.extend(package.dependencies);
            let Some(version) = package.version else { continue };
            let (version, offset) = json::string(text, version, VERSION)?;
            match version.strip_prefix("npm:").and_then(split_at_version) {
                Some((aliased, of)) => found.pin(Ecosystem::Npm, aliased, of, offset + offset_in(&version, of)),
                // A repository's or a directory's address is no version.
                None if version.contains([':', '/']) => {}
                None => found.pin(Ecosystem::Npm, &name, &version, offset),
            }
        }
    }
    Ok(())
}

/// `@aws-sdk/client-sts@3.540.0` at its last `@` that does not open a scope.
fn split_at_version(text: &str) -> Option<(&str, &str)> {
    let at = text.rfind('@').filter(|at| *at > 0)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// `@aws-sdk/client-sts@^3.0.0` at its first `@` that does not open a scope.
fn split_at_range(text: &str) -> Option<(&str, &str)> {
    let at = text.char_indices().skip(1).find(|(_, letter)| *letter == '@')?.0;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The package that a descriptor such as `aws@npm:aws-sdk@^2.1.0` leads to.
fn described(descriptor: &str) -> Option<&str> {
    let (name, range) = split_at_range(descriptor)?;
    let aliased = range.strip_prefix("npm:").and_then(split_at_version).map(|(name, _)| name);
    Some(aliased.unwrap_or(name))
}

/// Reads a `yarn.lock` of Yarn 1: headings of descriptors, and below each a `version`.
pub(super) fn yarn_classic(text: &str, found: &mut Found) -> Result<(), Fault> {
    let mut package = None;
    for line in text.lines() {
        let code = line.trim();
        let fault = |what| Fault::new(offset_in(text, code), Malformed::Expected(what));
        if code.is_empty() || code.starts_with('#') {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        if indent == 0 {
            let heading = code.strip_suffix(':').ok_or_else(|| fault("a heading, such as aws-sdk@^2.1692.0:"))?;
            let first = heading.split(',').next().unwrap_or_default().trim().trim_matches('"');
            package = Some(described(first).ok_or_else(|| fault("a heading, such as aws-sdk@^2.1692.0:"))?);
        } else {
            let package = package.ok_or_else(|| fault("a heading, such as aws-sdk@^2.1692.0:"))?;
            if let Some(version) = code.strip_prefix("version ").filter(|_| indent == 2) {
                let version = version.trim().trim_matches('"');
                found.pin(Ecosystem::Npm, package, version, offset_in(text, version));
            }
        }
    }
    Ok(())
}

/// Reads a `yarn.lock` of Yarn 2 or later: its `resolution` tells the package, its `version` the version.
pub(super) fn yarn_berry(text: &str, found: &mut Found) -> Result<(), Fault> {
    let mut version: Option<(usize, yaml::Scalar<'_>)> = None;
    yaml::walk(text, |keys, value| {
        let [heading, key] = keys else { return };
        match &*key.text {
            "version" => version = Some((heading.offset, value.clone())),
            "resolution" => {
                let of_npm = split_at_range(&value.text).filter(|(_, reference)| reference.starts_with("npm:"));
                let of_this = version.as_ref().filter(|(of, _)| *of == heading.offset);
                if let (Some((name, _)), Some((_, version))) = (of_npm, of_this) {
                    found.pin(Ecosystem::Npm, name, &version.text, version.offset);
                }
            }
            _ => {}
        }
    })
}

/// Reads a `pnpm-lock.yaml`, whose `packages` are keyed `/name/1.0.0` (5), `/name@1.0.0` (6) or `name@1.0.0` (9).
///
/// Source: pnpm/spec, lockfile/5.md, 6.0.md and 9.0.md.
pub(super) fn pnpm(text: &str, found: &mut Found) -> Result<(), Fault> {
    let mut last = usize::MAX;
    yaml::walk(text, |keys, _| {
        let [top, key, ..] = keys else { return };
        if top.text != "packages" || key.offset == last {
            return;
        }
        last = key.offset;
        if let Some((name, version)) = pnpm_key(&key.text) {
            found.pin(Ecosystem::Npm, name, version, key.offset + offset_in(&key.text, version));
        }
    })
}

/// What peers a package was resolved with stands behind `(` or, in format 5, `_`.
fn pnpm_key(key: &str) -> Option<(&str, &str)> {
    let (slash, rest) = key.strip_prefix('/').map_or((false, key), |rest| (true, rest));
    let rest = rest.split('(').next().unwrap_or_default();
    let scope = if rest.starts_with('@') { rest.find('/')? + 1 } else { 0 };
    let at = rest.get(scope..)?.find(['@', '/'])? + scope;
    let (name, version) = (rest.get(..at)?, rest.get(at + 1..)?);
    let version = if slash { version.split('_').next().unwrap_or_default() } else { version };
    // `name@https://…` and `name@file:…` are no versions.
    (!version.contains([':', '/'])).then_some((name, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_pnpm_in_each_format() {
        for (key, read) in [
            ("/aws-sdk/2.1692.0", Some(("aws-sdk", "2.1692.0"))),
            ("/@aws-sdk/client-sts/3.540.0", Some(("@aws-sdk/client-sts", "3.540.0"))),
            ("/@aws-sdk/client-sts/3.540.0_@aws-sdk+x@3.1.0", Some(("@aws-sdk/client-sts", "3.540.0"))),
            ("/@aws-sdk/client-sts@3.540.0(@aws-sdk/x@3.1.0)", Some(("@aws-sdk/client-sts", "3.540.0"))),
            ("aws-sdk@2.1692.0", Some(("aws-sdk", "2.1692.0"))),
            ("aws-sdk@https://example.org/x.tgz", None),
            ("github.com/aws/aws-sdk-js/0123", None),
            ("aws-sdk", None),
            ("", None),
        ] {
            assert_eq!(pnpm_key(key), read, "{key}");
        }
    }

    #[test]
    fn descriptors_of_yarn() {
        assert_eq!(described("aws-sdk@^2.1.0"), Some("aws-sdk"));
        assert_eq!(described("@aws-sdk/client-sts@^3.0.0"), Some("@aws-sdk/client-sts"));
        assert_eq!(described("aws@npm:aws-sdk@^2.1.0"), Some("aws-sdk"));
        assert_eq!(described("aws-sdk"), None);
    }
}
