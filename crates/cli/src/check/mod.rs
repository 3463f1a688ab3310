//! `rolecall check`: every call of a world that has an expectation, and whether it holds.

use crate::{
    shown::{self, Progress},
    threads,
    world::{self, Unusable},
};
use clap::Args;
use rolecall_doctor::json;
use std::{io, path::PathBuf, process::ExitCode};

/// What `check` is told.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A directory with world.toml and its policy files.
    #[arg(long, value_name = "DIR")]
    world: PathBuf,
    /// Prints one JSON document (docs/schema/check.json).
    #[arg(long)]
    json: bool,
}

/// Why nothing was checked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckFailure {
    #[error(transparent)]
    World(#[from] Unusable),
    #[error("stdout: {0}")]
    Output(#[from] io::Error),
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, CheckFailure> {
    let world = world::read(&arguments.world)?;
    let case = world::ready(&arguments.world, &world)?;
    let progress = Progress::start(world.calls.len());
    let calls: Vec<_> = world.calls.iter().collect();
    let checked = threads::each(&calls, |call| {
        let checked = case.check(call);
        progress.step();
        checked.map_err(|error| Unusable::call(&arguments.world, &world, error.at(), &call.name.value, &error))
    })?;
    let checked: Vec<_> = checked.into_iter().flatten().collect();
    progress.finish();
    if arguments.json {
        shown::json(&json::check(&case, &checked))?;
    } else {
        shown::text(&rolecall_doctor::text::check(&case, &checked, shown::style()))?;
    }
    Ok(shown::status(checked.iter().all(rolecall_doctor::Checked::holds)))
}
