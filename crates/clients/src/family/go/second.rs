//! Where version 2 of the SDK for Go sends calls of STS.

use super::{Go, Maker, reasons, refused, region, switch};
use crate::{
    At, ClientError, Mode, Signing, Text,
    endpoint::{Target, because},
    family::{
        RULES,
        hosts::{GLOBAL_HOST, Variant, regional},
        reader::called,
    },
    table::Read,
};

pub(super) fn target(reader: &Go<'_>, maker: Maker) -> Result<Target, ClientError> {
    let habits = reader.habits();
    let region = region(reader);
    // A name with `fips` in it asks for FIPS, and is what the call is signed for nonetheless.
    let pseudo = region.as_ref().filter(|region| mapped(&region.value) != region.value);
    let fips = pseudo.cloned().or_else(|| switch(reader, habits.fips, maker));
    let dual_stack = switch(reader, habits.dual_stack, maker);
    let variant = Variant { fips: fips.is_some(), dual_stack: dual_stack.is_some() };
    let mut reasons = reasons(region.as_ref(), fips.as_ref(), dual_stack.as_ref());
    let url = url(reader, maker);
    if let Some(region) = &region {
        check_region(region)?;
    }
    let name = region.as_ref().map(|region| mapped(&region.value));
    if let Some(url) = url {
        let unsupported = match variant {
            Variant { fips: true, .. } => Some("FIPS"),
            Variant { dual_stack: true, .. } => Some("Dualstack"),
            _ => None,
        };
        if let Some(which) = unsupported {
            let text = format!("Invalid Configuration: {which} and custom endpoint are not supported");
            return Err(refused(RULES, text, url.at));
        }
        let text = format!("the endpoint's URL is given by {}", called(url.at, "endpoint_url"));
        reasons.insert(0, because(text, url.at));
        let signing_region = region.map(|region| region.value).unwrap_or_default();
        return Ok(Target {
            url: url.value,
            signing_region,
            signing: Signing::V4,
            mode: Mode::Custom,
            because: reasons,
        });
    }
    let Some((name, region)) = name.zip(region) else {
        return Err(refused(RULES, "Invalid Configuration: Missing Region", At::Default));
    };
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
        let text = "DualStack is enabled but this partition does not support DualStack";
        refused(RULES, text, region.at)
    })?;
    let text = format!("{} calls its Region's own endpoint by default", reader.client);
    reasons.insert(0, because(text, At::Default));
    let url = format!("https://{host}");
    Ok(Target { url, signing_region: region.value, signing: Signing::V4, mode: Mode::Regional, because: reasons })
}

fn check_region(region: &Text) -> Result<(), ClientError> {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if region.value.split('.').all(label) {
        return Ok(());
    }
    Err(refused("invalid input region", format!("invalid input region {}", region.value), region.at))
}

/// `MapFIPSRegion`: the Region without the word.
fn mapped(region: &str) -> String {
    if !region.contains("fips") {
        return region.to_owned();
    }
    region.replace("-fips-", "-").replace("fips-", "").replace("-fips", "")
}

/// The URL that somebody named, with the turns that the code takes.
fn url(reader: &Go<'_>, maker: Maker) -> Option<Text> {
    let habits = reader.habits();
    let filled = |read: Read| reader.one(read).filter(|url| !url.value.is_empty());
    if maker == Maker::Program
        && let Some(url) = filled(Read::Option("endpoint_url"))
    {
        return Some(url);
    }
    if switch(reader, habits.ignore_urls, maker).is_some() {
        return None;
    }
    // The clients of the chain are made before these are read.
    let general = || {
        let url = filled(Read::Env("AWS_ENDPOINT_URL")).or_else(|| filled(Read::Profile("endpoint_url")));
        url.filter(|_| maker == Maker::Program)
    };
    let set = |name| reader.settings.variable(name).is_some();
    // That the general variable is there, even empty, is enough for the services section not to be looked at.
    if set("AWS_ENDPOINT_URL") && !set("AWS_ENDPOINT_URL_STS") {
        return general();
    }
    let services = || reader.profile.files.services(&reader.profile.shared.profile, "endpoint_url");
    filled(Read::Env("AWS_ENDPOINT_URL_STS"))
        .or_else(|| services().filter(|url| !url.value.is_empty()))
        .or_else(general)
}
