//! Account ids.

use crate::NameError;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A twelve-digit AWS account id, kept as a number and shown with its leading zeros.
///
/// Serde writes the twelve digits for people and the number for machines.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(u64);

impl AccountId {
    const LIMIT: u64 = 1_000_000_000_000;

    /// `000000000000`, which AWS gives to nobody.
    pub const ZERO: Self = Self(0);

    /// The account whose twelve digits, read as a number, are `number`; `None` above 999999999999.
    #[must_use]
    pub const fn new(number: u64) -> Option<Self> {
        if number < Self::LIMIT { Some(Self(number)) } else { None }
    }

    /// The twelve digits read as a number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [b'0'; 12];
        let mut rest = self.0;
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        f.write_str(str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for AccountId {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text.len() != 12 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NameError::Account);
        }
        text.parse().ok().and_then(Self::new).ok_or(NameError::Account)
    }
}

impl Serialize for AccountId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_str(self) } else { serializer.serialize_u64(self.0) }
    }
}

impl<'de> Deserialize<'de> for AccountId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
        } else {
            Self::new(u64::deserialize(deserializer)?).ok_or_else(|| serde::de::Error::custom(NameError::Account))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_digits_and_nothing_else() {
        let account: AccountId = "000000000012".parse().unwrap();
        assert_eq!(account.to_string(), "000000000012");
        for wrong in ["", "12", "0000000000012", "00000000001a", "+00000000012", "１２３４"] {
            assert_eq!(wrong.parse::<AccountId>(), Err(NameError::Account), "{wrong}");
        }
    }
}
