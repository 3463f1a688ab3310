//! What pip reads and pip-compile writes: requirements files; and Pipfile.lock.

use super::{Ecosystem, Fault, Found, Malformed, OpenKind, json, place::offset_in};
use serde_json::value::RawValue;
use std::{borrow::Cow, collections::BTreeMap};

/// Reads a requirements or constraints file.
///
/// Source: pip documentation, "Requirements File Format".
pub(super) fn requirements(text: &str, found: &mut Found) -> Result<(), Fault> {
    let joined = joined(text);
    for line in joined.lines() {
        let code = without_comment(line).trim();
        let offset = offset_in(&joined, code);
        if code.is_empty() {
            continue;
        }
        if code.starts_with('-') {
            if let Some((path, at)) = included(code) {
                found.open(OpenKind::Include(path.to_owned()), offset + at);
            }
            continue;
        }
        match requirement(code) {
            Some(read) => read.note(offset, found),
            // A path or a URL names no version of its own.
            None if is_location(code) => {}
            None => {
                let what = "a requirement: a package and, behind ==, its version";
                return Err(Fault::new(offset, Malformed::Expected(what)));
            }
        }
    }
    Ok(())
}

/// The same text, of the same length, in which lines that go on behind a backslash are one.
fn joined(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let ended = line.trim_end_matches(['\n', '\r']);
        if ended.ends_with('\\')
            && !ended.trim_start().starts_with('#')
            && let Some(end) = bytes.get_mut(start + ended.len() - 1..start + line.len())
        {
            end.fill(b' ');
        }
        start += line.len();
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// A comment begins with a `#` that begins the line or follows white space.
fn without_comment(line: &str) -> &str {
    let comment = line.match_indices('#').find(|(at, _)| {
        line.get(..*at).is_none_or(|before| before.is_empty() || before.ends_with(char::is_whitespace))
    });
    comment.and_then(|(at, _)| line.get(..at)).unwrap_or(line)
}

/// The file that an option includes, and where its name begins.
pub(super) fn included(option: &str) -> Option<(&str, usize)> {
    for flag in ["--requirement", "--constraint", "-r", "-c"] {
        let Some(rest) = option.strip_prefix(flag) else { continue };
        let separated = !flag.starts_with("--") || rest.starts_with(['=', ' ', '\t']);
        let path = rest.trim_start_matches(['=', ' ', '\t']);
        return (separated && !path.is_empty()).then(|| (path, offset_in(option, path)));
    }
    None
}

fn is_location(code: &str) -> bool {
    let first = code.split_whitespace().next().unwrap_or_default();
    first.contains('/')
        || first.contains('\\')
        || first == "."
        || first.starts_with("./")
        || [".whl", ".zip", ".tar.gz"].iter().any(|ending| first.ends_with(ending))
}

/// A requirement: the package, and what is said of its version.
pub(super) struct Requirement<'t> {
    pub(super) name: &'t str,
    /// The one version, and its offset in what was read.
    pub(super) version: Option<(&'t str, usize)>,
    /// Everything that is said of the version.
    pub(super) range: &'t str,
}

impl Requirement<'_> {
    /// Notes it as a pin or as what is left open; `offset` is that of its name.
    pub(super) fn note(&self, offset: usize, found: &mut Found) {
        match self.version {
            Some((version, at)) => found.pin(Ecosystem::PyPi, self.name, version, offset + at),
            None => {
                let (name, range) = (self.name.to_owned(), self.range.to_owned());
                found.open(OpenKind::Loose { ecosystem: Ecosystem::PyPi, name, range }, offset);
            }
        }
    }
}

/// Reads `boto3[crt]==1.40.0 ; python_version > "3.9"`, or nothing if it is not of that form.
///
/// Source: packaging.python.org, specification "Dependency specifiers".
pub(super) fn requirement(code: &str) -> Option<Requirement<'_>> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let length = code.find(|letter| !is_name(letter)).unwrap_or(code.len());
    let (name, rest) = code.split_at_checked(length)?;
    if !name.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return None;
    }
    let mut rest = rest.trim_start();
    if let Some(extras) = rest.strip_prefix('[') {
        rest = extras.split_once(']')?.1.trim_start();
    }
    let range_end = rest.find(';').into_iter().chain(rest.find(" --")).min().unwrap_or(rest.len());
    let range = rest.get(..range_end)?.trim();
    if !range.is_empty() && !range.starts_with(['=', '<', '>', '!', '~', '(', '@']) {
        return None;
    }
    let clauses = range.trim_matches(['(', ')']).split(',').filter(|_| !range.starts_with('@'));
    let version = clauses.filter_map(exact).next().map(|version| (version, offset_in(code, version)));
    Some(Requirement { name, version, range })
}

/// The version of `==1.40.0` or `===1.40.0`; `==1.40.*` allows several.
fn exact(clause: &str) -> Option<&str> {
    let version = clause.trim().strip_prefix("==")?.trim_start_matches('=').trim();
    let one_word = !version.is_empty() && !version.contains(|letter: char| letter == '*' || letter.is_whitespace());
    one_word.then_some(version)
}

/// Reads a `Pipfile.lock`: `default`, `develop` and any other category, each a map from package to version.
pub(super) fn pipfile(text: &str, found: &mut Found) -> Result<(), Fault> {
    #[derive(serde::Deserialize)]
    struct Package<'t> {
        // A package from a repository or a directory has none.
        #[serde(borrow)]
        version: Option<&'t RawValue>,
    }
    let categories: BTreeMap<String, &RawValue> = json::read(text, text)?;
    for (_, category) in categories.iter().filter(|(name, _)| *name != "_meta") {
        let packages: BTreeMap<String, Package<'_>> = json::read(text, category.get())?;
        for (name, package) in packages {
            let Some(version) = package.version else { continue };
            let (version, offset) = json::string(text, version, "a version, such as \"==1.40.0\"")?;
            match exact(&version) {
                Some(exact) => found.pin(Ecosystem::PyPi, &name, exact, offset + offset_in(&version, exact)),
                None => {
                    found.open(OpenKind::Loose { ecosystem: Ecosystem::PyPi, name, range: version }, offset);
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_in_every_form() {
        for (code, name, version, range) in [
            ("boto3==1.40.0", "boto3", Some("1.40.0"), "==1.40.0"),
            ("boto3[crt] == 1.40.0 ; python_version < '3.9'", "boto3", Some("1.40.0"), "== 1.40.0"),
            ("boto3 (==1.40.0)", "boto3", Some("1.40.0"), "(==1.40.0)"),
            ("boto3===1.40.0 --hash=sha256:ab", "boto3", Some("1.40.0"), "===1.40.0"),
            ("boto3>=1.38,==1.40.0", "boto3", Some("1.40.0"), ">=1.38,==1.40.0"),
            ("boto3==1.40.*", "boto3", None, "==1.40.*"),
            ("boto3~=1.40", "boto3", None, "~=1.40"),
            ("boto3", "boto3", None, ""),
            ("boto3 @ https://example.org/b==1.whl", "boto3", None, "@ https://example.org/b==1.whl"),
        ] {
            let read = requirement(code).unwrap();
            assert_eq!((read.name, read.version.map(|(version, _)| version), read.range), (name, version, range));
            if let Some((version, at)) = read.version {
                assert!(code[at..].starts_with(version), "{code}");
            }
        }
        for code in ["boto3 1.40", "==1.40", "boto3[crt", "boto3=>1"] {
            assert!(requirement(code).is_none_or(|read| read.version.is_none()), "{code}");
        }
    }

    #[test]
    fn options_that_include_a_file() {
        for (option, file) in [
            ("-r base.txt", Some("base.txt")),
            ("-rbase.txt", Some("base.txt")),
            ("--requirement=base.txt", Some("base.txt")),
            ("--constraint base.txt", Some("base.txt")),
            ("--require-hashes", None),
            ("-e .", None),
        ] {
            assert_eq!(included(option).map(|(path, _)| path), file, "{option}");
        }
    }
}
