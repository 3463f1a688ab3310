//! `rolecall endpoint`: where a client that is told this sends its calls of STS, and why.
//!
//! It reads its flags and the files they name, never the environment or home it runs in. `docs/endpoint.md` tells the form.

mod answer;

use clap::Args;
use rolecall_clients::{Client, ClientError, MAX_CONFIG_BYTES, OptionValue, Settings, Takes, UnknownClient, endpoint};
use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What `endpoint` is told.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The client and its version, as a lock file names them: 'boto3==1.40.0', '@aws-sdk/client-sts==3.540.0'.
    #[arg(long, value_name = "NAME==VERSION")]
    client: String,
    /// The Region given in code, or on the client's own command line.
    #[arg(long)]
    region: Option<String>,
    /// A variable of the client's environment. May be given often.
    #[arg(long, value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// The client's configuration file.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The client's credentials file.
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// The profile given in code, or on the client's own command line.
    #[arg(long)]
    profile: Option<String>,
    /// An option given in code, such as endpoint_url=https://…. May be given often.
    #[arg(long, value_name = "NAME=VALUE")]
    option: Vec<String>,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

/// Why there is no answer. That the client refuses its settings is an answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EndpointFailure {
    #[error("--client: {0}")]
    Client(#[from] UnknownClient),
    #[error("--{flag}: expected NAME=VALUE, found `{found}`")]
    Pair { flag: &'static str, found: String },
    #[error("--option: {0}")]
    Option(ClientError),
    #[error("--option: `{name}` takes true or false, found `{found}`")]
    Switch { name: &'static str, found: String },
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{}: larger than {MAX_CONFIG_BYTES} bytes", path.display())]
    TooLarge { path: PathBuf },
    #[error("stdout: {0}")]
    Output(#[source] io::Error),
}

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, EndpointFailure> {
    run_to(&arguments, &mut io::stdout().lock())
}

fn run_to(arguments: &Arguments, out: &mut impl io::Write) -> Result<ExitCode, EndpointFailure> {
    let client = Client::parse(&arguments.client)?;
    let env = pairs("env", &arguments.env)?;
    let options = options(&client, &arguments.option)?;
    let config = arguments.config.as_deref().map(read).transpose()?;
    let credentials = arguments.credentials.as_deref().map(read).transpose()?;
    let settings = Settings {
        region: arguments.region.as_deref(),
        env: &env,
        config: config.as_deref(),
        credentials: credentials.as_deref(),
        profile: arguments.profile.as_deref(),
        options: &options,
        ..Settings::default()
    };
    let files = answer::Files {
        config: arguments.config.as_deref().zip(config.as_deref()),
        credentials: arguments.credentials.as_deref().zip(credentials.as_deref()),
    };
    let form = if arguments.json { answer::Form::Json } else { answer::Form::Text };
    match endpoint(&client, &settings) {
        Ok(endpoint) => answer::endpoint(&endpoint, form, out).map(|()| ExitCode::SUCCESS),
        Err(ClientError::Refused(refusal)) => {
            answer::refusal(&client, &refusal, &files, form, out).map(|()| ExitCode::FAILURE)
        }
        Err(unusable) => return Err(EndpointFailure::Option(unusable)),
    }
    .map_err(EndpointFailure::Output)
}

fn pairs<'a>(flag: &'static str, given: &'a [String]) -> Result<Vec<(&'a str, &'a str)>, EndpointFailure> {
    given
        .iter()
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok((name, value)),
            _ => Err(EndpointFailure::Pair { flag, found: pair.clone() }),
        })
        .collect()
}

/// Each option as its client takes it; one that the client does not have is left for the client to tell.
fn options<'a>(client: &Client, given: &'a [String]) -> Result<Vec<(&'a str, OptionValue<'a>)>, EndpointFailure> {
    let mut options = Vec::with_capacity(given.len());
    for (name, value) in pairs("option", given)? {
        let switch = client.options().find(|(known, takes)| *known == name && *takes == Takes::Boolean);
        let value = match (switch, value) {
            (Some(_), "true") => OptionValue::Boolean(true),
            (Some(_), "false") => OptionValue::Boolean(false),
            (Some((name, _)), _) => return Err(EndpointFailure::Switch { name, found: value.to_owned() }),
            (None, _) => OptionValue::Text(value),
        };
        options.push((name, value));
    }
    Ok(options)
}

fn read(path: &Path) -> Result<String, EndpointFailure> {
    let mut text = String::new();
    let limit = MAX_CONFIG_BYTES as u64 + 1;
    let done = File::open(path).and_then(|file| file.take(limit).read_to_string(&mut text));
    match done {
        Err(error) => Err(EndpointFailure::File { path: path.to_owned(), error }),
        Ok(_) if text.len() > MAX_CONFIG_BYTES => Err(EndpointFailure::TooLarge { path: path.to_owned() }),
        Ok(_) => Ok(text),
    }
}

#[cfg(test)]
mod tests;
