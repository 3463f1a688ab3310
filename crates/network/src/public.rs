//! The public addresses of services, and where STS's global endpoint is served.

use crate::AwsService;
use crate::host::Host;
use crate::service::{Family, ServiceName};
use rolecall_names::{Activation, Instant, Partition, Region};
use smallvec::{SmallVec, smallvec};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// From when on the global endpoint is served in the caller's Region: 2025-04-18T00:00:00Z.
///
/// Source: AWS News Blog of 2025-01-27, updated 2025-04-18 when the change had reached every Region enabled by default.
pub const IN_REGION_SINCE: Instant = Instant::from_seconds(1_744_934_400);

/// The Region that serves a call to the global endpoint whose name Amazon's resolver answered in a VPC of
/// `resolved_in`; `None` for every other resolver.
///
/// Source: IAM User Guide, "Manage AWS STS in an AWS Region": in the Region of the caller when that is enabled by
/// default and the name was answered by Amazon's DNS server in a VPC, else in us-east-1.
#[must_use]
pub fn serving_region(resolved_in: Option<Region>, at: Instant) -> Region {
    let by_default = |region: &Region| {
        region.partition() == Partition::Aws && region.activation() != Activation::OptIn && at >= IN_REGION_SINCE
    };
    resolved_in.filter(by_default).unwrap_or(Region::US_EAST_1)
}

// Below: stand-ins, since AWS's own addresses change at any time. They are derived from the Region's place in the list
// of Regions, so that they are the same in every run, and are nobody's: STS's are within TEST-NET-1 (RFC 5737) and the
// documentation prefix (RFC 3849), the others' within the range for benchmarks (RFC 2544). A list of fewer than sixty
// Regions keeps the ranges apart, which a test holds it to.
const REGIONAL: u8 = 10;
const GLOBAL: u8 = 75;
const FIPS: u8 = 140;
// 73 74 73 is "sts".
const PREFIX: Ipv6Addr = Ipv6Addr::new(0x2001, 0x0db8, 0x0073, 0x7473, 0, 0, 0, 0);
/// The third byte of 198.18.0.0/16 by service, and whether with FIPS.
const BLOCKS: [(u8, AwsService, bool); 4] = [
    (1, AwsService::CloudTrail, false),
    (2, AwsService::CloudTrail, true),
    (3, AwsService::Iam, false),
    (4, AwsService::Iam, true),
];

/// The public addresses of a name of a service, as a resolver in `resolved_in` tells them; empty for any other name.
///
/// These are derived stand-ins from documentation ranges, the same in every run; AWS's own change at any time.
#[must_use]
pub fn public_addresses(host: &str, resolved_in: Option<Region>, at: Instant) -> SmallVec<[IpAddr; 2]> {
    match Host::public(host) {
        Host::Global => smallvec![global(serving_region(resolved_in, at))],
        Host::Service(name, family) => of(name, family),
        _ => SmallVec::new(),
    }
}

/// The global endpoint's address where a Region serves it.
pub(crate) fn global(serving: Region) -> IpAddr {
    v4(GLOBAL, serving)
}

/// The addresses of a service in a Region.
pub(crate) fn of(name: ServiceName, family: Family) -> SmallVec<[IpAddr; 2]> {
    if let Some((block, ..)) = BLOCKS.iter().find(|(_, service, fips)| (*service, *fips) == (name.service, name.fips)) {
        let last = REGIONAL.saturating_add(index(name.region));
        return smallvec![IpAddr::V4(Ipv4Addr::new(198, 18, *block, last))];
    }
    let base = if name.fips { FIPS } else { REGIONAL };
    let mut addresses = smallvec![v4(base, name.region)];
    if family == Family::Dual {
        addresses.push(v6(base, name.region));
    }
    addresses
}

/// What has one of these addresses.
pub(crate) fn at(address: IpAddr) -> Option<Found> {
    let numbered = |number: u8, base: u8| Region::all().nth(usize::from(number.checked_sub(base)?));
    let (number, dual) = match address {
        IpAddr::V4(address) => match address.octets() {
            [192, 0, 2, number] => (number, false),
            [198, 18, third, number] => {
                let (_, service, fips) = *BLOCKS.iter().find(|(block, ..)| *block == third)?;
                let name = ServiceName { service, region: numbered(number, REGIONAL)?, fips };
                return name.exists(Family::V4).then_some(Found::Service(name));
            }
            _ => return None,
        },
        IpAddr::V6(address) => {
            let (prefix, number) = (address.to_bits() >> 16, address.to_bits() & 0xffff);
            (u8::try_from(number).ok().filter(|_| prefix == PREFIX.to_bits() >> 16)?, true)
        }
    };
    let sts = |base, fips| {
        let region = numbered(number, base)?;
        Some(Found::Service(ServiceName { service: AwsService::Sts, region, fips }))
    };
    let global = || numbered(number, GLOBAL).filter(|_| !dual).map(Found::Global);
    sts(REGIONAL, false).or_else(global).or_else(|| sts(FIPS, true))
}

/// The Region that serves the global endpoint at this address; `None` for every other address.
///
/// These are the stand-ins of [`public_addresses`], so that whoever sees where a connection went to can tell where it
/// is served.
#[must_use]
pub fn serving_region_of(address: IpAddr) -> Option<Region> {
    match at(address)? {
        Found::Global(serving) => Some(serving),
        Found::Service(_) => None,
    }
}

/// Every public address that some name has for some resolver at some time, each once, in order.
pub(crate) fn all() -> BTreeSet<IpAddr> {
    let mut all = BTreeSet::new();
    for region in Region::all() {
        if serving_region(Some(region), IN_REGION_SINCE) == region {
            all.insert(global(region));
        }
        for service in [AwsService::Sts, AwsService::Iam, AwsService::CloudTrail] {
            for (fips, family) in [(false, Family::V4), (false, Family::Dual), (true, Family::V4), (true, Family::Dual)]
            {
                let name = ServiceName { service, region, fips };
                if name.exists(family) {
                    all.extend(of(name, family));
                }
            }
        }
    }
    all
}

/// What stands behind a public address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// STS's global endpoint, as that Region serves it.
    Global(Region),
    /// A service in a Region.
    Service(ServiceName),
}

fn index(region: Region) -> u8 {
    (0u8..).zip(Region::all()).find(|(_, other)| *other == region).map_or(0, |(index, _)| index)
}

fn v4(base: u8, region: Region) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, base.saturating_add(index(region))))
}

fn v6(base: u8, region: Region) -> IpAddr {
    IpAddr::V6(Ipv6Addr::from_bits(PREFIX.to_bits() | u128::from(base.saturating_add(index(region)))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_name_has_addresses_of_its_own() {
        assert!(Region::all().count() < 60);
        let mut seen = HashSet::new();
        for region in Region::all() {
            let services = [AwsService::Sts, AwsService::Iam, AwsService::CloudTrail];
            for (service, fips) in services.into_iter().flat_map(|service| [(service, false), (service, true)]) {
                let name = ServiceName { service, region, fips };
                for address in of(name, Family::Dual) {
                    let there = service == AwsService::Sts || name.exists(Family::V4);
                    assert!(seen.insert(address), "{region}");
                    assert_eq!(at(address), there.then_some(Found::Service(name)));
                    assert_eq!(serving_region_of(address), None);
                }
            }
            assert!(seen.insert(global(region)), "{region}");
            assert_eq!(at(global(region)), Some(Found::Global(region)));
            assert_eq!(serving_region_of(global(region)), Some(region));
        }
        for nobodys in ["192.0.2.2", "192.0.2.9", "192.0.2.255", "192.0.3.10", "2001:db8:73:7473::4b", "2001:db8::a"] {
            assert_eq!(at(nobodys.parse().unwrap()), None, "{nobodys}");
        }
    }

    fn is_iam(found: Found) -> bool {
        matches!(found, Found::Service(name) if name.service == AwsService::Iam
            && name.region == name.region.partition().control_plane())
    }

    #[test]
    fn all_are_those_that_names_have() {
        let mut named = BTreeSet::new();
        for region in Region::all() {
            named.extend(public_addresses("sts.amazonaws.com", Some(region), IN_REGION_SINCE));
            let (name, partition) = (region.name(), region.partition());
            for service in ["sts", "sts-fips", "cloudtrail", "cloudtrail-fips", "iam"] {
                for suffix in [partition.dns_suffix(), partition.dual_stack_suffix()] {
                    named.extend(public_addresses(&format!("{service}.{name}.{suffix}"), None, IN_REGION_SINCE));
                }
            }
        }
        for host in ["iam.amazonaws.com", "iam-fips.amazonaws.com", "iam.us-gov.amazonaws.com"] {
            named.extend(public_addresses(host, None, IN_REGION_SINCE));
        }
        assert_eq!(all(), named);
        let of_iam = named.iter().filter(|address| at(**address).is_some_and(is_iam));
        assert_eq!(of_iam.count(), 9);
    }

    #[test]
    fn the_global_endpoint_is_served_in_region_only_where_and_when_aws_says() {
        let before = Instant::from_millis(IN_REGION_SINCE.millis() - 1);
        let region = |name: &str| Some(name.parse::<Region>().unwrap());
        for (resolved_in, at, served) in [
            (region("ap-northeast-1"), IN_REGION_SINCE, "ap-northeast-1"),
            (region("ap-northeast-1"), before, "us-east-1"),
            (region("ap-east-1"), IN_REGION_SINCE, "us-east-1"),
            (region("us-gov-west-1"), IN_REGION_SINCE, "us-east-1"),
            (region("cn-north-1"), IN_REGION_SINCE, "us-east-1"),
            (None, IN_REGION_SINCE, "us-east-1"),
        ] {
            assert_eq!(serving_region(resolved_in, at).name(), served, "{resolved_in:?} {at}");
        }
    }
}
