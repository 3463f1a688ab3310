//! botocore, and what is built on it: boto3 and the AWS CLI.

mod chain;
mod profiles;
mod refusal;
mod sts;
mod validate;
mod web;

use super::Reader;
use crate::{At, Client, ClientError, Endpoint, Plan, Settings, Text, table::Read};
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
    // A Region given in code is looked at before any file.
    if let Some(region) = settings.region.filter(|_| client.row().habits.checks_region) {
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

/// The Region of the client that the program makes.
fn region(reader: &Python<'_>) -> Result<Option<Text>, ClientError> {
    let region = reader.first(reader.habits().region, |_| true);
    if let Some(region) = region.as_ref().filter(|_| reader.habits().checks_region) {
        sts::check_region(region)?;
    }
    Ok(region)
}
