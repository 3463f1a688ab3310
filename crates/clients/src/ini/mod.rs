//! AWS's configuration files, as each family of clients reads them.

pub(crate) mod go;
pub(crate) mod java;
pub(crate) mod javascript;
pub(crate) mod python;

use crate::{At, Span, Text};

/// Which of the two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum File {
    Config,
    Credentials,
}

impl File {
    pub(crate) fn at(self, span: Span) -> At {
        match self {
            Self::Config => At::Config(span),
            Self::Credentials => At::Credentials(span),
        }
    }

    /// Where clients look for it when nothing says otherwise.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Config => "~/.aws/config",
            Self::Credentials => "~/.aws/credentials",
        }
    }
}

/// A heading and what stands under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    /// What stands in the brackets.
    pub(crate) name: String,
    pub(crate) at: At,
    pub(crate) entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) value: String,
    /// The value's place, or the key's where there is no value.
    pub(crate) at: At,
    /// Keys under the key, of a value that is a block of them.
    pub(crate) nested: Option<Vec<Entry>>,
}

impl Entry {
    pub(crate) fn text(&self) -> Text {
        Text { value: self.value.clone(), at: self.at }
    }
}

/// The last entry of that key, which is the one that counts.
pub(crate) fn entry<'e>(entries: &'e [Entry], key: &str) -> Option<&'e Entry> {
    entries.iter().rev().find(|entry| entry.key == key)
}

/// The place of `part`, a slice of `whole`.
pub(crate) fn span(whole: &str, part: &str) -> Span {
    let start = (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize).min(whole.len());
    let end = (start + part.len()).min(whole.len());
    // Texts are bounded far below what 32 bits can count.
    Span { start: u32::try_from(start).unwrap_or(u32::MAX), end: u32::try_from(end).unwrap_or(u32::MAX) }
}
