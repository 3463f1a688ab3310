//! Which certificate answers to which name.
//!
//! One that held every name would be too long for a first flight of packets, so there is one for each Region.

use rolecall_names::Region;

/// A certificate, by the names it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Leaf {
    /// The endpoints of a Region.
    Region(Region),
    /// The endpoints that belong to no Region.
    Global,
    /// This machine, for whoever asks for nothing or for a name that is none of AWS's.
    Machine,
}

const SERVICES: [&str; 5] = ["sts", "sts-fips", "cloudtrail", "cloudtrail-fips", "iam"];

impl Leaf {
    /// The certificate for a client that asks for `name`.
    pub(super) fn for_name(name: Option<&str>) -> Self {
        let Some(name) = name.map(str::to_ascii_lowercase) else { return Self::Machine };
        let region = name.split('.').find_map(|label| label.parse().ok()).map(Self::Region);
        region.into_iter().chain([Self::Global]).find(|leaf| leaf.covers(&name)).unwrap_or(Self::Machine)
    }

    /// The names it is for, a `*` standing for the first label.
    pub(super) fn names(self) -> Vec<String> {
        match self {
            Self::Region(region) => {
                let (suffix, dual_stack) = (region.partition().dns_suffix(), region.partition().dual_stack_suffix());
                let vpce = SERVICES
                    .iter()
                    .filter(|name| **name != "iam")
                    .map(|name| format!("*.{name}.{region}.vpce.{suffix}"));
                let public = SERVICES.iter().flat_map(|name| {
                    // With `.localhost` in AWS's place as well: every name below it is this machine (RFC 6761, 6.3).
                    [suffix, dual_stack, "localhost"].map(|suffix| format!("{name}.{region}.{suffix}"))
                });
                public.chain(vpce).collect()
            }
            Self::Global => {
                let names =
                    ["sts.amazonaws.com", "iam.amazonaws.com", "iam-fips.amazonaws.com", "iam.us-gov.amazonaws.com"];
                names
                    .into_iter()
                    .chain(["sts.localhost", "iam.localhost", "iam.us-gov.localhost"])
                    .map(Into::into)
                    .collect()
            }
            Self::Machine => ["localhost", "127.0.0.1", "::1"].map(Into::into).into(),
        }
    }

    fn covers(self, name: &str) -> bool {
        let rest = name.split_once('.').map(|(_, rest)| rest);
        self.names().iter().any(|known| match known.strip_prefix("*.") {
            Some(known) => rest == Some(known),
            None => known == name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_the_certificate_that_holds_it() {
        let region = |name: &str| Leaf::Region(name.parse().unwrap());
        for (name, leaf) in [
            (Some("sts.eu-west-1.amazonaws.com"), region("eu-west-1")),
            (Some("STS.EU-West-1.amazonaws.com"), region("eu-west-1")),
            (Some("sts-fips.us-east-2.amazonaws.com"), region("us-east-2")),
            (Some("sts.ap-northeast-1.api.aws"), region("ap-northeast-1")),
            (Some("sts.cn-north-1.amazonaws.com.cn"), region("cn-north-1")),
            (Some("cloudtrail.us-gov-west-1.amazonaws.com"), region("us-gov-west-1")),
            (Some("vpce-0abc-1def.sts.eu-west-1.vpce.amazonaws.com"), region("eu-west-1")),
            (Some("vpce-0abc-1def-eu-west-1a.sts.eu-west-1.vpce.amazonaws.com"), region("eu-west-1")),
            (Some("vpce-0a.cloudtrail.cn-north-1.vpce.amazonaws.com.cn"), region("cn-north-1")),
            (Some("iam.us-iso-east-1.c2s.ic.gov"), region("us-iso-east-1")),
            (Some("cloudtrail.sa-east-1.localhost"), region("sa-east-1")),
            (Some("sts.amazonaws.com"), Leaf::Global),
            (Some("iam.us-gov.amazonaws.com"), Leaf::Global),
            (Some("iam.localhost"), Leaf::Global),
            (Some("localhost"), Leaf::Machine),
            (Some("sts.mars-north-1.amazonaws.com"), Leaf::Machine),
            (Some("a.b.sts.eu-west-1.vpce.amazonaws.com"), Leaf::Machine),
            (Some("ec2.eu-west-1.amazonaws.com"), Leaf::Machine),
            (Some("rolecall.example"), Leaf::Machine),
            (None, Leaf::Machine),
        ] {
            assert_eq!(Leaf::for_name(name), leaf, "{name:?}");
        }
    }

    #[test]
    fn every_name_leads_to_its_own_certificate() {
        let leaves = Region::all().map(Leaf::Region).chain([Leaf::Global, Leaf::Machine]);
        for leaf in leaves {
            for name in leaf.names() {
                assert_eq!(Leaf::for_name(Some(&name.replace('*', "vpce-0a"))), leaf, "{name}");
            }
        }
    }
}
