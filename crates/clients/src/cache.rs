//! The AWS CLI's cache of sessions, `~/.aws/cli/cache/KEY.json`: which file a chain's session would be found in.
//!
//! Source: `credentials.py` of botocore 1.44.5, `_create_cache_key`, and `customizations/assumerole.py` of the AWS CLI 1.46.3.

use crate::Hop;
use sha1::{Digest, Sha1};
use std::fmt::Write as _;

impl Hop {
    /// The name, without `.json`, of the file in which the AWS CLI keeps this session; `None` for a call that a program
    /// makes itself, whose session is kept nowhere.
    ///
    /// A session found there is used for as long as it has more than 15 minutes to go, under the name it was made with.
    /// Sessions by web identity are kept too, under names into which newer versions mix the token.
    #[must_use]
    pub fn cli_cache_key(&self) -> Option<String> {
        self.profile.as_ref()?;
        Some(key(&[
            ("DurationSeconds", self.duration_seconds.map(|(seconds, _)| seconds.to_string())),
            ("ExternalId", self.external_id.as_ref().map(|id| text(&id.value))),
            ("RoleArn", Some(text(&self.role_arn.value))),
            ("RoleSessionName", self.session_name.given().map(text)),
            ("SerialNumber", self.mfa_serial.as_ref().map(|serial| text(&serial.value))),
        ]))
    }
}

/// The SHA-1 of the call's parameters as JSON with sorted keys, as Python writes it.
fn key(parameters: &[(&str, Option<String>)]) -> String {
    let given =
        parameters.iter().filter_map(|(name, value)| value.as_ref().map(|value| format!("\"{name}\": {value}")));
    let json = format!("{{{}}}", given.collect::<Vec<_>>().join(", "));
    let mut told = String::with_capacity(40);
    for byte in Sha1::digest(json.as_bytes()) {
        let _ = write!(told, "{byte:02x}");
    }
    told
}

/// A JSON string in ASCII alone.
fn text(value: &str) -> String {
    let mut told = String::from("\"");
    for letter in value.chars() {
        match letter {
            '"' => told.push_str("\\\""),
            '\\' => told.push_str("\\\\"),
            '\n' => told.push_str("\\n"),
            '\r' => told.push_str("\\r"),
            '\t' => told.push_str("\\t"),
            '\u{8}' => told.push_str("\\b"),
            '\u{c}' => told.push_str("\\f"),
            ' '..='~' => told.push(letter),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    let _ = write!(told, "\\u{unit:04x}");
                }
            }
        }
    }
    told.push('"');
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_written_as_python_writes_it() {
        assert_eq!(text("a\"\\é😀\u{7f}"), r#""a\"\\\u00e9\ud83d\ude00\u007f""#);
        // sha1(json.dumps({"RoleArn": "arn:aws:iam::111111111111:role/a"}, sort_keys=True))
        assert_eq!(
            key(&[("ExternalId", None), ("RoleArn", Some(text("arn:aws:iam::111111111111:role/a")))]),
            "e4f340c488883c7f5612fa224b10f220b507ffc0"
        );
    }
}
