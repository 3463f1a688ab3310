//! A recorded call explained, for people and for machines: what stands beside the explanation itself.

use super::Replayed;
use crate::{
    Case,
    record::{Comparison, Record, comparison_json, record_json, wrapped},
};
use serde_json::{Value, json};

/// What was taken to be so, and in what the world comes to something else than AWS, for people. Ends with a newline, or
/// is empty.
#[must_use]
pub fn text(found: &Replayed<'_>) -> String {
    let mut out = String::new();
    if let Some(disagreement) = &found.disagreement {
        wrapped(&mut out, "not as on AWS: ", "  ", disagreement);
    }
    for note in &found.notes {
        wrapped(&mut out, "note: ", "  ", &note.text);
    }
    out
}

/// What `explain --event --json` prints: the document of `explain`, and beside it the record, what was taken to be so,
/// the disagreement with AWS and, for two records, what differs between them.
#[must_use]
pub fn json(case: &Case<'_>, found: &Replayed<'_>, record: &Record, comparison: Option<&Comparison<'_>>) -> Value {
    let mut out = crate::json::explanation(case, &found.explanation);
    let notes = found.notes.iter().map(|note| json!({ "id": note.id, "text": note.text }));
    if let Some(members) = out.as_object_mut() {
        members.insert("record".to_owned(), record_json(record));
        members.insert("notes".to_owned(), notes.collect());
        members.insert("disagreement".to_owned(), json!(found.disagreement));
        members.insert("comparison".to_owned(), comparison.map_or(Value::Null, comparison_json));
    }
    out
}
