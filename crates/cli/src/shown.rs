//! How answers reach the terminal: text, one JSON document, a progress bar.

use indicatif::{ProgressBar, ProgressStyle};
use rolecall_doctor::text::Style;
use serde_json::Value;
use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

/// Fewer steps than this are over before a bar would be seen.
const WORTH_A_BAR: usize = 1_000;

const USUAL_COLUMNS: usize = 80;
/// Text is not folded more narrowly.
const FEWEST_COLUMNS: usize = 40;

/// Exit status 0 for what works, 1 for what does not.
pub(crate) fn status(works: bool) -> ExitCode {
    if works { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// Writes one JSON document to stdout.
pub(crate) fn json(document: &Value) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, document)?;
    writeln!(out)
}

/// Writes text for people to stdout.
pub(crate) fn text(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if text.ends_with('\n') { Ok(()) } else { writeln!(out) }
}

/// Colour on a terminal alone, and there not where its user wants none (<https://no-color.org>).
#[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
pub(crate) fn style() -> Style {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    Style { colour: io::stdout().is_terminal() && !unwanted, width: 80 }
}

/// Columns of the terminal on stdout; `None` where there is none.
pub(crate) fn columns() -> Option<usize> {
    let out = io::stdout();
    let size = out.is_terminal().then(|| rustix::termios::tcgetwinsize(&out))?.ok()?;
    // Some terminals do not know how wide they are.
    Some(if size.ws_col == 0 { USUAL_COLUMNS } else { usize::from(size.ws_col).max(FEWEST_COLUMNS) })
}

/// A bar on stderr while something takes long, where somebody looks on.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// Begins to count up to `steps`.
    pub(crate) fn start(steps: usize) -> Self {
        if steps < WORTH_A_BAR || !io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new(steps as u64);
        if let Ok(style) = ProgressStyle::with_template("{pos} of {len} calls [{bar:40}] {eta} left") {
            bar.set_style(style.progress_chars("=> "));
        }
        Self(Some(bar))
    }

    /// One step more.
    pub(crate) fn step(&self) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
