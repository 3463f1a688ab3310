//! Credentials that are kept until they are nearly over.

use super::{Handed, Source};
use std::sync::{Arc, Mutex, PoisonError};

/// Seconds before their end at which others take their place.
///
/// Source: Amazon EC2 User Guide, "Retrieve security credentials from instance metadata": new ones are there at least
/// five minutes before the old ones end.
const AHEAD: i64 = 5 * 60;

/// One session's credentials at a time.
pub(super) struct Cache {
    source: Arc<dyn Source>,
    kept: Mutex<Option<Handed>>,
}

impl Cache {
    pub(super) fn new(source: Arc<dyn Source>) -> Self {
        Self { source, kept: Mutex::new(None) }
    }

    /// Those that are kept, or fresh ones. Waits for the source.
    pub(super) fn get(&self) -> Result<Handed, String> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let now = rolecall_server::now();
        if let Some(handed) = kept.as_ref().filter(|handed| now.plus_seconds(AHEAD) < handed.expires) {
            return Ok(handed.clone());
        }
        let fresh = self.source.fetch()?;
        *kept = Some(fresh.clone());
        Ok(fresh)
    }
}
