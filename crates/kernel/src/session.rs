//! Sessions: what a token carries, and the key ring that seals it.
//!
//! A token is the whole session, compressed where that helps and sealed with a key of the ring, so that any
//! process with the ring can check it and none has to remember it. The secret access key that goes with it is
//! computed from the token, so that it is never stored.

use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use rolecall_directory::{Tag, TokenVersion};
use rolecall_names::{AccessKeyId, Instant, UniqueId};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::{fmt, sync::Arc};
use zeroize::{Zeroize, Zeroizing};

/// The longest token, in characters (DESIGN: a token is at most 4,096 characters).
pub const TOKEN_CHARS: usize = 4096;

/// A format byte, a key's number, a nonce and a tag stand around what is sealed.
const HEADER: usize = 1 + 4;
const NONCE: usize = 12;
const TAG: usize = 16;

/// What is left for the session itself once base 64 and the seal have had their share.
const BUDGET: usize = TOKEN_CHARS / 4 * 3 - HEADER - NONCE - TAG;

/// What a session can carry unpacked: the sum of the API's own limits, and a guard against decompression bombs.
const UNPACKED_LIMIT: usize = 64 * 1024;

/// Below this, packing costs more than it saves.
const PACK_FROM: usize = 256;

/// Whose session it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Holder {
    /// A role's, from `AssumeRole`.
    Role {
        /// The role.
        id: UniqueId,
        /// The session's name.
        name: Arc<str>,
    },
    /// A user's own, from `GetSessionToken`.
    User(UniqueId),
    /// The root's own, from `GetSessionToken`.
    Root,
}

/// Everything that temporary credentials stand for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The key id that goes with the token; it also tells the account.
    pub access_key_id: AccessKeyId,
    /// Whose it is.
    pub holder: Holder,
    /// When it began.
    pub issued: Instant,
    /// When it ends.
    pub expires: Instant,
    /// Where it is valid.
    pub version: TokenVersion,
    /// When an MFA code was checked; `None` for none.
    pub mfa: Option<Instant>,
    /// The source identity; it cannot change once set.
    pub source_identity: Option<Arc<str>>,
    /// Session tags, those inherited included.
    pub tags: Vec<Tag>,
    /// The keys among them that are handed on.
    pub transitive: Vec<Arc<str>>,
    /// The inline session policy.
    pub policy: Option<Arc<str>>,
    /// ARNs of the managed session policies.
    pub policy_arns: Vec<Arc<str>>,
    /// Context assertions passed on, by provider.
    pub contexts: Vec<(Arc<str>, Arc<str>)>,
}

/// Credentials that were just made.
#[derive(Clone)]
pub struct Credentials {
    /// `ASIA…`.
    pub access_key_id: AccessKeyId,
    /// Forty characters.
    pub secret: Zeroizing<String>,
    /// The token as it goes over the wire.
    pub token: String,
    /// The token's bytes.
    pub sealed: Arc<[u8]>,
    /// When they end.
    pub expiration: Instant,
    /// How much of the token's room the session takes, in percent, rounded up.
    pub packed_percent: u32,
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token of this deployment, or not as it was made.
    #[error("the token was not made by this deployment or has been changed")]
    Invalid,
    /// The session does not fit.
    #[error("the session takes {percent} % of the room in a token")]
    TooLarge {
        /// Over 100.
        percent: u32,
    },
}

/// One key of the ring.
#[derive(Clone)]
struct RingKey {
    id: u32,
    seal: Aes256GcmSiv,
    secret: Hmac<Sha256>,
}

/// The keys that seal tokens: the newest seals, all open.
#[derive(Clone)]
pub struct KeyRing {
    keys: Vec<RingKey>,
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| key.id)).finish()
    }
}

impl KeyRing {
    /// A ring of `(id, key)` pairs, the newest last. An empty ring opens nothing and seals nothing.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = (u32, Zeroizing<[u8; 32]>)>) -> Self {
        Self { keys: keys.into_iter().filter_map(|(id, key)| RingKey::new(id, &key)).collect() }
    }

    /// Seals `session` with the newest key and computes the secret that goes with it. A token shorter than `least`
    /// bytes is padded to it (STS API Reference, `MinimumSessionTokenSize`).
    ///
    /// # Errors
    /// [`TokenError::TooLarge`] when the session does not fit, [`TokenError::Invalid`] when the ring is empty.
    pub fn seal(&self, session: &Session, nonce: [u8; NONCE], least: usize) -> Result<Credentials, TokenError> {
        let key = self.keys.last().ok_or(TokenError::Invalid)?;
        let mut packed = pack(session)?;
        let percent = packed.len().saturating_mul(100).div_ceil(BUDGET);
        let packed_percent = u32::try_from(percent).unwrap_or(u32::MAX);
        if packed.len() > BUDGET {
            return Err(TokenError::TooLarge { percent: packed_percent });
        }
        // Whoever unpacks stops where the session ends, so zeros behind it are no more than size.
        let padded = (least.min(TOKEN_CHARS).div_ceil(4) * 3).saturating_sub(HEADER + NONCE + TAG);
        packed.resize(packed.len().max(padded), 0);
        let mut sealed = Vec::with_capacity(HEADER + NONCE + packed.len() + TAG);
        sealed.push(FORMAT);
        sealed.extend_from_slice(&key.id.to_be_bytes());
        let body = key
            .seal
            .encrypt(&Nonce::from(nonce), Payload { msg: &packed, aad: &sealed })
            .map_err(|_| TokenError::Invalid)?;
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&body);
        Ok(Credentials {
            access_key_id: session.access_key_id,
            secret: key.secret_for(&sealed),
            token: STANDARD.encode(&sealed),
            sealed: sealed.into(),
            expiration: session.expires,
            packed_percent,
        })
    }

    /// Opens a token as it came over the wire and gives the session with the secret that goes with it.
    ///
    /// # Errors
    /// [`TokenError::Invalid`] for anything this ring did not make; whether it has expired is not asked here.
    pub fn open(&self, token: &str) -> Result<(Session, Zeroizing<String>), TokenError> {
        if token.len() > TOKEN_CHARS {
            return Err(TokenError::Invalid);
        }
        let sealed = STANDARD.decode(token).map_err(|_| TokenError::Invalid)?;
        let (header, rest) = sealed.split_at_checked(HEADER).ok_or(TokenError::Invalid)?;
        let (nonce, body) = rest.split_first_chunk::<NONCE>().ok_or(TokenError::Invalid)?;
        let [FORMAT, id @ ..] = header else { return Err(TokenError::Invalid) };
        let id = u32::from_be_bytes(id.try_into().map_err(|_| TokenError::Invalid)?);
        let key = self.keys.iter().find(|key| key.id == id).ok_or(TokenError::Invalid)?;
        let packed = key
            .seal
            .decrypt(&Nonce::from(*nonce), Payload { msg: body, aad: header })
            .map_err(|_| TokenError::Invalid)?;
        Ok((unpack(&packed)?, key.secret_for(&sealed)))
    }
}

impl RingKey {
    fn new(id: u32, key: &[u8; 32]) -> Option<Self> {
        let keyed = |purpose: &[u8]| {
            let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).ok()?;
            mac.update(purpose);
            Some(mac.finalize().into_bytes())
        };
        let mut seal = keyed(b"rolecall token seal v1")?;
        let mut secret = keyed(b"rolecall session secret v1")?;
        let made = Self {
            id,
            seal: Aes256GcmSiv::new_from_slice(&seal).ok()?,
            secret: <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&secret).ok()?,
        };
        seal.as_mut_slice().zeroize();
        secret.as_mut_slice().zeroize();
        Some(made)
    }

    /// Thirty bytes are forty characters, the length AWS gives its secrets.
    fn secret_for(&self, sealed: &[u8]) -> Zeroizing<String> {
        let mut mac = self.secret.clone();
        mac.update(sealed);
        let tag = mac.finalize().into_bytes();
        Zeroizing::new(STANDARD.encode(tag.get(..30).unwrap_or_default()))
    }
}

const FORMAT: u8 = 1;
const PLAIN: u8 = 0;
const DEFLATED: u8 = 1;

fn pack(session: &Session) -> Result<Vec<u8>, TokenError> {
    let plain = postcard::to_extend(session, vec![PLAIN]).map_err(|_| TokenError::Invalid)?;
    if plain.len() < PACK_FROM {
        return Ok(plain);
    }
    let mut packed = vec![DEFLATED];
    packed.extend(miniz_oxide::deflate::compress_to_vec(plain.get(1..).unwrap_or_default(), 9));
    Ok(if packed.len() < plain.len() { packed } else { plain })
}

fn unpack(packed: &[u8]) -> Result<Session, TokenError> {
    let inflated;
    let plain = match packed.split_first() {
        Some((&PLAIN, rest)) => rest,
        Some((&DEFLATED, rest)) => {
            inflated = miniz_oxide::inflate::decompress_to_vec_with_limit(rest, UNPACKED_LIMIT)
                .map_err(|_| TokenError::Invalid)?;
            &inflated
        }
        _ => return Err(TokenError::Invalid),
    };
    postcard::from_bytes(plain).map_err(|_| TokenError::Invalid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rolecall_names::IdKind;

    fn ring() -> KeyRing {
        KeyRing::new([(1, Zeroizing::new([7; 32])), (2, Zeroizing::new([9; 32]))])
    }

    fn session(tags: usize) -> Session {
        let account = "111111111111".parse().unwrap();
        Session {
            access_key_id: AccessKeyId::temporary(account, 5),
            holder: Holder::Role { id: UniqueId::new(IdKind::Role, 5), name: "night".into() },
            issued: Instant::from_seconds(1_700_000_000),
            expires: Instant::from_seconds(1_700_003_600),
            version: TokenVersion::V2,
            mfa: None,
            source_identity: Some("alice".into()),
            tags: (0..tags)
                .map(|n| Tag { key: format!("key-{n}").into(), value: format!("{:x}", n * 0x9E37_79B9).into() })
                .collect(),
            transitive: vec!["key-0".into()],
            policy: None,
            policy_arns: Vec::new(),
            contexts: Vec::new(),
        }
    }

    #[test]
    fn a_token_gives_back_the_session_and_its_secret() {
        for tags in [0, 3, 50] {
            let made = ring().seal(&session(tags), [3; 12], 0).unwrap();
            let (opened, secret) = ring().open(&made.token).unwrap();
            assert_eq!(opened, session(tags));
            assert_eq!(*secret, *made.secret);
            assert_eq!(secret.len(), 40);
            assert!(made.token.len() <= TOKEN_CHARS);
        }
    }

    #[test]
    fn a_token_is_padded_to_the_size_asked_for() {
        for (tags, least) in [(0, 1000), (50, 4096), (0, 4096), (3, 1)] {
            let made = ring().seal(&session(tags), [3; 12], least).unwrap();
            assert!((least..=TOKEN_CHARS).contains(&made.token.len()), "{} for {least}", made.token.len());
            assert_eq!(ring().open(&made.token).unwrap().0, session(tags));
        }
    }

    #[test]
    fn a_ring_with_a_newer_key_still_opens_older_tokens() {
        let old = KeyRing::new([(1, Zeroizing::new([7; 32]))]);
        let made = old.seal(&session(0), [1; 12], 0).unwrap();
        assert!(ring().open(&made.token).is_ok());
        let other = KeyRing::new([(1, Zeroizing::new([8; 32]))]);
        assert_eq!(other.open(&made.token).unwrap_err(), TokenError::Invalid);
    }

    #[test]
    fn what_does_not_fit_says_by_how_much() {
        let mut state = 1u64;
        let mut noise = |length: usize| -> Arc<str> {
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                char::from(33 + (state >> 33).to_le_bytes()[0] % 90)
            };
            (0..length).map(|_| next()).collect::<String>().into()
        };
        let mut grown = session(0);
        grown.tags = (0..50).map(|_| Tag { key: noise(128), value: noise(256) }).collect();
        match ring().seal(&grown, [1; 12], 0).map(|made| made.packed_percent) {
            Err(TokenError::TooLarge { percent }) => assert!(percent > 100),
            other => panic!("{other:?}"),
        }
    }

    proptest! {
        #[test]
        fn a_changed_token_opens_nothing(place: prop::sample::Index, bit in 0u8..8) {
            let made = ring().seal(&session(2), [5; 12], 0).unwrap();
            let mut sealed = made.sealed.to_vec();
            let place = place.index(sealed.len());
            sealed[place] ^= 1 << bit;
            prop_assert!(ring().open(&STANDARD.encode(sealed)).is_err());
        }

        #[test]
        fn noise_opens_nothing(token in ".{0,300}") {
            prop_assert!(ring().open(&token).is_err());
        }
    }
}
