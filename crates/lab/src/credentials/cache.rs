//! Credentials that are kept until they are nearly over.

use super::{Clock, Handed, Source};
use std::sync::{Arc, Mutex, PoisonError};

/// Seconds before their end at which others take their place, when they are good for twice as long.
///
/// AWS has new ones there at least five minutes before (Amazon EC2 User Guide, "Retrieve security credentials from
/// instance metadata"). Fifteen, because that is when botocore begins to ask for others
/// (`RefreshableCredentials._advisory_refresh_timeout`), and it should not be told the old ones again and again.
const AHEAD: i64 = 15 * 60;

/// One session's credentials at a time.
pub(super) struct Cache {
    source: Arc<dyn Source>,
    pub(super) clock: Clock,
    kept: Mutex<Option<Handed>>,
}

impl Cache {
    pub(super) fn new(source: Arc<dyn Source>, clock: Clock) -> Self {
        Self { source, clock, kept: Mutex::new(None) }
    }

    /// Those that are kept, or fresh ones. Waits for the source.
    ///
    /// While there are no others to be had, those that are kept are given as long as they are good at all.
    pub(super) fn get(&self) -> Result<Handed, String> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.clock)();
        if let Some(handed) = kept.as_ref().filter(|handed| now.plus_seconds(ahead(handed)) < handed.expires) {
            return Ok(handed.clone());
        }
        match self.source.fetch() {
            Ok(fresh) => {
                *kept = Some(fresh.clone());
                Ok(fresh)
            }
            Err(why) => kept.as_ref().filter(|handed| now < handed.expires).cloned().ok_or(why),
        }
    }
}

fn ahead(handed: &Handed) -> i64 {
    let lifetime = handed.expires.seconds().saturating_sub(handed.issued.seconds());
    AHEAD.min(lifetime / 2)
}
