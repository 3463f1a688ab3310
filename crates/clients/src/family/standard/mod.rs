//! The SDKs that follow AWS's own guide for them: settings in one order, hosts by the endpoint rule set.
//!
//! Source: AWS SDKs and Tools Reference Guide, "Settings reference", and what a row names as its own.

mod chain;
mod profiles;

use super::{
    Reader,
    hosts::{GLOBAL_HOST, LEGACY_REGIONS, Variant, regional},
    reader::called,
};
use crate::{
    At, Because, Client, ClientError, Endpoint, Mode, Plan, Refusal, Settings, Signing, Text,
    endpoint::{Target, because},
    table::{Default, NoRegion, Read},
};
use profiles::Profiles;

type Standard<'a> = Reader<'a, Profiles>;

/// Who makes the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Maker {
    /// The program, with its options.
    Program,
    /// The credential chain, which hands on the Region alone.
    Chain,
}

pub(super) fn endpoint(client: &Client, settings: &Settings<'_>) -> Result<Endpoint, ClientError> {
    let reader = read(client, settings)?;
    let region = region(&reader, reader.habits().region);
    target(&reader, region, reader.habits().no_region, Maker::Program).map(|target| target.into_endpoint(client))
}

pub(super) fn chain(client: &Client, settings: &Settings<'_>) -> Result<Plan, ClientError> {
    chain::chain(&read(client, settings)?)
}

fn read<'a>(client: &'a Client, settings: &'a Settings<'a>) -> Result<Standard<'a>, ClientError> {
    let mut named = None;
    for read in client.row().habits.profile {
        let found = match read {
            Read::Code => settings.profile.map(|name| (name, At::Profile)),
            Read::Env(name) => settings.variable(name).map(|value| (value, At::Env(name))),
            _ => None,
        };
        named = named.or(found.filter(|(name, _)| !name.is_empty()));
    }
    let (name, at) = named.unwrap_or(("default", At::Default));
    let profile = Profiles::read(settings, Text { value: name.to_owned(), at })?;
    Ok(Reader { client, settings, profile })
}

/// A refusal, in words of the row where it has some.
fn refused(reader: &Standard<'_>, name: &'static str, text: impl Into<String>, at: At) -> ClientError {
    ClientError::Refused(Refusal { name, text: text.into(), at, source: reader.client.row().source })
}

/// The first Region that is not empty.
fn region(reader: &Standard<'_>, reads: &[Read]) -> Option<Text> {
    reader.first(reads, |region| !region.is_empty())
}

/// What a switch says: `true` and `false` count in any case, and with anything else the next source is asked.
fn switch(reader: &Standard<'_>, reads: &[Read], maker: Maker) -> Option<Text> {
    of(reads, maker)
        .filter_map(|read| reader.one(read))
        .find(|flag| flag.value.eq_ignore_ascii_case("true") || flag.value.eq_ignore_ascii_case("false"))
        .filter(|flag| flag.value.eq_ignore_ascii_case("true"))
}

/// The sources that `maker` has: the chain's clients have no options.
fn of(reads: &[Read], maker: Maker) -> impl Iterator<Item = Read> {
    reads.iter().copied().filter(move |read| maker == Maker::Program || !matches!(read, Read::Option(_)))
}

fn target(reader: &Standard<'_>, region: Option<Text>, without: NoRegion, maker: Maker) -> Result<Target, ClientError> {
    let habits = reader.habits();
    let region = match (region, without) {
        (Some(region), _) => region,
        (None, NoRegion::Global) => Text { value: "aws-global".to_owned(), at: At::Default },
        (None, NoRegion::Region(name)) => Text { value: name.to_owned(), at: At::Default },
        (None, NoRegion::Refuse(name, text)) => return Err(refused(reader, name, text, At::Default)),
    };
    let (name, pseudo) = real_region(&region.value);
    let fips = if pseudo { Some(region.clone()) } else { switch(reader, habits.fips, maker) };
    let dual_stack = switch(reader, habits.dual_stack, maker);
    let variant = Variant { fips: fips.is_some(), dual_stack: dual_stack.is_some() };
    let setting = mode(reader, maker)?;

    let mut reasons = match region.at {
        At::Default => vec![because(format!("no Region is set: the client takes {name}"), At::Default)],
        at => vec![because(format!("the Region is {name}, from {}", called(at, "region")), at)],
    };
    for (flag, which, key) in
        [(fips, "FIPS", "use_fips_endpoint"), (dual_stack, "dual-stack", "use_dualstack_endpoint")]
    {
        reasons.extend(
            flag.map(|flag| because(format!("{which} endpoints are asked for by {}", called(flag.at, key)), flag.at)),
        );
    }
    if let Some(url) = url(reader, maker) {
        return custom(reader, url, &name, variant, reasons);
    }
    let global = variant.is_plain()
        && (name == "aws-global"
            || (LEGACY_REGIONS.contains(&&*name) && by_mode(reader, setting, maker, &mut reasons)));
    if global {
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
        let text = "DualStack is enabled but this partition does not support DualStack";
        refused(reader, crate::family::RULES, text, region.at)
    })?;
    let url = format!("https://{host}");
    Ok(Target { url, signing_region: name, signing: Signing::V4, mode: Mode::Regional, because: reasons })
}

fn custom(
    reader: &Standard<'_>,
    url: Text,
    name: &str,
    variant: Variant,
    mut reasons: Vec<Because>,
) -> Result<Target, ClientError> {
    let unsupported = match variant {
        Variant { fips: true, .. } => Some("FIPS"),
        Variant { dual_stack: true, .. } => Some("Dualstack"),
        _ => None,
    };
    if let Some(which) = unsupported.filter(|_| reader.habits().ruleset) {
        let text = format!("Invalid Configuration: {which} and custom endpoint are not supported");
        return Err(refused(reader, crate::family::RULES, text, url.at));
    }
    reasons.insert(0, because(format!("the endpoint's URL is given by {}", called(url.at, "endpoint_url")), url.at));
    let signing_region = name.to_owned();
    Ok(Target { url: url.value, signing_region, signing: Signing::V4, mode: Mode::Custom, because: reasons })
}

/// Whether the client calls the global endpoint from a Region of the list, and why or why not.
fn by_mode(reader: &Standard<'_>, setting: Option<(Default, Text)>, maker: Maker, reasons: &mut Vec<Because>) -> bool {
    let option = Read::Option("use_global_endpoint");
    if maker == Maker::Program && reader.one(option).is_some_and(|flag| flag.value == "true") {
        let text = "the option use_global_endpoint makes the client call the global endpoint from this Region";
        reasons.insert(0, because(text, At::Option("use_global_endpoint")));
        return true;
    }
    let (default, said, at) = match setting {
        Some((default, set)) => {
            let by = called(set.at, "sts_regional_endpoints");
            (default, format!("{by} is {}: ", set.value), set.at)
        }
        None => (reader.habits().mode, String::new(), At::Default),
    };
    let does = match default {
        Default::Legacy => "calls the global endpoint from this Region",
        Default::Regional => "calls its Region's own endpoint",
    };
    let by_default = if at == At::Default { " by default" } else { "" };
    reasons.insert(0, because(format!("{said}{} {does}{by_default}", reader.client), at));
    default == Default::Legacy
}

/// `sts_regional_endpoints`, in any case; then what `defaults_mode` says.
fn mode(reader: &Standard<'_>, maker: Maker) -> Result<Option<(Default, Text)>, ClientError> {
    let habits = reader.habits();
    let found = of(habits.mode_reads, maker).filter_map(|read| reader.one(read)).find(|text| !text.value.is_empty());
    if let Some(text) = found {
        return match text.value.to_ascii_lowercase().as_str() {
            "legacy" => Ok(Some((Default::Legacy, text))),
            "regional" => Ok(Some((Default::Regional, text))),
            other => {
                let says = format!("`{other}` is no value of sts_regional_endpoints: expected legacy or regional");
                Err(refused(reader, "invalid sts_regional_endpoints", says, text.at))
            }
        };
    }
    let found = of(habits.defaults_mode, maker).filter_map(|read| reader.one(read)).find(|text| !text.value.is_empty());
    Ok(found.filter(|text| !text.value.eq_ignore_ascii_case("legacy")).map(|text| (Default::Regional, text)))
}

/// The URL that somebody named.
fn url(reader: &Standard<'_>, maker: Maker) -> Option<Text> {
    let habits = reader.habits();
    of(habits.url, maker)
        .filter_map(|read| match read {
            Read::Option(_) => reader.one(read),
            _ if switch(reader, habits.ignore_urls, maker).is_some() => None,
            Read::Services(key) => reader.profile.services(key),
            read => reader.one(read),
        })
        .find(|url| !url.value.is_empty())
}

/// `fips-us-east-1` and the like ask for FIPS in the Region.
fn real_region(name: &str) -> (String, bool) {
    match name {
        "fips-aws-global" | "aws-fips" => ("us-east-1".to_owned(), true),
        _ if name.starts_with("fips-") || name.ends_with("-fips") => (super::without_fips(name), true),
        _ => (name.to_owned(), false),
    }
}
