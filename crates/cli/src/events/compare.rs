//! Two records side by side.

use comfy_table::{ContentArrangement, Table, presets};
use rolecall_doctor::text::clean;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Columns of the whole.
const WIDTH: u16 = 100;
/// What differs between any two records and tells nothing.
const ITS_OWN: [&str; 4] = ["eventID", "requestID", "eventTime", "sharedEventID"];

/// Every field of a record by its path.
fn fields(record: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    flatten(record, "", &mut found);
    found
}

fn flatten(value: &Value, path: &str, found: &mut BTreeMap<String, String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(members) if !members.is_empty() => {
            members.iter().for_each(|(name, value)| flatten(value, &below(name), found));
        }
        Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().for_each(|(number, item)| flatten(item, &below(&number.to_string()), found));
        }
        Value::String(text) => drop(found.insert(path.to_owned(), text.clone())),
        other => drop(found.insert(path.to_owned(), other.to_string())),
    }
}

/// The fields of both, by name: what each says, and whether they differ.
fn rows<'f>(
    one: &'f BTreeMap<String, String>,
    other: &'f BTreeMap<String, String>,
) -> impl Iterator<Item = (&'f str, &'f str, &'f str)> {
    let mut names: Vec<&str> = one.keys().chain(other.keys()).map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    let of = |fields: &'f BTreeMap<String, String>, name: &str| fields.get(name).map_or("-", String::as_str);
    names.into_iter().map(move |name| (name, of(one, name), of(other, name)))
}

/// Text for people: what differs first, then what is the same.
pub(super) fn side_by_side(one: &Value, other: &Value) -> String {
    let (one, other) = (fields(one), fields(other));
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    let of = |fields: &BTreeMap<String, String>| {
        let text = |name: &str| fields.get(name).cloned().unwrap_or_default();
        format!("{} {}", text("eventTime"), text("eventID").get(..8).unwrap_or_default())
    };
    table.set_header(["", "", &of(&one), &of(&other)]);
    let is_own = |name: &str| ITS_OWN.contains(&name);
    for (name, left, right) in rows(&one, &other).filter(|(name, left, right)| left != right && !is_own(name)) {
        table.add_row(["≠", &clean(name), &clean(left), &clean(right)]);
    }
    for (name, left, right) in rows(&one, &other).filter(|(_, left, right)| left == right) {
        table.add_row(["", &clean(name), &clean(left), &clean(right)]);
    }
    let text = table.to_string();
    text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

/// The same for machines.
pub(super) fn document(one: &Value, other: &Value) -> Value {
    let (left, right) = (fields(one), fields(other));
    let differ: Vec<Value> = rows(&left, &right)
        .filter(|(name, left, right)| left != right && !ITS_OWN.contains(name))
        .map(|(name, left, right)| json!({ "field": name, "one": left, "other": right }))
        .collect();
    json!({ "one": one, "other": other, "differ": differ })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::conforms;

    #[test]
    fn what_differs_comes_first_and_is_marked() {
        let one = json!({ "eventTime": "t1", "eventID": "aaaaaaaa-1", "awsRegion": "us-east-1", "same": [1, 2] });
        let other = json!({ "eventTime": "t2", "eventID": "bbbbbbbb-2", "awsRegion": "eu-west-1", "same": [1, 2], "vpcEndpointId": "vpce-1" });
        let text = side_by_side(&one, &other);
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(
            lines,
            [
                vec!["t1", "aaaaaaaa", "t2", "bbbbbbbb"],
                vec!["≠", "awsRegion", "us-east-1", "eu-west-1"],
                vec!["≠", "vpcEndpointId", "-", "vpce-1"],
                vec!["same.0", "1", "1"],
                vec!["same.1", "2", "2"],
            ]
        );
        let told = side_by_side(&json!({ "userAgent": "a\u{1b}[2J" }), &json!({ "userAgent": "a" }));
        assert!(told.contains("a\\u{1b}[2J") && !told.contains('\u{1b}'), "{told:?}");
    }

    #[test]
    fn the_document_has_the_published_form() {
        let schema = serde_json::from_str(include_str!("../../../../docs/schema/events-compare.json")).unwrap();
        let one = json!({ "eventID": "a", "eventTime": "t1", "readOnly": true, "resources": [] });
        let other = json!({ "eventID": "b", "eventTime": "t2", "readOnly": false, "resources": [{ "ARN": "arn" }] });
        let told = document(&one, &other);
        conforms(&schema, "comparison", &told);
        assert_eq!(
            told["differ"],
            json!([
                { "field": "readOnly", "one": "true", "other": "false" },
                { "field": "resources", "one": "[]", "other": "-" },
                { "field": "resources.0.ARN", "one": "-", "other": "arn" },
            ])
        );
    }
}
