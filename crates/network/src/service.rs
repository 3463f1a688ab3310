//! The services that have endpoints here: their names in the public DNS and as services of VPC endpoints.

use rolecall_names::{Partition, Region};

/// A service of AWS's that a network knows the endpoints of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AwsService {
    /// AWS Security Token Service.
    Sts,
    /// AWS Identity and Access Management.
    Iam,
    /// AWS CloudTrail.
    CloudTrail,
}

impl AwsService {
    /// The first label of the service's host names, such as `sts`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sts => "sts",
            Self::Iam => "iam",
            Self::CloudTrail => "cloudtrail",
        }
    }
}

/// A service in a Region; IAM in the one Region of a partition that it answers from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ServiceName {
    pub(crate) service: AwsService,
    pub(crate) region: Region,
    pub(crate) fips: bool,
}

/// Which addresses a public name has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    V4,
    Dual,
}

impl ServiceName {
    /// Whether AWS has such an endpoint. SDKs make names of FIPS endpoints for every Region; AWS has them in few.
    ///
    /// Source: AWS General Reference, "AWS Security Token Service endpoints and quotas" (the four Regions of the United
    /// States), "AWS CloudTrail endpoints and quotas" (the same four; GovCloud's are the usual names) and "AWS Identity
    /// and Access Management endpoints and quotas"; IAM User Guide, "Dual-stack endpoint support" (STS in those of the
    /// United States and Canada). CloudTrail's in `aws-iso` and `aws-iso-b`: `endpoints.json` of botocore 1.44.5.
    pub(crate) fn exists(self, family: Family) -> bool {
        let name = self.region.name();
        let four = matches!(name, "us-east-1" | "us-east-2" | "us-west-1" | "us-west-2");
        match (self.service, family, self.fips) {
            (AwsService::Sts, _, false) | (AwsService::CloudTrail, Family::V4, false) => true,
            (AwsService::Sts, Family::V4, true) => four,
            (AwsService::Sts, Family::Dual, true) => name.starts_with("us-") || name.starts_with("ca-"),
            (AwsService::CloudTrail, Family::V4, true) => {
                four || matches!(self.region.partition(), Partition::AwsIso | Partition::AwsIsoB)
            }
            (AwsService::Iam, Family::V4, fips) => {
                self.region == self.region.partition().control_plane()
                    && (!fips || self.region.partition() == Partition::Aws)
            }
            (AwsService::Iam | AwsService::CloudTrail, Family::Dual, _) => false,
        }
    }
}

/// What a name of the public DNS is, STS's global one aside.
pub(crate) fn named(host: &str) -> Option<(ServiceName, Family)> {
    iam(host).map(|name| (name, Family::V4)).or_else(|| regional(host))
}

/// IAM's names, which tell of a Region only where a partition has no shorter one.
///
/// Source: the IAM ruleset of botocore 1.44.5. Its dual-stack names are left out.
fn iam(host: &str) -> Option<ServiceName> {
    let (partition, fips) = match host {
        "iam.amazonaws.com" => (Partition::Aws, false),
        "iam-fips.amazonaws.com" => (Partition::Aws, true),
        "iam.us-gov.amazonaws.com" => (Partition::AwsUsGov, false),
        host => {
            let (region, suffix) = host.strip_prefix("iam.")?.split_once('.')?;
            let partition = region.parse::<Region>().ok()?.partition();
            let named = !matches!(partition, Partition::Aws | Partition::AwsUsGov)
                && partition.control_plane().name() == region
                && suffix == partition.dns_suffix();
            named.then_some((partition, false))?
        }
    };
    Some(ServiceName { service: AwsService::Iam, region: partition.control_plane(), fips })
}

/// `sts.<region>.<suffix>`, `sts-fips.<region>.<suffix>`, STS's with a dual-stack suffix, and CloudTrail's.
fn regional(host: &str) -> Option<(ServiceName, Family)> {
    let (service, rest) = host.split_once('.')?;
    let (service, fips) = label(service).filter(|(service, _)| *service != AwsService::Iam)?;
    let (region, suffix) = rest.split_once('.')?;
    let region: Region = region.parse().ok()?;
    let family = match suffix {
        suffix if suffix == region.partition().dns_suffix() => Family::V4,
        suffix if suffix == region.partition().dual_stack_suffix() => Family::Dual,
        _ => return None,
    };
    let name = ServiceName { service, region, fips };
    name.exists(family).then_some((name, family))
}

/// A service as host names begin, and whether with FIPS.
pub(crate) fn label(label: &str) -> Option<(AwsService, bool)> {
    let (label, fips) = label.strip_suffix("-fips").map_or((label, false), |label| (label, true));
    let service = [AwsService::Sts, AwsService::Iam, AwsService::CloudTrail];
    service.into_iter().find(|service| service.as_str() == label).map(|service| (service, fips))
}

/// What a service of an interface endpoint is: `com.amazonaws.<region>.sts`, `com.amazonaws.<region>.cloudtrail`, or
/// `com.amazonaws.iam`, in China with a prefix of its own. IAM's names no Region: it is there only in a partition's
/// Region with IAM's control plane, of whose partition `vpc` is.
///
/// Source: IAM User Guide, "Create a VPC endpoint for IAM"; AWS CloudTrail User Guide, "Using AWS CloudTrail with
/// interface VPC endpoints".
pub(crate) fn service_name(service: &str, vpc: Region) -> Option<ServiceName> {
    let (rest, last) = service.rsplit_once('.')?;
    let amazon = |prefix: &str| prefix == "amazonaws" || prefix.ends_with(".amazonaws");
    if last == AwsService::Iam.as_str() && amazon(rest) {
        let region = vpc.partition().control_plane();
        return Some(ServiceName { service: AwsService::Iam, region, fips: false });
    }
    let (prefix, region) = rest.rsplit_once('.')?;
    let (service, fips) = label(last).filter(|(service, fips)| match service {
        AwsService::Sts => true,
        AwsService::CloudTrail => !fips,
        AwsService::Iam => false,
    })?;
    Some(ServiceName { service, region: region.parse().ok().filter(|_| amazon(prefix))?, fips })
}

/// The Region in which an interface endpoint for that service can be, in a partition that `vpc` is a Region of; `None`
/// for a service that is not known here.
#[must_use]
pub fn endpoint_region(service: &str, vpc: Region) -> Option<Region> {
    service_name(service, vpc).map(|name| name.region)
}

/// Whether a service of an endpoint is STS, and in which Region.
#[must_use]
pub fn is_sts_service(service: &str) -> Option<Region> {
    service_name(service, Region::US_EAST_1).filter(|name| name.service == AwsService::Sts).map(|name| name.region)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: Option<ServiceName>) -> String {
        name.map_or_else(String::new, |name| {
            format!("{} {}{}", name.service.as_str(), name.region, if name.fips { " fips" } else { "" })
        })
    }

    #[test]
    fn names_of_the_public_dns() {
        for (host, expected) in [
            ("iam.amazonaws.com", "iam us-east-1"),
            ("iam-fips.amazonaws.com", "iam us-east-1 fips"),
            ("iam.us-gov.amazonaws.com", "iam us-gov-west-1"),
            ("iam.cn-north-1.amazonaws.com.cn", "iam cn-north-1"),
            ("iam.eusc-de-east-1.amazonaws.eu", "iam eusc-de-east-1"),
            ("iam.us-iso-east-1.c2s.ic.gov", "iam us-iso-east-1"),
            ("iam.us-isob-east-1.sc2s.sgov.gov", "iam us-isob-east-1"),
            ("iam.eu-isoe-west-1.cloud.adc-e.uk", "iam eu-isoe-west-1"),
            ("iam.us-isof-south-1.csp.hci.ic.gov", "iam us-isof-south-1"),
            ("iam.us-east-1.amazonaws.com", ""),
            ("iam.us-gov-west-1.amazonaws.com", ""),
            ("iam.cn-northwest-1.amazonaws.com.cn", ""),
            ("iam.global.api.aws", ""),
            ("cloudtrail.eu-west-1.amazonaws.com", "cloudtrail eu-west-1"),
            ("cloudtrail.cn-north-1.amazonaws.com.cn", "cloudtrail cn-north-1"),
            ("cloudtrail.us-gov-west-1.amazonaws.com", "cloudtrail us-gov-west-1"),
            ("cloudtrail-fips.us-west-2.amazonaws.com", "cloudtrail us-west-2 fips"),
            ("cloudtrail-fips.eu-west-1.amazonaws.com", ""),
            ("cloudtrail.eu-west-1.api.aws", ""),
            ("cloudtrail.amazonaws.com", ""),
            ("sts-fips.eu-west-1.api.aws", ""),
            ("sts.eu-west-1.api.aws", "sts eu-west-1"),
            ("s3.eu-west-1.amazonaws.com", ""),
        ] {
            assert_eq!(told(named(host).map(|(name, _)| name)), expected, "{host}");
        }
    }

    #[test]
    fn services_of_endpoints() {
        for (service, vpc, expected) in [
            ("com.amazonaws.eu-west-1.sts", "eu-west-1", "sts eu-west-1"),
            ("com.amazonaws.us-east-1.sts-fips", "us-east-1", "sts us-east-1 fips"),
            ("com.amazonaws.eu-west-1.cloudtrail", "eu-west-2", "cloudtrail eu-west-1"),
            ("com.amazonaws.iam", "us-east-1", "iam us-east-1"),
            ("com.amazonaws.iam", "eu-west-1", "iam us-east-1"),
            ("cn.com.amazonaws.iam", "cn-northwest-1", "iam cn-north-1"),
            ("com.amazonaws.eu-west-1.iam", "eu-west-1", ""),
            ("com.amazonaws.us-east-1.cloudtrail-fips", "us-east-1", ""),
            ("com.amazonaws.eu-west-1.s3", "eu-west-1", ""),
            ("com.example.eu-west-1.sts", "eu-west-1", ""),
            ("iam", "us-east-1", ""),
        ] {
            assert_eq!(told(service_name(service, vpc.parse().unwrap())), expected, "{service} {vpc}");
        }
        assert_eq!(is_sts_service("com.amazonaws.iam"), None);
        assert_eq!(is_sts_service("com.amazonaws.eu-west-1.cloudtrail"), None);
    }
}
