//! How each family of clients reads its settings, one file a family.

mod go;
mod hosts;
mod java;
mod javascript2;
mod javascript3;
mod pod;
mod python;
mod reader;
mod standard;

pub(crate) use reader::Reader;

use crate::{
    Client, ClientError, Endpoint, OptionValue, Plan, Refusal, Settings,
    nearest::nearest,
    table::{Family, Takes},
};

/// More profiles than this in a row are refused. No client has a bound of its own but that of its stack.
const MAX_HOPS: usize = 64;

/// Whether what is wrong with the endpoint of a call is said before what is wrong with the credentials for it.
///
/// That there is nothing to sign with is said last by botocore and the first SDKs for JavaScript and Go. Those for Java make
/// the client first, and ask for credentials with the call; the second asks the rule set after that.
pub(crate) fn is_said_first(client: &Client, endpoints: &Refusal, chains: &Refusal) -> bool {
    if client.row().habits.family == Family::Java {
        return endpoints.name != RULES;
    }
    ["NoCredentialsError", "CredentialsError", "no credentials"].contains(&chains.name)
}

/// What a refusal of the endpoint rule set is called where it has no name of its own.
pub(crate) const RULES: &str = "endpoint rule error";

pub(crate) fn endpoint(client: &Client, settings: &Settings<'_>) -> Result<Endpoint, ClientError> {
    match client.row().habits.family {
        Family::Python => python::endpoint(client, settings),
        Family::JavaScript2 => javascript2::endpoint(client, settings),
        Family::JavaScript3 => javascript3::endpoint(client, settings),
        Family::Go => go::endpoint(client, settings),
        Family::Java => java::endpoint(client, settings),
        Family::Standard => standard::endpoint(client, settings),
    }
}

/// The way to the credentials, without any explicit call.
pub(crate) fn chain(client: &Client, settings: &Settings<'_>) -> Result<Plan, ClientError> {
    let settings = &Settings { provided: pod::seen(client, settings), ..*settings };
    match client.row().habits.family {
        Family::Python => python::chain(client, settings),
        Family::JavaScript2 => javascript2::chain(client, settings),
        Family::JavaScript3 => javascript3::chain(client, settings),
        Family::Go => go::chain(client, settings),
        Family::Java => java::chain(client, settings),
        Family::Standard => standard::chain(client, settings),
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

/// What `/fips-(dkr-|prod-)?|-fips/` takes out of a Region's name, as both SDKs for JavaScript do: the first place that fits.
fn without_fips(name: &str) -> String {
    match (name.find("fips-"), name.find("-fips")) {
        (Some(prefix), suffix) if suffix.is_none_or(|suffix| prefix < suffix) => {
            let rest = name.get(prefix + 5..).unwrap_or_default();
            let rest = rest.strip_prefix("dkr-").or_else(|| rest.strip_prefix("prod-")).unwrap_or(rest);
            format!("{}{rest}", name.get(..prefix).unwrap_or_default())
        }
        _ => name.replacen("-fips", "", 1),
    }
}

/// What JavaScript's `parseInt(text, 10)` makes of the text's beginning.
fn parse_int(text: &str) -> Option<u32> {
    let text = text.trim_start();
    let text = text.strip_prefix('+').unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text.get(..digits)?.parse().ok()
}
