//! Partitions and Regions, and what of STS can be switched off in each.

use crate::NameError;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A partition: a group of Regions with its own accounts and its own DNS suffix.
///
/// Source: `partitions.json` of botocore 1.44.5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Partition {
    /// The commercial Regions, `aws`.
    Aws,
    /// China, `aws-cn`.
    AwsCn,
    /// GovCloud (US), `aws-us-gov`.
    AwsUsGov,
    /// The European Sovereign Cloud, `aws-eusc`.
    AwsEusc,
    /// `aws-iso`.
    AwsIso,
    /// `aws-iso-b`.
    AwsIsoB,
    /// `aws-iso-e`.
    AwsIsoE,
    /// `aws-iso-f`.
    AwsIsoF,
}

impl Partition {
    const ALL: [(Partition, &'static str, &'static str); 8] = [
        (Partition::Aws, "aws", "amazonaws.com"),
        (Partition::AwsCn, "aws-cn", "amazonaws.com.cn"),
        (Partition::AwsUsGov, "aws-us-gov", "amazonaws.com"),
        (Partition::AwsEusc, "aws-eusc", "amazonaws.eu"),
        (Partition::AwsIso, "aws-iso", "c2s.ic.gov"),
        (Partition::AwsIsoB, "aws-iso-b", "sc2s.sgov.gov"),
        (Partition::AwsIsoE, "aws-iso-e", "cloud.adc-e.uk"),
        (Partition::AwsIsoF, "aws-iso-f", "csp.hci.ic.gov"),
    ];

    /// The partition as an ARN names it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(partition, ..)| *partition == self).map_or("aws", |(_, name, _)| name)
    }

    /// What follows `sts.<region>.` in this partition's host names.
    #[must_use]
    pub fn dns_suffix(self) -> &'static str {
        Self::ALL.iter().find(|(partition, ..)| *partition == self).map_or("amazonaws.com", |(.., suffix)| suffix)
    }

    /// What follows `sts.<region>.` in this partition's dual-stack host names.
    ///
    /// Source: `partitions.json` of botocore 1.44.5.
    #[must_use]
    pub const fn dual_stack_suffix(self) -> &'static str {
        match self {
            Self::Aws | Self::AwsUsGov => "api.aws",
            Self::AwsCn => "api.amazonwebservices.com.cn",
            Self::AwsEusc => "api.amazonwebservices.eu",
            Self::AwsIso => "api.aws.ic.gov",
            Self::AwsIsoB => "api.aws.scloud",
            Self::AwsIsoE => "api.cloud-aws.adc-e.uk",
            Self::AwsIsoF => "api.aws.hci.ic.gov",
        }
    }

    /// The Region that IAM answers from, and signs for.
    ///
    /// Source: `partitions.json` and the IAM ruleset of botocore 1.44.5.
    #[must_use]
    pub fn control_plane(self) -> Region {
        let name = match self {
            Self::Aws => "us-east-1",
            Self::AwsCn => "cn-north-1",
            Self::AwsUsGov => "us-gov-west-1",
            Self::AwsEusc => "eusc-de-east-1",
            Self::AwsIso => "us-iso-east-1",
            Self::AwsIsoB => "us-isob-east-1",
            Self::AwsIsoE => "eu-isoe-west-1",
            Self::AwsIsoF => "us-isof-south-1",
        };
        name.parse().unwrap_or(Region::US_EAST_1)
    }

    /// The partition an ARN names; `None` for one that does not exist.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == name).map(|(partition, ..)| *partition)
    }
}

impl From<Partition> for String {
    fn from(partition: Partition) -> Self {
        partition.as_str().to_owned()
    }
}

impl TryFrom<String> for Partition {
    type Error = NameError;

    fn try_from(name: String) -> Result<Self, NameError> {
        Self::from_name(&name).ok_or(NameError::Partition)
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether an account can switch a Region, or its STS, on and off.
///
/// Source: IAM User Guide, "Manage AWS STS in an AWS Region".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// The Region and its STS are always on.
    Fixed,
    /// The Region is on by default; its STS can be deactivated.
    Deactivatable,
    /// The Region is off until the account opts in; its STS comes with it and cannot be switched off alone.
    OptIn,
}

/// A Region that exists.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Region(u8);

impl Region {
    /// us-east-1, where the global endpoint records its events.
    pub const US_EAST_1: Region = Region(0);

    /// Every Region known, in a fixed order.
    pub fn all() -> impl Iterator<Item = Region> {
        (0u8..).zip(REGIONS).map(|(index, _)| Region(index))
    }

    fn row(self) -> &'static (&'static str, Partition, Activation) {
        REGIONS.get(usize::from(self.0)).unwrap_or(&REGIONS[0])
    }

    /// The name, such as `ap-northeast-1`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The partition it belongs to.
    #[must_use]
    pub fn partition(self) -> Partition {
        self.row().1
    }

    /// What an account can switch on and off here.
    #[must_use]
    pub fn activation(self) -> Activation {
        self.row().2
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Region {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        Self::all().find(|region| region.name() == name).ok_or(NameError::Region)
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.name().to_owned()
    }
}

impl TryFrom<String> for Region {
    type Error = NameError;

    fn try_from(name: String) -> Result<Self, NameError> {
        name.parse()
    }
}

/// Names and partitions: `partitions.json` of botocore 1.44.5. Opt-in: every Region launched after
/// 20 March 2019 is off until the account opts in (AWS Account Management Reference Guide,
/// "Enable or disable AWS Regions"), which is where me-west-1 and sa-west-1 are taken from.
#[rustfmt::skip]
static REGIONS: [(&str, Partition, Activation); 48] = {
    use Activation::{Deactivatable, Fixed, OptIn};
    use Partition::{Aws, AwsCn, AwsEusc, AwsIso, AwsIsoB, AwsIsoE, AwsIsoF, AwsUsGov};
    [
        ("us-east-1", Aws, Fixed), ("us-east-2", Aws, Deactivatable), ("us-west-1", Aws, Deactivatable),
        ("us-west-2", Aws, Deactivatable), ("ap-south-1", Aws, Deactivatable), ("ap-northeast-1", Aws, Deactivatable),
        ("ap-northeast-2", Aws, Deactivatable), ("ap-northeast-3", Aws, Deactivatable),
        ("ap-southeast-1", Aws, Deactivatable), ("ap-southeast-2", Aws, Deactivatable),
        ("ca-central-1", Aws, Deactivatable), ("eu-central-1", Aws, Deactivatable), ("eu-west-1", Aws, Deactivatable),
        ("eu-west-2", Aws, Deactivatable), ("eu-west-3", Aws, Deactivatable), ("eu-north-1", Aws, Deactivatable),
        ("sa-east-1", Aws, Deactivatable),
        ("af-south-1", Aws, OptIn), ("ap-east-1", Aws, OptIn), ("ap-east-2", Aws, OptIn), ("ap-south-2", Aws, OptIn),
        ("ap-southeast-3", Aws, OptIn), ("ap-southeast-4", Aws, OptIn), ("ap-southeast-5", Aws, OptIn),
        ("ap-southeast-6", Aws, OptIn), ("ap-southeast-7", Aws, OptIn), ("ca-west-1", Aws, OptIn),
        ("eu-central-2", Aws, OptIn), ("eu-south-1", Aws, OptIn), ("eu-south-2", Aws, OptIn),
        ("il-central-1", Aws, OptIn), ("mx-central-1", Aws, OptIn), ("me-south-1", Aws, OptIn),
        ("me-central-1", Aws, OptIn), ("me-west-1", Aws, OptIn), ("sa-west-1", Aws, OptIn),
        ("us-gov-west-1", AwsUsGov, Fixed), ("us-gov-east-1", AwsUsGov, Fixed),
        ("cn-north-1", AwsCn, Fixed), ("cn-northwest-1", AwsCn, Deactivatable),
        ("eusc-de-east-1", AwsEusc, Fixed),
        ("us-iso-east-1", AwsIso, Fixed), ("us-iso-west-1", AwsIso, Fixed),
        ("us-isob-east-1", AwsIsoB, Fixed), ("us-isob-west-1", AwsIsoB, Fixed),
        ("eu-isoe-west-1", AwsIsoE, Fixed),
        ("us-isof-east-1", AwsIsoF, Fixed), ("us-isof-south-1", AwsIsoF, Fixed),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_region() {
        for region in Region::all() {
            assert_eq!(region.name().parse(), Ok(region));
        }
        assert_eq!(Region::US_EAST_1.name(), "us-east-1");
        assert_eq!("us-east-9".parse::<Region>(), Err(NameError::Region));
    }

    #[test]
    fn virginia_cannot_be_deactivated_and_hong_kong_is_opt_in() {
        assert_eq!(Region::US_EAST_1.activation(), Activation::Fixed);
        assert_eq!("us-west-1".parse::<Region>().unwrap().activation(), Activation::Deactivatable);
        assert_eq!("ap-east-1".parse::<Region>().unwrap().activation(), Activation::OptIn);
    }

    #[test]
    fn partitions_have_their_own_suffixes() {
        assert_eq!("cn-north-1".parse::<Region>().unwrap().partition().dns_suffix(), "amazonaws.com.cn");
        assert_eq!(Partition::from_name("aws-us-gov"), Some(Partition::AwsUsGov));
        assert_eq!(Partition::from_name("azure"), None);
    }
}
