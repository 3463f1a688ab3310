//! `rolecall evaluate`: requests with their policies in, verdicts with their reasons out, a line of JSON each.
//!
//! Answers come in the order of the lines. Batches of lines are judged on every core; what is read ahead, and what
//! waits to be written, is bounded, so memory does not grow with the input. `docs/evaluate.md` tells the form.

mod answer;
mod context;
mod line;
mod policies;
mod principal;
mod stream;

use clap::Args;
use std::io::{self, BufReader};

/// What `evaluate` is told: nothing, it reads stdin.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

/// Why `evaluate` could not go on. A line that cannot be used is no reason: it gets its answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EvaluateFailure {
    #[error("stdin: {0}")]
    Input(#[source] io::Error),
    #[error("stdout: {0}")]
    Output(#[source] io::Error),
}

/// Bytes read from stdin at once.
const READ: usize = 1 << 16;

pub(crate) fn run(Arguments {}: Arguments) -> Result<(), EvaluateFailure> {
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    stream::run(BufReader::with_capacity(READ, io::stdin()), io::stdout(), workers)
}

#[cfg(test)]
mod tests;
