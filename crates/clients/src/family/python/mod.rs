//! botocore, and what is built on it: boto3 and the AWS CLI.

mod chain;
mod profiles;
mod refusal;
mod sts;
mod validate;
mod web;

use super::Reader;
use crate::{At, Client, ClientError, Endpoint, OptionValue, Plan, Settings, Text, client::Kind, table::Read};
use profiles::Profiles;

/// Everything read, before any client is made.
type Python<'a> = Reader<'a, Profiles>;

pub(super) fn endpoint(client: &Client, settings: &Settings<'_>) -> Result<Endpoint, ClientError> {
    let reader = read(client, settings)?;
    let region = region(&reader)?;
    sts::target(&reader, region.as_ref(), sts::Maker::Program).map(|target| target.into_endpoint(client))
}

pub(super) fn chain(client: &Client, settings: &Settings<'_>) -> Result<Plan, ClientError> {
    let reader = read(client, settings)?;
    let region = region(&reader)?;
    chain::chain(&reader, region.as_ref())
}

/// Reads both files and finds the active profile.
fn read<'a>(client: &'a Client, settings: &'a Settings<'a>) -> Result<Python<'a>, ClientError> {
    command_line(client, settings)?;
    let habits = &client.row().habits;
    if let Some(region) = settings.region.filter(|_| habits.checks_region && habits.region_before_files) {
        sts::check_region(&Text { value: region.to_owned(), at: At::Region })?;
    }
    let mut chosen = None;
    for read in client.row().habits.profile {
        let found = match read {
            Read::Code => settings.profile.map(|profile| (profile, At::Profile)),
            Read::Env(name) => settings.variable(name).map(|profile| (profile, At::Env(name))),
            _ => None,
        };
        chosen = chosen.or(found);
    }
    let chosen = chosen.map(|(value, at)| Text { value: value.to_owned(), at });
    let profile = Profiles::read(settings.config, settings.credentials, chosen)?;
    Ok(Reader { client, settings, profile })
}

/// What the AWS CLI looks at before anything else: `urlparse` must find a scheme in the URL.
fn command_line(client: &Client, settings: &Settings<'_>) -> Result<(), ClientError> {
    let (Kind::AwsCli, Some(OptionValue::Text(url))) = (client.kind(), settings.option("endpoint_url")) else {
        return Ok(());
    };
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    if scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(letters) {
        return Ok(());
    }
    let text = format!(
        "Bad value for --endpoint-url \"{url}\": scheme is missing.  Must be of the form http://<hostname>/ or \
         https://<hostname>/"
    );
    Err(refusal::refused("ValueError", text, At::Option("endpoint_url")))
}

/// The Region of the client that the program makes.
fn region(reader: &Python<'_>) -> Result<Option<Text>, ClientError> {
    let region = reader.first(reader.habits().region, |_| true);
    if let Some(region) = region.as_ref().filter(|_| reader.habits().checks_region) {
        sts::check_region(region)?;
    }
    Ok(region)
}
