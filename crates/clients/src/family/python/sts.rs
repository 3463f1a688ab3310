//! Where a botocore client for STS sends its calls.
//!
//! A client is made by an older set of rules (`regions.py`, `endpoints.json`), which can refuse and which settles the
//! Region; since 1.29.0 the host of each call comes from the endpoint rule set (`partitions.json`).

use super::{Python, refusal::refused};
use crate::{
    At, Because, ClientError, Mode, Signing, Text,
    endpoint::{Target, because},
    family::{
        hosts::{GLOBAL_HOST, LEGACY_REGIONS, Variant, regional},
        reader::called,
    },
    table::{AWS, Default, Read},
};
use rolecall_names::Partition;

/// Who makes the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    /// The program, with its options.
    Program,
    /// The credential chain, which hands on the Region alone.
    Chain,
}

/// `^(?![0-9]+$)(?!-)[a-zA-Z0-9-]{,63}(?<!-)$`, as `utils.py` has it.
pub(super) fn check_region(region: &Text) -> Result<(), ClientError> {
    let name = &region.value;
    let letters = name.len() <= 63 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let number = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    if letters && !number && !name.starts_with('-') && !name.ends_with('-') {
        return Ok(());
    }
    let text = format!("Provided region_name '{name}' doesn't match a supported format.");
    Err(refused("InvalidRegionError", text, region.at))
}

pub(super) fn target(reader: &Python<'_>, region: Option<&Text>, maker: Maker) -> Result<Target, ClientError> {
    let mut target = signed_for_a_region(reader, region, maker)?;
    if let Some(preferred) = reader.first(reader.habits().auth_scheme, |_| true)
        && preferred.value.split(',').map(str::trim).find(|scheme| matches!(*scheme, "sigv4" | "sigv4a"))
            == Some("sigv4a")
    {
        target.signing = Signing::V4a;
        target.signing_region = "*".to_owned();
        let text = format!(
            "it is signed for every Region by sigv4a, which {} prefers",
            called(preferred.at, "auth_scheme_preference")
        );
        target.because.push(because(text, preferred.at));
    }
    Ok(target)
}

fn signed_for_a_region(reader: &Python<'_>, region: Option<&Text>, maker: Maker) -> Result<Target, ClientError> {
    let habits = reader.habits();
    let default = default_mode(reader, maker)?;
    let url = url(reader, maker)?;
    // `fips-us-east-1` and `us-east-1-fips` are old ways of asking for FIPS.
    let plain = region.map(|region| region.value.replace("fips-", "").replace("-fips", ""));
    let pseudo = habits.fips_regions && region.is_some_and(|region| plain.as_deref() != Some(&region.value));
    let name = if pseudo { plain } else { region.map(|region| region.value.clone()) };

    let fips = if pseudo { region.cloned() } else { switch(reader, habits.fips, maker) };
    let dual_stack = switch(reader, habits.dual_stack, maker);
    let variant = Variant { fips: fips.is_some(), dual_stack: dual_stack.is_some() };

    let at = region.map_or(At::Default, |region| region.at);
    let (legacy, mut signing_region) = legacy_host(reader, name.as_deref(), variant, at)?;
    let scheme = if plain_http(reader, maker) { "http" } else { "https" };
    // The setting is looked at where it matters, and since the rule set once more in any case, behind the URL.
    let early = if url.is_none() && variant.is_plain() { mode(reader)? } else { None };
    match &url {
        Some(url) => check_url(&url.value, url.at)?,
        None => check_url(&format!("{scheme}://{legacy}"), at)?,
    }
    let setting = if habits.ruleset { mode(reader)? } else { early };
    if let Some(url) = url {
        let mut target = custom(reader, url, region, name.as_deref())?;
        if habits.ssl_over_url
            && scheme == "http"
            && let Some(rest) = target.url.strip_prefix("https://")
        {
            target.url = format!("http://{rest}");
        }
        return Ok(target);
    }

    let mut reasons = Vec::new();
    let mut asked = |flag: Option<Text>, which, key| {
        reasons.extend(flag.map(|flag| {
            let by = if pseudo && flag.at == at {
                format!("the Region's name, {}", flag.value)
            } else {
                called(flag.at, key)
            };
            because(format!("{which} endpoints are asked for by {by}"), flag.at)
        }));
    };
    asked(fips, "FIPS", "use_fips_endpoint");
    asked(dual_stack, "dual-stack", "use_dualstack_endpoint");
    reasons.push(match region {
        Some(region) => because(format!("the Region is {}, from {}", region.value, called(at, "region")), at),
        None => because("no Region is set: the client takes aws-global", at),
    });
    let global_by_mode = variant.is_plain()
        && name.as_deref().is_some_and(|name| name != "aws-global" && LEGACY_REGIONS.contains(&name))
        && match &setting {
            Some(setting) => setting.decides(&mut reasons),
            None => by_default(reader, default, &mut reasons),
        };
    if let Some(name) = name.as_deref().filter(|name| variant.is_plain() && !LEGACY_REGIONS.contains(name))
        && setting.as_ref().map_or(default, |setting| setting.default) == Default::Legacy
    {
        let text = format!("{} calls the global endpoint from some Regions, of which {name} is none", reader.client);
        reasons.insert(0, because(text, setting.as_ref().map_or(At::Default, |setting| setting.at)));
    }
    let name = name.unwrap_or_else(|| "aws-global".to_owned());
    let host = if global_by_mode || (variant.is_plain() && name == "aws-global") {
        signing_region = "us-east-1".to_owned();
        GLOBAL_HOST.to_owned()
    } else if habits.ruleset {
        ruleset_host(reader, &name, variant, at)?
    } else {
        legacy
    };
    let url = format!("{scheme}://{host}");
    let mode = if host == GLOBAL_HOST { Mode::Global } else { Mode::Regional };
    Ok(Target { url, signing_region, signing: Signing::V4, mode, because: reasons })
}

/// The endpoint that somebody named.
fn custom(reader: &Python<'_>, url: Text, region: Option<&Text>, name: Option<&str>) -> Result<Target, ClientError> {
    let Some(name) = name else {
        if reader.habits().url_needs_region {
            let text = format!(
                "No endpoint found for parameters:\nUseDualStack: False\nUseFIPS: False\nEndpoint: {}\nUseGlobalEndpoint: \
                 False",
                url.value
            );
            return Err(refused("EndpointResolutionError", text, url.at));
        }
        return Err(refused("NoRegionError", "You must specify a region.".to_owned(), url.at));
    };
    let at = region.map_or(At::Default, |region| region.at);
    let reasons = vec![
        because(format!("the endpoint's URL is given by {}", called(url.at, "endpoint_url")), url.at),
        because(format!("it is signed for {name}, the Region from {}", called(at, "region")), at),
    ];
    let signing_region = name.to_owned();
    Ok(Target { url: url.value, signing_region, signing: Signing::V4, mode: Mode::Custom, because: reasons })
}

/// What `defaults_mode` leaves as the default.
fn default_mode(reader: &Python<'_>, maker: Maker) -> Result<Default, ClientError> {
    let habits = reader.habits();
    let Some(mode) = first(reader, habits.defaults_mode, maker, |_| true) else { return Ok(habits.mode) };
    match mode.value.to_lowercase().as_str() {
        "legacy" => Ok(habits.mode),
        "standard" | "in-region" | "cross-region" | "mobile" | "auto" => Ok(Default::Regional),
        _ => {
            let text = format!(
                "Client configured with invalid defaults mode: {}. Valid defaults modes include: legacy, auto, standard, \
                 in-region, cross-region, mobile.",
                mode.value
            );
            Err(refused("InvalidDefaultsMode", text, mode.at))
        }
    }
}

/// `sts_regional_endpoints`, where it is set.
struct Setting {
    default: Default,
    empty: bool,
    at: At,
}

impl Setting {
    fn decides(&self, reasons: &mut Vec<Because>) -> bool {
        let (word, does) = match self.default {
            Default::Legacy => ("legacy", "calls the global endpoint"),
            Default::Regional => ("regional", "calls its Region's own endpoint"),
        };
        let word = if self.empty { "empty" } else { word };
        let text =
            format!("{} is {word}: from this Region the client {does}", called(self.at, "sts_regional_endpoints"));
        reasons.insert(0, because(text, self.at));
        self.default == Default::Legacy
    }
}

fn mode(reader: &Python<'_>) -> Result<Option<Setting>, ClientError> {
    let Some(text) = reader.first(reader.habits().mode_reads, |_| true) else { return Ok(None) };
    let default = match text.value.as_str() {
        // As good as none, but it hides what stands behind it, and what `defaults_mode` says.
        "" => reader.habits().mode,
        "legacy" => Default::Legacy,
        "regional" => Default::Regional,
        other => {
            let text_of = format!(
                "STS regional endpoints option {other} is invalid. Valid options are: \"legacy\", \"regional\""
            );
            return Err(refused("InvalidSTSRegionalEndpointsConfigError", text_of, text.at));
        }
    };
    Ok(Some(Setting { default, empty: text.value.is_empty(), at: text.at }))
}

fn by_default(reader: &Python<'_>, default: Default, reasons: &mut Vec<Because>) -> bool {
    let client = reader.client;
    let text = match default {
        Default::Legacy => format!("{client} calls the global endpoint from this Region by default"),
        Default::Regional => format!("{client} calls its Region's own endpoint by default"),
    };
    reasons.insert(0, because(text, At::Default));
    default == Default::Legacy
}

/// The URL that somebody named, if anybody did.
fn url(reader: &Python<'_>, maker: Maker) -> Result<Option<Text>, ClientError> {
    let habits = reader.habits();
    let argument = habits.url.iter().find(|read| matches!(read, Read::Option(_)));
    if maker == Maker::Program
        && let Some(url) = argument.and_then(|read| reader.one(*read))
    {
        return Ok(Some(url));
    }
    if first(reader, habits.ignore_urls, maker, |_| true).is_some_and(|flag| is_true(&flag.value)) {
        return Ok(None);
    }
    for read in habits.url {
        let found = match read {
            Read::Option(_) => None,
            Read::Services(_) => reader.profile.services_url()?,
            other => reader.one(*other),
        };
        if let Some(url) = found.filter(|url| !url.value.is_empty()) {
            return Ok(Some(url));
        }
    }
    Ok(None)
}

/// A switch that is on, and what turned it on.
fn switch(reader: &Python<'_>, reads: &[Read], maker: Maker) -> Option<Text> {
    first(reader, reads, maker, |_| true).filter(|flag| is_true(&flag.value))
}

/// The first value found; the chain's clients have no options.
fn first(reader: &Python<'_>, reads: &[Read], maker: Maker, counts: impl Fn(&str) -> bool) -> Option<Text> {
    let seen: Vec<Read> =
        reads.iter().copied().filter(|read| maker == Maker::Program || !matches!(read, Read::Option(_))).collect();
    reader.first(&seen, counts)
}

fn is_true(value: &str) -> bool {
    value.eq_ignore_ascii_case("true")
}

fn plain_http(reader: &Python<'_>, maker: Maker) -> bool {
    maker == Maker::Program && reader.one(Read::Option("use_ssl")).is_some_and(|flag| flag.value == "false")
}

/// The host and signing Region by the older rules, or the variant that they do not have.
fn legacy_host(
    reader: &Python<'_>,
    region: Option<&str>,
    variant: Variant,
    at: At,
) -> Result<(String, String), ClientError> {
    let region = region.unwrap_or("aws-global");
    // Where this alone decides, variants of `aws-global` have no scope of their own.
    let scoped = region == "aws-global" && (variant.is_plain() || reader.habits().scoped_variants);
    let signing_region = if scoped { "us-east-1" } else { region }.to_owned();
    if region == "aws-global" && variant.is_plain() {
        return Ok((GLOBAL_HOST.to_owned(), signing_region));
    }
    // Before these stood for the Region with FIPS, they were endpoints of their own.
    if !reader.habits().fips_regions
        && let Some(real @ ("us-east-1" | "us-east-2" | "us-west-1" | "us-west-2")) = region.strip_suffix("-fips")
    {
        return Ok((format!("sts-fips.{real}.amazonaws.com"), real.to_owned()));
    }
    let known = match reader.habits().geography.partition_by_pattern(region) {
        // These two are passed over where dual-stack is asked for.
        known if variant.dual_stack && matches!(known.partition, Partition::AwsIso | Partition::AwsIsoB) => &AWS,
        known => known,
    };
    let host = regional(region, known, known.modeled, variant).ok_or_else(|| {
        let tags = if variant.fips { "['dualstack', 'fips']" } else { "['dualstack']" };
        let text = format!("Unable to construct a modeled endpoint with the following variant(s) {tags}: ");
        refused("EndpointVariantError", text, at)
    })?;
    Ok((host, signing_region))
}

/// The host by the rule set.
fn ruleset_host(reader: &Python<'_>, region: &str, variant: Variant, at: At) -> Result<String, ClientError> {
    let known = reader.habits().geography.partition_of(region);
    regional(region, known, known.dual_stack, variant).ok_or_else(|| {
        let text = if variant.fips {
            "FIPS and DualStack are enabled, but this partition does not support one or both"
        } else {
            "DualStack is enabled but this partition does not support DualStack"
        };
        refused("EndpointResolutionError", text.to_owned(), at)
    })
}

/// A URL must have a host that could be one.
fn check_url(url: &str, at: At) -> Result<(), ClientError> {
    let host = url.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let host = host.map(|host| host.rsplit_once('@').map_or(host, |(_, host)| host));
    let name = host.map(|host| match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => name,
        _ => host,
    });
    let good = name.is_some_and(|name| {
        let name = name.strip_suffix('.').unwrap_or(name);
        let bracketed = name.starts_with('[') && name.ends_with(']');
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        name.len() <= 255 && (bracketed || name.split('.').all(label))
    });
    if good { Ok(()) } else { Err(refused("ValueError", format!("Invalid endpoint: {url}"), at)) }
}
