//! Signing keys: a secret, narrowed to one day, Region and service.

use crate::Presented;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

pub(crate) type HmacSha256 = Hmac<Sha256>;

/// The key that one secret signs with for one day, Region and service. Wiped from memory when dropped.
///
/// It is worth keeping: deriving it costs four HMACs, more than the rest of a check together. Keep it by access key id,
/// [`algorithm`](Presented::algorithm) and [`scope`](Presented::scope).
#[derive(Clone)]
pub struct SigningKey {
    /// Keyed already, which saves two rounds of SHA-256 on every check.
    mac: HmacSha256,
}

impl SigningKey {
    /// Derives the key that the holder of `secret` signs with, for the scope that the request presents.
    #[must_use]
    pub fn derive(secret: &[u8], presented: &Presented<'_>) -> Self {
        let scope = &presented.scope;
        let mut first = Zeroizing::new(Vec::with_capacity(4 + secret.len()));
        first.extend_from_slice(b"AWS4");
        first.extend_from_slice(secret);
        let mut key = hmac(&first, scope.date.as_bytes());
        for part in [scope.region.as_bytes(), scope.service.as_bytes(), b"aws4_request"] {
            let mut next = hmac(&key, part);
            std::mem::swap(&mut key, &mut next);
            next.zeroize();
        }
        let mac = keyed(&key);
        key.zeroize();
        Self { mac }
    }

    /// The signature over the pieces, one after the other.
    pub(crate) fn sign(&self, pieces: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.mac.clone();
        for piece in pieces {
            mac.update(piece);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

fn keyed(key: &[u8]) -> HmacSha256 {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    HmacSha256::new_from_slice(key).expect("HMAC takes keys of every length")
}

fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    keyed(key).chain_update(text).finalize().into_bytes().into()
}
