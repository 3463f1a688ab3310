//! What botocore says when it stops. The words are those of its `exceptions.py`.

use crate::{At, ClientError, Refusal};

const SOURCE: &str = "botocore 1.44.5, exceptions.py";

pub(super) fn refused(name: &'static str, text: String, at: At) -> ClientError {
    ClientError::Refused(Refusal { name, text, at, source: SOURCE })
}

pub(super) fn invalid_config(text: String, at: At) -> ClientError {
    refused("InvalidConfigError", text, at)
}

pub(super) fn partial(provider: &str, missing: &str, at: At) -> ClientError {
    refused("PartialCredentialsError", format!("Partial credentials found in {provider}, missing: {missing}"), at)
}

/// A Python list of strings, as it prints itself.
pub(super) fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| repr(item)).collect();
    format!("[{}]", items.join(", "))
}

/// A Python string, as it prints itself; good for anything a profile is called.
fn repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut told = String::from(quote);
    for letter in text.chars() {
        match letter {
            '\\' => told.push_str("\\\\"),
            '\n' => told.push_str("\\n"),
            '\t' => told.push_str("\\t"),
            letter if letter == quote => told.extend(['\\', letter]),
            letter => told.push(letter),
        }
    }
    told.push(quote);
    told
}
