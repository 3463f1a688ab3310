//! Every call of a world, and whether it comes to what is expected of it.

use crate::{Case, Cause, RunError, causes::causes};
use rolecall_world::{Call, Expectation};
use std::num::NonZero;

/// A call that was run.
#[derive(Debug, Clone)]
pub struct Checked<'w> {
    /// The call.
    pub call: &'w Call,
    /// What it comes to.
    pub outcome: Expectation,
    /// What is expected.
    pub expected: Expectation,
    /// Why it fails, where it fails and should not.
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
    /// Runs every call that has an expectation, on as many threads; `done` is told after each.
    ///
    /// # Errors
    /// The first call in the order of the world that cannot be run, and why.
    pub fn check(
        &self,
        threads: NonZero<usize>,
        done: &(dyn Fn() + Sync),
    ) -> Result<Vec<Checked<'w>>, (&'w Call, RunError)> {
        let calls = self.world.calls.iter().filter_map(|call| Some((call, call.expect.as_ref()?.value)));
        let (calls, expected): (Vec<&Call>, Vec<Expectation>) = calls.unzip();
        let outcomes =
            self.on_threads(&calls, threads, done, |call| self.outcome(call, None).map_err(|error| (*call, error)))?;
        let checked = calls.into_iter().zip(expected).zip(outcomes).map(|((call, expected), outcome)| {
            let causes = match outcome {
                outcome if outcome == expected => Vec::new(),
                _ => causes(self, &self.run(call, None).map_err(|error| (call, error))?),
            };
            Ok(Checked { call, outcome, expected, causes })
        });
        checked.collect()
    }

    /// Does `one` for each of `calls`, on as many threads, and gives the results in their order.
    pub(crate) fn on_threads<C: Sync, T: Send, E: Send>(
        &self,
        calls: &[C],
        threads: NonZero<usize>,
        done: &(dyn Fn() + Sync),
        one: impl Fn(&C) -> Result<T, E> + Sync,
    ) -> Result<Vec<T>, E> {
        let share = calls.len().div_ceil(threads.get()).max(1);
        let run = |calls: &[C]| -> Vec<Result<T, E>> {
            let step = |call: &C| {
                let result = one(call);
                done();
                result
            };
            calls.iter().map(step).collect()
        };
        let results: Vec<Result<T, E>> = std::thread::scope(|scope| {
            let threads: Vec<_> = calls.chunks(share).map(|calls| scope.spawn(|| run(calls))).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
        });
        results.into_iter().collect()
    }
}
