//! A call beside what is expected of it.

use crate::{Case, Cause, RunError, causes::causes};
use rolecall_world::{Call, Expectation};

/// A call that was run because something is expected of it.
#[derive(Debug, Clone)]
pub struct Checked<'w> {
    /// The call.
    pub call: &'w Call,
    /// What it comes to.
    pub outcome: Expectation,
    /// What is expected.
    pub expected: Expectation,
    /// Why it fails, where it fails otherwise than expected; what to mend first first.
    pub causes: Vec<Cause>,
}

impl Checked<'_> {
    /// Whether it comes to what is expected.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.outcome == self.expected
    }
}

impl<'w> Case<'w> {
    /// Runs `call` if something is expected of it. Reasons are looked for only where the expectation does not hold.
    ///
    /// # Errors
    /// [`RunError`] when the world does not say enough.
    pub fn check(&self, call: &'w Call) -> Result<Option<Checked<'w>>, RunError> {
        let Some(expected) = call.expect.as_ref().map(|expected| expected.value) else { return Ok(None) };
        let outcome = self.outcome(call, None)?;
        let causes = if outcome == expected { Vec::new() } else { causes(self, &self.run(call, None)?) };
        Ok(Some(Checked { call, outcome, expected, causes }))
    }
}
