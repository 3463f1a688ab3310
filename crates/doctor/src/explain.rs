//! A call explained: how it went, why, and what would mend it.

use crate::{Case, Cause, Fix, Run, RunError, causes::causes, fixes::fixes};
use rolecall_clients::Client;
use rolecall_world::{Call, Expectation};

/// A call explained.
#[derive(Debug, Clone)]
pub struct Explanation<'w> {
    /// How it went.
    pub run: Run<'w>,
    /// Why it failed, what to mend first first; none for a call that was let in.
    pub causes: Vec<Cause>,
    /// What would mend it, the recommended fix first.
    pub fixes: Vec<Fix>,
}

impl Explanation<'_> {
    /// What the call comes to.
    #[must_use]
    pub fn outcome(&self) -> Expectation {
        self.run.outcome()
    }
}

impl<'w> Case<'w> {
    /// Runs `call`, with `client` in the place of the one it names if one is given, and says why it fails.
    ///
    /// # Errors
    /// [`RunError`] when the world does not say enough.
    pub fn explain(&self, call: &'w Call, client: Option<&Client>) -> Result<Explanation<'w>, RunError> {
        let mut found = self.reasons(call, client)?;
        if !found.causes.is_empty() {
            found.fixes = fixes(self, &found.run, client, &found.causes);
        }
        Ok(found)
    }

    /// As [`Case::explain`], without fixes.
    ///
    /// # Errors
    /// As [`Case::explain`].
    pub fn reasons(&self, call: &'w Call, client: Option<&Client>) -> Result<Explanation<'w>, RunError> {
        let run = self.run(call, client)?;
        let causes = causes(self, &run);
        Ok(Explanation { run, causes, fixes: Vec::new() })
    }
}
