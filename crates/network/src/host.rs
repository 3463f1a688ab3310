//! What a host name means: which service's name it is, or an address, or nothing.

use crate::Network;
use crate::service::{self, Family, ServiceName};
use rolecall_names::Region;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A host, understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    /// This very machine.
    Loopback(IpAddr),
    /// An address.
    Literal(IpAddr),
    /// STS's global endpoint.
    Global,
    /// An endpoint that is in one Region.
    Service(ServiceName, Family),
    /// A name of an interface endpoint; the zone's number in its subnets where the name is zonal.
    Own(usize, Scope),
    /// The private name of whatever has that address in a VPC of that Region.
    Instance(Region, Ipv4Addr),
    /// No name that anybody answers.
    Unknown,
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
        if host == "sts.amazonaws.com" {
            return Some(Self::Global);
        }
        service::named(host).map(|(name, family)| Self::Service(name, family))
    }
}

/// `vpce-<id>-<suffix>.<service>.<region>.vpce.<dns suffix>`, with the zone behind the suffix in zonal names.
///
/// The suffix is of AWS's making and stands in no world: any will do.
fn own(host: &str, network: &Network) -> Option<Host> {
    let (label, rest) = host.split_once('.')?;
    let (service, rest) = rest.split_once('.')?;
    let (region, suffix) = rest.split_once('.')?;
    let (service, fips) = service::label(service)?;
    let name = ServiceName { service, region: region.parse().ok()?, fips };
    if suffix.strip_prefix("vpce.")? != name.region.partition().dns_suffix() {
        return None;
    }
    let (label, scope) = zone(label, region);
    let (id, unique) = label.rsplit_once('-')?;
    let endpoint = network.interface_endpoint(id).filter(|_| !unique.is_empty())?;
    let serves = network.endpoints.get(endpoint).and_then(|node| node.serves);
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

/// Amazon's resolver at its addresses beside the VPC's own: `169.254.169.253` and `fd00:ec2::253`.
///
/// Source: Amazon VPC User Guide, "Amazon DNS server".
pub(crate) const AMAZON_DNS: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(169, 254, 169, 253)), IpAddr::V6(Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0253))];
