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

/// How long, in bytes, what is looked for with `?` in it may be: longer than any value that AWS knows (an ARN has 2,048
/// characters at most), and short enough for the time of a search to grow with the text alone.
pub(crate) const LONGEST_SEARCH: usize = 4096;

/// Whether a pattern matches a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    Yes,
    No,
    /// It cannot be said, see [`LONGEST_SEARCH`]: the text is longer than that, and so is what is to be found in it.
    Beyond,
}

impl From<bool> for Fit {
    fn from(fits: bool) -> Self {
        if fits { Self::Yes } else { Self::No }
    }
}

/// Whether `text` holds `*` or `?`.
pub(crate) fn has_wildcard(text: &str) -> bool {
    memchr::memchr2(b'*', b'?', text.as_bytes()).is_some()
}

/// Whether `text` may hold a policy variable.
pub(crate) fn has_variable(text: &str) -> bool {
    text.contains("${")
}
