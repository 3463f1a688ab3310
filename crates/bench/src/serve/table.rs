//! The table at the end, and the lines before it.

use super::operation::Operation;
use crate::load::Outcome;
use comfy_table::{CellAlignment, Table, presets};
use std::time::Duration;

pub(crate) const BARE: &str = "bare";
pub(crate) const ROLECALL: &str = "rolecall";
pub(crate) const MOTO: &str = "moto";
/// Rolecall again, when much has piled up.
pub(crate) const PILED_UP: &str = "piled up";

/// One measurement.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) server: &'static str,
    pub(crate) operation: Operation,
    pub(crate) outcome: Outcome,
    /// The processor time the server used meanwhile.
    pub(crate) processor: Duration,
    /// Peak memory of the server up to then, in bytes.
    pub(crate) memory: u64,
}

impl Row {
    /// Processor time for each request, in microseconds.
    fn cost(&self) -> f64 {
        self.busy() / self.outcome.rate() * 1e6
    }

    /// How busy the server's core was with it, of 1.
    fn busy(&self) -> f64 {
        self.processor.as_secs_f64() / self.outcome.elapsed.as_secs_f64()
    }
}

/// What is going on, on standard error.
#[expect(clippy::print_stderr, reason = "a command speaks to the one who ran it")]
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}

/// Prints all rows, each with its ratios to the bare server, to moto and, for what has piled up, to the start.
///
/// The ratios by CPU compare what a request costs the processor: they hold where the machine is busy with something else,
/// and say nothing of waiting.
#[expect(clippy::print_stdout, reason = "the table is what the command is run for")]
pub(crate) fn print_rows(rows: &[Row]) {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    let heads = ["operation", "server", "requests/s", "busy", "CPU each", "p50", "p99", "p99.9", "peak memory"];
    let ratios = ["of bare", "by CPU", "of moto", "by CPU", "of start", "by CPU"];
    table.set_header(heads.into_iter().chain(ratios));
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for operation in Operation::ALL {
        let of = |server: &str| rows.iter().find(|row| row.operation == operation && row.server == server);
        for row in rows.iter().filter(|row| row.operation == operation) {
            let mut cells = vec![
                operation.to_string(),
                row.server.to_owned(),
                format!("{:.0}", row.outcome.rate()),
                format!("{:.0} %", row.busy() * 100.0),
                format!("{:.1} us", row.cost()),
                percentile(row, 0.5),
                percentile(row, 0.99),
                percentile(row, 0.999),
                format!("{:.1} MiB", mebibytes(row.memory)),
            ];
            for to in [BARE, MOTO, ROLECALL] {
                // Only what has piled up is held against the start.
                let told = to != row.server && (to != ROLECALL || row.server == PILED_UP);
                let other = of(to).filter(|_| told);
                cells.push(other.map_or(String::new(), |other| figure(row.outcome.rate() / other.outcome.rate())));
                cells.push(other.map_or(String::new(), |other| figure(other.cost() / row.cost())));
            }
            table.add_row(cells);
        }
    }
    println!("{table}");
    // Where the load could not keep a server busy, the rate is the load's and not the server's.
    for row in rows.iter().filter(|row| row.busy() < 0.9) {
        println!("{} at {}: its core was busy for {:.0} % only", row.operation, row.server, row.busy() * 100.0);
    }
}

/// A ratio to two digits, or none where they would say nothing.
fn figure(ratio: f64) -> String {
    if ratio < 10.0 { format!("{ratio:.2}") } else { format!("{ratio:.0}") }
}

fn percentile(row: &Row, quantile: f64) -> String {
    let latency = Duration::from_nanos(row.outcome.latency.value_at_quantile(quantile));
    if latency < Duration::from_millis(10) {
        format!("{} us", latency.as_micros())
    } else {
        format!("{} ms", latency.as_millis())
    }
}

#[expect(clippy::cast_precision_loss, reason = "told to one digit")]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}
