//! One log, several libraries: what an atomic, synced commit costs in each. docs/decisions/store-embedded.md tells what
//! came out.
//!
//! `compare run LIBRARY BATCH SECONDS DIR` prints a line of figures; kill it with `-9`, and `compare open LIBRARY DIR`
//! tells how long opening takes after that; `compare all DIR` prints the table.

mod engines;
mod load;

use engines::{Op, Table};
use std::{path::Path, process::Command, time::Instant};

const LIBRARIES: [&str; 5] = ["file", "sqlite", "sqlite16k", "fjall", "redb"];
const BATCHES: [&str; 5] = ["1", "16", "64", "256", "2048"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["all", dir] => {
            // Each in a process of its own, so that peak memory is its own.
            for batch in BATCHES {
                for library in LIBRARIES {
                    Command::new(std::env::current_exe()?).args(["run", library, batch, "4", dir]).status()?;
                }
            }
        }
        ["run", library, batch, seconds, dir] => {
            load::run(library, batch.parse()?, seconds.parse()?, Path::new(dir))?;
        }
        ["open", library, dir] => {
            let start = Instant::now();
            let engine = engines::open(library, Path::new(dir))?;
            let rows = engine.count()?;
            println!("{library}: {rows} rows, {:.1?} to open", start.elapsed());
        }
        _ => return Err("compare all DIR | run LIBRARY BATCH SECONDS DIR | open LIBRARY DIR".into()),
    }
    Ok(())
}
