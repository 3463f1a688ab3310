//! The dialects of the AWS SDKs for Java.
//!
//! Source: `AbstractProfilesConfigFileScanner.java` of aws-sdk-java 1.12.797 and `ProfileFileReader.java` of
//! aws-sdk-java-v2 2.57.8.

use super::{Entry, File, Section, span};

/// What stops a reader: its words, and where.
pub(crate) type Broken = (String, crate::At);

/// A file as version 1 reads it: `[x]` and `key = value`, nothing else. A section that is there twice is the later one.
pub(crate) fn first(text: &str, file: File) -> Result<Vec<Section>, Broken> {
    let mut sections: Vec<Section> = Vec::new();
    for (number, line) in lines(text).enumerate().map(|(index, line)| (index + 1, line.trim())) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let at = file.at(span(text, line));
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let name = name.trim().to_owned();
            sections.retain(|section| section.name != name);
            sections.push(Section { name, at, entries: Vec::new() });
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            return Err((format!("Invalid property format: no '=' character is found on line {number}"), at));
        };
        let Some(section) = sections.last_mut() else {
            return Err((format!("Property is defined without a preceding profile name on line {number}"), at));
        };
        section.entries.push(pair(text, file, key, value));
    }
    Ok(sections)
}

/// A file as version 2 reads it. Sections are called `default`, `profile x`, `services x` and so on in both files.
pub(crate) fn second(text: &str, file: File) -> Result<Vec<Section>, Broken> {
    let mut sections: Vec<Section> = Vec::new();
    let mut reading = Reading { place: None, ignored: false, prefixed: false, nests: false };
    for (number, line) in lines(text).enumerate().map(|(index, line)| (index + 1, line)) {
        if line.trim_matches([' ', '\t']).is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let at = file.at(span(text, line.trim()));
        let broken = |says: &str| Err((format!("{says} on line {number}"), at));
        if line.starts_with('[') {
            let kept = line.split(['#', ';']).next().unwrap_or_default().trim();
            let Some(name) = kept.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
                return broken("Profile definition must end with ']'");
            };
            reading.open(heading(name.trim(), file), at, &mut sections);
            continue;
        }
        if reading.ignored {
            continue;
        }
        let section = reading.place.and_then(|place| sections.get_mut(place));
        let continues = line.starts_with([' ', '\t']);
        let Some(section) = section else {
            let expected =
                if continues { "Expected a profile or property definition" } else { "Expected a profile definition" };
            return broken(expected);
        };
        let kept = if continues { line.trim() } else { without_comment(line).trim() };
        let split = kept.split_once('=');
        if continues {
            let Some(parent) = section.entries.last_mut() else {
                return broken("Expected a profile or property definition");
            };
            if !reading.nests {
                parent.value.push('\n');
                parent.value.push_str(kept);
                continue;
            }
            let Some((key, value)) = split else { return broken("Expected an '=' sign defining a property") };
            parent.nested.get_or_insert_default().push(pair(text, file, key, value));
            continue;
        }
        let Some((key, value)) = split else { return broken("Expected an '=' sign defining a property") };
        if key.trim().is_empty() {
            return broken("Property did not have a name");
        }
        reading.nests = value.trim().is_empty();
        section.entries.push(pair(text, file, key, value));
    }
    Ok(sections)
}

struct Reading {
    /// The section being read.
    place: Option<usize>,
    /// Whether it is one that nothing is made of.
    ignored: bool,
    /// Whether `[profile default]` has been there, which counts before `[default]`.
    prefixed: bool,
    /// Whether the last key has no value, and what is indented under it is keys of its own.
    nests: bool,
}

impl Reading {
    fn open(&mut self, name: Option<(String, bool)>, at: crate::At, sections: &mut Vec<Section>) {
        let Some((name, prefixed)) = name.filter(|(name, prefixed)| name != "default" || *prefixed || !self.prefixed)
        else {
            self.ignored = true;
            return;
        };
        self.ignored = false;
        self.nests = false;
        if name == "default" && prefixed {
            if !self.prefixed {
                sections.retain(|section| section.name != "default");
            }
            self.prefixed = true;
        }
        let place = sections.iter().position(|section| section.name == name);
        self.place = Some(place.unwrap_or_else(|| {
            sections.push(Section { name, at, entries: Vec::new() });
            sections.len() - 1
        }));
    }
}

/// The section's name, and whether the word `profile` stands before it; `None` for what is no section.
fn heading(name: &str, file: File) -> Option<(String, bool)> {
    let after = |word: &str| {
        let rest = name.strip_prefix(word)?;
        rest.starts_with([' ', '\t']).then(|| rest.trim())
    };
    let (told, name, prefixed) = match (after("profile"), file) {
        (Some(rest), File::Config) => (rest.to_owned(), rest, true),
        (_, File::Credentials) => (name.to_owned(), name, false),
        (None, File::Config) if name == "default" => (name.to_owned(), name, false),
        (None, File::Config) => {
            let (word, rest) = ["services", "sso-session"].iter().find_map(|word| Some((*word, after(word)?)))?;
            (format!("{word} {rest}"), rest, false)
        }
    };
    let good = |letter: char| letter.is_ascii_alphanumeric() || "_-/.%@:+".contains(letter);
    name.chars().all(good).then_some((told, prefixed))
}

fn pair(text: &str, file: File, key: &str, value: &str) -> Entry {
    let (key, value) = (key.trim(), value.trim());
    let at = file.at(span(text, if value.is_empty() { key } else { value }));
    Entry { key: key.to_owned(), value: value.to_owned(), at, nested: None }
}

/// What stands before a comment that follows a blank.
fn without_comment(line: &str) -> &str {
    let end = [" #", " ;", "\t#", "\t;"].iter().filter_map(|mark| line.find(mark)).min().unwrap_or(line.len());
    line.get(..end).unwrap_or(line)
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_reads_in_its_own_way() {
        let text = "[default]\nregion = a\n[profile x] # one\nregion = b ;two\nsts =\n  endpoint_url = https://x\n[profile default]\nk = 1\n";
        let told = |sections: Vec<Section>| -> Vec<(String, usize)> {
            sections.into_iter().map(|section| (section.name, section.entries.len())).collect()
        };
        assert_eq!(
            told(second(text, File::Config).unwrap()),
            [("x".to_owned(), 2), ("default".to_owned(), 1)],
            "the word `profile` wins"
        );
        assert!(first(text, File::Config).unwrap_err().0.ends_with("on line 3"));
        let text = "[a]\nk = 1\n[a]\nl = 2\nm=3\n";
        assert_eq!(told(first(text, File::Config).unwrap()), [("a".to_owned(), 2)]);
        assert_eq!(told(second(text, File::Credentials).unwrap()), [("a".to_owned(), 3)]);
    }
}
