//! How each family of clients reads its settings, one file a family.

mod hosts;
mod javascript3;
mod python;
mod reader;

pub(crate) use reader::Reader;

use crate::{
    Client, ClientError, Endpoint, OptionValue, Plan, Settings,
    nearest::nearest,
    table::{Family, Takes},
};

/// What a refusal is called that only says that there is nothing to sign with.
pub(crate) const NO_CREDENTIALS: &str = "NoCredentialsError";

pub(crate) fn endpoint(client: &Client, settings: &Settings<'_>) -> Result<Endpoint, ClientError> {
    match client.row().habits.family {
        Family::Python => python::endpoint(client, settings),
        Family::JavaScript3 => javascript3::endpoint(client, settings),
    }
}

/// The way to the credentials, without any explicit call.
pub(crate) fn chain(client: &Client, settings: &Settings<'_>) -> Result<Plan, ClientError> {
    match client.row().habits.family {
        Family::Python => python::chain(client, settings),
        Family::JavaScript3 => javascript3::chain(client, settings),
    }
}

/// Every option must be one that the client has: nothing is overlooked in silence.
pub(crate) fn check_options(client: &Client, settings: &Settings<'_>) -> Result<(), ClientError> {
    let known = client.row().habits.options;
    for (name, value) in settings.options {
        let Some((name, takes)) = known.iter().find(|(known, _)| known == name) else {
            return Err(ClientError::UnknownOption {
                client: client.name(),
                name: name.chars().take(128).collect(),
                nearest: nearest(name, known.iter().map(|(known, _)| *known)),
            });
        };
        match (takes, value) {
            (Takes::Text, OptionValue::Text(_)) | (Takes::Boolean, OptionValue::Boolean(_)) => {}
            (Takes::Text, _) => return Err(ClientError::OptionValue { name, expected: "a text" }),
            (Takes::Boolean, _) => return Err(ClientError::OptionValue { name, expected: "true or false" }),
        }
    }
    Ok(())
}
