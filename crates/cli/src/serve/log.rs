//! The log of a server: to stderr, and within bounds where that is a file that nobody rotates.

use std::{
    io::{self, IsTerminal, Write},
    os::fd::AsFd,
    sync::Mutex,
};
use tracing_subscriber::fmt::writer::BoxMakeWriter;

/// The longest `DATA/server.log`, in bytes, give or take a line.
const LONGEST: usize = 4 * 1024 * 1024;

/// Logs to stderr; `bounded` where that is the log of a server which `enter` began.
pub(super) fn to_stderr(json: bool, bounded: bool) {
    let filter = tracing_subscriber::EnvFilter::builder()
        .with_default_directive(tracing::Level::INFO.into())
        .with_env_var("ROLECALL_LOG")
        .from_env_lossy();
    let writer = if bounded {
        BoxMakeWriter::new(Mutex::new(Bounded::new(io::stderr(), LONGEST)))
    } else {
        BoxMakeWriter::new(io::stderr)
    };
    let builder = tracing_subscriber::fmt().with_writer(writer).with_env_filter(filter).with_target(false);
    // Only one subscriber can be set; a second is a caller's own and stays.
    let _ = if json { builder.json().try_init() } else { builder.with_ansi(io::stderr().is_terminal()).try_init() };
}

/// A file that is written at its end, and emptied when it has become too long.
struct Bounded<W> {
    out: W,
    written: usize,
    longest: usize,
}

impl<W: Write + AsFd> Bounded<W> {
    fn new(out: W, longest: usize) -> Self {
        Self { out, written: 0, longest }
    }
}

impl<W: Write + AsFd> Write for Bounded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.written > 0 && self.written.saturating_add(bytes.len()) > self.longest {
            self.written = 0;
            // What is no file cannot be emptied, and takes up no space either.
            if rustix::fs::ftruncate(&self.out, 0).is_ok() {
                self.out.write_all(b"(the log had become too long and begins anew)\n")?;
            }
        }
        let written = self.out.write(bytes)?;
        self.written += written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_log_that_becomes_too_long_begins_anew() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("server.log");
        let file = fs::OpenOptions::new().create(true).append(true).open(&path).unwrap();
        let mut log = Bounded::new(file, 100);
        for number in 0..5 {
            log.write_all(format!("{number}{}\n", ".".repeat(38)).as_bytes()).unwrap();
        }
        let told = fs::read_to_string(&path).unwrap();
        let begins: Vec<&str> = told.lines().map(|line| line.get(..1).unwrap()).collect();
        assert_eq!(begins, ["(", "4"], "{told:?}");
        // A line longer than all may be is told nevertheless.
        let long = "x".repeat(200);
        log.write_all(long.as_bytes()).unwrap();
        assert!(fs::read_to_string(&path).unwrap().ends_with(&long));
    }

    #[test]
    fn what_is_no_file_gets_every_line() {
        let (mut read, write) = io::pipe().unwrap();
        let mut log = Bounded::new(write, 10);
        for _ in 0..3 {
            log.write_all(b"a line\n").unwrap();
        }
        drop(log);
        assert_eq!(io::read_to_string(&mut read).unwrap(), "a line\n".repeat(3));
    }
}
