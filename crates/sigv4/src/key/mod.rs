//! Keys: a secret, narrowed to what one kind of signature needs.

mod pair;
mod shared;

use crate::{Algorithm, Presented};
use std::fmt;

/// What one secret signs with: for [`Algorithm::HmacSha256`] the shared key of one day, Region and service, for
/// [`Algorithm::EcdsaP256Sha256`] the public half of the key pair. Shared keys are wiped from memory when dropped.
///
/// It is worth keeping: deriving a shared key costs as much as all the rest of a check, deriving a pair 0.25 ms. Keep it
/// by access key id, [`algorithm`](Presented::algorithm) and, for shared keys, [`scope`](Presented::scope); after
/// [`check_scope`](crate::check_scope), so that strangers cannot fill the shelf with days and Regions of their own.
#[derive(Clone)]
pub struct SigningKey(Kind);

#[derive(Clone)]
enum Kind {
    Shared(shared::Key),
    /// `None` where none of the 254 candidates is a key, which nobody will ever see.
    Pair(Option<Box<pair::Key>>),
}

impl SigningKey {
    /// Derives the key that the holder of `secret` signs with, for what the request presents.
    #[must_use]
    pub fn derive(secret: &[u8], presented: &Presented<'_>) -> Self {
        Self(match presented.algorithm {
            Algorithm::HmacSha256 => Kind::Shared(shared::Key::derive(secret, &presented.scope)),
            Algorithm::EcdsaP256Sha256 => {
                Kind::Pair(pair::Key::derive(secret, presented.access_key_id.as_bytes()).map(Box::new))
            }
        })
    }

    /// This key's signature over the pieces, in hexadecimal digits; `None` for a key that only checks.
    pub(crate) fn sign(&self, algorithm: Algorithm, pieces: &[&[u8]]) -> Option<String> {
        match (&self.0, algorithm) {
            (Kind::Shared(key), Algorithm::HmacSha256) => Some(String::from_utf8_lossy(&key.sign(pieces)).into_owned()),
            (Kind::Shared(_) | Kind::Pair(_), _) => None,
        }
    }

    /// Whether `signature`, in hexadecimal digits, is this key's over the pieces, one after the other.
    pub(crate) fn signed(&self, algorithm: Algorithm, pieces: &[&[u8]], signature: &str) -> bool {
        match (&self.0, algorithm) {
            (Kind::Shared(key), Algorithm::HmacSha256) => key.signed(pieces, signature),
            (Kind::Pair(Some(key)), Algorithm::EcdsaP256Sha256) => key.signed(pieces, signature),
            (Kind::Shared(_) | Kind::Pair(_), _) => false,
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Shared(_) => "SigningKey(shared)",
            Kind::Pair(_) => "SigningKey(pair)",
        })
    }
}
