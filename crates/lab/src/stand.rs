//! Where a place stands: its own addresses, its router, its name, and the files that tell a program of them.

use crate::credentials::PlaceFacts;
use ipnet::IpNet;
use rolecall_network::{self as net, Network};
use rolecall_world::{Place, World};
use std::{
    fmt::Write,
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// The router that IPv6 packets are sent to.
const ROUTER_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1));
/// A machine at home or in an office, whose own address the world does not tell.
const SOMEWHERE: (Ipv4Addr, u8) = (Ipv4Addr::new(192, 168, 86, 23), 24);
/// A Lambda function's, within its own micro-machine.
const WITHIN_LAMBDA: (Ipv4Addr, u8) = (Ipv4Addr::new(169, 254, 76, 1), 23);

/// The IPv4 address that an instance or a container has where only IPv6 is: it leads to Amazon's own services on addresses
/// of this network, such as those that hand out credentials, and nowhere else.
///
/// Source: Amazon ECS Developer Guide, "Amazon ECS task metadata available for tasks on Fargate" (a local IPv4 address
/// within a predefined link-local address range); amazonlinux/amazon-ec2-utils issue 27 for an instance.
const LINK_LOCAL: (Ipv4Addr, u8) = (Ipv4Addr::new(169, 254, 172, 2), 16);

/// A place's side of the wire.
pub(crate) struct Stand {
    /// Its addresses with their networks, and the router of each that has one.
    pub(crate) client: Vec<(IpNet, Option<IpAddr>)>,
    /// Its name.
    pub(crate) host_name: String,
    resolvers: Vec<IpAddr>,
    search: Option<String>,
}

impl Stand {
    pub(crate) fn new(world: &World, place: &Place, network: &Network, standing: &net::Place) -> Self {
        let subnet = place.subnet.as_ref().and_then(|id| world.subnet(&id.value));
        let cidr = |address: IpAddr| {
            let cidrs = subnet.into_iter().flat_map(|subnet| &subnet.cidrs);
            let own = cidrs.map(|cidr| cidr.value).find(|cidr| cidr.contains(&address));
            let length = own.map_or(if address.is_ipv4() { 24 } else { 64 }, |cidr| cidr.prefix_len());
            IpNet::new(address, length).unwrap_or_else(|_| address.into())
        };
        let mut client: Vec<(IpNet, Option<IpAddr>)> =
            standing.addresses.iter().map(|address| cidr(*address)).map(|own| (own, Some(router(own)))).collect();
        if client.is_empty() {
            let (address, length) = if place.kind.is_inside() { WITHIN_LAMBDA } else { SOMEWHERE };
            let own = IpNet::new(address.into(), length).unwrap_or_else(|_| IpAddr::V4(address).into());
            client.push((own, Some(router(own))));
        }
        let facts = PlaceFacts::new(world, place);
        if place.kind.is_inside() && facts.is_ipv6_alone() {
            let (address, length) = LINK_LOCAL;
            client.push((IpNet::new(address.into(), length).unwrap_or_else(|_| IpAddr::V4(address).into()), None));
        }
        let host_name = facts.host_name().unwrap_or_else(|| label(&place.name));
        let search = host_name.split_once('.').filter(|_| place.kind.is_inside()).map(|(_, domain)| domain.to_owned());
        Self { client, host_name, resolvers: network.resolvers(standing), search }
    }

    /// `/etc/resolv.conf`. A question that nobody answers is asked once more, as by the DHCP clients of Amazon Linux.
    pub(crate) fn resolv_conf(&self) -> String {
        let mut text = String::new();
        // Writing into a String has no way to fail.
        if let Some(search) = &self.search {
            let _ = writeln!(text, "search {search}");
        }
        for resolver in &self.resolvers {
            let _ = writeln!(text, "nameserver {resolver}");
        }
        text.push_str("options timeout:2 attempts:2\n");
        text
    }

    /// `/etc/hosts`.
    pub(crate) fn hosts(&self) -> String {
        let mut text = "127.0.0.1 localhost\n::1 localhost ip6-localhost\n".to_owned();
        let short = self.host_name.split('.').next().unwrap_or_default();
        for (own, _) in self.client.iter().filter(|(_, router)| router.is_some()) {
            let name = &self.host_name;
            let _ = if short == name {
                writeln!(text, "{} {name}", own.addr())
            } else {
                writeln!(text, "{} {name} {short}", own.addr())
            };
        }
        text
    }
}

/// `/etc/nsswitch.conf` with names from files and DNS alone: other services would ask the host's network.
pub(crate) fn nsswitch_conf() -> String {
    /// The largest that is read.
    const MOST: usize = 64 * 1024;
    let there = fs::read_to_string("/etc/nsswitch.conf").unwrap_or_default();
    let others = there.lines().filter(|line| !line.trim_start().starts_with("hosts:"));
    let mut text: String = others.flat_map(|line| [line, "\n"]).collect();
    if text.len() > MOST {
        text.clear();
    }
    text.push_str("hosts: files dns\n");
    text
}

/// The first address of the network: Amazon's router in every subnet (Amazon VPC User Guide, "Subnet CIDR blocks").
fn router(own: IpNet) -> IpAddr {
    let IpNet::V4(own) = own else { return ROUTER_V6 };
    let first = Ipv4Addr::from_bits(own.network().to_bits().saturating_add(1));
    let last = Ipv4Addr::from_bits(own.broadcast().to_bits().saturating_sub(1));
    IpAddr::V4(if first == own.addr() { last } else { first })
}

/// A name as a host name: letters, digits and hyphens, at most 63 of them (RFC 1123).
fn label(name: &str) -> String {
    let mut text: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(63).collect();
    while text.ends_with('-') {
        text.pop();
    }
    if text.is_empty() { "place".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_router_is_the_first_address_unless_that_is_ones_own() {
        for (own, expected) in [
            ("10.0.1.20/24", "10.0.1.1"),
            ("10.0.1.1/24", "10.0.1.254"),
            ("169.254.76.1/23", "169.254.77.254"),
            ("2001:db8::5/64", "fe80::1"),
        ] {
            assert_eq!(router(own.parse().unwrap()).to_string(), expected, "{own}");
        }
    }

    #[test]
    fn a_places_name_becomes_a_host_name() {
        assert_eq!(label("taro's laptop"), "taro-s-laptop");
        assert_eq!(label("日本"), "place");
        assert_eq!(label(&"x".repeat(80)).len(), 63);
    }
}
