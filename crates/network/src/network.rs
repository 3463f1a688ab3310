//! A network ready to be travelled: parts joined by their positions, and indexes over them.

use crate::host::{StsName, service_name};
use crate::parts::{Destination, DnsServers, EndpointType, Outage, Parts, Peer, Ports, Vpc};
use crate::table::Table;
use ipnet::IpNet;
use rolecall_names::{Instant, Region};
use std::{collections::HashMap, net::IpAddr};

/// A network that can be travelled.
#[derive(Debug, Clone)]
pub struct Network {
    pub(crate) vpcs: Vec<VpcNode>,
    pub(crate) subnets: Vec<SubnetNode>,
    pub(crate) nat_gateways: Vec<Nat>,
    pub(crate) internet_gateways: Vec<Box<str>>,
    pub(crate) egress_only_gateways: Vec<Box<str>>,
    pub(crate) peerings: Vec<Pair>,
    pub(crate) acls: Vec<AclNode>,
    pub(crate) groups: Vec<Group>,
    pub(crate) endpoints: Vec<EndpointNode>,
    pub(crate) outages: Vec<Outage>,
    by_id: HashMap<Box<str>, Named>,
    forwarders: HashMap<IpAddr, usize>,
}

/// Why parts make no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unbuilt {
    /// A part names another that is not there, or is of another kind.
    #[error("{by} names {id}, which is not there")]
    Missing {
        /// The part that names it.
        by: Box<str>,
        /// What it names.
        id: Box<str>,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct VpcNode {
    pub(crate) id: Box<str>,
    pub(crate) region: Region,
    pub(crate) cidrs: Vec<IpNet>,
    pub(crate) dns: DnsServers,
    pub(crate) dns_support: bool,
    pub(crate) dns_hostnames: bool,
    pub(crate) subnets: Table<usize>,
    /// Endpoints by the addresses of their network interfaces.
    pub(crate) interfaces: HashMap<IpAddr, usize>,
    /// Interface endpoints for STS, in the order given.
    pub(crate) sts: Vec<usize>,
}

impl VpcNode {
    /// The prefix length of the VPC's network around the address: that of its local route.
    pub(crate) fn local(&self, address: IpAddr) -> Option<u8> {
        self.cidrs.iter().filter(|cidr| cidr.contains(&address)).map(IpNet::prefix_len).max()
    }
}

#[derive(Debug, Clone)]
pub(crate) struct SubnetNode {
    pub(crate) id: Box<str>,
    pub(crate) vpc: usize,
    pub(crate) availability_zone: Option<Box<str>>,
    pub(crate) routes: Table<usize>,
    pub(crate) ways: Vec<Way>,
    pub(crate) acl: Option<usize>,
}

/// What a route leads through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Nat(usize),
    Internet(usize),
    EgressOnly(usize),
    Peering(usize),
    GatewayEndpoint(usize),
    Blackhole,
}

#[derive(Debug, Clone)]
pub(crate) struct Nat {
    pub(crate) id: Box<str>,
    pub(crate) subnet: usize,
    pub(crate) public_ip: IpAddr,
}

#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) id: Box<str>,
    pub(crate) requester: usize,
    pub(crate) accepter: usize,
}

impl Pair {
    /// The VPC on the other side of `vpc`.
    pub(crate) fn other(&self, vpc: usize) -> usize {
        if self.requester == vpc { self.accepter } else { self.requester }
    }
}

/// A network ACL; rules by ascending number, each with the position it was given at.
#[derive(Debug, Clone)]
pub(crate) struct AclNode {
    pub(crate) id: Box<str>,
    pub(crate) ingress: Vec<(usize, crate::AclRule)>,
    pub(crate) egress: Vec<(usize, crate::AclRule)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) id: Box<str>,
    pub(crate) ingress: Vec<GroupRule>,
    pub(crate) egress: Option<Vec<GroupRule>>,
}

#[derive(Debug, Clone)]
pub(crate) struct GroupRule {
    pub(crate) tcp: bool,
    pub(crate) ports: Ports,
    pub(crate) cidrs: Vec<IpNet>,
    pub(crate) groups: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct EndpointNode {
    pub(crate) id: Box<str>,
    /// What of STS it serves, if it does.
    pub(crate) sts: Option<StsName>,
    /// Subnet and address of each network interface.
    pub(crate) addresses: Vec<(usize, IpAddr)>,
    pub(crate) private_dns: bool,
    /// `None`: the VPC's default group.
    pub(crate) groups: Option<Vec<usize>>,
}

/// The way a packet takes from a subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    Local,
    Route(usize, Way),
    None,
}

/// What an id leads to.
#[derive(Debug, Clone, Copy)]
enum Named {
    Subnet(usize),
    Vpc(usize),
    Group(usize),
    Way(Way),
    Endpoint(usize),
}

struct Ids<'p>(HashMap<&'p str, Named>);

impl<'p> Ids<'p> {
    fn new(parts: &'p Parts) -> Self {
        let mut ids = HashMap::new();
        ids.extend(parts.vpcs.iter().enumerate().map(|(i, part)| (&*part.id, Named::Vpc(i))));
        ids.extend(parts.subnets.iter().enumerate().map(|(i, part)| (&*part.id, Named::Subnet(i))));
        ids.extend(parts.security_groups.iter().enumerate().map(|(i, part)| (&*part.id, Named::Group(i))));
        ids.extend(parts.nat_gateways.iter().enumerate().map(|(i, part)| (&*part.id, Named::Way(Way::Nat(i)))));
        ids.extend(
            parts.internet_gateways.iter().enumerate().map(|(i, part)| (&*part.id, Named::Way(Way::Internet(i)))),
        );
        ids.extend(
            parts.egress_only_gateways.iter().enumerate().map(|(i, part)| (&*part.id, Named::Way(Way::EgressOnly(i)))),
        );
        ids.extend(parts.peerings.iter().enumerate().map(|(i, part)| (&*part.id, Named::Way(Way::Peering(i)))));
        ids.extend(parts.endpoints.iter().enumerate().map(|(i, part)| {
            let gateway = matches!(part.kind, EndpointType::Gateway);
            (&*part.id, if gateway { Named::Way(Way::GatewayEndpoint(i)) } else { Named::Endpoint(i) })
        }));
        Self(ids)
    }

    fn get<T>(&self, by: &str, id: &str, wanted: impl Fn(Named) -> Option<T>) -> Result<T, Unbuilt> {
        let found = self.0.get(id).copied().and_then(wanted);
        found.ok_or_else(|| Unbuilt::Missing { by: by.into(), id: id.into() })
    }

    fn vpc(&self, by: &str, id: &str) -> Result<usize, Unbuilt> {
        self.get(by, id, |named| if let Named::Vpc(i) = named { Some(i) } else { None })
    }

    fn subnet(&self, by: &str, id: &str) -> Result<usize, Unbuilt> {
        self.get(by, id, |named| if let Named::Subnet(i) = named { Some(i) } else { None })
    }

    fn group(&self, by: &str, id: &str) -> Result<usize, Unbuilt> {
        self.get(by, id, |named| if let Named::Group(i) = named { Some(i) } else { None })
    }

    fn way(&self, by: &str, id: &str) -> Result<Way, Unbuilt> {
        self.get(by, id, |named| if let Named::Way(way) = named { Some(way) } else { None })
    }
}

impl Network {
    /// Joins parts into a network.
    ///
    /// # Errors
    /// [`Unbuilt`] when a part names another that is not there. Parts that contradict each other otherwise make a
    /// network in which some ways end.
    pub fn new(parts: &Parts) -> Result<Self, Unbuilt> {
        let ids = Ids::new(parts);
        let mut network = Self {
            vpcs: Vec::new(),
            subnets: Vec::new(),
            nat_gateways: Vec::new(),
            internet_gateways: parts.internet_gateways.iter().map(|gateway| gateway.id.clone()).collect(),
            egress_only_gateways: parts.egress_only_gateways.iter().map(|gateway| gateway.id.clone()).collect(),
            peerings: Vec::new(),
            acls: Vec::new(),
            groups: Vec::new(),
            endpoints: Vec::new(),
            outages: parts.outages.clone(),
            by_id: ids.0.iter().map(|(id, named)| (Box::from(*id), *named)).collect(),
            forwarders: HashMap::new(),
        };
        network.join_subnets(parts, &ids)?;
        network.join_vpcs(parts);
        for part in &parts.nat_gateways {
            let subnet = ids.subnet(&part.id, &part.subnet)?;
            network.nat_gateways.push(Nat { id: part.id.clone(), subnet, public_ip: part.public_ip });
        }
        for part in &parts.peerings {
            let (requester, accepter) = (ids.vpc(&part.id, &part.requester)?, ids.vpc(&part.id, &part.accepter)?);
            network.peerings.push(Pair { id: part.id.clone(), requester, accepter });
        }
        network.join_rules(parts, &ids)?;
        network.join_endpoints(parts, &ids)?;
        for server in &parts.dns_servers {
            let vpc = ids.vpc("a DNS server", &server.forwards_to)?;
            network.forwarders.entry(server.address).or_insert(vpc);
        }
        Ok(network)
    }

    fn join_subnets(&mut self, parts: &Parts, ids: &Ids<'_>) -> Result<(), Unbuilt> {
        for part in &parts.subnets {
            let vpc = ids.vpc(&part.id, &part.vpc)?;
            let way = |via: &Option<Box<str>>| via.as_ref().map_or(Ok(Way::Blackhole), |id| ids.way(&part.id, id));
            let ways = part.routes.iter().map(|route| way(&route.via)).collect::<Result<_, _>>()?;
            let networks = part.routes.iter().enumerate().filter_map(|(place, route)| match route.to {
                Destination::Cidr(network) => Some((network, place)),
                Destination::PrefixList => None,
            });
            self.subnets.push(SubnetNode {
                id: part.id.clone(),
                vpc,
                availability_zone: part.availability_zone.clone(),
                routes: Table::new(networks),
                ways,
                acl: None,
            });
        }
        Ok(())
    }

    fn join_vpcs(&mut self, parts: &Parts) {
        let mut subnets: Vec<Vec<(IpNet, usize)>> = vec![Vec::new(); parts.vpcs.len()];
        for ((place, part), node) in parts.subnets.iter().enumerate().zip(&self.subnets) {
            if let Some(held) = subnets.get_mut(node.vpc) {
                held.extend(part.cidrs.iter().map(|cidr| (*cidr, place)));
            }
        }
        let node = |(part, subnets): (&Vpc, Vec<(IpNet, usize)>)| VpcNode {
            id: part.id.clone(),
            region: part.region,
            cidrs: part.cidrs.clone(),
            dns: part.dns.clone(),
            dns_support: part.dns_support,
            dns_hostnames: part.dns_hostnames,
            subnets: Table::new(subnets),
            interfaces: HashMap::new(),
            sts: Vec::new(),
        };
        self.vpcs = parts.vpcs.iter().zip(subnets).map(node).collect();
    }

    fn join_rules(&mut self, parts: &Parts, ids: &Ids<'_>) -> Result<(), Unbuilt> {
        for (place, part) in parts.acls.iter().enumerate() {
            for subnet in &part.subnets {
                let subnet = ids.subnet(&part.id, subnet)?;
                if let Some(node) = self.subnets.get_mut(subnet) {
                    node.acl = Some(place);
                }
            }
            let by_number = |rules: &[crate::AclRule]| {
                let mut rules: Vec<(usize, crate::AclRule)> = rules.iter().copied().enumerate().collect();
                rules.sort_by_key(|(_, rule)| rule.number);
                rules
            };
            let (ingress, egress) = (by_number(&part.ingress), by_number(&part.egress));
            self.acls.push(AclNode { id: part.id.clone(), ingress, egress });
        }
        for part in &parts.security_groups {
            let rule = |rule: &crate::SecurityGroupRule| {
                let mut joined = GroupRule { tcp: rule.tcp, ports: rule.ports, cidrs: Vec::new(), groups: Vec::new() };
                for peer in &rule.peers {
                    match peer {
                        Peer::Cidr(cidr) => joined.cidrs.push(*cidr),
                        Peer::SecurityGroup(id) => joined.groups.push(ids.group(&part.id, id)?),
                    }
                }
                Ok(joined)
            };
            let ingress = part.ingress.iter().map(rule).collect::<Result<_, _>>()?;
            let egress = part.egress.as_ref().map(|rules| rules.iter().map(rule).collect()).transpose()?;
            self.groups.push(Group { id: part.id.clone(), ingress, egress });
        }
        Ok(())
    }

    fn join_endpoints(&mut self, parts: &Parts, ids: &Ids<'_>) -> Result<(), Unbuilt> {
        for (place, part) in parts.endpoints.iter().enumerate() {
            let vpc = ids.vpc(&part.id, &part.vpc)?;
            let mut node = EndpointNode {
                id: part.id.clone(),
                sts: None,
                addresses: Vec::new(),
                private_dns: false,
                groups: None,
            };
            if let EndpointType::Interface { addresses, private_dns, security_groups } = &part.kind {
                node.sts = service_name(&part.service);
                node.private_dns = *private_dns;
                for (subnet, address) in addresses {
                    node.addresses.push((ids.subnet(&part.id, subnet)?, *address));
                }
                let groups = |list: &Vec<Box<str>>| list.iter().map(|id| ids.group(&part.id, id)).collect();
                node.groups = security_groups.as_ref().map(groups).transpose()?;
            }
            if let Some(held) = self.vpcs.get_mut(vpc) {
                held.interfaces.extend(node.addresses.iter().map(|(_, address)| (*address, place)));
                held.sts.extend(node.sts.is_some().then_some(place));
            }
            self.endpoints.push(node);
        }
        Ok(())
    }

    /// The way a packet to `address` takes from the subnet: the longest prefix, the local route among equals.
    ///
    /// Source: Amazon VPC User Guide, "Route priority".
    pub(crate) fn taken(&self, subnet: usize, address: IpAddr) -> Taken {
        let Some(node) = self.subnets.get(subnet) else { return Taken::None };
        let local = self.vpcs.get(node.vpc).and_then(|vpc| vpc.local(address));
        match (node.routes.get(address), local) {
            (Some((route, length)), local) if local.is_none_or(|local| length > local) => {
                Taken::Route(route, node.ways.get(route).copied().unwrap_or(Way::Blackhole))
            }
            (_, Some(_)) => Taken::Local,
            _ => Taken::None,
        }
    }

    /// The position of the VPC with that id.
    #[must_use]
    pub fn vpc(&self, id: &str) -> Option<usize> {
        if let Named::Vpc(vpc) = self.by_id.get(id)? { Some(*vpc) } else { None }
    }

    /// The position of the subnet with that id.
    #[must_use]
    pub fn subnet(&self, id: &str) -> Option<usize> {
        if let Named::Subnet(subnet) = self.by_id.get(id)? { Some(*subnet) } else { None }
    }

    /// The position of the security group with that id.
    #[must_use]
    pub fn security_group(&self, id: &str) -> Option<usize> {
        if let Named::Group(group) = self.by_id.get(id)? { Some(*group) } else { None }
    }

    /// The position of the interface endpoint with that id.
    #[must_use]
    pub fn interface_endpoint(&self, id: &str) -> Option<usize> {
        if let Named::Endpoint(endpoint) = self.by_id.get(id)? { Some(*endpoint) } else { None }
    }

    /// The VPC to whose resolver the DNS server at that address forwards.
    pub(crate) fn forwarder(&self, address: IpAddr) -> Option<usize> {
        self.forwarders.get(&address).copied()
    }

    /// The outage between two Regions at that time.
    pub(crate) fn outage(&self, from: Option<Region>, to: Region, at: Instant) -> Option<usize> {
        let from = from?;
        let holds = |outage: &Outage| {
            outage.to == to && from != to && outage.from.contains(&from) && outage.start <= at && at < outage.end
        };
        self.outages.iter().position(holds)
    }
}
