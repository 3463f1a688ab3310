//! The way of one packet and of its answer, from a place to an address.

use crate::network::{Taken, VpcNode, Way};
use crate::pass::interface_groups;
use crate::public::{self, Found};
use crate::rules::Groups;
use crate::service::ServiceName;
use crate::travel::custom;
use crate::{
    Arrival, AwsService, Death, Direction, Element, EndpointKind, Hop, HopKind, Look, Network, Place, Ports, Stands,
    Why,
};
use rolecall_names::{Instant, Region};
use std::net::IpAddr;

/// Hops and how they ended.
pub(crate) type Walked = (Vec<Hop>, Result<Arrival, Death>);

/// A way being walked.
pub(crate) struct Walk<'w> {
    pub(crate) network: &'w Network,
    pub(crate) place: &'w Place,
    pub(crate) host: &'w str,
    pub(crate) port: u16,
    at: Instant,
    hops: Vec<Hop>,
}

/// Where a packet comes into a VPC from.
#[derive(Clone, Copy)]
pub(crate) struct Coming<'g> {
    pub(crate) source: IpAddr,
    pub(crate) groups: Groups<'g>,
    /// The subnet it left in the same VPC or, with `peering`, in the peered one.
    pub(crate) subnet: Option<usize>,
    pub(crate) peering: Option<usize>,
}

impl<'w> Walk<'w> {
    pub(crate) fn new(network: &'w Network, place: &'w Place, host: &'w str, port: u16, at: Instant) -> Self {
        let start = Hop { kind: HopKind::Place, id: place.name.clone(), element: Element::Place };
        Self { network, place, host, port, at, hops: vec![start] }
    }

    pub(crate) fn to(mut self, address: IpAddr) -> Walked {
        let place = self.place;
        if place.addresses.contains(&address) {
            return (self.hops, Err(refused(Element::Place)));
        }
        let ended = match &place.stands {
            Stands::Subnet { subnet, security_groups } => {
                self.leave_subnet(*subnet, security_groups.as_deref(), address)
            }
            Stands::Aws(_) => self.public(address, place.public_ip),
            Stands::Outside { connected, .. } => self.leave_outside(connected, address),
        };
        (self.hops, ended)
    }

    pub(crate) fn hop(&mut self, kind: HopKind, id: &str, element: Element) {
        self.hops.push(Hop { kind, id: id.into(), element });
    }

    /// The last hop, where nothing answers any more.
    pub(crate) fn dies<T>(&mut self, kind: HopKind, id: &str, at: Element, why: Why) -> Result<T, Death> {
        self.hop(kind, id, at);
        Err(Death { at, how: Look::NoAnswer, why })
    }

    /// The place's own address of the destination's family.
    fn own_address(&self, destination: IpAddr) -> Option<IpAddr> {
        self.place.addresses.iter().copied().find(|address| address.is_ipv6() == destination.is_ipv6())
    }

    fn leave_outside(&mut self, connected: &[usize], address: IpAddr) -> Result<Arrival, Death> {
        let network = self.network;
        let holds = |vpc: &usize| network.vpcs.get(*vpc).is_some_and(|vpc| vpc.local(address).is_some());
        let Some(vpc) = connected.iter().copied().find(holds) else {
            if is_private(address) {
                return self.dies(HopKind::Connection, &address.to_string(), Element::Place, Why::NotConnected);
            }
            let own = self.own_address(address).filter(|own| !is_private(*own));
            let seen = if address.is_ipv4() { self.place.public_ip.or(own) } else { own };
            return self.public(address, seen);
        };
        let Some(source) = self.own_address(address) else {
            return self.dies(HopKind::Place, &self.place.name, Element::PlaceAddress, Why::AddressFamily);
        };
        let id = network.vpcs.get(vpc).map_or("", |vpc| &vpc.id);
        self.hop(HopKind::Connection, id, Element::Vpc(vpc));
        self.land(vpc, address, Coming { source, groups: Groups::None, subnet: None, peering: None })
    }

    fn leave_subnet(&mut self, subnet: usize, own: Option<&[usize]>, address: IpAddr) -> Result<Arrival, Death> {
        let network = self.network;
        let Some((node, vpc)) = network.subnets.get(subnet).and_then(|node| Some((node, network.vpcs.get(node.vpc)?)))
        else {
            return self.dies(HopKind::Subnet, "", Element::Outside, Why::NothingThere);
        };
        let groups = own.map_or(Groups::Default(node.vpc), Groups::Own);
        let Some(source) = self.own_address(address) else {
            return self.dies(HopKind::Place, &self.place.name, Element::PlaceAddress, Why::AddressFamily);
        };
        self.hop(HopKind::Subnet, &node.id, Element::Subnet(subnet));
        let taken = network.taken(subnet, address);
        let far_vpc = match taken {
            Taken::Local => Some(node.vpc),
            Taken::Route(_, Way::Peering(peering)) => network.peerings.get(peering).map(|pair| pair.other(node.vpc)),
            _ => None,
        };
        let far_groups = far_vpc
            .filter(|far| network.same_region(node.vpc, *far))
            .map_or(Groups::None, |far| interface_groups(network, far, address));
        self.groups_out(own, groups, address, far_groups)?;
        let within = taken == Taken::Local && vpc.subnets.get(address).is_some_and(|(other, _)| other == subnet);
        if !within {
            self.acl(subnet, Direction::Egress, address, Ports::one(self.port), Why::NetworkAcl)?;
        }
        let coming = Coming { source, groups, subnet: Some(subnet), peering: None };
        match taken {
            Taken::None => {
                let at = Element::NoRoute { subnet };
                self.dies(HopKind::Route, &address.to_string(), at, Why::NoRoute)
            }
            Taken::Local => self.land(node.vpc, address, coming),
            Taken::Route(route, way) => self.through(subnet, route, way, vpc, address, coming),
        }
    }

    /// On by a route of the caller's subnet.
    ///
    /// Source: Amazon VPC User Guide, "Enable internet access using internet gateways" (a public IPv4 address is needed,
    /// an IPv6 address is public) and "Egress-only internet gateways"; VPC Peering Guide, "VPC peering basics" (nothing
    /// beyond the peered VPC).
    fn through(
        &mut self,
        subnet: usize,
        route: usize,
        way: Way,
        vpc: &VpcNode,
        address: IpAddr,
        coming: Coming<'_>,
    ) -> Result<Arrival, Death> {
        let network = self.network;
        let taken = Element::Route { subnet, route };
        match way {
            Way::Blackhole => self.dies(HopKind::Route, "blackhole", taken, Why::Blackhole),
            Way::GatewayEndpoint(endpoint) => {
                let id = network.endpoints.get(endpoint).map_or("", |node| &node.id);
                self.dies(HopKind::VpcEndpoint, id, taken, Why::GatewayEndpoint)
            }
            Way::Nat(nat) => self.through_nat(nat, taken, address, coming),
            Way::Internet(gateway) => {
                let id = network.internet_gateways.get(gateway).map_or("", |id| id);
                self.hop(HopKind::InternetGateway, id, taken);
                let seen = if address.is_ipv4() { self.place.public_ip } else { Some(coming.source) };
                if seen.is_none() {
                    let place = self.place;
                    return self.dies(HopKind::Place, &place.name, Element::PlaceAddress, Why::NoPublicAddress);
                }
                let arrival = self.public(address, seen)?;
                self.acl(subnet, Direction::Ingress, address, self.place.ports, Why::NetworkAclReply)?;
                Ok(arrival)
            }
            Way::EgressOnly(gateway) => {
                let id = network.egress_only_gateways.get(gateway).map_or("", |id| id);
                if address.is_ipv4() {
                    return self.dies(HopKind::EgressOnlyGateway, id, taken, Why::GatewayFamily);
                }
                self.hop(HopKind::EgressOnlyGateway, id, taken);
                let arrival = self.public(address, Some(coming.source))?;
                self.acl(subnet, Direction::Ingress, address, self.place.ports, Why::NetworkAclReply)?;
                Ok(arrival)
            }
            Way::Peering(peering) => {
                let Some(pair) = network.peerings.get(peering) else {
                    return self.dies(HopKind::Route, "", taken, Why::Blackhole);
                };
                let own = network.subnets.get(subnet).map_or(0, |node| node.vpc);
                let other = pair.other(own);
                let holds = network.vpcs.get(other).is_some_and(|far| far.local(address).is_some());
                if !holds || vpc.local(address).is_some() {
                    return self.dies(HopKind::Peering, &pair.id, taken, Why::NotTransitive);
                }
                self.hop(HopKind::Peering, &pair.id, taken);
                let groups = if network.same_region(own, other) { coming.groups } else { Groups::None };
                self.land(other, address, Coming { peering: Some(peering), groups, ..coming })
            }
        }
    }

    /// Through a NAT gateway and the internet gateway behind it; the answer comes the same way back.
    ///
    /// Source: Amazon VPC User Guide, "NAT gateway basics": a public one stands in a public subnet, whose routes lead
    /// to an internet gateway, and network ACLs filter what comes and goes while security groups do not.
    fn through_nat(
        &mut self,
        nat: usize,
        taken: Element,
        address: IpAddr,
        coming: Coming<'_>,
    ) -> Result<Arrival, Death> {
        let network = self.network;
        let Some(node) = network.nat_gateways.get(nat) else {
            return self.dies(HopKind::Route, "", taken, Why::Blackhole);
        };
        if address.is_ipv6() {
            return self.dies(HopKind::NatGateway, &node.id, taken, Why::GatewayFamily);
        }
        self.hop(HopKind::NatGateway, &node.id, taken);
        let stands = node.subnet;
        let elsewhere = coming.subnet != Some(stands);
        if elsewhere {
            let id = network.subnets.get(stands).map_or("", |subnet| &subnet.id);
            self.hop(HopKind::Subnet, id, Element::Subnet(stands));
            self.acl(stands, Direction::Ingress, coming.source, Ports::one(self.port), Why::NetworkAcl)?;
        }
        self.acl(stands, Direction::Egress, address, Ports::one(self.port), Why::NetworkAcl)?;
        let Taken::Route(route, Way::Internet(gateway)) = network.taken(stands, address) else {
            let at = match network.taken(stands, address) {
                Taken::Route(route, _) => Element::Route { subnet: stands, route },
                Taken::Local => Element::LocalRoute { subnet: stands },
                Taken::None => Element::NoRoute { subnet: stands },
            };
            return self.dies(HopKind::Route, &address.to_string(), at, Why::NatWithoutInternet);
        };
        let id = network.internet_gateways.get(gateway).map_or("", |id| id);
        self.hop(HopKind::InternetGateway, id, Element::Route { subnet: stands, route });
        let arrival = self.public(address, Some(node.public_ip))?;
        self.acl(stands, Direction::Ingress, address, Ports::NAT, Why::NetworkAclReply)?;
        if let Some(subnet) = coming.subnet.filter(|_| elsewhere) {
            self.acl(stands, Direction::Egress, coming.source, self.place.ports, Why::NetworkAclReply)?;
            self.acl(subnet, Direction::Ingress, address, self.place.ports, Why::NetworkAclReply)?;
        }
        Ok(arrival)
    }

    /// Over the internet to a public address, seen there as `seen`.
    fn public(&mut self, address: IpAddr, seen: Option<IpAddr>) -> Result<Arrival, Death> {
        let Some(source_ip) = seen else {
            let place = self.place;
            return self.dies(HopKind::Place, &place.name, Element::PlaceAddress, Why::NoPublicAddress);
        };
        self.hop(HopKind::Internet, "internet", Element::Outside);
        let host = self.host;
        let arrival = match public::at(address) {
            None => custom(source_ip),
            Some(found) => {
                let arrival = match found {
                    Found::Service(name) => at_service(source_ip, name),
                    Found::Global(serving) => Arrival {
                        service: Some(AwsService::Sts),
                        endpoint: EndpointKind::Global,
                        endpoint_region: Some(Region::US_EAST_1),
                        serving_region: Some(serving),
                        ..custom(source_ip)
                    },
                };
                self.crosses(arrival.serving_region.unwrap_or(Region::US_EAST_1))?;
                arrival
            }
        };
        self.hop(HopKind::Endpoint, host, Element::Outside);
        Ok(arrival)
    }

    /// Ends where the way between the place's Region and `to` is broken.
    pub(crate) fn crosses(&mut self, to: Region) -> Result<(), Death> {
        let network = self.network;
        match network.outage(network.region_of(self.place), to, self.at) {
            None => Ok(()),
            Some(outage) => {
                let name = network.outages.get(outage).map_or("", |outage| &outage.name);
                self.dies(HopKind::Outage, name, Element::Outage(outage), Why::Outage)
            }
        }
    }
}

/// Where nothing listens, the machine says so. Source: RFC 9293, section 3.5.2: a reset answers whatever comes for a
/// connection that does not exist.
pub(crate) const fn refused(at: Element) -> Death {
    Death { at, how: Look::Refused, why: Why::NothingListens }
}

/// A service in a Region, reached from that address.
pub(crate) fn at_service(source_ip: IpAddr, name: ServiceName) -> Arrival {
    Arrival {
        service: Some(name.service),
        endpoint: if name.service == AwsService::Iam { EndpointKind::Global } else { EndpointKind::Regional },
        endpoint_region: Some(name.region),
        serving_region: Some(name.region),
        ..custom(source_ip)
    }
}

/// Source: RFC 1918 and RFC 4193; shared address space (RFC 6598) is used privately too.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            address.is_private() || (first == 100 && (64..128).contains(&second))
        }
        IpAddr::V6(address) => address.is_unique_local(),
    }
}
