//! `rolecall enter`: a program in a place of a world.

use crate::{
    data,
    world::{self, Unusable},
};
use clap::Args;
use rolecall_lab::{
    Allowed, Ended, EnterError, MOST_ALLOWED, Visit,
    control::client::{Client, ControlError},
    end_alike,
};
use rolecall_world::World;
use std::{ffi::OsString, io, path::PathBuf, process::ExitCode};

/// What `enter` is told.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The place's name in world.toml.
    place: String,
    /// A directory with world.toml and its policy files.
    #[arg(long, value_name = "DIR")]
    world: PathBuf,
    /// Where the world's server keeps everything [default: a directory of the user's state, keyed by the world's path].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// A host outside that may be reached from inside, on ports 80 and 443 unless it says another; may be given often.
    #[arg(long, value_name = "HOST[:PORT]")]
    allow: Vec<Allowed>,
    /// What is run there, with its arguments [default: the user's shell].
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Why nobody entered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EnterFailure {
    #[error(transparent)]
    World(#[from] Unusable),
    #[error(transparent)]
    Data(#[from] data::DataFailure),
    #[error("there is no place `{place}` in {world}; it has: {known}")]
    NoPlace { place: String, world: PathBuf, known: String },
    #[error("{0}")]
    Control(#[from] ControlError),
    #[error(transparent)]
    Enter(#[from] EnterError),
    #[error("at most {MOST_ALLOWED} hosts can be allowed")]
    TooManyAllowed,
    #[error("{name}: {why}")]
    NotBegun { name: String, why: &'static str },
    #[error("this program's own file cannot be found: {0}")]
    Exe(io::Error),
}

/// So many names are told when the one asked for is not there.
const NAMES: usize = 12;

#[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
pub(crate) fn run(mut arguments: Arguments) -> Result<ExitCode, EnterFailure> {
    arguments.allow = merged(arguments.allow);
    if arguments.allow.len() > MOST_ALLOWED {
        return Err(EnterFailure::TooManyAllowed);
    }
    let world = world::read(&arguments.world)?;
    let place = world.place(&arguments.place).ok_or_else(|| no_place(&world, &arguments))?;
    let directory = data::canonical(&arguments.world)?;
    let data = match &arguments.data {
        Some(data) => data.clone(),
        None => data::of_world(&directory)?,
    };
    let exe = std::env::current_exe().map_err(EnterFailure::Exe)?;
    let server = Client::join_or_start(&data, &directory, &arguments.place, &exe)?;
    let command = if arguments.command.is_empty() {
        vec![std::env::var_os("SHELL").unwrap_or_else(|| "/bin/sh".into())]
    } else {
        arguments.command
    };
    let name = command.first().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let visit = Visit {
        world: &world,
        place,
        data: &data.canonicalize().unwrap_or(data),
        command,
        environment: std::env::vars_os().collect(),
        allowed: arguments.allow,
        directory: &directory,
        exe: &exe,
        tell: crate::say,
    };
    let ended = match rolecall_lab::enter(visit, server) {
        Ok(ended) => ended,
        Err(EnterError::NotBegun(errno)) => {
            crate::tell(&EnterFailure::NotBegun { name, why: errno.desc() });
            // As a shell ends.
            Ended::Exited(if errno == rolecall_lab::NOT_FOUND { 127 } else { 126 })
        }
        Err(error) => return Err(error.into()),
    };
    Ok(ExitCode::from(end_alike(ended)))
}

/// Each host once, with all of its ports, each once.
fn merged(allowed: Vec<Allowed>) -> Vec<Allowed> {
    let mut hosts: Vec<Allowed> = Vec::new();
    for one in allowed {
        match hosts.iter_mut().find(|known| known.host == one.host) {
            Some(known) => known.ports.extend(one.ports),
            None => hosts.push(one),
        }
    }
    for host in &mut hosts {
        host.ports.sort_unstable();
        host.ports.dedup();
    }
    hosts
}

fn no_place(world: &World, arguments: &Arguments) -> EnterFailure {
    let known: Vec<&str> = world.places.iter().map(|place| &*place.name.value).take(NAMES).collect();
    let more = world.places.len().saturating_sub(NAMES);
    let known = if more > 0 { format!("{} and {more} more", known.join(", ")) } else { known.join(", ") };
    EnterFailure::NoPlace { place: arguments.place.clone(), world: arguments.world.clone(), known }
}
