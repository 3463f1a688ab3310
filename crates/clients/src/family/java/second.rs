//! Version 2: what it reads, and where its calls go.
//!
//! Source: `AwsClientEndpointProvider.java`, `AwsDefaultClientBuilder.java` and the rule set of STS in aws-sdk-java-v2 2.57.8.

use super::{about, file, refused, refused_as};
use crate::{
    At, Client, ClientError, Endpoint, Mode, Settings, Signing, Text,
    endpoint::{Target, because},
    family::{
        RULES, Reader,
        hosts::{GLOBAL_HOST, Variant, regional},
        reader::{self, called},
        without_fips,
    },
    ini::{Entry, File, Section, entry, java},
    table::Read,
};
use std::fmt::Write as _;

pub(super) type Second<'a> = Reader<'a, Profiles>;

/// Who makes the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    /// The program, with its options.
    Program,
    /// The credential chain, which hands on nothing.
    Chain,
}

/// Both files, merged key by key: the credentials file before the configuration file.
#[derive(Clone)]
pub(super) struct Profiles {
    config: Vec<Section>,
    credentials: Vec<Section>,
    pub(super) active: Text,
}

impl Profiles {
    pub(super) fn get(&self, profile: &str, key: &str) -> Option<Text> {
        let of = |file: &[Section]| {
            file.iter()
                .find(|section| section.name == profile)
                .and_then(|section| entry(&section.entries, key).map(Entry::text))
        };
        of(&self.credentials).or_else(|| of(&self.config))
    }

    pub(super) fn at(&self, profile: &str) -> Option<At> {
        self.config.iter().chain(&self.credentials).find(|section| section.name == profile).map(|section| section.at)
    }

    /// The URL for STS in the services section that the profile names.
    fn services(&self) -> Option<Text> {
        let named = format!("services {}", self.get(&self.active.value, "services")?.value);
        let section = self.config.iter().find(|section| section.name == named)?;
        let nested = entry(&section.entries, "sts")?.nested.as_ref()?;
        entry(nested, "endpoint_url").map(Entry::text)
    }
}

impl reader::Profile for Profiles {
    fn key(&self, key: &str) -> Option<Text> {
        self.get(&self.active.value, key)
    }
}

pub(super) fn load<'a>(client: &'a Client, settings: &'a Settings<'a>) -> Result<Second<'a>, ClientError> {
    let sections = |text, which| match file(text, which, java::second)? {
        Some(Err((says, at))) => Err(refused(says, at)),
        Some(Ok(sections)) => Ok(sections),
        None => Ok(Vec::new()),
    };
    let credentials = sections(settings.credentials, File::Credentials)?;
    let config = sections(settings.config, File::Config)?;
    let of_code = settings.profile.map(|name| Text { value: name.to_owned(), at: At::Profile });
    let active = of_code.unwrap_or_else(|| of_environment(settings));
    Ok(Reader { client, settings, profile: Profiles { config, credentials, active } })
}

/// The profile of the environment.
pub(super) fn of_environment(settings: &Settings<'_>) -> Text {
    let (name, at) = match settings.variable("AWS_PROFILE") {
        Some(name) => (name.trim(), At::Env("AWS_PROFILE")),
        None => ("default", At::Default),
    };
    Text { value: name.to_owned(), at }
}

pub(super) fn endpoint(client: &Client, settings: &Settings<'_>) -> Result<Endpoint, ClientError> {
    let reader = load(client, settings)?;
    let url = url(&reader, Maker::Program)?;
    let Some(region) = region(&reader, Maker::Program) else {
        return Err(refused("Unable to load region from any of the providers in the chain", At::Default));
    };
    target(&reader, &region, url, Maker::Program).map(|target| target.into_endpoint(client))
}

/// The Region of code, environment, profile or instance.
pub(super) fn region(reader: &Second<'_>, maker: Maker) -> Option<Text> {
    let reads = reader.habits().region.iter().copied().filter(|read| maker == Maker::Program || *read != Read::Code);
    reads.filter_map(|read| reader.one(read)).find(|region| !region.value.is_empty())
}

/// A switch: `true` or `false` in any case, and nothing else.
fn switch(reader: &Second<'_>, reads: &[Read], maker: Maker) -> Result<Option<Text>, ClientError> {
    let found = of(reads, maker).find_map(|read| reader.one(read));
    let Some(flag) = found else { return Ok(None) };
    if flag.value.eq_ignore_ascii_case("true") {
        return Ok(Some(flag));
    }
    if flag.value.eq_ignore_ascii_case("false") {
        return Ok(None);
    }
    let text = match flag.at {
        At::Env(name) => {
            format!("Environment variable '{name}' was defined as '{}', but should be 'false' or 'true'", flag.value)
        }
        _ => format!("must be set to 'true', 'false' or unset, but was set to '{}'.", flag.value),
    };
    Err(refused(text, flag.at))
}

fn of(reads: &[Read], maker: Maker) -> impl Iterator<Item = Read> {
    reads.iter().copied().filter(move |read| maker == Maker::Program || !matches!(read, Read::Option(_)))
}

/// Where a call from `region` goes, or to `url`.
pub(super) fn target(
    reader: &Second<'_>,
    region: &Text,
    url: Option<Text>,
    maker: Maker,
) -> Result<Target, ClientError> {
    let habits = reader.habits();
    // The names of old that ask for FIPS are understood where code gives them, as the chain does with every Region.
    let coded = maker == Maker::Chain || region.at == At::Region;
    let name = if coded { without_fips(&region.value) } else { region.value.clone() };
    let pseudo = (name != region.value).then(|| region.clone());
    let option = Read::Option("use_fips_endpoint");
    let off = maker == Maker::Program && reader.one(option).is_some_and(|flag| flag.value == "false");
    let fips = match pseudo {
        _ if off => None,
        Some(pseudo) => Some(pseudo),
        None => switch(reader, habits.fips, maker)?,
    };
    let dual_stack = switch(reader, habits.dual_stack, maker)?;
    let variant = Variant { fips: fips.is_some(), dual_stack: dual_stack.is_some() };
    let mut reasons = vec![about(region)];
    for (flag, which, key) in
        [(fips, "FIPS", "use_fips_endpoint"), (dual_stack, "dual-stack", "use_dualstack_endpoint")]
    {
        reasons.extend(
            flag.map(|flag| because(format!("{which} endpoints are asked for by {}", called(flag.at, key)), flag.at)),
        );
    }
    if let Some(url) = url {
        let unsupported = match variant {
            Variant { fips: true, .. } => Some("FIPS"),
            Variant { dual_stack: true, .. } => Some("Dualstack"),
            _ => None,
        };
        if let Some(which) = unsupported {
            let text = format!("Invalid Configuration: {which} and custom endpoint are not supported");
            return Err(refused_as(RULES, text, url.at));
        }
        let text = format!("the endpoint's URL is given by {}", called(url.at, "endpoint_url"));
        reasons.insert(0, because(text, url.at));
        // What follows the host is not sent.
        let end = url.value.find("://").and_then(|at| Some(at + 3 + url.value.get(at + 3..)?.find('/')?));
        let url = end.and_then(|end| url.value.get(..end)).unwrap_or(&url.value).to_owned();
        let (signing, mode) = (Signing::V4, Mode::Custom);
        return Ok(Target { url, signing_region: encoded(&name), signing, mode, because: reasons });
    }
    if variant.is_plain() && name == "aws-global" {
        return Ok(Target {
            url: format!("https://{GLOBAL_HOST}"),
            signing_region: "us-east-1".to_owned(),
            signing: Signing::V4,
            mode: Mode::Global,
            because: reasons,
        });
    }
    let known = habits.geography.partition_of(&name);
    let host = regional(&name, known, known.dual_stack, variant).ok_or_else(|| {
        refused_as(RULES, "DualStack is enabled but this partition does not support DualStack", region.at)
    })?;
    if !is_host(&host) {
        let text = format!("Configured region ({}) resulted in an invalid URI: https://", encoded(&name));
        return Err(refused(text, region.at));
    }
    let text = format!("{} calls its Region's own endpoint by default", reader.client);
    reasons.insert(0, because(text, At::Default));
    let url = format!("https://{host}");
    Ok(Target { url, signing_region: name, signing: Signing::V4, mode: Mode::Regional, because: reasons })
}

/// The URL that somebody named.
pub(super) fn url(reader: &Second<'_>, maker: Maker) -> Result<Option<Text>, ClientError> {
    let habits = reader.habits();
    let option = Read::Option("endpoint_url");
    if maker == Maker::Program
        && let Some(url) = reader.one(option)
    {
        return Ok(Some(url));
    }
    if switch(reader, habits.ignore_urls, maker)?.is_some() {
        return Ok(None);
    }
    let url = habits.url.iter().filter(|read| **read != option).find_map(|read| match read {
        Read::Services(_) => reader.profile.services(),
        read => reader.one(*read),
    });
    match url {
        Some(url) if !url.value.contains(':') => {
            Err(refused("The URI scheme of endpointOverride must not be null.", url.at))
        }
        url => Ok(url),
    }
}

/// A Region as `Region.of` keeps it.
fn encoded(region: &str) -> String {
    let mut text = String::new();
    for byte in region.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => text.push(byte.into()),
            _ => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}

/// What `java.net.URI` takes for a host.
fn is_host(host: &str) -> bool {
    let alphanumeric = |letter: char| letter.is_ascii_alphanumeric();
    host.split('.').all(|label| {
        label.starts_with(alphanumeric)
            && label.ends_with(alphanumeric)
            && label.chars().all(|letter| alphanumeric(letter) || letter == '-')
    })
}
