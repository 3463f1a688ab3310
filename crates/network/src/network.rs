//! A network ready to be travelled: parts joined by their positions, and indexes over them.

use crate::join::{Ids, Named};
use crate::parts::{DnsServers, Outage, Parts, Ports};
use crate::service::ServiceName;
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
    pub(crate) network_interfaces: Vec<InterfaceNode>,
    pub(crate) outages: Vec<Outage>,
    /// Outages that are on or off whatever the time.
    switched: HashMap<Box<str>, bool>,
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
    /// Endpoints and places by the addresses of their network interfaces.
    pub(crate) interfaces: HashMap<IpAddr, Holder>,
    /// Interface endpoints for services that are known here, in the order given.
    pub(crate) serving: Vec<usize>,
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
    /// What it serves, if that is known here.
    pub(crate) serves: Option<ServiceName>,
    /// Subnet and address of each network interface.
    pub(crate) addresses: Vec<(usize, IpAddr)>,
    pub(crate) private_dns: bool,
    /// `None`: the VPC's default group.
    pub(crate) groups: Option<Vec<usize>>,
}

/// Who has an address of a VPC, by its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    Endpoint(usize),
    Place(usize),
}

/// The network interface of a place.
#[derive(Debug, Clone)]
pub(crate) struct InterfaceNode {
    pub(crate) place: Box<str>,
    pub(crate) addresses: Vec<IpAddr>,
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
            network_interfaces: Vec::new(),
            outages: parts.outages.clone(),
            switched: HashMap::new(),
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
        network.join_network_interfaces(parts, &ids)?;
        for server in &parts.dns_servers {
            let vpc = ids.vpc("a DNS server", &server.forwards_to)?;
            network.forwarders.entry(server.address).or_insert(vpc);
        }
        Ok(network)
    }

    /// This network with outages switched on or off by hand, by their names, whatever the time. Those that are not
    /// named go by their times again; names that no outage has change nothing.
    #[must_use]
    pub fn with_outages(&self, switched: &HashMap<Box<str>, bool>) -> Self {
        Self { switched: switched.clone(), ..self.clone() }
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

    /// Whether two VPCs are in one Region. Security groups cannot be named across Regions.
    ///
    /// Source: VPC Peering Guide, "Update your security groups to reference peer security groups".
    pub(crate) fn same_region(&self, one: usize, other: usize) -> bool {
        let region = |vpc: usize| self.vpcs.get(vpc).map(|node| node.region);
        region(one) == region(other)
    }

    /// The VPC to whose resolver the DNS server at that address forwards.
    pub(crate) fn forwarder(&self, address: IpAddr) -> Option<usize> {
        self.forwarders.get(&address).copied()
    }

    /// The outage between two Regions at that time; `from` is `None` outside of AWS, whence a Region is out of reach that
    /// is cut off from itself.
    pub(crate) fn outage(&self, from: Option<Region>, to: Region, at: Instant) -> Option<usize> {
        let from = from.unwrap_or(to);
        let on = |outage: &Outage| {
            let within = outage.start <= at && at < outage.end;
            self.switched.get(&outage.name).copied().unwrap_or(within)
        };
        let holds = |outage: &Outage| outage.to == to && outage.from.contains(&from) && on(outage);
        self.outages.iter().position(holds)
    }
}
