//! The dialects of both AWS SDKs for JavaScript: line by line, nothing refused, what is not understood overlooked.
//!
//! Source: `lib/util.js` of aws-sdk 2.1693.0 and `parseIni.js` of `@smithy/core` beside `@aws-sdk/client-sts` 3.1169.0.

use super::{Entry, File, Section, span};

/// Which version of the SDK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edition {
    /// Headings are kept as they are; a key without a value is overlooked.
    Two,
    /// Headings such as `[profile x]` become `profile.x`; a key without a value opens a block of keys under it.
    Three,
}

/// Reads a file. Sections of the same name are one; of keys that are there twice the last counts.
pub(crate) fn parse(text: &str, file: File, edition: Edition) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut places = std::collections::HashMap::new();
    let mut current: Option<(String, crate::At)> = None;
    let mut block: Option<&str> = None;
    for line in text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)) {
        let kept = without_comment(line).trim();
        if let Some(name) = kept.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            block = None;
            let at = file.at(span(text, name));
            current = match edition {
                Edition::Two => Some(name.to_owned()).filter(|name| !name.is_empty()),
                Edition::Three => prefixed(name).filter(|name| !name.is_empty()),
            }
            .map(|name| (name, at));
            continue;
        }
        let Some((name, at)) = &current else { continue };
        let Some((key, value)) = kept.split_once('=') else { continue };
        if key.is_empty() || (edition == Edition::Two && value.is_empty()) {
            continue;
        }
        let (key, value) = (key.trim(), value.trim());
        if edition == Edition::Three {
            if value.is_empty() {
                block = Some(key);
                continue;
            }
            if !line.starts_with(char::is_whitespace) {
                block = None;
            }
        }
        let place = *places.entry(name.clone()).or_insert_with(|| {
            sections.push(Section { name: name.clone(), at: *at, entries: Vec::new() });
            sections.len() - 1
        });
        let key = block.map_or_else(|| key.to_owned(), |block| format!("{block}.{key}"));
        let at = file.at(span(text, value));
        if let Some(section) = sections.get_mut(place) {
            section.entries.push(Entry { key, value: value.to_owned(), at, nested: None });
        }
    }
    sections
}

/// What stands before the first `;` or `#` that begins the line or follows a blank.
fn without_comment(line: &str) -> &str {
    let mut before = None;
    for (at, letter) in line.char_indices() {
        if matches!(letter, ';' | '#') && before.is_none_or(char::is_whitespace) {
            // The blank goes with it.
            let end = before.map_or(at, |blank: char| at - blank.len_utf8());
            return line.get(..end).unwrap_or(line);
        }
        before = Some(letter);
    }
    line
}

/// `profile x` and `profile "x"` as `profile.x`; a word that opens no known kind of section makes the section nothing.
fn prefixed(name: &str) -> Option<String> {
    let Some((prefix, rest)) = name.split_once(char::is_whitespace) else { return Some(name.to_owned()) };
    let unquoted = ['"', '\''].iter().find_map(|quote| rest.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(rest);
    let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let good = !prefix.is_empty()
        && prefix.chars().all(|letter| word(letter) || letter == '-')
        && !unquoted.is_empty()
        && unquoted.chars().all(|letter| word(letter) || "-@+.%:/".contains(letter));
    if !good {
        return Some(name.to_owned());
    }
    matches!(prefix, "profile" | "sso-session" | "services").then(|| format!("{prefix}.{unquoted}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, edition: Edition) -> Vec<(String, Vec<(String, String)>)> {
        let told = |entry: &Entry| (entry.key.clone(), entry.value.clone());
        parse(text, File::Config, edition)
            .iter()
            .map(|section| (section.name.clone(), section.entries.iter().map(told).collect()))
            .collect()
    }

    #[test]
    fn each_edition_reads_the_same_text_in_its_own_way() {
        let text = "a=0\n[profile x] # one\nregion = eu-west-1 ;two\nempty =\n  k = v#3\nb = 2\n[profile x]\nregion=us-east-1\n[preview y]\nz=1\n";
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            of(text, Edition::Two),
            [
                (
                    "profile x".to_owned(),
                    vec![pair("region", "eu-west-1"), pair("k", "v#3"), pair("b", "2"), pair("region", "us-east-1")]
                ),
                ("preview y".to_owned(), vec![pair("z", "1")]),
            ]
        );
        assert_eq!(
            of(text, Edition::Three),
            [(
                "profile.x".to_owned(),
                vec![pair("region", "eu-west-1"), pair("empty.k", "v#3"), pair("b", "2"), pair("region", "us-east-1")]
            )]
        );
    }
}
