//! The dialect of Python's `configparser.RawConfigParser`, which botocore reads its files with.
//!
//! Source: Python's library reference, "configparser — Supported INI File Structure" and its defaults (strict, `=` and
//! `:`, comments on lines of their own, values that go on in indented lines), and botocore's `configloader.py`.

use super::{Entry, File, Section, span};
use std::collections::HashSet;

/// The section whose keys every other section has too.
const DEFAULTS: &str = "DEFAULT";

/// What Python says of a file that it cannot read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// What was expected there.
    pub(crate) expected: &'static str,
    pub(crate) at: crate::At,
}

/// Reads a file. Keys are in lower case; entries of `[DEFAULT]` come first in every section.
pub(crate) fn parse(text: &str, file: File) -> Result<Vec<Section>, Malformed> {
    let mut parser = Parser { text, file, sections: Vec::new(), defaults: Vec::new(), inside: Inside::Nothing };
    parser.run()?;
    let Parser { mut sections, defaults, .. } = parser;
    for section in &mut sections {
        let mut entries = defaults.clone();
        entries.append(&mut section.entries);
        section.entries = entries;
        for entry in &mut section.entries {
            if entry.value.starts_with('\n') {
                entry.nested = Some(nested(text, entry, file)?);
            }
        }
    }
    Ok(sections)
}

/// Where the next line belongs.
enum Inside {
    Nothing,
    Defaults,
    Section,
}

struct Parser<'t> {
    text: &'t str,
    file: File,
    sections: Vec<Section>,
    defaults: Vec<Entry>,
    inside: Inside,
}

impl<'t> Parser<'t> {
    fn run(&mut self) -> Result<(), Malformed> {
        let mut seen: HashSet<&'t str> = HashSet::new();
        let mut keys: HashSet<String> = HashSet::new();
        let mut open = false;
        let mut indent = 0;
        let mut first_mistake = None;
        for line in lines(self.text) {
            let value = line.trim_matches(is_space);
            let comment = value.starts_with(['#', ';']);
            if comment || value.is_empty() {
                if !comment
                    && open
                    && let Some(entry) = self.last()
                {
                    entry.value.push('\n');
                }
                continue;
            }
            let depth = line.chars().take_while(|letter| is_space(*letter)).count();
            if open && depth > indent && !matches!(self.inside, Inside::Nothing) {
                let place = self.file.at(span(self.text, value));
                if let Some(entry) = self.last() {
                    if entry.value.trim_matches('\n').is_empty() {
                        entry.at = place;
                    }
                    entry.value.push('\n');
                    entry.value.push_str(value);
                }
                continue;
            }
            indent = depth;
            if let Some(name) = heading(value) {
                open = false;
                keys.clear();
                if name == DEFAULTS {
                    self.inside = Inside::Defaults;
                    keys.extend(self.defaults.iter().map(|entry| entry.key.clone()));
                    continue;
                }
                if !seen.insert(name) {
                    return Err(self.malformed(name, "each section once; Python refuses a file that has one twice"));
                }
                let at = self.file.at(span(self.text, name));
                self.sections.push(Section { name: name.to_owned(), at, entries: Vec::new() });
                self.inside = Inside::Section;
                continue;
            }
            if matches!(self.inside, Inside::Nothing) {
                return Err(self.malformed(value, "a section, such as [default], before the first key"));
            }
            let Some((key, set)) = value.find(['=', ':']).map(|at| value.split_at(at)) else {
                first_mistake = first_mistake.or(Some(self.malformed(value, "a key and a value: key = value")));
                open = false;
                continue;
            };
            let key = key.trim_matches(is_space);
            let set = set.get(1..).unwrap_or_default().trim_matches(is_space);
            if key.is_empty() {
                first_mistake = first_mistake.or(Some(self.malformed(value, "a key before the equals sign")));
            }
            let lower = key.to_lowercase();
            if !keys.insert(lower.clone()) {
                return Err(self.malformed(key, "each key once in a section; Python refuses one that is there twice"));
            }
            let at = self.file.at(span(self.text, if set.is_empty() { key } else { set }));
            let entry = Entry { key: lower, value: set.to_owned(), at, nested: None };
            match self.inside {
                Inside::Defaults => self.defaults.push(entry),
                _ => self.sections.last_mut().map(|section| section.entries.push(entry)).unwrap_or_default(),
            }
            open = true;
        }
        for entry in self.sections.iter_mut().flat_map(|section| &mut section.entries).chain(&mut self.defaults) {
            let kept = entry.value.trim_end_matches(is_space).len();
            entry.value.truncate(kept);
        }
        first_mistake.map_or(Ok(()), Err)
    }

    /// The entry read last, which indented lines belong to.
    fn last(&mut self) -> Option<&mut Entry> {
        match self.inside {
            Inside::Nothing => None,
            Inside::Defaults => self.defaults.last_mut(),
            Inside::Section => self.sections.last_mut().and_then(|section| section.entries.last_mut()),
        }
    }

    fn malformed(&self, part: &str, expected: &'static str) -> Malformed {
        Malformed { expected, at: self.file.at(span(self.text, part)) }
    }
}

/// `[name]`: all up to the last bracket, whatever stands behind it.
fn heading(value: &str) -> Option<&str> {
    let rest = value.strip_prefix('[')?;
    let name = rest.get(..rest.rfind(']')?)?;
    (!name.is_empty()).then_some(name)
}

/// A block under a key: `\n` and lines of `key = value`.
fn nested(text: &str, entry: &Entry, file: File) -> Result<Vec<Entry>, Malformed> {
    let mut entries: Vec<Entry> = Vec::new();
    // The value was put together from lines; their places are found again from where it begins.
    let mut from = match entry.at {
        crate::At::Config(at) | crate::At::Credentials(at) => at.start as usize,
        _ => 0,
    };
    for line in entry.value.split('\n').map(|line| line.trim_matches(is_space)).filter(|line| !line.is_empty()) {
        let rest = text.get(from..).unwrap_or_default();
        let start = rest.find(line).unwrap_or(0);
        let place = rest.get(start..start + line.len()).unwrap_or_default();
        from += start + place.len();
        let Some((key, value)) = place.split_once('=') else {
            return Err(Malformed { expected: "a key and a value: key = value", at: file.at(span(text, place)) });
        };
        let (key, value) = (key.trim_matches(is_space), value.trim_matches(is_space));
        let at = file.at(span(text, if value.is_empty() { key } else { value }));
        entries.push(Entry { key: key.to_owned(), value: value.to_owned(), at, nested: None });
    }
    Ok(entries)
}

/// Lines as Python's universal newlines make them.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// What `str.strip` takes away.
fn is_space(letter: char) -> bool {
    letter.is_whitespace() || ('\x1c'..='\x1f').contains(&letter)
}

/// The second word of a heading such as `profile x` or `profile "x y"`, split as a shell splits; botocore overlooks a
/// heading that does not have exactly two.
pub(crate) fn second_word(heading: &str) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = heading.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        '\'' => break,
                        other => word.push(other),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        '"' => break,
                        '\\' => match letters.next()? {
                            escaped @ ('"' | '\\') => word.push(escaped),
                            other => word.extend(['\\', other]),
                        },
                        other => word.push(other),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(letters.next()?),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    match <[String; 2]>::try_from(words) {
        Ok([_, second]) => Some(second),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::At;

    fn of(text: &str) -> Vec<(String, Vec<(String, String)>)> {
        let sections = parse(text, File::Config).unwrap();
        let told = |entry: &Entry| (entry.key.clone(), entry.value.clone());
        sections.iter().map(|section| (section.name.clone(), section.entries.iter().map(told).collect())).collect()
    }

    #[test]
    fn keys_are_lowered_comments_are_whole_lines_and_values_go_on_when_indented() {
        let text = "# note\n[profile a]\nRegion : eu-west-1 ; kept\nservices = s\n\n  more\n; note\n[b]\r\nx=\r\n";
        assert_eq!(
            of(text),
            [
                (
                    "profile a".to_owned(),
                    vec![
                        ("region".to_owned(), "eu-west-1 ; kept".to_owned()),
                        ("services".to_owned(), "s\n\nmore".to_owned()),
                    ]
                ),
                ("b".to_owned(), vec![("x".to_owned(), String::new())]),
            ]
        );
    }

    #[test]
    fn a_block_has_keys_of_its_own_with_their_places() {
        let text = "[services s]\nsts =\n  endpoint_url = https://one\n  Other=2\n";
        let sections = parse(text, File::Config).unwrap();
        let nested = sections[0].entries[0].nested.as_ref().unwrap();
        assert_eq!(nested[0].key, "endpoint_url");
        assert_eq!(nested[1].key, "Other");
        let At::Config(place) = nested[0].at else { panic!() };
        assert_eq!(place.of(text), "https://one");
        assert_eq!(place.line_and_column(text), (3, 18));
    }

    #[test]
    fn mistakes_are_told_where_they_are() {
        for (text, place) in [
            ("region = x\n[default]", "region = x"),
            ("[a]\nregion x\n", "region x"),
            ("[a]\nb=1\n[a]\n", "a"),
            ("[a]\nb=1\nB=2\n", "B"),
            ("[a]\n= 1\n", "= 1"),
            ("[a]\nsts =\n  endpoint_url\n", "endpoint_url"),
        ] {
            let At::Config(at) = parse(text, File::Config).unwrap_err().at else { panic!() };
            assert_eq!(at.of(text), place, "{text}");
        }
    }

    #[test]
    fn headings_are_split_as_a_shell_splits() {
        for (heading, word) in [
            ("profile x", Some("x")),
            ("profile  'x y'", Some("x y")),
            ("profile \"x \\\"y\\\"\"", Some("x \"y\"")),
            ("profile x\\ y", Some("x y")),
            ("profile x y", None),
            ("profile", None),
            ("profile 'x", None),
            ("profile ''", Some("")),
        ] {
            assert_eq!(second_word(heading).as_deref(), word, "{heading}");
        }
    }
}
