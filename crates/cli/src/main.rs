//! The `rolecall` command: one file a verb.
//!
//! This crate must not know how a verb does its work: it reads arguments and files, and says what came of it.

mod check;
mod data;
mod endpoint;
mod enter;
mod evaluate;
mod events;
mod explain;
mod outage;
mod output;
#[cfg(test)]
mod schema;
mod serve;
mod shown;
mod threads;
mod upgrade;
mod world;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// An AWS STS of your own, with the world around it.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Answer STS, IAM and CloudTrail calls until told to stop.
    Serve(Box<serve::Arguments>),
    /// Say how a call goes, why it fails, and which fixes are proven to mend it.
    Explain(explain::Arguments),
    /// Run every call of a world that has an expectation, and say which hold.
    Check(check::Arguments),
    /// Run a program in a place of a world, where names resolve, routes hold and endpoints answer as they do there.
    Enter(enter::Arguments),
    /// Tell a world's history across accounts and Regions, follow it, or compare two records.
    Events(events::Arguments),
    /// Switch an outage of a world on or off while programs are in its places.
    Outage(outage::Arguments),
    /// Judge requests by policies: JSON lines on stdin, verdicts with their reasons on stdout.
    Evaluate(evaluate::Arguments),
    /// Say what an upgrade of AWS clients changes for STS.
    Upgrade(upgrade::Arguments),
    /// Say which endpoint of STS a client calls that is told this, and why.
    Endpoint(endpoint::Arguments),
}

fn main() -> ExitCode {
    let Command { verb } = Command::parse();
    let done: Result<ExitCode, Box<dyn std::error::Error>> = match verb {
        Verb::Serve(arguments) => serve::run(*arguments).map(|()| ExitCode::SUCCESS).map_err(Into::into),
        Verb::Explain(arguments) => explain::run(&arguments).map_err(Into::into),
        Verb::Check(arguments) => check::run(&arguments).map_err(Into::into),
        Verb::Enter(arguments) => enter::run(arguments).map_err(Into::into),
        Verb::Events(arguments) => events::run(&arguments).map_err(Into::into),
        Verb::Outage(arguments) => outage::run(&arguments).map_err(Into::into),
        Verb::Upgrade(arguments) => upgrade::run(&arguments).map_err(Into::into),
        Verb::Evaluate(arguments) => evaluate::run(arguments).map(|()| ExitCode::SUCCESS).map_err(Into::into),
        Verb::Endpoint(arguments) => endpoint::run(arguments).map_err(Into::into),
    };
    match done {
        Ok(status) => status,
        Err(error) => {
            tell(&*error);
            // What could not be used is the input: the world, the data directory, an address.
            ExitCode::from(2)
        }
    }
}

/// One sentence on stderr, with what lies behind it.
pub(crate) fn tell(error: &dyn std::error::Error) {
    say(error);
}

/// One sentence on stderr, for the person at the terminal, whatever the log level. Nobody may be there to read it.
pub(crate) fn say(what: &dyn std::fmt::Display) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "rolecall: {what}");
}
