//! A world: `world.toml` and, beside it, policies and configuration files as AWS writes them.
//!
//! [`World::read`] reads them through a function that is handed in, and gives either a world in which every name
//! leads somewhere, or every problem found, each with its file, line and column.
//!
//! This crate must not know a disk, a clock, or what any request in its world comes to.

mod changes;
mod derive;
mod files;
mod model;
mod network;
mod parse;
mod policies;
mod problem;
mod reader;

pub use changes::Conflict;
pub use derive::{derived_id, derived_session_name};
pub use files::{At, Entry, FileError, FileId, Files, Located, Location, MAX_FILE_BYTES, MAX_WORLD_BYTES, WORLD_FILE};
pub use model::{
    AccessKey, Account, Acl, AclRule, Action, Call, Client, ConfigFile, ControlPolicy, Destination, Device, DnsServer,
    DnsServers, Endpoint, EndpointKind, Entity, Expectation, Gateway, MfaAnswer, NatGateway, OptionValue, Organization,
    Outage, Peer, Peering, Place, PlaceKind, Ports, Protocol, Role, Route, Rule, SecurityGroup, Subnet, Target, Unit,
    User, Via, Vpc,
};
pub use policies::Policy;
pub use problem::{Expected, Kind, Problem, ProblemKind, Problems};

/// Everything a directory of world files says, checked, with the place of every value.
///
/// Names that one table uses for another's have been looked up: they lead somewhere, or there is no world.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct World {
    /// The files it was read from, `world.toml` first.
    pub files: Files,
    /// The accounts held.
    pub accounts: Vec<Account>,
    /// The organization, when one is named.
    pub organization: Option<Organization>,
    /// Roles as they stand in the file.
    pub roles: Vec<Role>,
    /// Users as they stand in the file.
    pub users: Vec<User>,
    /// Service control policies.
    pub service_control: Vec<ControlPolicy>,
    /// Resource control policies.
    pub resource_control: Vec<ControlPolicy>,
    /// VPCs.
    pub vpcs: Vec<Vpc>,
    /// DNS servers that forward to Amazon's.
    pub dns_servers: Vec<DnsServer>,
    /// Subnets with their routes.
    pub subnets: Vec<Subnet>,
    /// NAT gateways.
    pub nat_gateways: Vec<NatGateway>,
    /// Internet gateways.
    pub internet_gateways: Vec<Gateway>,
    /// Egress-only internet gateways.
    pub egress_only_gateways: Vec<Gateway>,
    /// VPC peering connections.
    pub peerings: Vec<Peering>,
    /// Network ACLs.
    pub acls: Vec<Acl>,
    /// Security groups.
    pub security_groups: Vec<SecurityGroup>,
    /// VPC endpoints.
    pub endpoints: Vec<Endpoint>,
    /// Where callers run.
    pub places: Vec<Place>,
    /// Calls and what is expected of them.
    pub calls: Vec<Call>,
    /// Times at which ways between Regions are broken.
    pub outages: Vec<Outage>,
}

impl World {
    /// Reads `world.toml` and every file it names.
    ///
    /// `read` is given a path relative to the world's directory, with forward slashes and never leading out of it,
    /// and returns the file's text. It may stop at [`MAX_FILE_BYTES`] ([`MAX_WORLD_BYTES`] for [`WORLD_FILE`]).
    ///
    /// # Errors
    /// Every problem found, in the order of files and lines; of more than a hundred the first hundred.
    pub fn read(read: &dyn Fn(&str) -> Result<String, FileError>) -> Result<Self, Problems> {
        parse::world(read)
    }

    /// The account of that name.
    #[must_use]
    pub fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| &*account.name.value == name)
    }

    /// The place of that name.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<&Place> {
        self.places.iter().find(|place| &*place.name.value == name)
    }

    /// The call of that name.
    #[must_use]
    pub fn call(&self, name: &str) -> Option<&Call> {
        self.calls.iter().find(|call| &*call.name.value == name)
    }

    /// The VPC with that id.
    #[must_use]
    pub fn vpc(&self, id: &str) -> Option<&Vpc> {
        self.vpcs.iter().find(|vpc| &*vpc.id.value == id)
    }

    /// The subnet with that id.
    #[must_use]
    pub fn subnet(&self, id: &str) -> Option<&Subnet> {
        self.subnets.iter().find(|subnet| &*subnet.id.value == id)
    }
}
