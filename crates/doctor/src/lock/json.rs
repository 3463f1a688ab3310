//! JSON whose values know where they stand: a raw value is a piece of the text, so its address is its place.

use super::{Fault, Malformed, place::offset_in};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Reads `part`, which is the whole of `text` or a piece of it.
pub(super) fn read<'t, T: Deserialize<'t>>(text: &'t str, part: &'t str) -> Result<T, Fault> {
    serde_json::from_str(part).map_err(|error| {
        let lines_before = error.line().saturating_sub(1);
        let line_start = part.split_inclusive('\n').take(lines_before).map(str::len).sum::<usize>();
        let offset = offset_in(text, part) + line_start + error.column().saturating_sub(1);
        // The place is told by us, in the whole file's terms.
        let told = error.to_string();
        let words = told.rsplit_once(" at line ").map_or(&*told, |(words, _)| words);
        Fault::new(offset, Malformed::Json(words.to_owned()))
    })
}

/// The string that `value` is, and the offset of its first character. What is no string is a fault: `expected` it.
pub(super) fn string(text: &str, value: &RawValue, expected: &'static str) -> Result<(String, usize), Fault> {
    let offset = offset_in(text, value.get());
    match serde_json::from_str(value.get()) {
        Ok(string) => Ok((string, offset + 1)),
        Err(_) => Err(Fault::new(offset, Malformed::Expected(expected))),
    }
}
