//! What a journey tells: who answered the name, every hop, and how it ended.

use crate::{AwsService, Resolver};
use rolecall_names::Region;
use smallvec::SmallVec;
use std::net::IpAddr;

/// A journey from a place to a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journey {
    /// Who was asked for the name.
    pub resolver: Resolver,
    /// Where the answers came from.
    pub naming: Naming,
    /// Every address the name resolves to, in the order in which they are tried; empty when there is none.
    ///
    /// Real resolvers take turns among an endpoint's addresses. Here the caller's own subnet comes first, then its
    /// Availability Zone, then the order in which they were given.
    pub answers: SmallVec<[IpAddr; 2]>,
    /// Every hop of the way that arrived or, if none did, of the first that was tried.
    pub hops: Vec<Hop>,
    /// How it ended.
    pub ended: Result<Arrival, Death>,
}

/// Where the answers to a name came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// The host was an address, or this very machine.
    Literal,
    /// The public DNS. `passed_over` is what kept the resolver from telling an endpoint of the VPC: its private DNS
    /// being off, an attribute of the VPC, or its DNS servers.
    Public {
        /// What would have to change for the endpoint to be told.
        passed_over: Option<Element>,
    },
    /// The private DNS name of an endpoint, by its position.
    PrivateDns(usize),
    /// A name of the endpoint itself, regional or zonal, which every resolver knows.
    ///
    /// Source: AWS PrivateLink Guide, "Access an AWS service using an interface VPC endpoint": endpoint-specific names
    /// are publicly resolvable.
    EndpointName(usize),
    /// The private name of an address in the resolver's VPC.
    Instance,
    /// There is no such name, or nobody to ask.
    Nothing,
}

/// One step of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// What it is.
    pub kind: HopKind,
    /// Its id or name.
    pub id: Box<str>,
    /// The part of the network that decided here.
    pub element: Element,
}

/// What a hop is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HopKind {
    /// Where the caller stands.
    Place,
    /// A subnet left or entered.
    Subnet,
    /// A security group of one's own.
    SecurityGroup,
    /// A network ACL of one's own.
    NetworkAcl,
    /// A route taken, or the lack of one.
    Route,
    /// A NAT gateway.
    NatGateway,
    /// An internet gateway.
    InternetGateway,
    /// An egress-only internet gateway.
    EgressOnlyGateway,
    /// A VPC peering connection.
    Peering,
    /// A VPN or Direct Connect.
    Connection,
    /// A VPC endpoint.
    VpcEndpoint,
    /// The network interface of another place.
    NetworkInterface,
    /// The internet, or AWS's own network between its public addresses.
    Internet,
    /// A way between Regions that is broken.
    Outage,
    /// The service, or whatever else answers there.
    Endpoint,
    /// A resolver that had no answer.
    Resolver,
}

impl HopKind {
    /// The kind in kebab-case, as documents for machines tell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Subnet => "subnet",
            Self::SecurityGroup => "security-group",
            Self::NetworkAcl => "network-acl",
            Self::Route => "route",
            Self::NatGateway => "nat-gateway",
            Self::InternetGateway => "internet-gateway",
            Self::EgressOnlyGateway => "egress-only-internet-gateway",
            Self::Peering => "vpc-peering",
            Self::Connection => "connection",
            Self::VpcEndpoint => "vpc-endpoint",
            Self::NetworkInterface => "network-interface",
            Self::Internet => "internet",
            Self::Outage => "outage",
            Self::Endpoint => "endpoint",
            Self::Resolver => "resolver",
        }
    }
}

/// A part of the network, by its position in [`crate::Parts`]; who knows where that was written down can point there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Element {
    /// The place the journey began at.
    Place,
    /// The security groups of the place, where none lets the packet out.
    PlaceGroups,
    /// The place's lack of an address the outside could answer.
    PlaceAddress,
    /// The DNS servers of a VPC.
    DnsServers(usize),
    /// `enableDnsSupport` of a VPC.
    DnsSupport(usize),
    /// `enableDnsHostnames` of a VPC.
    DnsHostnames(usize),
    /// A VPC.
    Vpc(usize),
    /// A subnet.
    Subnet(usize),
    /// The local route that every route table has.
    LocalRoute {
        /// The subnet whose table it is.
        subnet: usize,
    },
    /// A route.
    Route {
        /// The subnet whose table it is.
        subnet: usize,
        /// Its position there.
        route: usize,
    },
    /// The routes of a subnet, where none matches.
    NoRoute {
        /// The subnet whose table it is.
        subnet: usize,
    },
    /// A NAT gateway.
    NatGateway(usize),
    /// An internet gateway.
    InternetGateway(usize),
    /// An egress-only internet gateway.
    EgressOnlyGateway(usize),
    /// A VPC peering connection.
    Peering(usize),
    /// A network ACL's rule.
    AclRule {
        /// The ACL.
        acl: usize,
        /// In which list.
        direction: Direction,
        /// Its position there; `None` for the last rule of every ACL, which denies.
        rule: Option<usize>,
    },
    /// A security group's rule.
    SecurityGroupRule {
        /// The group.
        group: usize,
        /// In which list.
        direction: Direction,
        /// Its position there; `None` where no rule lets the packet through, or for the egress nobody wrote down.
        rule: Option<usize>,
    },
    /// A VPC endpoint.
    Endpoint(usize),
    /// `private_dns` of an endpoint.
    PrivateDns(usize),
    /// The security groups of an endpoint, where none lets the packet in.
    EndpointGroups(usize),
    /// The network interface of a place.
    NetworkInterface(usize),
    /// The security groups of a network interface, where none lets the packet in.
    NetworkInterfaceGroups(usize),
    /// An outage.
    Outage(usize),
    /// Whatever lies outside what was handed in.
    Outside,
}

/// Which list of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// What comes in.
    Ingress,
    /// What goes out.
    Egress,
}

/// A call that arrived, as the service sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The caller's address as the service sees it: over a VPC endpoint its own private one, never the endpoint's.
    pub source_ip: IpAddr,
    /// The VPC of the endpoint it came through, which is `aws:SourceVpc`.
    pub vpc_id: Option<Box<str>>,
    /// The VPC endpoint it came through, which is `aws:SourceVpce`.
    pub vpc_endpoint_id: Option<Box<str>>,
    /// That endpoint's position.
    pub vpc_endpoint: Option<usize>,
    /// The service that was reached; `None` for no endpoint of AWS's.
    pub service: Option<AwsService>,
    /// What of it was reached.
    pub endpoint: EndpointKind,
    /// The endpoint's Region, in which its events are recorded; us-east-1 for STS's global one. `None` for no endpoint
    /// of AWS's.
    pub endpoint_region: Option<Region>,
    /// The Region that serves the call; another than the endpoint's only for STS's global one.
    pub serving_region: Option<Region>,
}

/// What was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndpointKind {
    /// STS's global endpoint, or IAM, which a partition has one of.
    Global,
    /// A service in a Region.
    Regional,
    /// Something that is not AWS's: this machine, or an address.
    Custom,
}

/// A call that did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Death {
    /// The part of the network that ended it.
    pub at: Element,
    /// How that looks to the client.
    pub how: Look,
    /// Why.
    pub why: Why,
}

/// How the end of a journey looks to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Look {
    /// Nothing answers; the connection times out.
    NoAnswer,
    /// The name does not resolve.
    NameNotFound,
    /// The machine itself has no way there and says so at once.
    Unreachable,
    /// Whatever has the address refuses the connection at once.
    Refused,
}

/// Why a journey ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// There is no such name.
    UnknownHost,
    /// The VPC has no DNS server.
    NoDnsServer,
    /// Amazon's resolver is off in the VPC.
    DnsSupportOff,
    /// The name has no address of a family that the place has.
    AddressFamily,
    /// No route leads there. A VPC's router drops such packets and says nothing.
    NoRoute,
    /// The route leads to something that is gone.
    Blackhole,
    /// The route leads to a gateway endpoint, which serves S3 or DynamoDB alone.
    GatewayEndpoint,
    /// The place's security groups do not let it out.
    SecurityGroupEgress,
    /// The endpoint's security groups do not let it in.
    SecurityGroupIngress,
    /// The security groups of the place that has the address do not let it in.
    PlaceSecurityGroup,
    /// A network ACL drops the call.
    NetworkAcl,
    /// A network ACL drops the answer.
    NetworkAclReply,
    /// The way leads through an internet gateway, and the place has no public address.
    NoPublicAddress,
    /// The NAT gateway's own subnet has no route to an internet gateway.
    NatWithoutInternet,
    /// A NAT gateway does not carry IPv6, or an egress-only internet gateway IPv4.
    GatewayFamily,
    /// The peered VPC does not hold the address, and peering leads no further.
    NotTransitive,
    /// The peered subnet has no route back.
    NoReturnRoute,
    /// Nothing has that address.
    NothingThere,
    /// A place has that address, and nothing listens there.
    NothingListens,
    /// A private address of a network that the place is not connected to.
    NotConnected,
    /// The way between Regions is broken.
    Outage,
}
