//! Running other programs, and saying in one sentence what became of them.

use crate::{Failure, Outcome};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

/// Runs `cargo` with the terminal handed on.
///
/// # Errors
/// When cargo cannot be started or does not end well.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Outcome {
    run(Command::new(cargo_binary()).current_dir(root).args(arguments))
}

/// The cargo that runs us, so that a toolchain chosen on the command line stays chosen.
pub(crate) fn cargo_binary() -> &'static str {
    option_env!("CARGO").unwrap_or("cargo")
}

/// Runs a command with the terminal handed on and nothing on its standard input.
///
/// # Errors
/// When it cannot be started or does not end well.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let status = command.stdin(Stdio::null()).status().map_err(|error| cannot_start(command, &error))?;
    if status.success() { Ok(()) } else { Err(Failure::broken(format!("{} ended with {status}", shown(command)))) }
}

/// Runs a command quietly and returns what it wrote on standard output.
///
/// # Errors
/// When it cannot be started or does not end well; the text ends with the last line it wrote on standard error.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| cannot_start(command, &error))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    Err(Failure::broken(format!("{} ended with {}: {}", shown(command), output.status, last.trim())))
}

/// Runs a command, handing every line of its standard output to `each` as it comes.
///
/// # Errors
/// When it cannot be started. How it ended is the returned boolean: a test run that fails is still a run.
pub(crate) fn lines(command: &mut Command, mut each: impl FnMut(&str)) -> Result<bool, Failure> {
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(|error| cannot_start(command, &error))?;
    if let Some(stdout) = child.stdout.take() {
        let mut reader = BufReader::new(stdout);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            each(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
    }
    let status = child.wait().map_err(|error| cannot_start(command, &error))?;
    Ok(status.success())
}

fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    Failure::broken(format!("{} cannot be run: {error}", command.get_program().to_string_lossy()))
}

/// The program and its first words, enough to know it by.
fn shown(command: &Command) -> String {
    let words = command.get_args().take(3).map(|word| word.to_string_lossy());
    std::iter::once(command.get_program().to_string_lossy()).chain(words).collect::<Vec<_>>().join(" ")
}
