//! The form in which a verb answers.

use clap::{Args, ValueEnum};
use rolecall_doctor::report::Form;
use std::io::{self, Write as _};

/// How the answer is put.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Output {
    /// One JSON document, as --format json.
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// The form of the answer: for people, or for the system that runs the check.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One document, in the form that docs/schema tells
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit's XML
    Junit,
    /// Annotations of GitHub Actions
    Github,
}

impl Output {
    /// The form asked for.
    pub(crate) fn form(self) -> Form {
        match self.format {
            _ if self.json => Form::Json,
            Format::Text => Form::Text,
            Format::Json => Form::Json,
            Format::Sarif => Form::Sarif,
            Format::Junit => Form::Junit,
            Format::Github => Form::Github,
        }
    }
}

/// Writes the answer to stdout.
pub(crate) fn answer(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}
