//! `rolecall events`: the history of a world across accounts and Regions, told, followed and compared.

mod compare;
mod line;
mod read;

pub(crate) use read::found;

use crate::{data, shown};
use clap::{Args, Subcommand};
use rolecall_lab::control::{
    EventsWanted,
    client::{Client, ControlError},
};
use rolecall_names::{AccountId, Region};
use rolecall_store::StoreError;
use serde_json::Value;
use std::{
    io,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Records that are looked at for a comparison: those that somebody still has in mind.
const MOST: usize = 10_000;

/// What `events` is told.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    of: data::Of,
    /// How many records, the newest.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    limit: u16,
    /// Goes on with records as they come.
    #[arg(long, short)]
    follow: bool,
    /// Of this Region alone.
    #[arg(long, value_name = "REGION")]
    region: Option<Region>,
    /// The history of this account alone. Without it a call that two accounts have recorded is told once, as its
    /// caller's account has it.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// Of this name alone, such as AssumeRole.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Refused calls alone.
    #[arg(long)]
    errors: bool,
    /// A file with the master key, as serve takes it, for when no server runs.
    #[arg(long, value_name = "FILE", global = true)]
    master_key_file: Option<PathBuf>,
    /// Prints the records themselves, as CloudTrail's LookupEvents gives them, a line of JSON each.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Shows two records side by side, and marks what differs.
    Compare {
        /// A record: the beginning of its id, `last`, or `last~N` for the Nth before that.
        one: String,
        /// The other.
        other: String,
    },
}

/// Why no events are told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EventsFailure {
    #[error(transparent)]
    Data(#[from] data::DataFailure),
    #[error(transparent)]
    Control(#[from] ControlError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("a server is needed to follow what comes: none runs with the data in {0}")]
    NobodyToFollow(String),
    #[error("no record's id begins with {0}; `rolecall events` shows them")]
    NoRecord(String),
    #[error("the ids of several records begin with {0}; say more of it")]
    Ambiguous(String),
    #[error("stdout: {0}")]
    Output(#[from] io::Error),
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, EventsFailure> {
    let data = arguments.of.directory()?;
    let wanted = EventsWanted {
        limit: usize::from(arguments.limit),
        follow: arguments.follow,
        region: arguments.region.map(|region| region.name().to_owned()),
        account: arguments.account.map(|account| account.to_string()),
        name: arguments.name.clone(),
        errors: arguments.errors,
    };
    if let Some(Verb::Compare { one, other }) = &arguments.verb {
        let mut records = Vec::new();
        each(arguments, &data, EventsWanted { limit: MOST, follow: false, ..wanted }, |record| {
            records.push(record);
            Ok(())
        })?;
        let (one, other) = (chosen(&records, one)?, chosen(&records, other)?);
        if arguments.json {
            shown::json(&compare::document(one, other))?;
        } else {
            shown::text(&compare::side_by_side(one, other))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut lines = line::Lines::new(shown::columns());
    each(arguments, &data, wanted, |record| {
        let mut out = io::stdout().lock();
        if arguments.json {
            serde_json::to_writer(&mut out, &record)?;
            writeln!(out)?;
        } else {
            out.write_all(lines.of(&record).as_bytes())?;
        }
        // Whoever follows wants to see each as it comes.
        out.flush()
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Shows `told` each record that is wanted: a running server's, else what is on disk.
fn each(
    arguments: &Arguments,
    data: &Path,
    wanted: EventsWanted,
    mut told: impl FnMut(Value) -> io::Result<()>,
) -> Result<(), EventsFailure> {
    let mut failed = None;
    let mut go_on = |record| match told(record) {
        Ok(()) => true,
        Err(error) => {
            failed = Some(error);
            false
        }
    };
    match Client::connect(data) {
        Ok(client) => client.events(wanted, &mut go_on)?,
        Err(ControlError::NoServer { .. }) if wanted.follow => {
            return Err(EventsFailure::NobodyToFollow(data.display().to_string()));
        }
        Err(ControlError::NoServer { .. }) => {
            let store = data::open(data, arguments.master_key_file.as_deref())?;
            let (records, _) = found(&*store, &wanted, None)?;
            for record in records {
                if !go_on(record) {
                    break;
                }
            }
        }
        Err(error) => return Err(error.into()),
    }
    match failed {
        // Whoever reads no more, `head` for one, has what it wanted.
        Some(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}

fn chosen<'r>(records: &'r [Value], wanted: &str) -> Result<&'r Value, EventsFailure> {
    let none = || EventsFailure::NoRecord(wanted.to_owned());
    let back = match wanted.strip_prefix("last") {
        Some("") => Some(0),
        Some(rest) => rest.strip_prefix('~').and_then(|number| number.parse::<usize>().ok()),
        None => None,
    };
    if let Some(back) = back {
        return records.iter().rev().nth(back).ok_or_else(none);
    }
    let begins =
        |record: &&Value| record.get("eventID").and_then(Value::as_str).is_some_and(|id| id.starts_with(wanted));
    let mut fitting = records.iter().filter(begins);
    match (fitting.next(), fitting.next()) {
        (Some(record), None) => Ok(record),
        (None, _) => Err(none()),
        (Some(_), Some(_)) => Err(EventsFailure::Ambiguous(wanted.to_owned())),
    }
}
