//! What a world says, as types: one for each kind of table.

mod call;
mod identity;
mod network;
mod place;

pub use call::{Call, Client, ConfigFile, Expectation, OptionValue, Outage};
pub use identity::{AccessKey, Account, ControlPolicy, Device, Entity, Organization, Role, Target, Unit, User};
pub use network::{
    Acl, AclRule, Action, DnsServers, Endpoint, Gateway, NatGateway, Peer, Peering, Ports, Protocol, Route, Rule,
    SecurityGroup, Subnet, Vpc,
};
pub use place::{MfaAnswer, Place, PlaceKind};
