//! One pure function: a directory, a request and its circumstances in, an outcome out.
//!
//! This crate must not know a socket, a clock, a source of randomness, or where changes and events are kept.

pub mod event;
pub mod mfa;
pub mod session;

/// An id as AWS writes it: 32 hex digits in five groups.
#[must_use]
pub fn uuid(id: u128) -> String {
    let digits = format!("{id:032x}");
    let mut out = String::with_capacity(36);
    for (place, digit) in digits.chars().enumerate() {
        if matches!(place, 8 | 12 | 16 | 20) {
            out.push('-');
        }
        out.push(digit);
    }
    out
}
