//! `AWS4-HMAC-SHA256`: both sides hold the key.
//!
//! Source: IAM User Guide, "Create a signed AWS API request", "Calculate the signature".

use crate::{Scope, encode::hex};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

pub(super) type HmacSha256 = Hmac<Sha256>;

/// A key for one day, Region and service.
#[derive(Clone)]
pub(super) struct Key {
    /// Keyed already, which saves two rounds of SHA-256 on every check.
    mac: HmacSha256,
}

impl Key {
    pub(super) fn derive(secret: &[u8], scope: &Scope<'_>) -> Self {
        let first = Zeroizing::new([b"AWS4", secret].concat());
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

    /// The signature over the pieces, in hexadecimal digits.
    pub(super) fn sign(&self, pieces: &[&[u8]]) -> [u8; 64] {
        let mut mac = self.mac.clone();
        for piece in pieces {
            mac.update(piece);
        }
        hex(&mac.finalize().into_bytes().into())
    }

    /// Compares in a time that does not tell where the first difference is.
    pub(super) fn signed(&self, pieces: &[&[u8]], signature: &str) -> bool {
        self.sign(pieces).as_slice().ct_eq(signature.as_bytes()).into()
    }
}

pub(super) fn keyed(key: &[u8]) -> HmacSha256 {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    HmacSha256::new_from_slice(key).expect("HMAC takes keys of every length")
}

fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    keyed(key).chain_update(text).finalize().into_bytes().into()
}
