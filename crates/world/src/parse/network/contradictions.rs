//! Networks that contradict themselves: what AWS would not have let anybody make.

use crate::reader::Reader;
use crate::{Destination, EndpointKind, Kind, Located, ProblemKind, Subnet, Via, Vpc, World};
use ipnet::IpNet;
use rolecall_network::endpoint_region;
use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
};

/// Notes every contradiction.
pub(in crate::parse) fn check(reader: &mut Reader<'_>, world: &World) {
    let networks = Networks::new(world);
    networks.vpcs(reader, world);
    networks.subnets(reader, world);
    networks.routes(reader, world);
    networks.gateways(reader, world);
    networks.peerings(reader, world);
    networks.associations(reader, world);
    networks.endpoints(reader, world);
    networks.addresses(reader, world);
}

/// Parts by their ids.
struct Networks<'w> {
    vpcs: HashMap<&'w str, &'w Vpc>,
    subnets: HashMap<&'w str, &'w Subnet>,
    groups: HashMap<&'w str, &'w str>,
    /// What a route can lead through: its kind, and the VPCs it is part of.
    ways: HashMap<&'w str, (Kind, [&'w str; 2])>,
}

impl<'w> Networks<'w> {
    fn new(world: &'w World) -> Self {
        let subnets: HashMap<&str, &Subnet> = world.subnets.iter().map(|subnet| (&*subnet.id.value, subnet)).collect();
        let mut ways = HashMap::new();
        for nat in &world.nat_gateways {
            if let Some(subnet) = subnets.get(&*nat.subnet.value) {
                ways.insert(&*nat.id.value, (Kind::NatGateway, [&*subnet.vpc.value; 2]));
            }
        }
        let gateways = world.internet_gateways.iter().map(|gateway| (Kind::InternetGateway, gateway));
        let egress_only = world.egress_only_gateways.iter().map(|gateway| (Kind::EgressOnlyGateway, gateway));
        for (kind, gateway) in gateways.chain(egress_only) {
            ways.insert(&*gateway.id.value, (kind, [&*gateway.vpc.value; 2]));
        }
        for peering in &world.peerings {
            ways.insert(&*peering.id.value, (Kind::Peering, [&*peering.requester.value, &*peering.accepter.value]));
        }
        for endpoint in world.endpoints.iter().filter(|endpoint| endpoint.kind == EndpointKind::Gateway) {
            ways.insert(&*endpoint.id.value, (Kind::GatewayEndpoint, [&*endpoint.vpc.value; 2]));
        }
        Self {
            vpcs: world.vpcs.iter().map(|vpc| (&*vpc.id.value, vpc)).collect(),
            groups: world.security_groups.iter().map(|group| (&*group.id.value, &*group.vpc.value)).collect(),
            subnets,
            ways,
        }
    }

    /// A VPC's networks do not overlap.
    fn vpcs(&self, reader: &mut Reader<'_>, world: &World) {
        for vpc in &world.vpcs {
            overlaps(reader, vpc.cidrs.iter().collect());
        }
    }

    /// A subnet's networks are part of its VPC's, one of a family, and no other subnet's; its zone is of its Region.
    fn subnets(&self, reader: &mut Reader<'_>, world: &World) {
        let mut by_vpc: HashMap<&str, Vec<&Located<IpNet>>> = HashMap::new();
        for subnet in &world.subnets {
            by_vpc.entry(&*subnet.vpc.value).or_default().extend(&subnet.cidrs);
            let mut families = HashSet::new();
            for cidr in subnet.cidrs.iter().filter(|cidr| !families.insert(cidr.addr().is_ipv4())) {
                reader.fault(cidr.at, ProblemKind::SecondOfFamily);
            }
            // Source: EC2 API Reference, `CreateSubnet`.
            let has_size = |cidr: &&Located<IpNet>| cidr.addr().is_ipv6() || (16..=28).contains(&cidr.prefix_len());
            for cidr in subnet.cidrs.iter().filter(|cidr| !has_size(cidr)) {
                reader.fault(cidr.at, ProblemKind::SubnetSize);
            }
            let Some(vpc) = self.vpcs.get(&*subnet.vpc.value) else { continue };
            for cidr in &subnet.cidrs {
                let of_family = || vpc.cidrs.iter().filter(|held| held.addr().is_ipv4() == cidr.addr().is_ipv4());
                let first = of_family().chain(&vpc.cidrs).next();
                if let Some(first) = first.filter(|_| !of_family().any(|held| held.contains(&cidr.value))) {
                    reader.fault(cidr.at, ProblemKind::OutsideNetwork(first.value));
                }
            }
            let elsewhere =
                |zone: &&Located<Box<str>>| zone.strip_prefix(vpc.region.name()).is_none_or(|rest| rest.len() != 1);
            if let Some(zone) = subnet.availability_zone.as_ref().filter(elsewhere) {
                reader.fault(zone.at, ProblemKind::OtherRegion(vpc.region.value));
            }
        }
        let mut all: Vec<_> = by_vpc.into_values().collect();
        all.sort_by_key(|cidrs| cidrs.first().map(|cidr| cidr.at.span.start));
        for cidrs in all {
            overlaps(reader, cidrs);
        }
    }

    /// A route leads through something of its own VPC that carries its family, and leads to each network once.
    fn routes(&self, reader: &mut Reader<'_>, world: &World) {
        for subnet in &world.subnets {
            let mut seen: HashMap<&Destination, crate::At> = HashMap::new();
            for route in &subnet.routes {
                let first = *seen.entry(&route.to.value).or_insert(route.to.at);
                if first != route.to.at {
                    reader.duplicate(Kind::Route, route.to.at, first);
                }
                let Via::Through(id) = &route.via.value else { continue };
                let Some((kind, vpcs)) = self.ways.get(&**id) else { continue };
                if !vpcs.contains(&&*subnet.vpc.value) {
                    reader.fault(route.via.at, ProblemKind::OtherVpc);
                }
                match (&route.to.value, kind) {
                    (Destination::PrefixList(_), Kind::GatewayEndpoint) => {}
                    (Destination::PrefixList(_), _) | (_, Kind::GatewayEndpoint) => {
                        reader.fault(route.via.at, ProblemKind::PrefixListAlone);
                    }
                    (Destination::Cidr(IpNet::V6(_)), Kind::NatGateway)
                    | (Destination::Cidr(IpNet::V4(_)), Kind::EgressOnlyGateway) => {
                        reader.fault(route.via.at, ProblemKind::GatewayFamily);
                    }
                    _ => {}
                }
            }
        }
    }

    /// A VPC has one internet gateway, and a public address is one NAT gateway's.
    fn gateways(&self, reader: &mut Reader<'_>, world: &World) {
        for gateway in &world.internet_gateways {
            if let Some(first) = reader.names.once(Kind::InternetGateway, &gateway.vpc.value, gateway.vpc.at) {
                reader.fault(gateway.vpc.at, ProblemKind::SecondInternetGateway(first));
            }
        }
        for nat in &world.nat_gateways {
            let address = nat.public_ip.value.to_string();
            if let Some(first) = reader.names.once(Kind::PublicAddress, &address, nat.public_ip.at) {
                reader.duplicate(Kind::PublicAddress, nat.public_ip.at, first);
            }
        }
        for server in &world.dns_servers {
            let address = server.address.value.to_string();
            if let Some(first) = reader.names.once(Kind::DnsServer, &address, server.address.at) {
                reader.duplicate(Kind::DnsServer, server.address.at, first);
            }
        }
    }

    /// Peered VPCs are two, and their networks do not overlap.
    ///
    /// Source: Amazon VPC Peering Guide, "VPC peering limitations".
    fn peerings(&self, reader: &mut Reader<'_>, world: &World) {
        for peering in &world.peerings {
            if peering.requester.value == peering.accepter.value {
                reader.fault(peering.accepter.at, ProblemKind::PeeredWithItself);
                continue;
            }
            let get = |id: &Located<Box<str>>| self.vpcs.get(&*id.value);
            let Some((one, other)) = get(&peering.requester).zip(get(&peering.accepter)) else { continue };
            let both = one.cidrs.iter().find_map(|cidr| {
                let meets = |far: &&Located<IpNet>| far.contains(&cidr.value) || cidr.contains(&far.value);
                other.cidrs.iter().find(meets).map(|_| cidr)
            });
            if let Some(cidr) = both {
                reader.fault(peering.accepter.at, ProblemKind::Overlaps(cidr.value, cidr.at));
            }
        }
    }

    /// What belongs to a VPC is associated with things of that VPC.
    fn associations(&self, reader: &mut Reader<'_>, world: &World) {
        for acl in &world.acls {
            for subnet in &acl.subnets {
                self.same_vpc(reader, subnet, &acl.vpc);
                if let Some(first) = reader.names.once(Kind::Acl, &subnet.value, subnet.at) {
                    reader.duplicate(Kind::Subnet, subnet.at, first);
                }
            }
        }
        for endpoint in &world.endpoints {
            let mut seen = HashSet::new();
            for (subnet, _) in endpoint.addresses.iter().filter(|(subnet, _)| seen.insert(&subnet.value)) {
                self.same_vpc(reader, subnet, &endpoint.vpc);
            }
            for group in endpoint.security_groups.iter().flatten() {
                self.group_in(reader, group, &endpoint.vpc);
            }
        }
        for place in &world.places {
            let Some(subnet) = place.subnet.as_ref().and_then(|subnet| self.subnets.get(&*subnet.value)) else {
                continue;
            };
            for group in place.security_groups.iter().flatten() {
                self.group_in(reader, group, &subnet.vpc);
            }
        }
    }

    fn same_vpc(&self, reader: &mut Reader<'_>, subnet: &Located<Box<str>>, vpc: &str) {
        if self.subnets.get(&*subnet.value).is_some_and(|held| &*held.vpc.value != vpc) {
            reader.fault(subnet.at, ProblemKind::OtherVpc);
        }
    }

    fn group_in(&self, reader: &mut Reader<'_>, group: &Located<Box<str>>, vpc: &str) {
        if self.groups.get(&*group.value).is_some_and(|held| *held != vpc) {
            reader.fault(group.at, ProblemKind::OtherVpc);
        }
    }

    /// An endpoint is of its VPC's Region, alone with its private names, and a gateway only where AWS has gateways.
    fn endpoints(&self, reader: &mut Reader<'_>, world: &World) {
        for endpoint in &world.endpoints {
            let vpc = self.vpcs.get(&*endpoint.vpc.value);
            let elsewhere = |region| endpoint_region(&endpoint.service, region).is_some_and(|of| of != region);
            if let Some(vpc) = vpc.filter(|vpc| elsewhere(vpc.region.value)) {
                reader.fault(endpoint.service.at, ProblemKind::OtherRegion(vpc.region.value));
            }
            if endpoint.kind == EndpointKind::Gateway {
                // Source: AWS PrivateLink Guide, "Gateway endpoints", and S3 User Guide, "Networking for directory
                // buckets".
                let service = endpoint.service.rsplit('.').next().unwrap_or_default();
                if !["s3", "s3express", "dynamodb"].contains(&service) {
                    reader.fault(endpoint.service.at, ProblemKind::NoGatewayEndpoint);
                }
            } else if endpoint.private_dns {
                let claimed = format!("{}/{}", endpoint.vpc.value, endpoint.service.value);
                let at = endpoint.private_dns_at.unwrap_or(endpoint.id.at);
                if let Some(first) = reader.names.once(Kind::Endpoint, &claimed, at) {
                    reader.fault(at, ProblemKind::SecondPrivateDns(first));
                }
            }
        }
    }

    /// An address is in its subnet, and nobody else's.
    fn addresses(&self, reader: &mut Reader<'_>, world: &World) {
        let of_endpoints = world.endpoints.iter().flat_map(|endpoint| &endpoint.addresses);
        let of_endpoints = of_endpoints.map(|(subnet, address)| (subnet, address));
        let of_places = world.places.iter().filter_map(|place| Some((place.subnet.as_ref()?, &place.addresses)));
        let of_places =
            of_places.flat_map(|(subnet, addresses)| addresses.iter().map(move |address| (subnet, address)));
        let all: Vec<(&Located<Box<str>>, &Located<IpAddr>)> = of_endpoints.chain(of_places).collect();
        for (subnet, address) in all {
            let Some(held) = self.subnets.get(&*subnet.value) else { continue };
            let of_family = held.cidrs.iter().filter(|cidr| cidr.addr().is_ipv4() == address.is_ipv4());
            let cidr = of_family.chain(&held.cidrs).next();
            if let Some(cidr) = cidr.filter(|cidr| !cidr.contains(&address.value)) {
                reader.fault(address.at, ProblemKind::OutsideNetwork(cidr.value));
            }
            let owned = format!("{}/{}", held.vpc.value, address.value);
            if let Some(first) = reader.names.once(Kind::Address, &owned, address.at) {
                reader.duplicate(Kind::Address, address.at, first);
            }
        }
    }
}

/// Notes networks that overlap. Two networks do only when one is within the other: in the order of their addresses it
/// is enough to remember the last one that nothing was around.
fn overlaps(reader: &mut Reader<'_>, mut cidrs: Vec<&Located<IpNet>>) {
    cidrs.sort_by_key(|cidr| (cidr.network(), cidr.prefix_len(), cidr.at.span.start));
    let mut outer: Option<&Located<IpNet>> = None;
    for cidr in cidrs {
        match outer.filter(|outer| outer.contains(&cidr.value)) {
            Some(outer) if outer.at.span.start < cidr.at.span.start => {
                reader.fault(cidr.at, ProblemKind::Overlaps(outer.value, outer.at));
            }
            Some(outer) => reader.fault(outer.at, ProblemKind::Overlaps(cidr.value, cidr.at)),
            None => outer = Some(cidr),
        }
    }
}
