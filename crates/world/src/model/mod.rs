//! What a world says, as types: one for each kind of table.

mod call;
mod identity;
mod network;
mod place;

pub use call::{Call, Client, ConfigFile, Expectation, OptionValue, Outage};
pub use identity::{AccessKey, Account, ControlPolicy, Device, Entity, Organization, Role, Target, Unit, User};
pub use network::{
    Acl, AclRule, Action, Destination, DnsServer, DnsServers, Endpoint, EndpointKind, Gateway, NatGateway, Peer,
    Peering, Ports, Protocol, Route, Rule, SecurityGroup, Subnet, Via, Vpc,
};
pub use place::{MfaAnswer, Place, PlaceKind};
