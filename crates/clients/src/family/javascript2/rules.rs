//! The hosts of STS by `region_config_data.json` of aws-sdk 2.1693.0.

use crate::family::hosts::Variant;

/// The host for a Region; `None` where the rule for every Region applies, which is the global endpoint.
pub(super) fn host(region: Option<&str>, variant: Variant) -> Option<String> {
    // A template without a Region is filled with the word for it.
    let name = region.unwrap_or("undefined");
    let prefix = region.and_then(prefix);
    let suffix = match (variant.dual_stack, prefix) {
        (true, Some("cn")) => "api.amazonwebservices.com.cn",
        (true, _) => "api.aws",
        (false, Some("cn")) => "amazonaws.com.cn",
        (false, Some("us-iso")) => "c2s.ic.gov",
        (false, Some("us-isob")) => "sc2s.sgov.gov",
        (false, Some("eu-isoe")) if !variant.fips => "cloud.adc-e.uk",
        (false, Some("us-isof")) if !variant.fips => "csp.hci.ic.gov",
        (false, Some("us-gov")) => return Some(format!("sts.{name}.amazonaws.com")),
        (false, _) if variant.fips => "amazonaws.com",
        (false, _) => return None,
    };
    Some(format!("sts{}.{name}.{suffix}", if variant.fips { "-fips" } else { "" }))
}

/// All of a Region's name but its last two words.
fn prefix(region: &str) -> Option<&str> {
    let (rest, _) = region.rsplit_once('-')?;
    let (rest, _) = rest.rsplit_once('-')?;
    Some(rest)
}
