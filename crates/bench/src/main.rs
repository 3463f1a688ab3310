//! Measures Rolecall on the machine it runs on. One file a subcommand; what they share stands beside them.
//!
//! This crate must not know how anything it measures works inside: it calls what others call and reads the clock.

mod bare;
mod clock;
mod cores;
mod doctor;
mod enter;
mod http;
mod load;
mod policy;
mod process;
mod serve;
mod sign;
mod signature;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Debug, Parser)]
#[command(about = "Measures Rolecall on this machine")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// AssumeRole and GetCallerIdentity against a bare HTTP server and against moto.
    Serve(serve::Options),
    /// What checking one signature costs, step by step, on one core.
    Signature(signature::Options),
    /// A decision of the policy engine beside Cedar's, which is built for it on the first run.
    Policy(policy::Options),
    /// `check`, `upgrade` and `explain` on a large world, each as a process.
    Doctor(doctor::Options),
    /// How long entering a place takes, and what calls from inside cost beside the same over loopback.
    Enter(enter::Options),
    /// The client of `enter`.
    #[command(hide = true)]
    Calls(enter::Calls),
    /// The bare server: reads a request, answers with as many bytes as it is told, knows nothing.
    #[command(hide = true)]
    Bare(bare::Options),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(options) => serve::run(&options),
        Command::Signature(options) => signature::run(&options),
        Command::Policy(options) => policy::run(&options),
        Command::Doctor(options) => doctor::run(&options),
        Command::Enter(options) => enter::run(&options),
        Command::Calls(options) => enter::calls(&options),
        Command::Bare(options) => bare::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "a command speaks to the one who ran it")]
            {
                eprintln!("{error:#}");
            }
            ExitCode::FAILURE
        }
    }
}
