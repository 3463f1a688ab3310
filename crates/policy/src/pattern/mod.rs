//! Patterns: wildcards, ARNs part by part, and policy variables.

pub(crate) mod arn;
mod automaton;
pub(crate) mod glob;
pub(crate) mod resource;
pub(crate) mod template;

/// `*` where a pattern has been expanded: a byte that no UTF-8 text holds.
pub(crate) const STAR: u8 = 0xff;
/// `?` where a pattern has been expanded.
pub(crate) const ONE: u8 = 0xfe;

/// Whether `text` holds `*` or `?`.
pub(crate) fn has_wildcard(text: &str) -> bool {
    memchr::memchr2(b'*', b'?', text.as_bytes()).is_some()
}

/// Whether `text` may hold a policy variable.
pub(crate) fn has_variable(text: &str) -> bool {
    text.contains("${")
}
