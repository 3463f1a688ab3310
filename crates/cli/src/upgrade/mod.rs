//! `rolecall upgrade`: what a change of lock files means for calls of STS.
//!
//! Exit status 0: nothing; 1: a default endpoint moved; 2: a file cannot be used. `docs/upgrade.md` tells the forms.

mod files;

use crate::output::{self, Output};
use clap::Args;
use files::{LockFile, Unusable};
use rolecall_doctor::{
    lock,
    report::{self, Spot, Upgrade},
};
use std::{io, path::PathBuf, process::ExitCode};

/// What `upgrade` is told.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A lock file before and after; may be repeated. OLD may be - for stdin.
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], required = true)]
    lock: Vec<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// Why `upgrade` has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UpgradeFailure {
    #[error(transparent)]
    Unusable(#[from] Unusable),
    #[error("stdout: {0}")]
    Output(#[source] io::Error),
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, UpgradeFailure> {
    let (pairs, _) = arguments.lock.as_chunks::<2>();
    let mut upgrade = Upgrade::default();
    let mut read = Vec::new();
    for [old, new] in pairs {
        let (old, new) = files::pair(old, new)?;
        let found = lock::upgrade(old.file(), new.file());
        upgrade.clients.extend(found.clients);
        upgrade.untold.extend(found.untold);
        read.push(new);
    }
    let line = |at: &Spot| read.iter().find(|file| file.path == at.file)?.line(at.line);
    let report = upgrade.report(&line);
    output::answer(&report::render(arguments.output.form(), &report, &upgrade)).map_err(UpgradeFailure::Output)?;
    Ok(if upgrade.fails() { ExitCode::from(1) } else { ExitCode::SUCCESS })
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
