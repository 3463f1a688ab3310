//! The AWS SDK for Go, in both versions: `session` of 1.55.8, `config` of 1.33.18.

mod chain;
mod first;
mod second;
mod shared;

use super::{Reader, reader::called};
use crate::{
    At, Because, Client, ClientError, Endpoint, Plan, Refusal, Settings, Text,
    endpoint::{Target, because},
    table::Read,
};
use shared::{Files, Shared};

type Go<'a> = Reader<'a, Loaded>;

/// What a client is loaded with.
pub(crate) struct Loaded {
    files: Files,
    /// The active profile, as far as it and its sources are read.
    shared: Shared,
    /// Whether the profile is given in code.
    explicit: bool,
    /// Whether the first version looks at both files: `AWS_SDK_LOAD_CONFIG`.
    load_config: bool,
}

/// Who makes the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Maker {
    /// The program, with its options.
    Program,
    /// The credential chain, which hands on what the environment and the files say.
    Chain,
}

pub(super) fn endpoint(client: &Client, settings: &Settings<'_>) -> Result<Endpoint, ClientError> {
    let reader = load(client, settings, true)?;
    target(&reader, Maker::Program).map(|target| target.into_endpoint(client))
}

pub(super) fn chain(client: &Client, settings: &Settings<'_>) -> Result<Plan, ClientError> {
    chain::chain(&load(client, settings, false)?)
}

fn is_first(reader: &Go<'_>) -> bool {
    reader.client.generation() == 1
}

fn target(reader: &Go<'_>, maker: Maker) -> Result<Target, ClientError> {
    if is_first(reader) { first::target(reader, maker) } else { second::target(reader, maker) }
}

fn load<'a>(client: &'a Client, settings: &'a Settings<'a>, has_keys: bool) -> Result<Go<'a>, ClientError> {
    let first = client.generation() == 1;
    let truth = |value: &str| matches!(value, "1" | "t" | "T" | "TRUE" | "true" | "True");
    let load_config = !first || settings.variable("AWS_SDK_LOAD_CONFIG").is_some_and(truth);
    check_environment(settings, first)?;
    let given = settings.profile.filter(|name| !name.is_empty()).map(|name| (name, At::Profile));
    let variables: &[&'static str] =
        if load_config { &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] } else { &["AWS_PROFILE"] };
    let named = given.or_else(|| {
        variables.iter().find_map(|name| {
            settings.variable(name).filter(|value| !value.is_empty()).map(|value| (value, At::Env(name)))
        })
    });
    let (name, at) = named.unwrap_or(("default", At::Default));
    let active = Text { value: name.to_owned(), at };
    let files = Files::read(settings, first, load_config)?;
    let shared = match files.load(&active.value, load_config) {
        Ok(shared) => shared,
        Err(shared::Failure::Missing) if first || !matches!(at, At::Profile | At::Env("AWS_PROFILE")) => {
            Shared::default()
        }
        Err(shared::Failure::Missing) => {
            let text = format!("failed to get shared config profile, {name}");
            return Err(refused("SharedConfigProfileNotExistError", text, at));
        }
        // Keys given in code or in the environment are enough where nobody asked for a file.
        Err(shared::Failure::Refused(..)) if first && named.is_none() && !load_config && has_keys => Shared::default(),
        Err(shared::Failure::Refused(name, text, at)) => return Err(refused(name, text, at)),
    };
    let explicit = at == At::Profile;
    Ok(Reader { client, settings, profile: Loaded { files, shared, explicit, load_config } })
}

/// Variables that are neither `true` nor `false` stop both versions, and words for STS the first.
fn check_environment(settings: &Settings<'_>, first: bool) -> Result<(), ClientError> {
    if first && let Some(word) = settings.variable("AWS_STS_REGIONAL_ENDPOINTS").filter(|word| !word.is_empty()) {
        let at = At::Env("AWS_STS_REGIONAL_ENDPOINTS");
        first::word(word).map_err(|text| {
            let text = format!("failed to load, AWS_STS_REGIONAL_ENDPOINTS from env config, {text}");
            refused("invalid AWS_STS_REGIONAL_ENDPOINTS", text, at)
        })?;
    }
    let newer = ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"].into_iter().filter(|_| !first);
    for name in ["AWS_USE_DUALSTACK_ENDPOINT", "AWS_USE_FIPS_ENDPOINT"].into_iter().chain(newer) {
        let Some(value) = settings.variable(name).filter(|value| !value.is_empty()) else { continue };
        if !value.eq_ignore_ascii_case("true") && !value.eq_ignore_ascii_case("false") {
            let separator = if name.starts_with("AWS_IGNORE") { " or" } else { "," };
            let text = format!("invalid value for environment variable, {name}={value}, need true{separator} false");
            return Err(refused("invalid value", text, At::Env(name)));
        }
    }
    Ok(())
}

fn refused(name: &'static str, text: impl Into<String>, at: At) -> ClientError {
    let source = "github.com/aws/aws-sdk-go 1.55.8 and github.com/aws/aws-sdk-go-v2/config 1.33.18, their code";
    ClientError::Refused(Refusal { name, text: text.into(), at, source })
}

/// The Region of the client.
fn region(reader: &Go<'_>) -> Option<Text> {
    let seen = |read: &&Read| match read {
        Read::Profile(_) => reader.profile.load_config,
        Read::Env("AWS_DEFAULT_REGION") => reader.profile.load_config,
        _ => true,
    };
    let reads: Vec<Read> = reader.habits().region.iter().filter(seen).copied().collect();
    reader.first(&reads, |region| !region.is_empty())
}

/// A switch that is on. Of a profile, anything but `true` is off.
fn switch(reader: &Go<'_>, reads: &[Read], maker: Maker) -> Option<Text> {
    reads
        .iter()
        .filter(|read| maker == Maker::Program || !matches!(read, Read::Option(_)))
        .filter(|read| reader.profile.load_config || !matches!(read, Read::Profile(_)))
        .filter_map(|read| reader.one(*read))
        .find(|flag| !flag.value.is_empty() || !matches!(flag.at, At::Env(_)))
        .filter(|flag| flag.value.eq_ignore_ascii_case("true"))
}

/// Why this Region, and who asked for which variant.
fn reasons(region: Option<&Text>, fips: Option<&Text>, dual_stack: Option<&Text>) -> Vec<Because> {
    let mut reasons = vec![match region {
        Some(region) => {
            because(format!("the Region is {}, from {}", region.value, called(region.at, "region")), region.at)
        }
        None => because("no Region is set", At::Default),
    }];
    for (flag, which, key) in
        [(fips, "FIPS", "use_fips_endpoint"), (dual_stack, "dual-stack", "use_dualstack_endpoint")]
    {
        reasons.extend(
            flag.map(|flag| because(format!("{which} endpoints are asked for by {}", called(flag.at, key)), flag.at)),
        );
    }
    reasons
}

impl super::reader::Profile for Loaded {
    fn key(&self, key: &str) -> Option<Text> {
        self.files.get(&self.shared.profile, key)
    }
}
