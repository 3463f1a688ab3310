//! What the kernel remembers between requests to be quick: a memory of pure functions, bounded, and never of
//! anything that could change an answer.

use quick_cache::sync::Cache;
use rolecall_directory::{PolicyText, TextHash};
use rolecall_policy::Document;
use rolecall_sigv4::{Presented, SigningKey};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The key under which a signing key is kept: the whole scope and the algorithm, so that nothing else has to match.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ScopeKey(Box<str>);

impl ScopeKey {
    pub(crate) fn of(presented: &Presented<'_>) -> Self {
        let scope = presented.scope();
        let parts =
            [presented.algorithm().name(), presented.access_key_id(), &*scope.date, &*scope.region, &*scope.service];
        Self(parts.join("/").into())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_signed_with_another_algorithm_is_another_scope() {
        let key = |authorization: &str, more: (&str, &str)| {
            let headers = [
                ("host", "sts.amazonaws.com"),
                ("x-amz-date", "20270115T080000Z"),
                more,
                ("authorization", authorization),
            ];
            let request =
                rolecall_sigv4::Request { method: "POST", path: "/", query: "", headers: &headers, body: b"" };
            ScopeKey::of(&rolecall_sigv4::parse(&request).unwrap())
        };
        let shared = key(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20270115/us-east-1/sts/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature=00",
            ("x-amz-other", "1"),
        );
        let pair = key(
            "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20270115/sts/aws4_request, \
             SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=00",
            ("x-amz-region-set", "us-east-1"),
        );
        assert_ne!(shared, pair);
    }
}
