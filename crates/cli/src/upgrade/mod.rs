//! `rolecall upgrade`: what other versions of clients mean for calls of STS.
//!
//! Exit status 0: nothing; 1: a call flips, or without a world a default endpoint moved; 2: a file cannot be used. `docs/upgrade.md` tells the forms.

mod files;

use crate::{
    output::{self, Output},
    shown::Progress,
    threads, world,
};
use clap::{ArgGroup, Args};
use files::{LockFile, Unusable};
use rolecall_clients::{Client, UnknownClient};
use rolecall_doctor::{
    RunError, json, lock,
    report::{self, Spot, Upgrade},
};
use rolecall_world::Call;
use std::{
    io,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What `upgrade` is told.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("versions").required(true).multiple(true).args(["lock", "client"])))]
pub(crate) struct Arguments {
    /// A lock file before and after; may be repeated. OLD may be - for stdin.
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"])]
    lock: Vec<PathBuf>,
    /// The version that a client of the world is to have; may be repeated.
    #[arg(long, value_name = "NAME==VERSION", requires = "world")]
    client: Vec<String>,
    /// A directory with world.toml and its policy files: its calls are run before and after.
    #[arg(long, value_name = "DIR")]
    world: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// Why `upgrade` has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UpgradeFailure {
    #[error(transparent)]
    Unusable(#[from] Unusable),
    #[error(transparent)]
    World(#[from] world::Unusable),
    #[error("--client {client}: {source}")]
    Client { client: String, source: UnknownClient },
    #[error("stdout: {0}")]
    Output(#[source] io::Error),
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, UpgradeFailure> {
    let (pairs, _) = arguments.lock.as_chunks::<2>();
    let mut upgrade = Upgrade::default();
    let mut clients = Vec::new();
    let mut read = Vec::new();
    for [old, new] in pairs {
        let (old, new) = files::pair(old, new)?;
        let found = lock::upgrade(old.file(), new.file());
        upgrade.clients.extend(found.clients);
        upgrade.untold.extend(found.untold);
        clients.extend(lock::compare(&old.lock, &new.lock).moves.into_iter().map(|moved| moved.to));
        read.push(new);
    }
    for text in &arguments.client {
        let parsed = Client::parse(text);
        clients.push(parsed.map_err(|source| UpgradeFailure::Client { client: text.clone(), source })?);
    }
    if let Some(directory) = &arguments.world {
        on_world(directory, &clients, arguments.client.len(), &mut upgrade)?;
    }
    let line = |at: &Spot| read.iter().find(|file| file.path == at.file)?.line(at.line);
    let report = upgrade.report(&line);
    output::answer(&report::render(arguments.output.form(), &report, &upgrade)).map_err(UpgradeFailure::Output)?;
    Ok(if upgrade.fails() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Runs the calls of a world before and after. The last `named` of `clients` were named on the command line: what the
/// world has of them moves to these.
fn on_world(directory: &Path, clients: &[Client], named: usize, upgrade: &mut Upgrade) -> Result<(), UpgradeFailure> {
    let world = world::read(directory)?;
    let case = world::ready(directory, &world)?;
    for to in clients.iter().rev().take(named).rev() {
        for from in case.versions(to) {
            upgrade.clients.push(lock::change(&from, to));
        }
    }
    let unusable = |(call, error): (&Call, RunError)| {
        world::Unusable::call(directory, &world, error.at(), &call.name.value, &error)
    };
    let touched = case.touched(clients).map_err(unusable)?;
    let progress = Progress::start(touched.len());
    let mut upgraded = threads::each(&touched, |(call, client)| {
        let upgraded = case.upgrade(call, client);
        progress.step();
        upgraded.map_err(|error| (*call, error))
    })
    .map_err(unusable)?;
    case.mend(&mut upgraded).map_err(unusable)?;
    progress.finish();
    upgrade.world = true;
    upgrade.calls = upgraded.iter().map(|upgraded| json::call_change(&case, upgraded)).collect();
    Ok(())
}

impl LockFile {
    fn file(&self) -> lock::File<'_> {
        lock::File { path: &self.path, lock: &self.lock }
    }

    fn line(&self, number: u32) -> Option<String> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.text.lines().nth(index).map(|line| line.trim_start_matches('\u{feff}').to_owned())
    }
}

#[cfg(test)]
mod tests;
