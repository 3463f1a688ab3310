//! The AWS SDK for Java, in both versions, which have little in common.

mod first;
mod first_chain;
mod second;
mod second_chain;

use crate::{
    At, Because, Client, ClientError, Endpoint, MAX_CONFIG_BYTES, Plan, Refusal, Settings, Span, Text,
    endpoint::because,
    family::reader::called,
    ini::{File, Section, java::Broken},
};

pub(super) fn endpoint(client: &Client, settings: &Settings<'_>) -> Result<Endpoint, ClientError> {
    if client.generation() == 1 { first::endpoint(client, settings) } else { second::endpoint(client, settings) }
}

pub(super) fn chain(client: &Client, settings: &Settings<'_>) -> Result<Plan, ClientError> {
    if client.generation() == 1 { first_chain::chain(client, settings) } else { second_chain::chain(client, settings) }
}

fn refused(text: impl Into<String>, at: At) -> ClientError {
    refused_as("SdkClientException", text, at)
}

fn refused_as(name: &'static str, text: impl Into<String>, at: At) -> ClientError {
    let source = "aws-sdk-java 1.12.797 and aws-sdk-java-v2 2.57.8, their code and what they say when run";
    ClientError::Refused(Refusal { name, text: text.into(), at, source })
}

/// A file's sections, or what its reader says; nothing where there is no file.
type File1 = Option<Result<Vec<Section>, Broken>>;

fn file(
    text: Option<&str>,
    file: File,
    parse: impl Fn(&str, File) -> Result<Vec<Section>, Broken>,
) -> Result<File1, ClientError> {
    let Some(text) = text else { return Ok(None) };
    if text.len() > MAX_CONFIG_BYTES {
        return Err(ClientError::TooLarge { at: file.at(Span::default()) });
    }
    Ok(Some(parse(text, file)))
}

/// Why this Region.
fn about(region: &Text) -> Because {
    because(format!("the Region is {}, from {}", region.value, called(region.at, "region")), region.at)
}
