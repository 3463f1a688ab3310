//! The one place where this tool reads clocks.

use rolecall_names::Instant;
use std::time::{Duration, SystemTime};

/// A stopwatch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watch(std::time::Instant);

impl Watch {
    #[expect(clippy::disallowed_methods, reason = "to measure is what this tool is for")]
    pub(crate) fn start() -> Self {
        Self(std::time::Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// The time of day, which signatures carry.
#[expect(clippy::disallowed_methods, reason = "requests are signed for the time they are sent at")]
pub(crate) fn now() -> Instant {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Instant::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
