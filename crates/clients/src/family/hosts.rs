//! Host names of STS, from a Region and what a client knows of its partition.

use crate::table::Known;

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

/// The host of `region` in `known`, or what the partition does not have.
///
/// Source: the endpoint rule set of STS in botocore 1.44.5, rules 3.
pub(crate) fn regional(region: &str, known: &Known, variant: Variant) -> Result<String, Missing> {
    let suffix = known.partition.dns_suffix();
    let host = match variant {
        Variant { fips: false, dual_stack: false } => format!("sts.{region}.{suffix}"),
        // The plain endpoints of GovCloud are FIPS endpoints.
        Variant { fips: true, dual_stack: false } if known.partition == rolecall_names::Partition::AwsUsGov => {
            format!("sts.{region}.{suffix}")
        }
        Variant { fips: true, dual_stack: false } => format!("sts-fips.{region}.{suffix}"),
        Variant { fips, dual_stack: true } => {
            let suffix = known.dual_stack.ok_or(Missing::DualStack { fips })?;
            format!("sts{}.{region}.{suffix}", if fips { "-fips" } else { "" })
        }
    };
    Ok(host)
}

/// What a partition does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    DualStack { fips: bool },
}
