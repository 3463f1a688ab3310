//! Points in time, always handed in from outside.

use crate::NameError;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    /// The instant `milliseconds` after the epoch.
    #[must_use]
    pub const fn from_millis(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// The instant `seconds` after the epoch.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This instant moved by `seconds`, held at the ends of the range.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// The same instant with its fraction of a second cut off, as AWS's replies show it.
    #[must_use]
    pub const fn whole_seconds(self) -> Self {
        Self::from_seconds(self.seconds())
    }

    fn zoned(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }

    /// `2024-08-29T08:32:00Z`, as XML replies and events write it; fractions are cut off.
    #[must_use]
    pub fn iso8601(self) -> String {
        self.whole_seconds().zoned().to_string()
    }

    /// `20240829T083200Z`, as signatures write it.
    #[must_use]
    pub fn basic(self) -> String {
        self.zoned().strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    /// `Aug 29, 2024, 8:32:00 AM`, as CloudTrail writes the expiration of credentials.
    #[must_use]
    pub fn cloudtrail_expiration(self) -> String {
        self.zoned().strftime("%b %-d, %Y, %-I:%M:%S %p").to_string()
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iso8601())
    }
}

impl FromStr for Instant {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let timestamp: jiff::Timestamp = text.parse().map_err(|_| NameError::Instant)?;
        Ok(Self(timestamp.as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_instant_in_every_spelling() {
        let instant: Instant = "2024-08-29T01:32:00.250-07:00".parse().unwrap();
        assert_eq!(instant.iso8601(), "2024-08-29T08:32:00Z");
        assert_eq!(instant.basic(), "20240829T083200Z");
        assert_eq!(instant.cloudtrail_expiration(), "Aug 29, 2024, 8:32:00 AM");
        assert_eq!(Instant::from_millis(-1).seconds(), -1);
        assert_eq!("yesterday".parse::<Instant>(), Err(NameError::Instant));
    }
}
