//! The dialect of both AWS SDKs for Go: `=` or `:`, keys in lower case, quotation marks taken off, blocks of keys.
//!
//! Source: `internal/ini` of `github.com/aws/aws-sdk-go-v2/config` 1.33.18, which 1.55.8 of the first version has too.

use super::{Entry, File, Section, entry, span};
use std::collections::HashMap;

/// Reads a file. Sections of one name are one. Headings of two words keep both with one blank between.
pub(crate) fn parse(text: &str, file: File) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut current: Option<usize> = None;
    let mut key: Option<String> = None;
    for line in text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)) {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = heading(line) {
            let at = file.at(span(text, trimmed));
            let place = *places.entry(name.clone()).or_insert_with(|| {
                sections.push(Section { name, at, entries: Vec::new() });
                sections.len() - 1
            });
            current = Some(place);
            key = None;
            continue;
        }
        let indented = line.starts_with([' ', '\t']);
        let Some(section) = current.and_then(|place| sections.get_mut(place)) else { continue };
        let kept = if indented { line.trim_start_matches([' ', '\t']) } else { without_comment(line) };
        let Some((name, value)) = property(kept) else { continue };
        let (name, value) = (name.to_lowercase(), unquoted(value));
        let at = |value: &str| file.at(span(text, if value.is_empty() { trimmed } else { value }));
        let parent = key.as_ref().filter(|_| indented).and_then(|key| entry(&section.entries, key));
        if parent.is_some_and(|parent| parent.value.is_empty()) {
            let place = section.entries.iter().rposition(|entry| Some(&entry.key) == key.as_ref());
            if let Some(parent) = place.and_then(|place| section.entries.get_mut(place)) {
                let entry = Entry { key: name, value: value.to_owned(), at: at(value), nested: None };
                parent.nested.get_or_insert_default().push(entry);
            }
            continue;
        }
        // An indented key that belongs to none stands for itself, without its comment.
        let value = if indented { without_comment(value).trim() } else { value };
        key = Some(name.clone());
        section.entries.push(Entry { key: name, value: value.to_owned(), at: at(value), nested: None });
    }
    sections
}

fn heading(line: &str) -> Option<String> {
    let line = line.split(['#', ';']).next().unwrap_or_default().trim();
    let name = line.strip_prefix('[')?.strip_suffix(']')?.trim();
    match name.split_once([' ', '\t']) {
        Some((word, rest)) => Some(format!("{word} {}", rest.trim_start_matches([' ', '\t']))),
        None => Some(name.to_owned()),
    }
}

/// What stands before a comment that follows a blank.
fn without_comment(line: &str) -> &str {
    let end = [" #", " ;", "\t#", "\t;"].iter().filter_map(|mark| line.find(mark)).min().unwrap_or(line.len());
    line.get(..end).unwrap_or(line).trim_end_matches([' ', '\t'])
}

fn property(line: &str) -> Option<(&str, &str)> {
    let at = line.find(['=', ':'])?;
    let (key, value) = line.split_at(at);
    Some((key.trim(), value.get(1..).unwrap_or_default().trim()))
}

fn unquoted(value: &str) -> &str {
    let inner = |mark| value.strip_prefix(mark).and_then(|rest: &str| rest.strip_suffix(mark));
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_belong_to_keys_without_a_value() {
        let text =
            "x = 0\n[profile  a] ; one\nRegion: 'eu-west-1' # two\n  k = v\nsts =\n  endpoint_url = https://x # kept\n";
        let sections = parse(text, File::Config);
        assert_eq!(sections.len(), 1);
        assert_eq!(sections[0].name, "profile a");
        let told: Vec<(&str, &str)> = sections[0].entries.iter().map(|entry| (&*entry.key, &*entry.value)).collect();
        assert_eq!(told, [("region", "eu-west-1"), ("k", "v"), ("sts", "")]);
        assert_eq!(sections[0].entries[2].nested.as_ref().unwrap()[0].value, "https://x # kept");
    }
}
