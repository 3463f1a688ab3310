//! Networks: VPCs, subnets and their routes, gateways, rules and endpoints.

use crate::{At, Entry, Located, Policy};
use ipnet::IpNet;
use rolecall_names::{AccountId, Region};
use std::net::IpAddr;

/// `[[vpc]]`
#[derive(Debug, Clone)]
pub struct Vpc {
    /// Whose it is.
    pub account: Located<AccountId>,
    /// The Region it is in.
    pub region: Located<Region>,
    /// Its id.
    pub id: Located<Box<str>>,
    /// Its networks, at least one, of IPv4 and IPv6.
    pub cidrs: Vec<Located<IpNet>>,
    /// Who answers its names; Amazon when left out.
    pub dns: DnsServers,
    /// Where that was said, when it was.
    pub dns_at: Option<At>,
    /// `enableDnsSupport`; `None` when left out, which is AWS's default: true.
    pub enable_dns_support: Option<Located<bool>>,
    /// `enableDnsHostnames`; `None` when left out, which is taken as true: private DNS names of endpoints, which AWS
    /// switches on by default, cannot be had without.
    pub enable_dns_hostnames: Option<Located<bool>>,
    /// The table.
    pub at: At,
}

/// A VPC's DNS servers, the DHCP option `domain-name-servers`.
#[derive(Debug, Clone)]
pub enum DnsServers {
    /// `AmazonProvidedDNS`.
    Amazon,
    /// Servers of one's own.
    Custom(Vec<Located<IpAddr>>),
}

/// `[[dns_server]]`, one of one's own that forwards to Amazon's resolver in a VPC. DNS servers without a table know
/// the public DNS alone.
#[derive(Debug, Clone)]
pub struct DnsServer {
    /// Its address.
    pub address: Located<IpAddr>,
    /// The VPC whose resolver it asks.
    pub forwards_to: Located<Box<str>>,
}

/// `[[subnet]]`
#[derive(Debug, Clone)]
pub struct Subnet {
    /// Its id.
    pub id: Located<Box<str>>,
    /// The VPC it is part of.
    pub vpc: Located<Box<str>>,
    /// Its networks, each within one of the VPC's: one of IPv4, one of IPv6, or both.
    pub cidrs: Vec<Located<IpNet>>,
    /// The Availability Zone it is in, for zonal names of endpoints.
    pub availability_zone: Option<Located<Box<str>>>,
    /// Its routes beside the local one, which every route table has.
    pub routes: Vec<Located<Route>>,
    /// Where they were given, when they were.
    pub routes_at: Option<At>,
    /// The table.
    pub at: At,
}

/// A line of a route table.
#[derive(Debug, Clone)]
pub struct Route {
    /// Where to.
    pub to: Located<Destination>,
    /// What leads there.
    pub via: Located<Via>,
}

/// Where a route leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Destination {
    /// A network.
    Cidr(IpNet),
    /// A prefix list, such as `pl-61a54008`: the addresses that a gateway endpoint serves.
    PrefixList(Box<str>),
}

/// What a route leads through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// A gateway, a peering connection or a gateway endpoint.
    Through(Box<str>),
    /// Nothing any more: the state `blackhole`.
    Blackhole,
}

/// `[[nat_gateway]]`
#[derive(Debug, Clone)]
pub struct NatGateway {
    /// Its id.
    pub id: Located<Box<str>>,
    /// The subnet it stands in, whose routes lead on.
    pub subnet: Located<Box<str>>,
    /// The address the outside sees.
    pub public_ip: Located<IpAddr>,
}

/// `[[internet_gateway]]` or `[[egress_only_internet_gateway]]`
#[derive(Debug, Clone)]
pub struct Gateway {
    /// Its id.
    pub id: Located<Box<str>>,
    /// The VPC it is attached to.
    pub vpc: Located<Box<str>>,
}

/// `[[vpc_peering]]`
#[derive(Debug, Clone)]
pub struct Peering {
    /// Its id.
    pub id: Located<Box<str>>,
    /// The VPC that asked.
    pub requester: Located<Box<str>>,
    /// The VPC that was asked.
    pub accepter: Located<Box<str>>,
}

/// `[[network_acl]]`; a subnet that no table names has the default one, which lets everything through.
#[derive(Debug, Clone)]
pub struct Acl {
    /// Its id.
    pub id: Located<Box<str>>,
    /// The VPC it belongs to.
    pub vpc: Located<Box<str>>,
    /// The subnets it is associated with.
    pub subnets: Vec<Located<Box<str>>>,
    /// Rules for what comes in, by their numbers; what none allows is denied.
    pub ingress: Vec<AclRule>,
    /// Rules for what goes out, by their numbers; what none allows is denied.
    pub egress: Vec<AclRule>,
}

/// A rule of a network ACL.
#[derive(Debug, Clone)]
pub struct AclRule {
    /// Rules are weighed from the lowest number up: 1 to 32766.
    pub number: u16,
    /// What it does.
    pub action: Action,
    /// Of which protocol.
    pub protocol: Protocol,
    /// On which ports of the destination.
    pub ports: Ports,
    /// The other side.
    pub cidr: Located<IpNet>,
    /// The rule.
    pub at: At,
}

/// What a rule of a network ACL does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Lets through.
    Allow,
    /// Drops.
    Deny,
}

/// `[[security_group]]`
#[derive(Debug, Clone)]
pub struct SecurityGroup {
    /// Its id.
    pub id: Located<Box<str>>,
    /// The VPC it belongs to.
    pub vpc: Located<Box<str>>,
    /// What may come in; nothing when left out.
    pub ingress: Vec<Rule>,
    /// What may go out; `None` when left out, which is AWS's default: everything.
    pub egress: Option<Vec<Rule>>,
}

/// A rule of a security group: it allows.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Which protocol.
    pub protocol: Protocol,
    /// Which ports of the destination.
    pub ports: Ports,
    /// The other sides, at least one.
    pub peers: Vec<Located<Peer>>,
    /// The rule.
    pub at: At,
}

/// The other side of a security group's rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// Addresses.
    Cidr(IpNet),
    /// Whatever has that security group.
    SecurityGroup(Box<str>),
}

/// The protocol of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP.
    Icmp,
    /// Every protocol.
    All,
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
}

/// `[[vpc_endpoint]]`
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Its id.
    pub id: Located<Box<str>>,
    /// The VPC it stands in.
    pub vpc: Located<Box<str>>,
    /// `com.amazonaws.ap-northeast-1.sts`.
    pub service: Located<Box<str>>,
    /// What it is; `Interface` when left out.
    pub kind: EndpointKind,
    /// Its addresses in each of its subnets.
    pub addresses: Vec<Entry<IpAddr>>,
    /// Whether the service's own name leads here from inside the VPC; true when left out.
    pub private_dns: bool,
    /// Where that was said, when it was.
    pub private_dns_at: Option<At>,
    /// Who may do what through it; everybody everything when left out.
    pub policy: Option<Policy>,
    /// Its security groups; `None` when left out, which is AWS's default: the VPC's default group.
    pub security_groups: Option<Vec<Located<Box<str>>>>,
    /// The table.
    pub at: At,
}

/// `type` of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointKind {
    /// Network interfaces in subnets.
    Interface,
    /// Something that routes lead to, for S3 and DynamoDB alone.
    Gateway,
}
