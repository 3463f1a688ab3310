//! Host names of STS, from a Region and what a client knows of its partition.

use crate::table::Known;
use rolecall_names::Partition;

/// Which of a Region's endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Variant {
    pub(crate) fips: bool,
    pub(crate) dual_stack: bool,
}

impl Variant {
    pub(crate) fn is_plain(self) -> bool {
        self == Self::default()
    }
}

/// The Regions whose clients call the global endpoint in legacy mode; every Region enabled by default in 2019.
///
/// Source: the endpoint rule set of STS in botocore 1.44.5, `UseGlobalEndpoint`.
pub(crate) const LEGACY_REGIONS: [&str; 16] = [
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "aws-global",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

pub(crate) const GLOBAL_HOST: &str = "sts.amazonaws.com";

/// The host of `region` in `known`, dual-stack hosts ending in `dual_stack`; `None` where the partition has none.
///
/// Source: the endpoint rule set of STS in botocore 1.44.5, the rules without `UseGlobalEndpoint` and `Endpoint`.
pub(crate) fn regional(region: &str, known: &Known, dual_stack: Option<&str>, variant: Variant) -> Option<String> {
    let fips = if variant.fips { "-fips" } else { "" };
    if variant.dual_stack {
        return dual_stack.map(|suffix| format!("sts{fips}.{region}.{suffix}"));
    }
    // The plain endpoints of GovCloud are its FIPS endpoints.
    let fips = if known.partition == Partition::AwsUsGov { "" } else { fips };
    Some(format!("sts{fips}.{region}.{}", known.partition.dns_suffix()))
}
