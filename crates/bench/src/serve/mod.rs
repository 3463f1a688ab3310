//! `serve`: signed AssumeRole and GetCallerIdentity, against a bare HTTP server and against moto, in one go.

mod moto;
mod operation;
mod rolecall;
mod table;

use crate::{
    cores::{self, Cores, pinned},
    load::{self, Ring, Until},
    process::{Server, disk_use},
};
use anyhow::{Context, Result};
use operation::{Caller, Operation};
use rolecall::Rolecall;
use std::{path::PathBuf, process::Command, time::Duration};
use table::{Row, print_rows, say};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How often each is taken, the servers by turns; the middle one counts.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Connections, each with one request under way.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Requests signed ahead for each operation, each AssumeRole with a session name of its own.
    #[arg(long, default_value_t = 100_000)]
    signed_ahead: u64,
    /// Then let so many sessions and events pile up, weigh them on disk, and measure again.
    #[arg(long, default_value_t = 0)]
    sessions: u64,
    /// The server's binary; built with cargo when left out.
    #[arg(long)]
    server: Option<PathBuf>,
    /// Where the server keeps its data: emptied first. On the disk that is to be measured.
    #[arg(long, default_value = "target/bench/data")]
    data: PathBuf,
    /// Leave moto out.
    #[arg(long)]
    no_moto: bool,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let cores = Cores::choose()?;
    if !cores.are_apart() {
        say("only one core may be used: server and load share it, so the figures say little");
    }
    if let Some(load) = cores::load_average().filter(|load| *load > 0.5) {
        say(&format!("load average {load}: something else is at work here, so the figures are its too"));
    }
    let rolecall = Rolecall::start(options.server.as_deref(), &options.data, cores.server)?;
    let bench = Bench { options, cores, caller: rolecall.caller()? };
    let mut rows = Vec::new();
    for operation in Operation::ALL {
        rows.extend(bench.against_bare(operation, rolecall.server())?);
    }
    if !options.no_moto {
        match moto::start(cores.server) {
            Ok(moto) => {
                for operation in Operation::ALL {
                    rows.push(bench.measure(operation, table::MOTO, &moto)?);
                }
            }
            Err(error) => say(&format!("moto left out, it cannot be installed or started here: {error:#}")),
        }
    }
    print_rows(&rows);
    if options.sessions > 0 {
        rows.extend(piled_up(&bench, &rolecall)?);
        print_rows(&rows);
    }
    Ok(())
}

/// What all measurements of a run share.
struct Bench<'a> {
    options: &'a Options,
    cores: Cores,
    caller: Caller,
}

impl Bench<'_> {
    /// One measurement of an operation at a server.
    fn measure(&self, operation: Operation, name: &'static str, server: &Server) -> Result<Row> {
        let Self { options, cores, caller } = self;
        let ring = Ring::new(operation.requests(caller, server.address, options.signed_ahead.max(1)));
        let until = Until::Elapsed(Duration::from_secs(options.seconds));
        let before = server.processor_time()?;
        let outcome = pinned(cores.load, || load::run(server.address, options.connections, until, ring))?
            .with_context(|| format!("{operation} at {name}"))?;
        let processor = server.processor_time()?.saturating_sub(before);
        Ok(Row { server: name, operation, outcome, processor, memory: server.peak_memory()? })
    }

    /// Takes each server's measurements by turns, so that a busy moment of the machine meets all of them, and keeps
    /// the middle one of each.
    fn by_turns(&self, operation: Operation, servers: &[(&'static str, &Server)]) -> Result<Vec<Row>> {
        let mut taken = vec![Vec::new(); servers.len()];
        for round in 1..=self.options.rounds.max(1) {
            for ((name, server), rows) in servers.iter().zip(&mut taken) {
                say(&format!("{operation}, {name}, round {round}"));
                rows.push(self.measure(operation, name, server)?);
                // What a server still has to write down must not be held against the next one.
                std::thread::sleep(Duration::from_secs(1));
            }
        }
        taken.into_iter().map(middle).collect()
    }

    /// The bare server, answering as many bytes as Rolecall does, beside Rolecall.
    fn against_bare(&self, operation: Operation, rolecall: &Server) -> Result<Vec<Row>> {
        let bytes = operation.probe(&self.caller, rolecall.address)?.to_string();
        let mut command = Command::new(std::env::current_exe()?);
        let bare = Server::start(command.args(["bare", "--bytes", &bytes]), self.cores.server)?;
        self.by_turns(operation, &[(table::BARE, &bare), (table::ROLECALL, rolecall)])
    }
}

/// The measurement with the middle rate.
fn middle(mut rows: Vec<Row>) -> Result<Row> {
    rows.sort_by(|a, b| a.outcome.rate().total_cmp(&b.outcome.rate()));
    let at = rows.len() / 2;
    rows.into_iter().nth(at).context("no round was run")
}

/// Lets sessions and events pile up, telling on the way what each costs, then measures Rolecall again.
fn piled_up(bench: &Bench<'_>, rolecall: &Rolecall) -> Result<Vec<Row>> {
    const STEPS: u64 = 10;
    let Bench { options, cores, caller } = bench;
    let server = rolecall.server();
    let before = disk_use(&options.data)?;
    let mut sent = 0;
    for step in 1..=STEPS {
        let until = Until::Requests(options.sessions * step / STEPS - sent);
        let source = Operation::AssumeRole.fresh(caller.clone(), server.address, sent);
        let outcome = pinned(cores.load, || load::run(server.address, options.connections, until, source))??;
        sent += outcome.requests;
        say(&format!(
            "{sent} sessions and events: the last {} at {:.0}/s, peak memory {} MiB",
            outcome.requests,
            outcome.rate(),
            server.peak_memory()? >> 20,
        ));
    }
    rolecall.settle(&options.data)?;
    let grown = disk_use(&options.data)?.saturating_sub(before);
    say(&format!("{grown} bytes more on disk, {} an event", grown / sent.max(1)));
    let mut rows = Vec::new();
    for operation in Operation::ALL {
        rows.extend(bench.by_turns(operation, &[(table::PILED_UP, server)])?);
    }
    Ok(rows)
}
