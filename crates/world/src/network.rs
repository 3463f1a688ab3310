//! From a world to its network, and from the network's parts back to where they were written.

use crate::derive::derived_address;
use crate::{At, Destination, DnsServers, EndpointKind, Located, Place, Protocol, Via, World};
use rolecall_network as net;
use rolecall_network::{Direction, Element, Network, Unbuilt};

impl World {
    /// The network of everything the world holds, parts in the order of its lists.
    ///
    /// # Errors
    /// [`Unbuilt`] when a part names another that is not there: never for a world as it was read, but for one that
    /// was changed since.
    pub fn network(&self) -> Result<Network, Unbuilt> {
        Network::new(&net::Parts {
            vpcs: self.vpcs.iter().map(vpc).collect(),
            subnets: self.subnets.iter().map(subnet).collect(),
            nat_gateways: self.nat_gateways.iter().map(nat_gateway).collect(),
            internet_gateways: self.internet_gateways.iter().map(gateway).collect(),
            egress_only_gateways: self.egress_only_gateways.iter().map(gateway).collect(),
            peerings: self.peerings.iter().map(peering).collect(),
            acls: self.acls.iter().map(acl).collect(),
            security_groups: self.security_groups.iter().map(security_group).collect(),
            endpoints: self.endpoints.iter().map(endpoint).collect(),
            network_interfaces: self.places.iter().filter_map(network_interface).collect(),
            dns_servers: self.dns_servers.iter().map(dns_server).collect(),
            outages: self.outages.iter().map(outage).collect(),
        })
    }

    /// The place as somewhere to travel from.
    ///
    /// `network` is this world's. A Lambda function without a VPC is seen under an address of AWS's that nobody knows
    /// beforehand: where the world gives none, a stand-in derived from its name.
    ///
    /// # Errors
    /// [`Unbuilt`] when the place names a part that is not there, as for [`Self::network`].
    pub fn standing(&self, network: &Network, place: &Place) -> Result<net::Place, Unbuilt> {
        let missing = |id: &Located<Box<str>>| Unbuilt::Missing { by: place.name.value.clone(), id: id.value.clone() };
        let groups = |list: &Vec<Located<Box<str>>>| {
            list.iter().map(|id| network.security_group(id).ok_or_else(|| missing(id))).collect::<Result<_, _>>()
        };
        let mut public_ip = place.public_ip.map(|address| address.value);
        let stands = match &place.subnet {
            Some(id) => net::Stands::Subnet {
                subnet: network.subnet(id).ok_or_else(|| missing(id))?,
                security_groups: place.security_groups.as_ref().map(groups).transpose()?,
            },
            None if place.kind.is_inside() => {
                public_ip = public_ip.or_else(|| Some(derived_address(&place.name)));
                net::Stands::Aws(place.region.map(|region| region.value))
            }
            None => net::Stands::Outside {
                connected: place
                    .connected_to
                    .iter()
                    .map(|id| network.vpc(id).ok_or_else(|| missing(id)))
                    .collect::<Result<_, _>>()?,
                dns: place.dns.map(|address| address.value),
            },
        };
        let addresses = place.addresses.iter().map(|address| address.value).collect();
        Ok(net::Place { name: place.name.value.clone(), stands, addresses, public_ip, ports: net::Ports::COMMON })
    }

    /// Where a part of this world's network was written; for what was left out, the table that leaves it out. `None`
    /// for what no world holds.
    #[must_use]
    pub fn position(&self, place: &Place, element: Element) -> Option<At> {
        let groups = |list: &Option<Vec<Located<Box<str>>>>, table: At| {
            list.iter().flatten().next().map_or(table, |first| first.at)
        };
        Some(match element {
            Element::Place => place.at,
            Element::PlaceGroups => groups(&place.security_groups, place.at),
            Element::PlaceAddress => {
                let address = place.public_ip.as_ref().or_else(|| place.addresses.first());
                address.map_or(place.at, |address| address.at)
            }
            Element::Vpc(vpc) => self.vpcs.get(vpc)?.id.at,
            Element::DnsServers(vpc) => self.vpcs.get(vpc).map(|vpc| vpc.dns_at.unwrap_or(vpc.at))?,
            Element::DnsSupport(vpc) => {
                self.vpcs.get(vpc).map(|vpc| vpc.enable_dns_support.map_or(vpc.at, |value| value.at))?
            }
            Element::DnsHostnames(vpc) => {
                self.vpcs.get(vpc).map(|vpc| vpc.enable_dns_hostnames.map_or(vpc.at, |value| value.at))?
            }
            Element::Subnet(subnet) => self.subnets.get(subnet)?.id.at,
            Element::LocalRoute { subnet } => self.subnets.get(subnet)?.at,
            Element::NoRoute { subnet } => {
                self.subnets.get(subnet).map(|subnet| subnet.routes_at.unwrap_or(subnet.at))?
            }
            Element::Route { subnet, route } => self.subnets.get(subnet)?.routes.get(route)?.at,
            Element::NatGateway(nat) => self.nat_gateways.get(nat)?.id.at,
            Element::InternetGateway(gateway) => self.internet_gateways.get(gateway)?.id.at,
            Element::EgressOnlyGateway(gateway) => self.egress_only_gateways.get(gateway)?.id.at,
            Element::Peering(peering) => self.peerings.get(peering)?.id.at,
            Element::AclRule { acl, direction, rule } => {
                let acl = self.acls.get(acl)?;
                let rules = if direction == Direction::Ingress { &acl.ingress } else { &acl.egress };
                rule.and_then(|rule| rules.get(rule)).map_or(acl.id.at, |rule| rule.at)
            }
            Element::SecurityGroupRule { group, direction, rule } => {
                let group = self.security_groups.get(group)?;
                let rules = if direction == Direction::Ingress { Some(&group.ingress) } else { group.egress.as_ref() };
                rule.and_then(|rule| rules?.get(rule)).map_or(group.id.at, |rule| rule.at)
            }
            Element::Endpoint(endpoint) => self.endpoints.get(endpoint)?.id.at,
            Element::PrivateDns(endpoint) => {
                self.endpoints.get(endpoint).map(|endpoint| endpoint.private_dns_at.unwrap_or(endpoint.at))?
            }
            Element::EndpointGroups(endpoint) => {
                self.endpoints.get(endpoint).map(|endpoint| groups(&endpoint.security_groups, endpoint.at))?
            }
            Element::NetworkInterface(interface) => self.interface(interface)?.name.at,
            Element::NetworkInterfaceGroups(interface) => {
                self.interface(interface).map(|place| groups(&place.security_groups, place.at))?
            }
            Element::Outage(outage) => self.outages.get(outage)?.name.at,
            Element::Outside => return None,
        })
    }
}

impl World {
    /// The place with that one of the network's interfaces.
    fn interface(&self, position: usize) -> Option<&Place> {
        self.places.iter().filter(|place| place.subnet.is_some()).nth(position)
    }
}

fn id(located: &Located<Box<str>>) -> Box<str> {
    located.value.clone()
}

fn vpc(vpc: &crate::Vpc) -> net::Vpc {
    net::Vpc {
        id: id(&vpc.id),
        region: vpc.region.value,
        cidrs: vpc.cidrs.iter().map(|cidr| cidr.value).collect(),
        dns: match &vpc.dns {
            DnsServers::Amazon => net::DnsServers::Amazon,
            DnsServers::Custom(list) => net::DnsServers::Custom(list.iter().map(|server| server.value).collect()),
        },
        dns_support: vpc.enable_dns_support.is_none_or(|on| on.value),
        dns_hostnames: vpc.enable_dns_hostnames.is_none_or(|on| on.value),
    }
}

fn subnet(subnet: &crate::Subnet) -> net::Subnet {
    let route = |route: &Located<crate::Route>| net::Route {
        to: match &route.to.value {
            Destination::Cidr(cidr) => net::Destination::Cidr(*cidr),
            Destination::PrefixList(_) => net::Destination::PrefixList,
        },
        via: match &route.via.value {
            Via::Through(id) => Some(id.clone()),
            Via::Blackhole => None,
        },
    };
    net::Subnet {
        id: id(&subnet.id),
        vpc: id(&subnet.vpc),
        cidrs: subnet.cidrs.iter().map(|cidr| cidr.value).collect(),
        availability_zone: subnet.availability_zone.as_ref().map(id),
        routes: subnet.routes.iter().map(route).collect(),
    }
}

fn nat_gateway(nat: &crate::NatGateway) -> net::NatGateway {
    net::NatGateway { id: id(&nat.id), subnet: id(&nat.subnet), public_ip: nat.public_ip.value }
}

fn gateway(gateway: &crate::Gateway) -> net::Gateway {
    net::Gateway { id: id(&gateway.id), vpc: id(&gateway.vpc) }
}

fn peering(peering: &crate::Peering) -> net::Peering {
    net::Peering { id: id(&peering.id), requester: id(&peering.requester), accepter: id(&peering.accepter) }
}

fn acl(acl: &crate::Acl) -> net::Acl {
    let rules = |rules: &[crate::AclRule]| {
        let rule = |rule: &crate::AclRule| net::AclRule {
            number: rule.number,
            allow: rule.action == crate::Action::Allow,
            tcp: is_tcp(rule.protocol),
            ports: ports(rule.protocol, rule.ports),
            cidr: rule.cidr.value,
        };
        rules.iter().map(rule).collect()
    };
    net::Acl {
        id: id(&acl.id),
        subnets: acl.subnets.iter().map(id).collect(),
        ingress: rules(&acl.ingress),
        egress: rules(&acl.egress),
    }
}

fn security_group(group: &crate::SecurityGroup) -> net::SecurityGroup {
    let peer = |peer: &Located<crate::Peer>| match &peer.value {
        crate::Peer::Cidr(cidr) => net::Peer::Cidr(*cidr),
        crate::Peer::SecurityGroup(id) => net::Peer::SecurityGroup(id.clone()),
    };
    let rule = |rule: &crate::Rule| net::SecurityGroupRule {
        tcp: is_tcp(rule.protocol),
        ports: ports(rule.protocol, rule.ports),
        peers: rule.peers.iter().map(peer).collect(),
    };
    net::SecurityGroup {
        id: id(&group.id),
        ingress: group.ingress.iter().map(rule).collect(),
        egress: group.egress.as_ref().map(|rules| rules.iter().map(rule).collect()),
    }
}

fn is_tcp(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::Tcp | Protocol::All)
}

/// A rule about every protocol is about every port, whatever it says of them.
///
/// Source: EC2 API Reference, `AuthorizeSecurityGroupIngress` and `CreateNetworkAclEntry`, protocol -1.
fn ports(protocol: Protocol, ports: crate::Ports) -> net::Ports {
    match protocol {
        Protocol::All => net::Ports::ALL,
        Protocol::Tcp | Protocol::Udp | Protocol::Icmp => net::Ports { from: ports.from, to: ports.to },
    }
}

fn endpoint(endpoint: &crate::Endpoint) -> net::Endpoint {
    net::Endpoint {
        id: id(&endpoint.id),
        vpc: id(&endpoint.vpc),
        service: id(&endpoint.service),
        kind: match endpoint.kind {
            EndpointKind::Gateway => net::EndpointType::Gateway,
            EndpointKind::Interface => net::EndpointType::Interface {
                addresses: endpoint.addresses.iter().map(|(subnet, address)| (id(subnet), address.value)).collect(),
                private_dns: endpoint.private_dns,
                security_groups: endpoint.security_groups.as_ref().map(|groups| groups.iter().map(id).collect()),
            },
        },
    }
}

/// What other places meet at a place's addresses; none where it is in no subnet.
fn network_interface(place: &Place) -> Option<net::NetworkInterface> {
    Some(net::NetworkInterface {
        place: id(&place.name),
        subnet: id(place.subnet.as_ref()?),
        addresses: place.addresses.iter().map(|address| address.value).collect(),
        security_groups: place.security_groups.as_ref().map(|groups| groups.iter().map(id).collect()),
    })
}

fn dns_server(server: &crate::DnsServer) -> net::DnsServer {
    net::DnsServer { address: server.address.value, forwards_to: id(&server.forwards_to) }
}

fn outage(outage: &crate::Outage) -> net::Outage {
    net::Outage {
        name: id(&outage.name),
        from: outage.from.iter().map(|region| region.value).collect(),
        to: outage.to.value,
        start: outage.start.value,
        end: outage.end.value,
    }
}
