//! What the kernel remembers between requests to be quick: a memory of pure functions, bounded, and never of
//! anything that could change an answer.

use quick_cache::sync::Cache;
use rolecall_directory::{PolicyText, TextHash};
use rolecall_policy::Document;
use rolecall_sigv4::SigningKey;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The key under which a signing key is kept: the whole scope, so that nothing else has to match.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ScopeKey {
    pub(crate) access_key_id: Box<str>,
    pub(crate) date: Box<str>,
    pub(crate) region: Box<str>,
    pub(crate) service: Box<str>,
}

/// Compiled policy documents and derived signing keys.
pub struct Memo {
    documents: Cache<TextHash, Arc<Document>>,
    signing_keys: Cache<ScopeKey, Arc<(Zeroizing<String>, SigningKey)>>,
}

impl Default for Memo {
    fn default() -> Self {
        Self::new(16_384, 16_384)
    }
}

impl Memo {
    /// A memory of at most so many documents and signing keys; the least used are forgotten first.
    #[must_use]
    pub fn new(documents: usize, signing_keys: usize) -> Self {
        Self { documents: Cache::new(documents), signing_keys: Cache::new(signing_keys) }
    }

    /// The compiled form of `text`; `None` when it is not a policy document.
    pub(crate) fn document(&self, text: &PolicyText) -> Option<Arc<Document>> {
        if let Some(known) = self.documents.get(&text.hash()) {
            return Some(known);
        }
        let compiled = Arc::new(Document::parse(text.as_str()).ok()?);
        self.documents.insert(text.hash(), compiled.clone());
        Some(compiled)
    }

    /// The signing key of `scope`, derived by `derive` where it is not remembered for this very secret.
    pub(crate) fn signing_key(
        &self,
        scope: ScopeKey,
        secret: &str,
        derive: impl FnOnce() -> SigningKey,
    ) -> Arc<(Zeroizing<String>, SigningKey)> {
        // A world applied again may give a known key id another secret.
        if let Some(known) = self.signing_keys.get(&scope).filter(|known| known.0.as_str() == secret) {
            return known;
        }
        let made = Arc::new((Zeroizing::new(secret.to_owned()), derive()));
        self.signing_keys.insert(scope, made.clone());
        made
    }
}
