//! What a client's data files say of partitions, which decides the host name of a Region.

use rolecall_names::Partition;

/// What an edition of a client knows of partitions beside `aws`, which every Region belongs to that no other claims.
#[derive(Debug)]
pub(crate) struct Geography {
    pub(crate) others: &'static [Known],
}

/// A partition as a client knows it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) partition: Partition,
    /// What its Regions' names begin with; the rest is `-word-number`.
    pub(crate) prefix: &'static str,
    /// A Region named in full beside those, such as `aws-cn-global`.
    pub(crate) global: &'static str,
    /// What follows `sts.<region>.` on dual-stack endpoints by the endpoint rule set; `None` where it has none.
    pub(crate) dual_stack: Option<&'static str>,
    /// The same by `endpoints.json`, which botocore asks before.
    pub(crate) modeled: Option<&'static str>,
}

/// The partition of every Region that no other partition claims.
pub(crate) const AWS: Known = Known {
    partition: Partition::Aws,
    prefix: "",
    global: "aws-global",
    dual_stack: Some("api.aws"),
    modeled: Some("api.aws"),
};

impl Geography {
    /// The partition that a Region's name belongs to, by the endpoint rule set.
    pub(crate) fn partition_of(&self, region: &str) -> &'static Known {
        self.others.iter().find(|known| region == known.global || known.claims(region)).unwrap_or(&AWS)
    }

    /// The same by `endpoints.json`, which knows no global names but `aws-global`.
    pub(crate) fn partition_by_pattern(&self, region: &str) -> &'static Known {
        self.others.iter().find(|known| known.claims(region)).unwrap_or(&AWS)
    }
}

impl Known {
    /// What `^cn\-\w+\-\d+$` says in the data files, `\w` being a letter, digit or underscore.
    fn claims(&self, region: &str) -> bool {
        let rest = region.strip_prefix(self.prefix).and_then(|rest| rest.strip_prefix('-'));
        rest.and_then(|rest| rest.split_once('-')).is_some_and(|(word, number)| {
            let wordly = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'_';
            !word.is_empty()
                && word.bytes().all(wordly)
                && !number.is_empty()
                && number.bytes().all(|digit| digit.is_ascii_digit())
        })
    }
}

const CN: Known = Known {
    partition: Partition::AwsCn,
    prefix: "cn",
    global: "aws-cn-global",
    dual_stack: Some("api.amazonwebservices.com.cn"),
    modeled: Some("api.amazonwebservices.com.cn"),
};
const GOV: Known = Known {
    partition: Partition::AwsUsGov,
    prefix: "us-gov",
    global: "aws-us-gov-global",
    dual_stack: Some("api.aws"),
    modeled: Some("api.aws"),
};

const fn isolated(
    partition: Partition,
    prefix: &'static str,
    global: &'static str,
    dual_stack: Option<&'static str>,
) -> Known {
    Known { partition, prefix, global, dual_stack, modeled: None }
}

const ISO: Known = isolated(Partition::AwsIso, "us-iso", "aws-iso-global", None);
const ISO_B: Known = isolated(Partition::AwsIsoB, "us-isob", "aws-iso-b-global", None);
const ISO_E: Known = isolated(Partition::AwsIsoE, "eu-isoe", "aws-iso-e-global", None);
const ISO_F: Known = isolated(Partition::AwsIsoF, "us-isof", "aws-iso-f-global", None);
const EUSC: Known = isolated(Partition::AwsEusc, "eusc-de", "aws-eusc-global", None);

/// `endpoints.json` and `partitions.json` of botocore from 1.13.2 to 1.30.1.
pub(crate) const FIVE: Geography = Geography { others: &[CN, GOV, ISO, ISO_B] };

/// The same from 1.31.0.
pub(crate) const SEVEN: Geography = Geography { others: &[CN, GOV, ISO, ISO_B, ISO_E, ISO_F] };

/// The same from 1.38.0.
pub(crate) const EIGHT: Geography = Geography { others: &[CN, GOV, ISO, ISO_B, ISO_E, ISO_F, EUSC] };

const DUAL: [Known; 7] = [
    CN,
    GOV,
    Known { dual_stack: Some("api.aws.ic.gov"), ..ISO },
    Known { dual_stack: Some("api.aws.scloud"), ..ISO_B },
    Known { dual_stack: Some("api.cloud-aws.adc-e.uk"), ..ISO_E },
    Known { dual_stack: Some("api.aws.hci.ic.gov"), ..ISO_F },
    Known { dual_stack: Some("api.amazonwebservices.eu"), ..EUSC },
];

/// The same from 1.40.40: dual-stack everywhere by the rule set.
pub(crate) const DUAL_STACK: Geography = Geography { others: &DUAL };

/// The same from 1.42.50: `endpoints.json` has dual-stack for the European Sovereign Cloud.
pub(crate) const TODAY: Geography = {
    const EUSC_MODELED: Known =
        Known { dual_stack: Some("api.amazonwebservices.eu"), modeled: Some("api.amazonwebservices.eu"), ..EUSC };
    const OTHERS: [Known; 7] = {
        let mut others = DUAL;
        others[6] = EUSC_MODELED;
        others
    };
    Geography { others: &OTHERS }
};

#[cfg(test)]
mod tests {
    use super::*;
    use rolecall_names::Region;

    #[test]
    fn every_region_is_in_its_partition() {
        for region in Region::all() {
            assert_eq!(TODAY.partition_of(region.name()).partition, region.partition(), "{region}");
        }
        for (name, partition) in
            [("us-gov-west-1x", Partition::Aws), ("cn--1", Partition::Aws), ("aws-cn-global", Partition::AwsCn)]
        {
            assert_eq!(TODAY.partition_of(name).partition, partition, "{name}");
        }
    }
}
