//! The clock.

use rolecall_names::Instant;
use std::time::{SystemTime, UNIX_EPOCH};

/// Now, by this machine's clock.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place where time enters")]
pub fn now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
