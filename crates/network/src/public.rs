//! The public addresses of STS, and where its global endpoint is served.

use crate::host::{Family, Host, StsName, has_fips};
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
// of Regions, within TEST-NET-1 (RFC 5737) and the documentation prefix (RFC 3849), so that they are the same in every
// run and belong to nobody. A list of fewer than sixty Regions keeps the ranges apart, which a test holds it to.
const REGIONAL: u8 = 10;
const GLOBAL: u8 = 75;
const FIPS: u8 = 140;
// 73 74 73 is "sts".
const PREFIX: Ipv6Addr = Ipv6Addr::new(0x2001, 0x0db8, 0x0073, 0x7473, 0, 0, 0, 0);

/// The public addresses of a name of STS, as a resolver in `resolved_in` tells them; empty for any other name.
///
/// These are derived stand-ins from documentation ranges, the same in every run; AWS's own change at any time.
#[must_use]
pub fn public_addresses(host: &str, resolved_in: Option<Region>, at: Instant) -> SmallVec<[IpAddr; 2]> {
    match Host::public(host) {
        Host::Global => smallvec![global(serving_region(resolved_in, at))],
        Host::Regional(name, family) => regional(name, family),
        _ => SmallVec::new(),
    }
}

/// The global endpoint's address where a Region serves it.
pub(crate) fn global(serving: Region) -> IpAddr {
    v4(GLOBAL, serving)
}

/// A Regional endpoint's addresses.
pub(crate) fn regional(name: StsName, family: Family) -> SmallVec<[IpAddr; 2]> {
    let base = if name.fips { FIPS } else { REGIONAL };
    let mut addresses = smallvec![v4(base, name.region)];
    if family == Family::Dual {
        addresses.push(v6(base, name.region));
    }
    addresses
}

/// What has one of these addresses.
pub(crate) fn at(address: IpAddr) -> Option<Found> {
    let (number, dual) = match address {
        IpAddr::V4(address) => match address.octets() {
            [192, 0, 2, number] => (number, false),
            _ => return None,
        },
        IpAddr::V6(address) => {
            let (prefix, number) = (address.to_bits() >> 16, address.to_bits() & 0xffff);
            (u8::try_from(number).ok().filter(|_| prefix == PREFIX.to_bits() >> 16)?, true)
        }
    };
    let region = |base: u8| Region::all().nth(usize::from(number.checked_sub(base)?));
    let regional = |base, fips| region(base).map(|region| Found::Regional(StsName { region, fips }));
    let global = || region(GLOBAL).filter(|_| !dual).map(Found::Global);
    regional(REGIONAL, false).or_else(global).or_else(|| regional(FIPS, true))
}

/// The Region that serves the global endpoint at this address; `None` for every other address.
///
/// These are the stand-ins of [`public_addresses`], so that whoever sees where a connection went to can tell where it
/// is served.
#[must_use]
pub fn serving_region_of(address: IpAddr) -> Option<Region> {
    match at(address)? {
        Found::Global(serving) => Some(serving),
        Found::Regional(_) => None,
    }
}

/// Every public address that some name has for some resolver at some time, each once, in order.
pub(crate) fn all() -> BTreeSet<IpAddr> {
    let mut all = BTreeSet::new();
    for region in Region::all() {
        if serving_region(Some(region), IN_REGION_SINCE) == region {
            all.insert(global(region));
        }
        for (fips, family) in [(false, Family::V4), (false, Family::Dual), (true, Family::V4), (true, Family::Dual)] {
            if !fips || has_fips(region, family) {
                all.extend(regional(StsName { region, fips }, family));
            }
        }
    }
    all
}

/// What stands behind a public address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// The global endpoint, as that Region serves it.
    Global(Region),
    /// A Region's endpoint.
    Regional(StsName),
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
    use crate::host::dual_stack_suffix;
    use std::collections::HashSet;

    #[test]
    fn every_name_has_addresses_of_its_own() {
        assert!(Region::all().count() < 60);
        let mut seen = HashSet::new();
        for region in Region::all() {
            for fips in [false, true] {
                let name = StsName { region, fips };
                for address in regional(name, Family::Dual) {
                    assert!(seen.insert(address), "{region}");
                    assert_eq!(at(address), Some(Found::Regional(name)));
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

    #[test]
    fn all_are_those_that_names_have() {
        let mut named = BTreeSet::new();
        for region in Region::all() {
            named.extend(public_addresses("sts.amazonaws.com", Some(region), IN_REGION_SINCE));
            let (name, partition) = (region.name(), region.partition());
            for service in ["sts", "sts-fips"] {
                for suffix in [partition.dns_suffix(), dual_stack_suffix(partition)] {
                    named.extend(public_addresses(&format!("{service}.{name}.{suffix}"), None, IN_REGION_SINCE));
                }
            }
        }
        assert_eq!(all(), named);
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
