//! Files changed and searched as texts, with nothing of the doctor's own.

use crate::support::Files;
use serde_json::Value;

/// A line of a file, from 1.
pub(super) type Spot = (String, usize);

/// How a JSON file is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Two blanks, as AWS shows policies.
    Wide,
    /// All in one line.
    Narrow,
    /// Tabulators, and lines that end as on Windows.
    Foreign,
}

pub(super) fn laid_out(value: &Value, layout: Layout) -> String {
    match layout {
        Layout::Wide => format!("{}\n", serde_json::to_string_pretty(value).unwrap()),
        Layout::Narrow => value.to_string(),
        Layout::Foreign => {
            let wide = serde_json::to_string_pretty(value).unwrap();
            let line = |line: &str| {
                let text = line.trim_start();
                format!("{}{text}\r\n", "\t".repeat((line.len() - text.len()) / 2))
            };
            wide.lines().map(line).collect()
        }
    }
}

/// The line on which the member or element at the end of `path` begins.
pub(super) fn json_line(text: &str, path: &[&str]) -> usize {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
    let at = scan.find(path).unwrap_or_else(|| panic!("no {path:?} in {text}"));
    line_of(text, at)
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Goes through a text that is known to be JSON.
struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Scan<'_> {
    fn blank(&mut self) {
        while self.bytes[self.at].is_ascii_whitespace() || matches!(self.bytes[self.at], b',' | b':') {
            self.at += 1;
        }
    }

    fn string(&mut self) -> String {
        let start = self.at;
        self.at += 1;
        while self.bytes[self.at] != b'"' {
            self.at += if self.bytes[self.at] == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
        serde_json::from_slice(&self.bytes[start..self.at]).unwrap()
    }

    /// Skips a value, or stops where `path` leads to in it.
    fn find(&mut self, path: &[&str]) -> Option<usize> {
        self.blank();
        match self.bytes[self.at] {
            open @ (b'{' | b'[') => {
                self.at += 1;
                for index in 0_usize.. {
                    self.blank();
                    if matches!(self.bytes[self.at], b'}' | b']') {
                        self.at += 1;
                        break;
                    }
                    let start = self.at;
                    let key = if open == b'{' { self.string() } else { index.to_string() };
                    let wanted = path.first() == Some(&key.as_str());
                    if wanted && path.len() == 1 {
                        return Some(start);
                    }
                    if let Some(found) = self.find(if wanted { &path[1..] } else { &[] }) {
                        return Some(found);
                    }
                }
            }
            b'"' => {
                self.string();
            }
            _ => {
                while !matches!(self.bytes[self.at], b',' | b']' | b'}') && !self.bytes[self.at].is_ascii_whitespace() {
                    self.at += 1;
                }
            }
        }
        None
    }
}

/// Where a table of `world.toml` stands: from its heading up to the next one.
fn table(text: &str, heading: &str, holds: &str) -> std::ops::Range<usize> {
    let mut found = Vec::new();
    let mut start = 0;
    let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices("\n[").map(|(at, _)| at + 1)).collect();
    for next in starts.into_iter().skip(1).chain([text.len()]) {
        let body = &text[start..next];
        if body.lines().next() == Some(heading) && body.contains(&format!("\n{holds}\n")) {
            found.push(start..next);
        }
        start = next;
    }
    assert_eq!(found.len(), 1, "{heading} with {holds}");
    found.remove(0)
}

fn key_line<'t>(body: &'t str, key: &str) -> Option<&'t str> {
    body.split_inclusive('\n').find(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(" =")))
}

/// One table of `world.toml`: its heading, and a line that only it has.
#[derive(Debug, Clone)]
pub(super) struct Table(pub(super) String, pub(super) String);

impl Table {
    pub(super) fn new(heading: &str, key: &str, value: &str) -> Self {
        Self(heading.to_owned(), format!("{key} = \"{value}\""))
    }

    /// Sets a key in its line, or in a new one below the line that the table is known by.
    pub(super) fn set(&self, files: &mut Files, key: &str, value: &str) {
        let text = files.get_mut("world.toml").unwrap();
        let range = table(text, &self.0, &self.1);
        let line = format!("{key} = {value}\n");
        let body = &text[range.clone()];
        let new = match key_line(body, key) {
            Some(old) => body.replacen(old, &line, 1),
            None => body.replacen(&format!("{}\n", self.1), &format!("{}\n{line}", self.1), 1),
        };
        text.replace_range(range, &new);
    }

    pub(super) fn remove(&self, files: &mut Files, key: &str) {
        let text = files.get_mut("world.toml").unwrap();
        let range = table(text, &self.0, &self.1);
        let body = &text[range.clone()];
        let new = body.replacen(key_line(body, key).unwrap(), "", 1);
        text.replace_range(range, &new);
    }

    /// Takes the whole table away.
    pub(super) fn drop(&self, files: &mut Files) {
        let text = files.get_mut("world.toml").unwrap();
        let range = table(text, &self.0, &self.1);
        text.replace_range(range, "");
    }

    /// The line of a key.
    pub(super) fn at(&self, files: &Files, key: &str) -> Spot {
        let text = &files["world.toml"];
        let range = table(text, &self.0, &self.1);
        let body = &text[range.clone()];
        let line = key_line(body, key).unwrap_or_else(|| panic!("no {key} in {body}"));
        let offset = line.as_ptr() as usize - body.as_ptr() as usize;
        ("world.toml".to_owned(), line_of(text, range.start + offset))
    }

    /// The line of its heading.
    pub(super) fn heading(&self, files: &Files) -> Spot {
        let text = &files["world.toml"];
        ("world.toml".to_owned(), line_of(text, table(text, &self.0, &self.1).start))
    }

    /// Its text.
    pub(super) fn text<'f>(&self, files: &'f Files) -> &'f str {
        let text = &files["world.toml"];
        &text[table(text, &self.0, &self.1)]
    }
}

/// Puts `new` in the place of the only `old` in a file.
pub(super) fn swap(files: &mut Files, file: &str, old: &str, new: &str) {
    let text = files.get_mut(file).unwrap_or_else(|| panic!("no {file}"));
    assert_eq!(text.matches(old).count(), 1, "{old:?} in {file}");
    *text = text.replacen(old, new, 1);
}

/// The line of the only `needle` in a file.
pub(super) fn only(files: &Files, file: &str, needle: &str) -> Spot {
    let text = &files[file];
    assert_eq!(text.matches(needle).count(), 1, "{needle:?} in {file}: {text}");
    (file.to_owned(), line_of(text, text.find(needle).unwrap()))
}
