//! Edits of a table of `world.toml`.

use rolecall_world::{At, World};
use std::ops::Range;

/// A text as TOML writes it.
pub(crate) fn quoted(text: &str) -> String {
    // A basic string has the escapes of JSON.
    serde_json::to_string(text).unwrap_or_default()
}

/// The lines of one table.
pub(crate) struct Table<'t> {
    text: &'t str,
    /// Behind its heading.
    body: Range<usize>,
    file: String,
}

/// The members of an inline table, parted at commas that are not part of a value.
fn members(inner: &str) -> impl Iterator<Item = &str> {
    let (mut quote, mut depth, mut escaped) = (None, 0_usize, false);
    inner.split(move |letter: char| {
        let was_escaped = std::mem::take(&mut escaped);
        match (quote, letter) {
            (Some('"'), '\\') => escaped = !was_escaped,
            (Some(open), close) if open == close && !was_escaped => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') => return depth == 0,
            (None, _) => {}
        }
        false
    })
}

/// Where the heading of the table begins that `place` is in.
fn heading(text: &str, place: usize) -> usize {
    let mut end = text.get(place..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| place + end);
    loop {
        let line = text.get(..end).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
        if text.get(line..).is_some_and(|rest| rest.starts_with('[')) || line == 0 {
            return line;
        }
        end = line - 1;
    }
}

impl<'t> Table<'t> {
    /// The table that `at` stands in.
    pub(crate) fn at(world: &'t World, at: At) -> Self {
        let text = world.files.text(at.file);
        let start = heading(text, at.span.start as usize);
        let line_end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| start + end + 1);
        let rest = text.get(line_end..).unwrap_or_default();
        let mut end = line_end;
        for line in rest.split_inclusive('\n') {
            if line.starts_with('[') {
                break;
            }
            end += line.len();
        }
        Self { text, body: line_end..end, file: world.files.path(at.file).to_owned() }
    }

    /// Sets `key`, in the place of what it holds, or on a line of its own below the table's other keys.
    pub(crate) fn set(&self, key: &str, value: &str) -> super::Edit {
        let (span, new) = match self.value(key) {
            Some(span) => (span, value.to_owned()),
            None => {
                let end = self.last_key_end();
                (end..end, format!("{key} = {value}\n"))
            }
        };
        super::Edit { file: self.file.clone(), span, new }
    }

    /// Sets a member of the inline table that `key` holds.
    pub(crate) fn set_member(&self, key: &str, member: &str, value: &str) -> super::Edit {
        let Some(span) = self.value(key) else {
            return self.set(key, &format!("{{ {member} = {value} }}"));
        };
        let held = self.text.get(span.clone()).unwrap_or_default();
        let inner = held.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default().trim();
        let kept = members(inner).map(str::trim).filter(|part| {
            let name = part.split('=').next().unwrap_or_default().trim().trim_matches('"');
            !part.is_empty() && name != member.trim_matches('"')
        });
        let mut parts: Vec<String> = kept.map(str::to_owned).collect();
        parts.push(format!("{member} = {value}"));
        super::Edit { file: self.file.clone(), span, new: format!("{{ {} }}", parts.join(", ")) }
    }

    /// The list that `key` holds, with one more element in front of the others, where no comment can be in its way.
    pub(crate) fn with_element(&self, key: &str, element: &str) -> String {
        let held = self.value(key).and_then(|range| self.text.get(range)).unwrap_or_default();
        let inner = held.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or_default();
        match inner.strip_prefix('\n') {
            _ if inner.trim().is_empty() => format!("[{element}]"),
            Some(lines) => {
                let indent: String = lines.chars().take_while(|letter| matches!(letter, ' ' | '\t')).collect();
                format!("[\n{indent}{element},\n{lines}]")
            }
            None => format!("[{element}, {}]", inner.trim()),
        }
    }

    /// Takes a key away with its line.
    pub(crate) fn remove(&self, key: &str) -> Option<super::Edit> {
        let value = self.value(key)?;
        let start = self.text.get(..value.start)?.rfind('\n').map_or(0, |newline| newline + 1);
        let end = self.text.get(value.end..)?.find('\n').map_or(self.text.len(), |newline| value.end + newline + 1);
        Some(super::Edit { file: self.file.clone(), span: start..end, new: String::new() })
    }

    /// What `key` holds.
    pub(crate) fn value(&self, key: &str) -> Option<Range<usize>> {
        let mut at = self.body.start;
        for line in self.text.get(self.body.clone())?.split_inclusive('\n') {
            if let Some(rest) = line.trim_start().strip_prefix(key).map(str::trim_start)
                && let Some(value) = rest.strip_prefix('=')
            {
                let start = at + (line.len() - value.trim_start().len());
                return Some(start..self.end_of_value(start));
            }
            at += line.len();
        }
        None
    }

    /// Where the value that begins at `start` ends: with its last bracket, or with its line.
    fn end_of_value(&self, start: usize) -> usize {
        let mut depth = 0_usize;
        let mut quote = None;
        let rest = self.text.get(start..self.body.end).unwrap_or_default();
        let mut escaped = false;
        let mut comment = false;
        for (index, letter) in rest.char_indices() {
            if comment && letter != '\n' {
                continue;
            }
            comment = false;
            match (quote, letter) {
                (Some('"'), '\\') if !escaped => {
                    escaped = true;
                    continue;
                }
                (Some(open), close) if open == close && !escaped => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(letter),
                (None, '[' | '{') => depth += 1,
                (None, ']' | '}') => depth = depth.saturating_sub(1),
                (None, '\n' | '#') if depth == 0 => {
                    return start + rest.get(..index).unwrap_or_default().trim_end().len();
                }
                (None, '#') => comment = true,
                (None, _) => {}
            }
            escaped = false;
        }
        start + rest.trim_end().len()
    }

    /// Behind the last line that is no comment and not empty.
    fn last_key_end(&self) -> usize {
        let (mut at, mut end) = (self.body.start, self.body.start);
        for line in self.text.get(self.body.clone()).unwrap_or_default().split_inclusive('\n') {
            at += line.len();
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                end = at;
            }
        }
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table<'_> {
        Table { text, body: 0..text.len(), file: "world.toml".to_owned() }
    }

    fn set(text: &str, key: &str, value: &str) -> String {
        let edit = table(text).set(key, value);
        format!("{}{}{}", &text[..edit.span.start], edit.new, &text[edit.span.end..])
    }

    #[test]
    fn a_value_ends_with_its_last_bracket_whatever_comments_say() {
        let text = "a = [ # it isn't ]\n  \"x]\", # nor \"this\n]\nb = 'y' # z\n";
        assert_eq!(&text[table(text).value("a").unwrap()], "[ # it isn't ]\n  \"x]\", # nor \"this\n]");
        assert_eq!(&text[table(text).value("b").unwrap()], "'y'");
        assert_eq!(set(text, "b", "1"), text.replace("'y'", "1"));
        assert_eq!(set("a = 1\n\n# below\n", "c", "2"), "a = 1\nc = 2\n\n# below\n");
    }

    #[test]
    fn an_element_stands_as_its_neighbours_do() {
        for (text, expected) in [
            ("", "[1]"),
            ("a = []", "[1]"),
            ("a = [2, 3]", "[1, 2, 3]"),
            ("a = [\n  2, # two\n]", "[\n  1,\n  2, # two\n]"),
        ] {
            assert_eq!(table(text).with_element("a", "1"), expected);
        }
    }

    #[test]
    fn a_member_takes_the_place_of_the_one_of_its_name() {
        for (text, expected) in [
            ("", "a = { \"x y\" = 1 }\n"),
            ("a = { b = 2 }", "a = { b = 2, \"x y\" = 1 }"),
            ("a = { \"x y\" = 2, b = 2 }", "a = { b = 2, \"x y\" = 1 }"),
        ] {
            let edit = table(text).set_member("a", "\"x y\"", "1");
            let out = format!("{}{}{}", &text[..edit.span.start], edit.new, &text[edit.span.end..]);
            assert_eq!(out, expected);
        }
    }
}
