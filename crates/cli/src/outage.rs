//! `rolecall outage`: switches an outage of a world on or off while programs are in its places.

use crate::{data, shown};
use clap::{Args, Subcommand};
use rolecall_lab::control::{
    OutageState,
    client::{Client, ControlError},
};
use serde_json::{Value, json};
use std::{fmt::Write, io, process::ExitCode};

/// What `outage` is told.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    of: data::Of,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Cuts off what the outage says.
    On {
        /// The outage's name in world.toml.
        name: String,
    },
    /// Ends it.
    Off {
        /// The outage's name in world.toml.
        name: String,
    },
    /// Tells the world's outages, and which of them hold.
    List {
        /// Prints one JSON document (docs/schema/outage-list.json).
        #[arg(long)]
        json: bool,
    },
}

/// Why no outage was switched.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutageFailure {
    #[error(transparent)]
    Data(#[from] data::DataFailure),
    #[error("{0}; an outage is switched for those who are in a place: begin with `rolecall enter PLACE --world DIR`")]
    NoServer(ControlError),
    #[error(transparent)]
    Control(ControlError),
    #[error("stdout: {0}")]
    Output(#[from] io::Error),
}

impl From<ControlError> for OutageFailure {
    fn from(error: ControlError) -> Self {
        if matches!(error, ControlError::NoServer { .. }) { Self::NoServer(error) } else { Self::Control(error) }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, OutageFailure> {
    let mut client = Client::connect(&arguments.of.directory()?)?;
    match &arguments.verb {
        Verb::On { name } => client.outage(name, true)?,
        Verb::Off { name } => client.outage(name, false)?,
        Verb::List { json: true } => shown::json(&document(&client.outages()?))?,
        Verb::List { json: false } => shown::text(&told(&client.outages()?))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What is told to machines.
fn document(outages: &[OutageState]) -> Value {
    json!({ "outages": outages })
}

/// The same for people.
fn told(outages: &[OutageState]) -> String {
    let mut text = String::new();
    for outage in outages {
        let state = if outage.on { "on" } else { "off" };
        let how = if outage.switched { "switched by hand" } else { "by its times" };
        // Writing into a String has no way to fail.
        let _ = writeln!(text, "{}: {state}, {how} ({} to {})", outage.name, outage.start, outage.end);
        let _ = writeln!(text, "  {} cannot be reached from {}", outage.to, outage.from.join(", "));
    }
    if text.is_empty() {
        text.push_str("the world has no [[outage]]\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::conforms;

    #[test]
    fn the_document_has_the_published_form() {
        let schema = serde_json::from_str(include_str!("../../../docs/schema/outage-list.json")).unwrap();
        let dark = OutageState {
            name: "dark".to_owned(),
            from: vec!["eu-west-1".to_owned()],
            to: "us-east-1".to_owned(),
            start: "2020-01-01T00:00:00Z".to_owned(),
            end: "2020-01-02T00:00:00Z".to_owned(),
            on: true,
            switched: true,
        };
        conforms(&schema, "list", &document(&[]));
        conforms(&schema, "list", &document(&[dark]));
    }
}
