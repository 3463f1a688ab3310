//! Why a lock file could not be read.

use super::{MAX_LOCK_BYTES, MAX_PINS, Place};
use crate::lock::kind::KNOWN_NAMES;

/// Why a lock file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// Nothing is known about files of that name.
    #[error("no lock file that is known is called `{name}`: expected one of {KNOWN_NAMES}")]
    Unknown {
        /// The file's name, without its folder.
        name: String,
    },
    /// The text is not of the form that the file's kind has.
    #[error("{line}:{column}: {what}")]
    Malformed {
        /// Line, from 1.
        line: u32,
        /// Column, from 1, in characters.
        column: u32,
        /// What is wrong.
        what: Malformed,
    },
    /// It is larger than [`MAX_LOCK_BYTES`].
    #[error("it is larger than {MAX_LOCK_BYTES} bytes")]
    TooLarge,
    /// It has more pins than [`MAX_PINS`].
    #[error("it pins more than {MAX_PINS} packages")]
    TooMany,
}

impl LockError {
    pub(super) fn unknown(name: &str) -> Self {
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        Self::Unknown { name: name.chars().take(128).collect() }
    }

    pub(super) fn at(Place { line, column }: Place, what: Malformed) -> Self {
        Self::Malformed { line, column, what }
    }
}

/// What is wrong at a place of a lock file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The parser's own words about what is no TOML.
    #[error("this is not TOML: {0}")]
    Toml(String),
    /// The parser's own words about what is no JSON, or not of this file's form.
    #[error("this is not the JSON of such a file: {0}")]
    Json(String),
    /// The parser's own words about what is no YAML.
    #[error("this is not YAML: {0}")]
    Yaml(String),
    /// The parser's own words about what is no XML.
    #[error("this is not XML: {0}")]
    Xml(String),
    /// Something else was to stand here.
    #[error("expected {0}")]
    Expected(&'static str),
    /// It nests deeper than any file of its kind.
    #[error("this nests deeper than {0} levels")]
    Depth(usize),
}
