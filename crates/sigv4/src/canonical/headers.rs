//! The signed headers: values joined with commas, white space folded.

use super::Sink;
use crate::{MAX_HEADERS, Refusal, Request, request::trim};
use memchr::memchr3;

pub(super) fn write(request: &Request<'_>, signed_headers: &str, sink: &mut impl Sink) -> Result<(), Refusal> {
    if request.headers.len() > MAX_HEADERS {
        return Err(Refusal::Mismatch);
    }
    let mut previous = "";
    for (count, name) in signed_headers.split(';').enumerate() {
        // In order, without repeats, lower case: so there is one way only to read what was signed.
        if count == MAX_HEADERS || name <= previous || !is_name(name) {
            return Err(Refusal::Mismatch);
        }
        previous = name;
        sink.put(name.as_bytes());
        let mut gap: &[u8] = b":";
        for value in request.values(name) {
            sink.put(gap);
            fold(value, sink);
            gap = b",";
        }
        if gap == b":" {
            return Err(Refusal::Mismatch);
        }
        sink.put(b"\n");
    }
    Ok(())
}

/// A header's name in lower case, or HTTP/2's name for the host.
fn is_name(name: &str) -> bool {
    name == ":authority"
        || name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Writes `value` without white space at its ends and with one space for each run of it inside.
fn fold(value: &str, sink: &mut impl Sink) {
    let mut rest = trim(value).as_bytes();
    while let Some(at) = memchr3(b' ', b'\t', b'\n', rest) {
        let (word, tail) = rest.split_at(at);
        sink.put(word);
        sink.put(b" ");
        rest = tail.trim_ascii_start();
    }
    sink.put(rest);
}
