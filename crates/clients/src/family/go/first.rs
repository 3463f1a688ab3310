//! Where version 1 of the SDK for Go sends calls of STS.
//!
//! Source: `aws/endpoints` and `aws/session` of `github.com/aws/aws-sdk-go` 1.55.8.

use super::{Go, Maker, reasons, refused, region, switch};
use crate::{
    At, ClientError, Mode, Signing, Text,
    endpoint::{Target, because},
    family::{
        hosts::{GLOBAL_HOST, LEGACY_REGIONS, Variant, regional},
        reader::called,
    },
    table::{Default, Read},
};

/// `GetSTSRegionalEndpoint`.
pub(super) fn word(word: &str) -> Result<Default, String> {
    match word.to_ascii_lowercase().as_str() {
        "legacy" => Ok(Default::Legacy),
        "regional" => Ok(Default::Regional),
        _ => Err(format!("unable to resolve the value of STSRegionalEndpoint for {word}")),
    }
}

pub(super) fn target(reader: &Go<'_>, maker: Maker) -> Result<Target, ClientError> {
    let habits = reader.habits();
    let region = region(reader);
    let resolved = region.as_ref().and_then(|region| normalized(&region.value));
    let pseudo = resolved.is_some();
    let fips = if pseudo { region.clone() } else { switch(reader, habits.fips, maker) };
    let dual_stack = switch(reader, habits.dual_stack, maker);
    let variant = Variant { fips: fips.is_some(), dual_stack: dual_stack.is_some() };
    let mode = mode(reader, maker)?;
    let mut reasons = reasons(region.as_ref(), fips.as_ref(), dual_stack.as_ref());
    let plain =
        maker == Maker::Program && reader.one(Read::Option("use_ssl")).is_some_and(|flag| flag.value == "false");
    let scheme = if plain { "http" } else { "https" };
    let option =
        reader.one(Read::Option("endpoint_url")).filter(|url| maker == Maker::Program && !url.value.is_empty());
    if let Some(url) = option {
        let Some(region) = region else {
            return Err(refused("MissingRegion", "MissingRegion: could not find region configuration", url.at));
        };
        reasons.insert(0, because("the endpoint's URL is given by the option endpoint_url".to_owned(), url.at));
        let has_scheme = url.value.split_once("://").is_some_and(|(scheme, _)| !scheme.is_empty());
        let url = if has_scheme { url.value } else { format!("{scheme}://{}", url.value) };
        return Ok(Target {
            url,
            signing_region: region.value,
            signing: Signing::V4,
            mode: Mode::Custom,
            because: reasons,
        });
    }
    let name = resolved.or_else(|| region.as_ref().map(|region| region.value.clone()));
    let name = name.unwrap_or_else(|| "aws-global".to_owned());
    let at = region.as_ref().map_or(At::Default, |region| region.at);
    let legacy = variant.is_plain()
        && name != "aws-global"
        && LEGACY_REGIONS.contains(&&*name)
        && by_mode(reader, mode, &mut reasons);
    if variant.is_plain() && (legacy || name == "aws-global") {
        return Ok(Target {
            url: format!("{scheme}://{GLOBAL_HOST}"),
            signing_region: "us-east-1".to_owned(),
            signing: Signing::V4,
            mode: Mode::Global,
            because: reasons,
        });
    }
    let unknown =
        || refused("MissingEndpoint", "MissingEndpoint: 'Endpoint' configuration is required for this service", at);
    if !is_label(&name) {
        return Err(unknown());
    }
    let known = habits.geography.partition_by_pattern(&name);
    let host = regional(&name, known, known.modeled, variant).ok_or_else(unknown)?;
    let url = format!("{scheme}://{host}");
    Ok(Target { url, signing_region: name, signing: Signing::V4, mode: Mode::Regional, because: reasons })
}

fn mode(reader: &Go<'_>, maker: Maker) -> Result<Option<(Default, Text)>, ClientError> {
    for read in reader.habits().mode_reads {
        if (maker == Maker::Chain && matches!(read, Read::Option(_)))
            || (!reader.profile.load_config && matches!(read, Read::Profile(_)))
        {
            continue;
        }
        let Some(text) = reader.one(*read).filter(|text| !text.value.is_empty()) else { continue };
        // Those of environment and files have been looked at before.
        return match word(&text.value) {
            Ok(mode) => Ok(Some((mode, text))),
            Err(says) => Err(refused("invalid STSRegionalEndpoint", says, text.at)),
        };
    }
    Ok(None)
}

fn by_mode(reader: &Go<'_>, setting: Option<(Default, Text)>, reasons: &mut Vec<crate::Because>) -> bool {
    let (default, text, at) = match setting {
        Some((default, set)) => {
            let by = called(set.at, "sts_regional_endpoints");
            (default, format!("{by} is {}", set.value), set.at)
        }
        None => (Default::Legacy, format!("{} takes legacy by default", reader.client), At::Default),
    };
    let does = match default {
        Default::Legacy => "from this Region the global endpoint is called",
        Default::Regional => "the Region's own endpoint is called",
    };
    reasons.insert(0, because(format!("{text}: {does}"), at));
    default == Default::Legacy
}

/// `normalizeRegion`: the Region that a name with `fips` in it stands for.
fn normalized(region: &str) -> Option<String> {
    let pseudo = region.starts_with("fips-") || region.contains("-fips-") || region.ends_with("-fips");
    pseudo.then(|| region.replace("-fips-", "-").replace("fips-", "").replace("-fips", ""))
}

/// `^[[:alnum:]]([[:alnum:]\-]*[[:alnum:]])?$`
fn is_label(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.ends_with(|last: char| last.is_ascii_alphanumeric())
}
