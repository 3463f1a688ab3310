//! Unique ids (`AIDA…`, `AROA…`) and access key ids (`AKIA…`, `ASIA…`).

use crate::{AccountId, NameError};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a unique id stands for, told by its prefix.
///
/// Source: IAM User Guide, "IAM identifiers", section "Understanding unique ID prefixes".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdKind {
    /// `AIDA`, an IAM user.
    User,
    /// `AROA`, a role.
    Role,
    /// `AGPA`, a group.
    Group,
    /// `ANPA`, a managed policy.
    Policy,
    /// `AIPA`, an instance profile.
    InstanceProfile,
    /// `ASCA`, a server certificate.
    Certificate,
}

impl IdKind {
    const ALL: [(IdKind, &'static str); 6] = [
        (IdKind::User, "AIDA"),
        (IdKind::Role, "AROA"),
        (IdKind::Group, "AGPA"),
        (IdKind::Policy, "ANPA"),
        (IdKind::InstanceProfile, "AIPA"),
        (IdKind::Certificate, "ASCA"),
    ];
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn base32(index: u64) -> u8 {
    BASE32.get((index & 31) as usize).copied().unwrap_or(b'A')
}

fn base32_value(letter: u8) -> Option<u64> {
    match letter {
        b'A'..=b'Z' => Some(u64::from(letter - b'A')),
        b'2'..=b'7' => Some(u64::from(letter - b'2') + 26),
        _ => None,
    }
}

/// The id that outlives a name: 21 characters, the first four of which tell the kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct UniqueId([u8; 21]);

impl UniqueId {
    /// An id of `kind` whose other 17 characters are taken from the low 85 bits of `entropy`.
    #[must_use]
    pub fn new(kind: IdKind, entropy: u128) -> Self {
        let prefix = IdKind::ALL.iter().find(|(known, _)| *known == kind).map_or("AIDA", |(_, prefix)| prefix);
        let mut text = [b'A'; 21];
        for (place, letter) in text.iter_mut().zip(prefix.bytes()) {
            *place = letter;
        }
        for (place, step) in text.iter_mut().skip(4).zip(0u32..) {
            *place = base32((entropy >> (5 * step)) as u64);
        }
        Self(text)
    }

    /// What it stands for.
    #[must_use]
    pub fn kind(&self) -> Option<IdKind> {
        IdKind::ALL.iter().find(|(_, prefix)| self.as_str().starts_with(prefix)).map(|(kind, _)| *kind)
    }

    /// The 21 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for UniqueId {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let bytes: [u8; 21] = text.as_bytes().try_into().map_err(|_| NameError::UniqueId)?;
        let known = IdKind::ALL.iter().any(|(_, prefix)| text.starts_with(prefix));
        if known && bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
            Ok(Self(bytes))
        } else {
            Err(NameError::UniqueId)
        }
    }
}

/// An access key id: 20 characters that tell whether the key is long-term, and whose it is.
///
/// The account can be read out of the id alone, as `GetAccessKeyInfo` does: behind the prefix stands, in
/// base 32, one set bit, the account in 40 bits, and 39 bits that tell keys apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct AccessKeyId([u8; 20]);

impl AccessKeyId {
    const ACCOUNT_SHIFT: u32 = 39;

    /// Sorts before every other id; nobody's key.
    pub const LOWEST: Self = Self([b'0'; 20]);

    /// `AKIA…`, a long-term key of `account`, made unique by the low 39 bits of `entropy`.
    #[must_use]
    pub fn long_term(account: AccountId, entropy: u64) -> Self {
        Self::encode(*b"AKIA", account, entropy)
    }

    /// `ASIA…`, a session's key in `account`, made unique by the low 39 bits of `entropy`.
    #[must_use]
    pub fn temporary(account: AccountId, entropy: u64) -> Self {
        Self::encode(*b"ASIA", account, entropy)
    }

    fn encode(prefix: [u8; 4], account: AccountId, entropy: u64) -> Self {
        let low = u128::from(entropy) & ((1 << Self::ACCOUNT_SHIFT) - 1);
        let bits = (1u128 << 79) | (u128::from(account.number()) << Self::ACCOUNT_SHIFT) | low;
        let mut text = [b'A'; 20];
        for (place, letter) in text.iter_mut().zip(prefix) {
            *place = letter;
        }
        for (place, step) in text.iter_mut().skip(4).zip((0u32..16).rev()) {
            *place = base32((bits >> (5 * step)) as u64);
        }
        Self(text)
    }

    /// Whether the key belongs to a session and is worth nothing without its token.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.0.starts_with(b"ASIA")
    }

    /// The account in the id; `None` for ids of another make, such as the ones AWS writes in examples.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        let mut bits = 0u128;
        for letter in self.0.iter().skip(4) {
            bits = (bits << 5) | u128::from(base32_value(*letter)?);
        }
        (bits >> 79 == 1).then(|| AccountId::new((bits >> Self::ACCOUNT_SHIFT) as u64 & 0xff_ffff_ffff)).flatten()
    }

    /// The 20 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for AccessKeyId {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let bytes: [u8; 20] = text.as_bytes().try_into().map_err(|_| NameError::AccessKeyId)?;
        let known = text.starts_with("AKIA") || text.starts_with("ASIA");
        // AWS's own examples (AKIAIOSFODNN7EXAMPLE) hold digits outside the base 32 alphabet.
        if known && bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
            Ok(Self(bytes))
        } else {
            Err(NameError::AccessKeyId)
        }
    }
}

macro_rules! shown_as_text {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.as_str().to_owned()
            }
        }
        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                text.parse()
            }
        }
    };
}

shown_as_text!(UniqueId);
shown_as_text!(AccessKeyId);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_published_key_id_tells_its_account() {
        // The pair is Aidan Steele's published example of AWS's own encoding.
        let key: AccessKeyId = "ASIAQNZGKIQY56JQ7WML".parse().unwrap();
        assert_eq!(key.account().unwrap().to_string(), "029608264753");
        assert!(key.is_temporary());
    }

    #[test]
    fn a_unique_id_tells_its_kind() {
        let id = UniqueId::new(IdKind::Role, 7);
        assert_eq!(id.kind(), Some(IdKind::Role));
        assert_eq!(id.as_str().parse(), Ok(id));
        assert_eq!("AROA".parse::<UniqueId>(), Err(NameError::UniqueId));
        assert_eq!("XROAAAAAAAAAAAAAAAAAA".parse::<UniqueId>(), Err(NameError::UniqueId));
    }

    proptest! {
        #[test]
        fn a_key_id_keeps_its_account(number in 0u64..1_000_000_000_000, entropy: u64) {
            let account = AccountId::new(number).unwrap();
            for key in [AccessKeyId::long_term(account, entropy), AccessKeyId::temporary(account, entropy)] {
                prop_assert_eq!(key.account(), Some(account));
                prop_assert_eq!(key.as_str().parse(), Ok(key));
            }
        }
    }
}
