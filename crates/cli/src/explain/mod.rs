//! `rolecall explain`: one call of a world or of a record, how it goes, why it fails, and what would mend it.

mod event;

use crate::{
    shown,
    world::{self, Unusable},
};
use clap::Args;
use rolecall_clients::Client;
use rolecall_doctor::json;
use rolecall_world::{Expectation, World};
use std::{io, path::PathBuf, process::ExitCode};

/// What `explain` is told.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The call's name in world.toml.
    #[arg(required_unless_present = "event", conflicts_with = "event")]
    call: Option<String>,
    /// A record of CloudTrail in the call's place; of two, what differs and why the refused one is refused.
    ///
    /// A record, a log file or an answer of LookupEvents, gzipped or not; FILE#ID names one of several by its eventID.
    #[arg(long, value_name = "FILE")]
    event: Vec<PathBuf>,
    /// A directory with world.toml and its policy files.
    #[arg(long, value_name = "DIR")]
    world: PathBuf,
    /// Explains the call as it would be with this client; a record, as made with it.
    #[arg(long, value_name = "NAME==VERSION")]
    client: Option<String>,
    /// Prints one JSON document (docs/schema/explain.json).
    #[arg(long)]
    json: bool,
}

/// Why there is no explanation.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExplainFailure {
    #[error(transparent)]
    World(#[from] Unusable),
    #[error("there is no call `{call}` in {world}{}; it has: {known}", nearest.as_ref().map(|name| format!(", did you mean `{name}`?")).unwrap_or_default())]
    NoCall { call: String, world: PathBuf, nearest: Option<String>, known: String },
    #[error("--client {client}: {source}")]
    Client { client: String, source: rolecall_clients::UnknownClient },
    #[error(transparent)]
    Event(#[from] event::EventFailure),
    #[error("stdout: {0}")]
    Output(#[from] io::Error),
}

/// So many names are told when the one asked for is not there.
const NAMES: usize = 12;

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, ExplainFailure> {
    let world = world::read(&arguments.world)?;
    let client = arguments
        .client
        .as_ref()
        .map(|text| Client::parse(text).map_err(|source| ExplainFailure::Client { client: text.clone(), source }))
        .transpose()?;
    let Some(name) = &arguments.call else { return event::run(arguments, &world, client.as_ref()) };
    let call = world.call(name).ok_or_else(|| no_call(&world, arguments, name))?;
    let case = world::ready(&arguments.world, &world)?;
    let found = case
        .explain(call, client.as_ref())
        .map_err(|error| Unusable::call(&arguments.world, &world, error.at(), name, &error))?;
    if arguments.json {
        shown::json(&json::explanation(&case, &found))?;
    } else {
        shown::text(&rolecall_doctor::text::explanation(&case, &found, shown::style()))?;
    }
    Ok(shown::status(found.outcome() == Expectation::Allowed))
}

fn no_call(world: &World, arguments: &Arguments, call: &str) -> ExplainFailure {
    let names = || world.calls.iter().map(|call| &*call.name.value);
    let nearest = names().find(|name| {
        name.to_ascii_lowercase().contains(&call.to_ascii_lowercase())
            || call.to_ascii_lowercase().contains(&name.to_ascii_lowercase())
    });
    let known: Vec<&str> = names().take(NAMES).collect();
    let more = world.calls.len().saturating_sub(NAMES);
    let known = if more > 0 { format!("{} and {more} more", known.join(", ")) } else { known.join(", ") };
    ExplainFailure::NoCall {
        call: call.to_owned(),
        world: arguments.world.clone(),
        nearest: nearest.map(str::to_owned),
        known,
    }
}
