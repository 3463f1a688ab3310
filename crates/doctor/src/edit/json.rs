//! Edits of a JSON text that leave alone everything they are not about, its layout included.

use std::ops::Range;

/// A value and where it stands.
#[derive(Debug)]
pub(crate) struct Node {
    range: Range<usize>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Object(Vec<Member>),
    Array(Vec<Node>),
    Scalar,
}

#[derive(Debug)]
struct Member {
    key: String,
    /// From the key's quotation mark.
    start: usize,
    value: Node,
}

/// Documents nest less than this before the policy grammar refuses them.
const DEPTH: usize = 64;

/// A text, and its values.
pub(crate) struct Json<'t> {
    text: &'t str,
    root: Node,
}

/// A piece of the text and what takes its place.
pub(crate) type Piece = (Range<usize>, String);

impl<'t> Json<'t> {
    /// Reads `text`; `None` when it is not JSON.
    pub(crate) fn read(text: &'t str) -> Option<Self> {
        let mut scanner = Scanner { bytes: text.as_bytes(), text, at: 0 };
        let root = scanner.value(DEPTH)?;
        Some(Self { text, root })
    }

    /// The statement at that place; a policy with one statement may have it without a list.
    pub(crate) fn statement(&self, index: usize) -> Option<&Node> {
        let statements = self.root.get("Statement")?;
        match &statements.kind {
            Kind::Array(list) => list.get(index),
            Kind::Object(_) if index == 0 => Some(statements),
            Kind::Object(_) | Kind::Scalar => None,
        }
    }

    /// Adds a statement at the end.
    pub(crate) fn add_statement(&self, json: &str) -> Option<Piece> {
        self.add(self.root.get("Statement")?, json)
    }

    /// Takes the statement at that place away; `None` where it is the only one, which a policy cannot be without.
    pub(crate) fn remove_statement(&self, index: usize) -> Option<Piece> {
        let statements = self.root.get("Statement")?;
        match &statements.kind {
            Kind::Array(list) if list.len() > 1 => self.remove(list.iter().map(|node| node.range.clone()), index),
            _ => None,
        }
    }

    /// Puts `json` in a value's place.
    pub(crate) fn set(&self, node: &Node, json: &str) -> Piece {
        (node.range.clone(), self.shifted(json, node.range.start))
    }

    /// Adds `json` to a list; a single value becomes a list of two.
    pub(crate) fn add(&self, node: &Node, json: &str) -> Option<Piece> {
        match &node.kind {
            Kind::Array(list) => match (list.first(), list.last()) {
                (Some(first), Some(last)) => {
                    let between = self.between(node.range.start, first.range.start);
                    let json = self.shifted(json, first.range.start);
                    Some((last.range.end..last.range.end, format!(",{between}{json}")))
                }
                _ => Some((node.range.clone(), format!("[{json}]"))),
            },
            Kind::Object(_) | Kind::Scalar => {
                let old = self.text.get(node.range.clone())?;
                let indent = self.indent(node.range.start);
                if json.contains('\n') {
                    let inner = format!("\n{indent}  ");
                    let shift = |text: &str| text.replace('\n', "\n  ");
                    let json = self.shifted(json, node.range.start);
                    return Some((
                        node.range.clone(),
                        format!("[{inner}{},{inner}{}\n{indent}]", shift(old), shift(&json)),
                    ));
                }
                Some((node.range.clone(), format!("[{old}, {json}]")))
            }
        }
    }

    /// Adds a member to an object.
    pub(crate) fn add_member(&self, node: &Node, key: &str, json: &str) -> Option<Piece> {
        let Kind::Object(members) = &node.kind else { return None };
        let (Some(first), Some(last)) = (members.first(), members.last()) else {
            return Some((node.range.clone(), format!("{{ \"{key}\": {json} }}")));
        };
        let between = self.between(node.range.start, first.start);
        let end = last.value.range.end;
        let json = self.shifted(json, first.start);
        Some((end..end, format!(",{between}\"{key}\": {json}")))
    }

    /// Takes a member away.
    pub(crate) fn remove_member(&self, node: &Node, key: &str) -> Option<Piece> {
        let Kind::Object(members) = &node.kind else { return None };
        let index = members.iter().position(|member| member.key == key)?;
        self.remove(members.iter().map(|member| member.start..member.value.range.end), index)
    }

    /// Takes an element of a list away.
    pub(crate) fn remove_element(&self, node: &Node, index: usize) -> Option<Piece> {
        let Kind::Array(list) = &node.kind else { return None };
        self.remove(list.iter().map(|node| node.range.clone()), index)
    }

    /// The text of a value.
    pub(crate) fn text_of(&self, node: &Node) -> &'t str {
        self.text.get(node.range.clone()).unwrap_or_default()
    }

    fn remove(&self, ranges: impl Iterator<Item = Range<usize>>, index: usize) -> Option<Piece> {
        let ranges: Vec<_> = ranges.collect();
        let own = ranges.get(index)?.clone();
        // With the comma in front of it, or, for the first, with everything up to the next.
        let range = match (index.checked_sub(1).and_then(|before| ranges.get(before)), ranges.get(index + 1)) {
            (Some(before), _) => before.end..own.end,
            (None, Some(next)) => own.start..next.start,
            (None, None) => own,
        };
        Some((range, String::new()))
    }

    /// What stands between an opening bracket and what follows it: a blank, or a new line with its indentation.
    fn between(&self, opening: usize, next: usize) -> String {
        let between = self.text.get(opening + 1..next).unwrap_or_default();
        if between.is_empty() { " ".to_owned() } else { between.to_owned() }
    }

    /// The blanks at the beginning of the line of `place`.
    fn indent(&self, place: usize) -> String {
        let before = self.text.get(..place).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = self.text.get(line..).unwrap_or_default();
        line.chars().take_while(|letter| matches!(letter, ' ' | '\t')).collect()
    }

    /// A text of several lines, moved in as far as the line of `place`.
    fn shifted(&self, json: &str, place: usize) -> String {
        json.replace('\n', &format!("\n{}", self.indent(place)))
    }
}

impl Node {
    /// The member of that name.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let Kind::Object(members) = &self.kind else { return None };
        members.iter().find(|member| member.key == key).map(|member| &member.value)
    }

    /// The member of that name, whatever its case, and the name as it is written.
    pub(crate) fn get_folded(&self, key: &str) -> Option<(&str, &Self)> {
        let Kind::Object(members) = &self.kind else { return None };
        let member = members.iter().find(|member| member.key.eq_ignore_ascii_case(key))?;
        Some((&member.key, &member.value))
    }

    /// Its elements, or itself where it is no list.
    pub(crate) fn elements(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::Array(list) => list.iter().collect(),
            Kind::Object(_) | Kind::Scalar => vec![self],
        }
    }

    /// Whether it is a list.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.kind, Kind::Array(_))
    }

    /// How many members or elements it has.
    pub(crate) fn len(&self) -> usize {
        match &self.kind {
            Kind::Object(members) => members.len(),
            Kind::Array(list) => list.len(),
            Kind::Scalar => 0,
        }
    }
}

struct Scanner<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
}

impl Scanner<'_> {
    fn blank(&mut self) {
        while self.bytes.get(self.at).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        self.blank();
        let found = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        let depth = depth.checked_sub(1)?;
        self.blank();
        let start = self.at;
        let kind = match self.bytes.get(self.at)? {
            b'{' => {
                self.at += 1;
                let mut members = Vec::new();
                while !self.take(b'}') {
                    if !members.is_empty() && !self.take(b',') {
                        return None;
                    }
                    self.blank();
                    let start = self.at;
                    self.string()?;
                    let key = serde_json::from_str(self.text.get(start..self.at)?).ok()?;
                    if !self.take(b':') {
                        return None;
                    }
                    members.push(Member { key, start, value: self.value(depth)? });
                }
                Kind::Object(members)
            }
            b'[' => {
                self.at += 1;
                let mut list = Vec::new();
                while !self.take(b']') {
                    if !list.is_empty() && !self.take(b',') {
                        return None;
                    }
                    list.push(self.value(depth)?);
                }
                Kind::Array(list)
            }
            b'"' => {
                self.string()?;
                Kind::Scalar
            }
            _ => {
                let end = self.bytes.get(self.at..)?.iter().position(|byte| b",]} \t\r\n".contains(byte));
                self.at = end.map_or(self.bytes.len(), |end| self.at + end);
                (self.at > start).then_some(Kind::Scalar)?
            }
        };
        Some(Node { range: start..self.at, kind })
    }

    fn string(&mut self) -> Option<()> {
        if self.bytes.get(self.at) != Some(&b'"') {
            return None;
        }
        self.at += 1;
        loop {
            match self.bytes.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
    }
}

/// A value laid out over several lines, for what is put in anew.
pub(crate) fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, edit: impl FnOnce(&Json<'_>) -> Option<Piece>) -> String {
        let json = Json::read(text).unwrap();
        let (range, new) = edit(&json).unwrap();
        let mut out = text.to_owned();
        out.replace_range(range, &new);
        let _: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"));
        out
    }

    const LINES: &str =
        "{\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": \"a\"\n    }\n  ]\n}\n";

    #[test]
    fn what_is_added_stands_as_its_neighbours_do() {
        let added = edited(LINES, |json| json.add_statement("{\n  \"Effect\": \"Deny\"\n}"));
        assert!(added.contains("    },\n    {\n      \"Effect\": \"Deny\"\n    }\n  ]"), "{added}");
        let added = edited(LINES, |json| json.add_member(json.statement(0)?, "Sid", "\"one\""));
        assert!(added.contains("\"Action\": \"a\",\n      \"Sid\": \"one\"\n    }"), "{added}");
        let added = edited(LINES, |json| json.add(json.statement(0)?.get("Action")?, "\"b\""));
        assert!(added.contains("\"Action\": [\"a\", \"b\"]"), "{added}");
        let added =
            edited(r#"{"Statement":[{"Action":["a"]}]}"#, |json| json.add(json.statement(0)?.get("Action")?, "\"b\""));
        assert_eq!(added, r#"{"Statement":[{"Action":["a", "b"]}]}"#);
    }

    #[test]
    fn a_single_statement_becomes_a_list() {
        let added =
            edited("{ \"Statement\": { \"Effect\": \"Allow\" } }", |json| json.add_statement("{\n  \"a\": 1\n}"));
        assert!(added.contains("\"Statement\": ["), "{added}");
    }

    #[test]
    fn what_is_taken_away_takes_its_comma_along() {
        let two = r#"{"Statement":[{"Action":["a","b","c"],"Sid":"x"},{"Sid":"y"}]}"#;
        let without = |index| edited(two, |json| json.remove_element(json.statement(0)?.get("Action")?, index));
        assert!(without(0).contains(r#"["b","c"]"#));
        assert!(without(1).contains(r#"["a","c"]"#));
        assert!(without(2).contains(r#"["a","b"]"#));
        assert_eq!(
            edited(two, |json| json.remove_statement(1)),
            r#"{"Statement":[{"Action":["a","b","c"],"Sid":"x"}]}"#
        );
        assert!(edited(two, |json| json.remove_member(json.statement(0)?, "Action")).contains(r#"[{"Sid":"x"},"#));
    }

    #[test]
    fn what_is_no_json_is_not_read() {
        for wrong in ["", "{", "{\"a\"}", "[1,", "\"a", "{\"a\":1,}"] {
            assert!(Json::read(wrong).is_none(), "{wrong}");
        }
        assert!(Json::read(&"[".repeat(100_000)).is_none());
    }
}
