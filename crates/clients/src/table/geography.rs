//! What a client's data files say of partitions, which decides the host name of a Region.

use rolecall_names::Partition;

/// What an edition of a client knows.
#[derive(Debug)]
pub(crate) struct Geography {
    /// The partitions it knows, in the order in which it asks whether a Region is theirs. The first is `aws`.
    pub(crate) partitions: &'static [Known],
}

/// A partition as a client knows it.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) partition: Partition,
    /// The words a Region's name may begin with; the rest is `-word-number`.
    pub(crate) prefixes: &'static [&'static str],
    /// Regions named in full beside those that the prefixes cover, such as `aws-global`.
    pub(crate) named: &'static [&'static str],
    /// What follows `sts.<region>.` on dual-stack endpoints; `None` where it knows none.
    pub(crate) dual_stack: Option<&'static str>,
}

impl Geography {
    /// The partition that a Region's name belongs to.
    pub(crate) fn partition_of(&self, region: &str) -> Option<&'static Known> {
        self.partitions
            .iter()
            .find(|known| known.named.contains(&region))
            .or_else(|| self.partitions.iter().find(|known| known.covers(region)))
    }
}

impl Known {
    /// What `^(us|eu|…)\-\w+\-\d+$` says in the data files, `\w` being a letter, digit or underscore.
    fn covers(&self, region: &str) -> bool {
        self.prefixes.iter().any(|prefix| {
            let rest = region.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-'));
            rest.and_then(|rest| rest.split_once('-')).is_some_and(|(word, number)| {
                !word.is_empty()
                    && word.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
                    && !number.is_empty()
                    && number.bytes().all(|digit| digit.is_ascii_digit())
            })
        })
    }
}

const fn known(
    partition: Partition,
    prefixes: &'static [&'static str],
    named: &'static [&'static str],
    dual_stack: Option<&'static str>,
) -> Known {
    Known { partition, prefixes, named, dual_stack }
}

const AWS: &str = "api.aws";
const CN: &str = "api.amazonwebservices.com.cn";

/// `partitions.json` of botocore 1.44.5.
pub(crate) const TODAY: Geography = Geography {
    partitions: &[
        known(Partition::Aws, &["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"], &["aws-global"], Some(AWS)),
        known(Partition::AwsCn, &["cn"], &["aws-cn-global"], Some(CN)),
        known(Partition::AwsEusc, &["eusc-de"], &[], Some("api.amazonwebservices.eu")),
        known(Partition::AwsIso, &["us-iso"], &["aws-iso-global"], Some("api.aws.ic.gov")),
        known(Partition::AwsIsoB, &["us-isob"], &["aws-iso-b-global"], Some("api.aws.scloud")),
        known(Partition::AwsIsoE, &["eu-isoe"], &["aws-iso-e-global"], Some("api.cloud-aws.adc-e.uk")),
        known(Partition::AwsIsoF, &["us-isof"], &["aws-iso-f-global"], Some("api.aws.hci.ic.gov")),
        known(Partition::AwsUsGov, &["us-gov"], &["aws-us-gov-global"], Some(AWS)),
    ],
};
