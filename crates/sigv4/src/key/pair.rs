//! `AWS4-ECDSA-P256-SHA256`, or SigV4a: a key pair that both sides derive from the secret, good in many Regions.
//!
//! Source: the key derivation in AWS's own signers (awslabs/aws-c-auth, `source/key_derivation.c`): NIST SP 800-108
//! in counter mode, tried again with the next counter until the number is a private key of P-256.

use super::shared::keyed;
use crate::{Algorithm, encode::unhex};
use hmac::Mac;
use p256::ecdsa::{Signature, SigningKey, VerifyingKey, signature::hazmat::PrehashVerifier};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A DER signature of P-256 has 72 bytes at most.
const MAX_SIGNATURE: usize = 2 * 72;

/// The public half of a pair.
#[derive(Clone)]
pub(super) struct Key(VerifyingKey);

impl Key {
    pub(super) fn derive(secret: &[u8], access_key_id: &[u8]) -> Option<Self> {
        let first = keyed(&Zeroizing::new([b"AWS4A", secret].concat()));
        (1..=254_u8).find_map(|counter| {
            let mac = first
                .clone()
                .chain_update(1_u32.to_be_bytes())
                .chain_update(Algorithm::EcdsaP256Sha256.name())
                .chain_update([0])
                .chain_update(access_key_id)
                .chain_update([counter])
                .chain_update(256_u32.to_be_bytes());
            let mut candidate: Zeroizing<[u8; 32]> = Zeroizing::new(mac.finalize().into_bytes().into());
            increment(&mut candidate);
            SigningKey::from_slice(candidate.as_slice()).ok().map(|pair| Self(*pair.verifying_key()))
        })
    }

    pub(super) fn signed(&self, pieces: &[&[u8]], signature: &str) -> bool {
        if signature.len() > MAX_SIGNATURE {
            return false;
        }
        let Some(signature) = unhex(signature).and_then(|der| Signature::from_der(&der).ok()) else { return false };
        let digest = pieces.iter().fold(Sha256::new(), Sha256::chain_update).finalize();
        self.0.verify_prehash(&digest, &signature).is_ok()
    }
}

/// Adds one to a big-endian number; past the end it becomes zero, which is no private key either.
fn increment(number: &mut [u8; 32]) {
    for byte in number.iter_mut().rev() {
        let (sum, carried) = byte.overflowing_add(1);
        *byte = sum;
        if !carried {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_carries_to_the_front() {
        let mut number = [0xFF; 32];
        number[0] = 7;
        increment(&mut number);
        assert_eq!((number[0], &number[1..]), (8, [0; 31].as_slice()));
    }

    #[test]
    fn the_suite_s_secret_leads_to_the_suite_s_public_key() {
        let key = Key::derive(b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", b"AKIDEXAMPLE").unwrap();
        let point = key.0.to_sec1_point(false);
        // public-key.json in tests/vectors/v4a.
        let x = unhex("b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1").unwrap();
        assert_eq!(point.x().unwrap().as_slice(), x);
    }
}
