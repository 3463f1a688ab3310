//! What a host name means: which of STS's names it is, or an address, or nothing.

use crate::Network;
use rolecall_names::{Partition, Region};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A host, understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    /// This very machine.
    Loopback(IpAddr),
    /// An address.
    Literal(IpAddr),
    /// The global endpoint.
    Global,
    /// An endpoint of a Region.
    Regional(StsName, Family),
    /// A name of an interface endpoint; the zone's number in its subnets where the name is zonal.
    Own(usize, Scope),
    /// The private name of whatever has that address in a VPC of that Region.
    Instance(Region, Ipv4Addr),
    /// No name that anybody answers.
    Unknown,
}

/// STS in a Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct StsName {
    pub(crate) region: Region,
    pub(crate) fips: bool,
}

/// Which addresses a public name has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    V4,
    Dual,
}

/// Of which of its interfaces an endpoint's own name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Of all.
    Region,
    /// Of those in the Availability Zone of that letter.
    Zone(char),
}

impl Host {
    pub(crate) fn new(host: &str, network: &Network) -> Self {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&host);
        if let Ok(address) = bare.parse::<IpAddr>() {
            return if address.is_loopback() { Self::Loopback(address) } else { Self::Literal(address) };
        }
        // Source: RFC 6761, section 6.3.
        if host == "localhost" || host.ends_with(".localhost") {
            return Self::Loopback(IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        Self::known(&host).or_else(|| own(&host, network)).or_else(|| instance(&host)).unwrap_or(Self::Unknown)
    }

    /// A name that the public DNS knows.
    pub(crate) fn public(host: &str) -> Self {
        Self::known(&host.trim_end_matches('.').to_ascii_lowercase()).unwrap_or(Self::Unknown)
    }

    fn known(host: &str) -> Option<Self> {
        if host == "sts.amazonaws.com" { Some(Self::Global) } else { regional(host) }
    }
}

/// `sts.<region>.<suffix>`, `sts-fips.<region>.<suffix>` and the same with a dual-stack suffix.
fn regional(host: &str) -> Option<Host> {
    let (service, rest) = host.split_once('.')?;
    let fips = fips(service)?;
    let (region, suffix) = rest.split_once('.')?;
    let region: Region = region.parse().ok()?;
    let family = match suffix {
        suffix if suffix == region.partition().dns_suffix() => Family::V4,
        suffix if suffix == dual_stack_suffix(region.partition()) => Family::Dual,
        _ => return None,
    };
    (!fips || has_fips(region, family)).then_some(Host::Regional(StsName { region, fips }, family))
}

/// `vpce-<id>-<suffix>.sts.<region>.vpce.<dns suffix>`, with the zone behind the suffix in zonal names.
///
/// The suffix is of AWS's making and stands in no world: any will do.
fn own(host: &str, network: &Network) -> Option<Host> {
    let (label, rest) = host.split_once('.')?;
    let (service, rest) = rest.split_once('.')?;
    let (region, suffix) = rest.split_once('.')?;
    let name = StsName { region: region.parse().ok()?, fips: fips(service)? };
    if suffix.strip_prefix("vpce.")? != name.region.partition().dns_suffix() {
        return None;
    }
    let (label, scope) = zone(label, region);
    let (id, unique) = label.rsplit_once('-')?;
    let endpoint = network.interface_endpoint(id).filter(|_| !unique.is_empty())?;
    let serves = network.endpoints.get(endpoint).and_then(|node| node.sts);
    (serves == Some(name)).then_some(Host::Own(endpoint, scope))
}

/// `ip-10-0-1-20.<region>.compute.internal`; in us-east-1 `ip-10-0-1-20.ec2.internal`.
///
/// Source: Amazon VPC User Guide, "DNS attributes for your VPC", private DNS hostnames.
fn instance(host: &str) -> Option<Host> {
    let (label, domain) = host.split_once('.')?;
    let region = match domain.strip_suffix(".compute.internal") {
        None if domain == "ec2.internal" => Region::US_EAST_1,
        None => return None,
        Some(region) => region.parse().ok().filter(|region| *region != Region::US_EAST_1)?,
    };
    Some(Host::Instance(region, label.strip_prefix("ip-")?.replace('-', ".").parse().ok()?))
}

fn zone<'l>(label: &'l str, region: &str) -> (&'l str, Scope) {
    let mut before = label.chars();
    let letter = before.next_back().filter(char::is_ascii_lowercase);
    let zonal = before.as_str().strip_suffix(region).and_then(|rest| rest.strip_suffix('-'));
    match (zonal, letter) {
        (Some(rest), Some(letter)) => (rest, Scope::Zone(letter)),
        _ => (label, Scope::Region),
    }
}

fn fips(service: &str) -> Option<bool> {
    match service {
        "sts" => Some(false),
        "sts-fips" => Some(true),
        _ => None,
    }
}

/// Source: `partitions.json` of botocore 1.44.5.
pub(crate) fn dual_stack_suffix(partition: Partition) -> &'static str {
    match partition {
        Partition::Aws | Partition::AwsUsGov => "api.aws",
        Partition::AwsCn => "api.amazonwebservices.com.cn",
        Partition::AwsEusc => "api.amazonwebservices.eu",
        Partition::AwsIso => "api.aws.ic.gov",
        Partition::AwsIsoB => "api.aws.scloud",
        Partition::AwsIsoE => "api.cloud-aws.adc-e.uk",
        Partition::AwsIsoF => "api.aws.hci.ic.gov",
    }
}

/// SDKs make FIPS names for every Region; AWS has them in few.
///
/// Source: AWS General Reference, "AWS Security Token Service endpoints and quotas" (the four Regions of the United
/// States), and IAM User Guide, "Dual-stack endpoint support" (those of the United States and Canada).
pub(crate) fn has_fips(region: Region, family: Family) -> bool {
    let name = region.name();
    match family {
        Family::V4 => matches!(name, "us-east-1" | "us-east-2" | "us-west-1" | "us-west-2"),
        Family::Dual => name.starts_with("us-") || name.starts_with("ca-"),
    }
}

/// The STS that an endpoint's service is: `com.amazonaws.<region>.sts`, in China with a prefix of its own.
pub(crate) fn service_name(service: &str) -> Option<StsName> {
    let (rest, service) = service.rsplit_once('.')?;
    let (prefix, region) = rest.rsplit_once('.')?;
    let known = prefix == "amazonaws" || prefix.ends_with(".amazonaws");
    Some(StsName { region: region.parse().ok().filter(|_| known)?, fips: fips(service)? })
}

/// Whether a service of an endpoint is STS, and in which Region.
#[must_use]
pub fn is_sts_service(service: &str) -> Option<Region> {
    service_name(service).map(|name| name.region)
}

/// Amazon's resolver at its addresses beside the VPC's own: `169.254.169.253` and `fd00:ec2::253`.
///
/// Source: Amazon VPC User Guide, "Amazon DNS server".
pub(crate) const AMAZON_DNS: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(169, 254, 169, 253)), IpAddr::V6(Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0253))];
