//! Networks around STS, IAM and CloudTrail: from a place and a host name to an arrival, or to the hop where the way ends.
//!
//! [`Network::travel`] is a pure function of a place, a name, a port and an instant. It asks the place's resolver,
//! takes the packet through groups, ACLs, routes and gateways there and back, and tells every hop.
//!
//! This crate must not know who calls, what the request says, or where any of this was written down.

mod distance;
mod host;
mod join;
mod journey;
mod land;
mod lookup;
mod network;
mod parts;
mod pass;
mod public;
mod reach;
mod resolve;
mod rules;
mod service;
mod table;
mod travel;
mod walk;

pub use distance::{Basis, Estimate, round_trip};
pub use journey::{Arrival, Death, Direction, Element, EndpointKind, Hop, HopKind, Journey, Look, Naming, Why};
pub use lookup::{Lookup, PUBLIC_RESOLVER};
pub use network::{Network, Unbuilt};
pub use parts::{
    Acl, AclRule, Destination, DnsServer, DnsServers, Endpoint, EndpointType, Gateway, NatGateway, NetworkInterface,
    Outage, Parts, Peer, Peering, Place, Ports, Route, SecurityGroup, SecurityGroupRule, Stands, Subnet, Vpc,
};
pub use public::{IN_REGION_SINCE, public_addresses, serving_region, serving_region_of};
pub use resolve::{Resolver, ResolverKind};
pub use service::{AwsService, endpoint_region, is_sts_service};
