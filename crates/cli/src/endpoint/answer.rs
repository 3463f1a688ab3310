//! The answer, for people or for programs.

use rolecall_clients::{At, Client, Endpoint, Refusal, Span};
use serde::Serialize;
use std::{io, path::Path};

/// How it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Json,
}

/// The files that were read, to point into.
pub(super) struct Files<'a> {
    pub(super) config: Option<(&'a Path, &'a str)>,
    pub(super) credentials: Option<(&'a Path, &'a str)>,
}

#[derive(Serialize)]
struct Told<'a> {
    url: &'a str,
    kind: &'static str,
    region: &'a str,
    signing_region: &'a str,
    because: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uncertain: Option<&'static str>,
    source: &'static str,
}

#[derive(Serialize)]
struct Refused<'a> {
    error: &'a str,
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Position>,
    source: &'static str,
}

#[derive(Serialize)]
struct Position {
    file: String,
    line: usize,
    column: usize,
}

pub(super) fn endpoint(endpoint: &Endpoint, form: Form, out: &mut impl io::Write) -> io::Result<()> {
    if form == Form::Json {
        let told = Told {
            url: &endpoint.url,
            kind: endpoint.kind.as_str(),
            region: &endpoint.region,
            signing_region: &endpoint.signing_region,
            because: endpoint.because.iter().map(|because| &*because.text).collect(),
            uncertain: endpoint.uncertain,
            source: endpoint.source,
        };
        return json(&told, out);
    }
    writeln!(out, "{}", endpoint.url)?;
    let kind = endpoint.kind.as_str();
    writeln!(out, "  {kind}, in {}, signed for {}", endpoint.region, endpoint.signing_region)?;
    for because in &endpoint.because {
        writeln!(out, "  because {}", because.text)?;
    }
    if let Some(uncertain) = endpoint.uncertain {
        writeln!(out, "  not settled: {uncertain}")?;
    }
    writeln!(out, "  known from {}", endpoint.source)
}

pub(super) fn refusal(
    client: &Client,
    refusal: &Refusal,
    files: &Files<'_>,
    form: Form,
    out: &mut impl io::Write,
) -> io::Result<()> {
    let at = position(refusal.at, files);
    if form == Form::Json {
        return json(&Refused { error: &refusal.text, name: refusal.name, at, source: refusal.source }, out);
    }
    writeln!(out, "{client} refuses: {}: {}", refusal.name, refusal.text)?;
    match (at, refusal.at) {
        (Some(Position { file, line, column }), _) => writeln!(out, "  at {file}:{line}:{column}")?,
        (None, At::Env(name)) => writeln!(out, "  because of {name} in the environment")?,
        (None, At::Option(name)) => writeln!(out, "  because of the option {name}")?,
        (None, At::Region) => writeln!(out, "  because of the Region given in code")?,
        (None, At::Profile) => writeln!(out, "  because of the profile given in code")?,
        _ => {}
    }
    writeln!(out, "  known from {}", refusal.source)
}

fn position(at: At, files: &Files<'_>) -> Option<Position> {
    let within = |file: Option<(&Path, &str)>, span: Span| {
        let (path, text) = file?;
        let (line, column) = span.line_and_column(text);
        Some(Position { file: path.display().to_string(), line, column })
    };
    match at {
        At::Config(span) => within(files.config, span),
        At::Credentials(span) => within(files.credentials, span),
        _ => None,
    }
}

fn json(told: &impl Serialize, out: &mut impl io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, told)?;
    writeln!(out)
}
