//! Version 3 of the AWS SDK for JavaScript.
//!
//! Source: `@smithy/core`, `@aws-sdk/credential-provider-node`, `@aws-sdk/credential-provider-ini` and
//! `@aws-sdk/nested-clients` beside `@aws-sdk/client-sts` 3.1169.0.

mod chain;
mod profiles;

use super::{
    Reader,
    hosts::{GLOBAL_HOST, LEGACY_REGIONS, Variant, regional},
    reader::called,
};
use crate::{
    At, Client, ClientError, Endpoint, Mode, Plan, Refusal, Settings, Signing, Text,
    endpoint::{Target, because},
    table::Read,
};
use profiles::Profiles;

type JavaScript<'a> = Reader<'a, Profiles>;

/// Who makes the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Maker {
    /// The program, with its options.
    Program,
    /// A provider of the credential chain, which hands on Region and profile alone.
    Chain,
}

pub(super) fn endpoint(client: &Client, settings: &Settings<'_>) -> Result<Endpoint, ClientError> {
    let reader = read(client, settings)?;
    target(&reader, region(&reader), Maker::Program).map(|target| target.into_endpoint(client))
}

pub(super) fn chain(client: &Client, settings: &Settings<'_>) -> Result<Plan, ClientError> {
    let reader = read(client, settings)?;
    // A URL given in code is looked at before credentials are asked for, one from a file after.
    let of_code = |refusal: &Refusal| refusal.name == "EndpointError" && matches!(refusal.at, At::Option(_));
    chain::chain(&reader).map_err(|refused| match target(&reader, region(&reader), Maker::Program) {
        Err(first) if first.refusal().is_some_and(of_code) => first,
        _ => refused,
    })
}

fn read<'a>(client: &'a Client, settings: &'a Settings<'a>) -> Result<JavaScript<'a>, ClientError> {
    let profile = Profiles::read(settings)?;
    Ok(Reader { client, settings, profile })
}

fn refused(name: &'static str, text: impl Into<String>, at: At) -> ClientError {
    let source = "@smithy/core and @aws-sdk/credential-provider-node beside @aws-sdk/client-sts 3.1169.0";
    ClientError::Refused(Refusal { name, text: text.into(), at, source })
}

/// The Region of the program's client. Given in code, an empty one is none.
fn region(reader: &JavaScript<'_>) -> Option<Text> {
    for read in reader.habits().region {
        let found = match read {
            Read::Code => reader.one(*read).filter(|region| !region.value.is_empty()),
            // This one setting is taken from the credentials file first.
            Read::Profile(key) => reader.profile.credentials_first(key),
            read => reader.one(*read),
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn target(reader: &JavaScript<'_>, region: Option<Text>, maker: Maker) -> Result<Target, ClientError> {
    let Some(region) = region else { return Err(refused("Error", "Region is missing", At::Default)) };
    let (name, pseudo) = real_region(&region.value);
    check_region(&name, region.at)?;
    let url = url(reader, maker)?;
    let habits = reader.habits();
    let fips = if pseudo { Some(region.clone()) } else { switch(reader, habits.fips, maker) };
    let dual_stack = switch(reader, habits.dual_stack, maker);
    let variant = Variant { fips: fips.is_some(), dual_stack: dual_stack.is_some() };
    let preferred = reader.first(habits.auth_scheme, |_| true);
    let mut target = match url {
        Some(url) => custom(reader, url, &name, region.at, variant, maker)?,
        None => of_region(reader, &region, &name, variant, maker)?,
    };
    for (flag, which, key) in
        [(fips, "FIPS", "use_fips_endpoint"), (dual_stack, "dual-stack", "use_dualstack_endpoint")]
    {
        target.because.extend(flag.map(|flag| {
            let by = if pseudo && flag == region { "the Region's name".to_owned() } else { called(flag.at, key) };
            because(format!("{which} endpoints are asked for by {by}"), flag.at)
        }));
    }
    if let Some(preferred) = preferred.filter(|preferred| prefers_sigv4a(&preferred.value))
        // The rules for the global endpoint, asked for or not, allow for nothing else.
        && !(variant.is_plain() && (name == "aws-global" || wants_global(reader, maker)))
    {
        // No package brings the code for sigv4a along. What signs in its place has no Region to sign for.
        target.signing_region = String::new();
        let by = called(preferred.at, "auth_scheme_preference");
        let text = format!("{by} prefers sigv4a; without @aws-sdk/signature-v4a it is signed by sigv4, for no Region");
        target.because.push(because(text, preferred.at));
    }
    Ok(target)
}

/// The first known of the schemes in the list.
fn prefers_sigv4a(list: &str) -> bool {
    list.split(',').map(str::trim).find(|scheme| matches!(*scheme, "sigv4" | "sigv4a")) == Some("sigv4a")
}

fn custom(
    reader: &JavaScript<'_>,
    url: Text,
    name: &str,
    region_at: At,
    variant: Variant,
    maker: Maker,
) -> Result<Target, ClientError> {
    let unsupported = if variant.fips {
        Some("FIPS")
    } else if variant.dual_stack {
        Some("Dualstack")
    } else {
        None
    };
    if let Some(which) = unsupported {
        let text = format!("Invalid Configuration: {which} and custom endpoint are not supported");
        return Err(refused("EndpointError", text, url.at));
    }
    let reasons = vec![
        because(format!("the endpoint's URL is given by {}", called(url.at, "endpoint_url")), url.at),
        because(format!("it is signed for {name}, the Region from {}", called(region_at, "region")), region_at),
    ];
    // Found in environment or files, the URL comes too late to change for where a call to the global endpoint is signed.
    let found = !matches!(url.at, At::Option(_));
    let signing_region = if found && is_global(reader, name, maker) { "us-east-1" } else { name }.to_owned();
    Ok(Target { url: url.value, signing_region, signing: Signing::V4, mode: Mode::Custom, because: reasons })
}

fn of_region(
    reader: &JavaScript<'_>,
    region: &Text,
    name: &str,
    variant: Variant,
    maker: Maker,
) -> Result<Target, ClientError> {
    let mut reasons = vec![because(format!("the Region is {name}, from {}", called(region.at, "region")), region.at)];
    let global = variant.is_plain() && is_global(reader, name, maker);
    let (host, signing_region) = if global {
        if name != "aws-global" {
            let text = "the option use_global_endpoint makes the client call the global endpoint from this Region";
            reasons.insert(0, because(text, At::Option("use_global_endpoint")));
        }
        (GLOBAL_HOST.to_owned(), "us-east-1".to_owned())
    } else {
        let text = format!("{} calls its Region's own endpoint by default", reader.client);
        reasons.insert(0, because(text, At::Default));
        let known = reader.habits().geography.partition_of(name);
        let host = regional(name, known, known.dual_stack, variant).ok_or_else(|| {
            let text = "DualStack is enabled but this partition does not support DualStack";
            refused("EndpointError", text, region.at)
        })?;
        (host, name.to_owned())
    };
    let mode = if global { Mode::Global } else { Mode::Regional };
    // As `new URL` has it.
    let url = format!("https://{}", host.to_ascii_lowercase());
    Ok(Target { url, signing_region, signing: Signing::V4, mode, because: reasons })
}

/// Whether the rule set leads to the global endpoint.
fn is_global(reader: &JavaScript<'_>, name: &str, maker: Maker) -> bool {
    name == "aws-global" || (LEGACY_REGIONS.contains(&name) && wants_global(reader, maker))
}

fn wants_global(reader: &JavaScript<'_>, maker: Maker) -> bool {
    let option = Read::Option("use_global_endpoint");
    maker == Maker::Program && reader.one(option).is_some_and(|flag| flag.value == "true")
}

/// `fips-us-east-1` and the like ask for FIPS in the Region.
fn real_region(name: &str) -> (String, bool) {
    if !name.starts_with("fips-") && !name.ends_with("-fips") {
        return (name.to_owned(), false);
    }
    if matches!(name, "fips-aws-global" | "aws-fips") {
        return ("us-east-1".to_owned(), true);
    }
    (super::without_fips(name), true)
}

/// `/^(?!.*-$)(?!-)[a-zA-Z0-9-]{1,63}$/`, and a star, with a warning.
fn check_region(name: &str, at: At) -> Result<(), ClientError> {
    let label = (1..=63).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-');
    if label || name == "*" {
        return Ok(());
    }
    Err(refused("Error", format!("Region not accepted: region=\"{name}\" is not a valid hostname component."), at))
}

/// A switch that is on. Where a source says neither `true` nor `false`, the next is asked.
fn switch(reader: &JavaScript<'_>, reads: &[Read], maker: Maker) -> Option<Text> {
    reads
        .iter()
        .filter(|read| maker == Maker::Program || !matches!(read, Read::Option(_)))
        .filter_map(|read| reader.one(*read))
        .find(|flag| matches!(flag.value.as_str(), "true" | "false"))
        .filter(|flag| flag.value == "true")
}

/// The URL that somebody named. Files are asked for the profile of the environment, whatever the client's.
fn url(reader: &JavaScript<'_>, maker: Maker) -> Result<Option<Text>, ClientError> {
    let habits = reader.habits();
    let mut found = None;
    for read in habits.url {
        found = match read {
            Read::Option(_) if maker == Maker::Chain => None,
            Read::Option(_) => reader.one(*read).filter(|url| !url.value.is_empty()),
            _ if ignored(reader, maker) => None,
            Read::Services(key) => reader.profile.services(key),
            // A services section that is not there ends the search through the file.
            Read::Profile(_) if reader.profile.lacks_services() => None,
            Read::Profile(key) => reader.profile.environments(key),
            read => reader.one(*read).filter(|url| !url.value.is_empty()),
        };
        if found.is_some() {
            break;
        }
    }
    match found {
        Some(url) if !is_url(&url.value) => Err(refused("TypeError", "Invalid URL", url.at)),
        found => Ok(found),
    }
}

fn ignored(reader: &JavaScript<'_>, maker: Maker) -> bool {
    let sources = reader.habits().ignore_urls.iter().filter_map(|read| match read {
        Read::Option(_) if maker == Maker::Chain => None,
        // Given in code, `false` leaves the question to the others.
        Read::Option(_) => reader.one(*read).filter(|flag| flag.value == "true"),
        Read::Profile(key) => reader.profile.environments(key),
        read => reader.one(*read),
    });
    sources.map(|flag| flag.value).find(|flag| flag == "true" || flag == "false").is_some_and(|flag| flag == "true")
}

/// Whether `new URL` takes it, near enough: a scheme and something behind it.
fn is_url(url: &str) -> bool {
    url.split_once("://").is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}
