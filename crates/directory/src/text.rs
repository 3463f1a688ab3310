//! The text of a policy, held once however many entities share it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, sync::Arc};

/// Tells policy texts apart: the first 128 bits of SHA-256, so that nobody can make two collide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextHash(u128);

/// A policy document as it was written.
#[derive(Clone)]
pub struct PolicyText(Arc<Inner>);

struct Inner {
    hash: TextHash,
    text: Box<str>,
}

impl PolicyText {
    /// Takes in `text` unchanged; whether it is a policy is for its user to check.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        let hash = digest.iter().take(16).fold(0u128, |sum, byte| (sum << 8) | u128::from(*byte));
        Self(Arc::new(Inner { hash: TextHash(hash), text: text.into() }))
    }

    /// The document's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// Equal for equal texts; what compiled documents are cached under.
    #[must_use]
    pub fn hash(&self) -> TextHash {
        self.0.hash
    }

    /// How many places share this text.
    pub(crate) fn holders(&self) -> usize {
        Arc::strong_count(&self.0)
    }
}

impl PartialEq for PolicyText {
    fn eq(&self, other: &Self) -> bool {
        self.0.hash == other.0.hash
    }
}

impl Eq for PolicyText {}

impl fmt::Debug for PolicyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl Serialize for PolicyText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.text)
    }
}

impl<'de> Deserialize<'de> for PolicyText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::new(&text))
    }
}
