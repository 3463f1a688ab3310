//! What a network is made of, as it is handed in. Parts name each other by their ids; an [`crate::Element`] names
//! them by their position in these lists.

use ipnet::IpNet;
use rolecall_names::{Instant, Region};
use std::net::IpAddr;

/// Everything a network is made of.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// VPCs.
    pub vpcs: Vec<Vpc>,
    /// Subnets with their routes.
    pub subnets: Vec<Subnet>,
    /// NAT gateways, public ones.
    pub nat_gateways: Vec<NatGateway>,
    /// Internet gateways.
    pub internet_gateways: Vec<Gateway>,
    /// Egress-only internet gateways.
    pub egress_only_gateways: Vec<Gateway>,
    /// VPC peering connections.
    pub peerings: Vec<Peering>,
    /// Network ACLs; a subnet that none names has one that lets everything through.
    pub acls: Vec<Acl>,
    /// Security groups.
    pub security_groups: Vec<SecurityGroup>,
    /// Endpoints, interface and gateway ones.
    pub endpoints: Vec<Endpoint>,
    /// Network interfaces of places, at which nothing listens.
    pub network_interfaces: Vec<NetworkInterface>,
    /// DNS servers of one's own that forward to Amazon's.
    pub dns_servers: Vec<DnsServer>,
    /// Times at which ways between Regions are broken.
    pub outages: Vec<Outage>,
}

/// A VPC.
#[derive(Debug, Clone)]
pub struct Vpc {
    /// Its id.
    pub id: Box<str>,
    /// The Region it is in.
    pub region: Region,
    /// Its networks, the primary IPv4 one first.
    pub cidrs: Vec<IpNet>,
    /// Who answers its names.
    pub dns: DnsServers,
    /// `enableDnsSupport`: whether Amazon's resolver answers at all.
    pub dns_support: bool,
    /// `enableDnsHostnames`: with [`Self::dns_support`], whether private names of endpoints are known.
    pub dns_hostnames: bool,
}

/// The DHCP option `domain-name-servers` of a VPC.
#[derive(Debug, Clone)]
pub enum DnsServers {
    /// `AmazonProvidedDNS`.
    Amazon,
    /// These addresses; the first one is asked.
    Custom(Vec<IpAddr>),
}

/// A DNS server of one's own that hands questions on to Amazon's resolver in a VPC.
#[derive(Debug, Clone)]
pub struct DnsServer {
    /// Its address.
    pub address: IpAddr,
    /// The VPC whose names it learns.
    pub forwards_to: Box<str>,
}

/// A subnet.
#[derive(Debug, Clone)]
pub struct Subnet {
    /// Its id.
    pub id: Box<str>,
    /// Its VPC.
    pub vpc: Box<str>,
    /// Its networks, at most one of each family.
    pub cidrs: Vec<IpNet>,
    /// The Availability Zone it is in, such as `ap-northeast-1a`, where known.
    pub availability_zone: Option<Box<str>>,
    /// Its routes beside the local one.
    pub routes: Vec<Route>,
}

/// A line of a route table.
#[derive(Debug, Clone)]
pub struct Route {
    /// Where to.
    pub to: Destination,
    /// The gateway, connection or endpoint that leads there; `None` for a blackhole.
    pub via: Option<Box<str>>,
}

/// What a route leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// A network.
    Cidr(IpNet),
    /// A prefix list of AWS's, as gateway endpoints have. None of AWS's lists holds an address of STS.
    PrefixList,
}

/// A public NAT gateway.
#[derive(Debug, Clone)]
pub struct NatGateway {
    /// Its id.
    pub id: Box<str>,
    /// The subnet it stands in, whose routes lead on.
    pub subnet: Box<str>,
    /// The address the outside sees.
    pub public_ip: IpAddr,
}

/// An internet gateway or an egress-only one.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// Its id.
    pub id: Box<str>,
    /// The VPC it is attached to.
    pub vpc: Box<str>,
}

/// A VPC peering connection.
#[derive(Debug, Clone)]
pub struct Peering {
    /// Its id.
    pub id: Box<str>,
    /// The VPC that asked.
    pub requester: Box<str>,
    /// The VPC that was asked.
    pub accepter: Box<str>,
}

/// A network ACL.
#[derive(Debug, Clone)]
pub struct Acl {
    /// Its id.
    pub id: Box<str>,
    /// The subnets it is associated with.
    pub subnets: Vec<Box<str>>,
    /// Rules for what comes in.
    pub ingress: Vec<AclRule>,
    /// Rules for what goes out.
    pub egress: Vec<AclRule>,
}

/// A rule of a network ACL for TCP. Rules of other protocols are handed in with [`AclRule::tcp`] false, so that
/// positions stay the same.
#[derive(Debug, Clone, Copy)]
pub struct AclRule {
    /// Rules are weighed from the lowest number up.
    pub number: u16,
    /// Whether it lets through.
    pub allow: bool,
    /// Whether it is about TCP.
    pub tcp: bool,
    /// Ports of the destination.
    pub ports: Ports,
    /// The other side.
    pub cidr: IpNet,
}

/// A security group.
#[derive(Debug, Clone)]
pub struct SecurityGroup {
    /// Its id.
    pub id: Box<str>,
    /// What may come in.
    pub ingress: Vec<SecurityGroupRule>,
    /// What may go out; `None` is AWS's default: everything.
    pub egress: Option<Vec<SecurityGroupRule>>,
}

/// A rule of a security group: it allows.
#[derive(Debug, Clone)]
pub struct SecurityGroupRule {
    /// Whether it is about TCP.
    pub tcp: bool,
    /// Ports of the destination.
    pub ports: Ports,
    /// The other sides.
    pub peers: Vec<Peer>,
}

/// The other side of a security group's rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// Addresses.
    Cidr(IpNet),
    /// Whatever has that security group.
    SecurityGroup(Box<str>),
}

/// A range of ports, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    /// The lowest.
    pub from: u16,
    /// The highest.
    pub to: u16,
}

impl Ports {
    /// Every port.
    pub const ALL: Self = Self { from: 0, to: u16::MAX };

    /// The ports that clients on Linux and on Windows both call from: answers to all of these must come through.
    ///
    /// Source: Amazon VPC User Guide, "Custom network ACLs", ephemeral ports: Windows since Server 2008 from 49152 to
    /// 65535; Linux, `ip_local_port_range` of the kernel, from 32768 to 60999.
    pub const COMMON: Self = Self { from: 49_152, to: 60_999 };

    /// From which ports a NAT gateway calls. Source: as above.
    pub const NAT: Self = Self { from: 1024, to: u16::MAX };

    /// One port.
    #[must_use]
    pub const fn one(port: u16) -> Self {
        Self { from: port, to: port }
    }
}

/// A VPC endpoint.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Its id.
    pub id: Box<str>,
    /// The VPC it stands in.
    pub vpc: Box<str>,
    /// Its service, such as `com.amazonaws.ap-northeast-1.sts`.
    pub service: Box<str>,
    /// What it is.
    pub kind: EndpointType,
}

/// What an endpoint is.
#[derive(Debug, Clone)]
pub enum EndpointType {
    /// Network interfaces in subnets.
    Interface {
        /// Subnet and address of each.
        addresses: Vec<(Box<str>, IpAddr)>,
        /// Whether the service's own names lead here from inside the VPC.
        private_dns: bool,
        /// Its security groups; `None` is AWS's default: the VPC's default group.
        security_groups: Option<Vec<Box<str>>>,
    },
    /// Something that routes lead to; S3 and DynamoDB have it, STS does not.
    Gateway,
}

/// The network interface of a place in a subnet: what other places meet at its addresses.
#[derive(Debug, Clone)]
pub struct NetworkInterface {
    /// The name of the place.
    pub place: Box<str>,
    /// The subnet it is in.
    pub subnet: Box<str>,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// Its security groups; `None` is the VPC's default group.
    pub security_groups: Option<Vec<Box<str>>>,
}

/// A time at which Regions cannot reach another.
#[derive(Debug, Clone)]
pub struct Outage {
    /// Its name.
    pub name: Box<str>,
    /// The Regions cut off.
    pub from: Vec<Region>,
    /// The Region they cannot reach.
    pub to: Region,
    /// Its first moment.
    pub start: Instant,
    /// The first moment after it.
    pub end: Instant,
}

/// Where a caller stands.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its name.
    pub name: Box<str>,
    /// What is around it.
    pub stands: Stands,
    /// Its addresses; outside AWS those of its own network.
    pub addresses: Vec<IpAddr>,
    /// The IPv4 address the outside sees, where it has one.
    pub public_ip: Option<IpAddr>,
    /// The ports it calls from.
    pub ports: Ports,
}

/// What is around a place.
#[derive(Debug, Clone)]
pub enum Stands {
    /// A subnet of a VPC.
    Subnet {
        /// The subnet's position in [`Parts::subnets`].
        subnet: usize,
        /// Positions in [`Parts::security_groups`]; `None` is the VPC's default group.
        security_groups: Option<Vec<usize>>,
    },
    /// AWS's own network in a Region, as for a Lambda function without a VPC; `None` where nobody said which.
    ///
    /// Source: Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC": functions run
    /// in VPCs of the Lambda service, which have access to the internet.
    Aws(Option<Region>),
    /// Somewhere else.
    Outside {
        /// Positions in [`Parts::vpcs`] of those that a VPN or Direct Connect leads to.
        connected: Vec<usize>,
        /// The DNS server it asks; a public one when `None`.
        dns: Option<IpAddr>,
    },
}
