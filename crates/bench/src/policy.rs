//! `policy`: one cross-account AssumeRole decision beside Cedar, on an equivalent policy, in one process.
//!
//! Cedar is built in a workspace of its own (`bench-cedar`), so that nobody else's build brings it along.

use anyhow::{Context, Result, bail};
use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use std::{path::Path, process::Command};

/// Nothing to choose.
#[derive(Debug, Args)]
pub(crate) struct Options {}

pub(crate) fn run(Options {}: &Options) -> Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here.parent().and_then(Path::parent).unwrap_or(here).join("bench-cedar");
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(["", "Rolecall", "Cedar", "Cedar / Rolecall"]);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for binary in ["time", "count"] {
        for line in lines(&folder, binary)? {
            let [what, rolecall, cedar] = line.split('\t').collect::<Vec<_>>()[..] else {
                bail!("{binary} wrote {line:?}");
            };
            table.add_row([what, rolecall, cedar, &ratio(rolecall, cedar)?]);
        }
    }
    #[expect(clippy::print_stdout, reason = "a command speaks to the one who ran it")]
    {
        println!("{table}");
    }
    Ok(())
}

fn lines(folder: &Path, binary: &str) -> Result<Vec<String>> {
    let ran = Command::new("cargo")
        .current_dir(folder)
        .args(["run", "--release", "--locked", "--quiet", "--bin", binary])
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("cargo")?;
    if !ran.status.success() {
        bail!("bench-cedar's {binary} did not end well");
    }
    Ok(String::from_utf8(ran.stdout)?.lines().map(str::to_owned).collect())
}

fn ratio(rolecall: &str, cedar: &str) -> Result<String> {
    let (rolecall, cedar): (f64, f64) = (rolecall.parse()?, cedar.parse()?);
    Ok(if rolecall == 0.0 { "–".to_owned() } else { format!("{:.2}", cedar / rolecall) })
}
