//! What services in a place tell of it.

use ipnet::IpNet;
use rolecall_names::{AccountId, Partition, Region};
use rolecall_world::{Place, PlaceKind, World, derived_session_name};
use std::net::{IpAddr, Ipv4Addr};

/// A place, as far as what is around it in AWS is told.
#[derive(Debug, Clone)]
pub struct PlaceFacts {
    /// Its name in the world.
    pub name: String,
    /// What it is.
    pub kind: PlaceKind,
    /// Its account.
    pub account: Option<AccountId>,
    /// Its Region.
    pub region: Option<Region>,
    /// Its subnet.
    pub subnet: Option<String>,
    /// Its VPC.
    pub vpc: Option<String>,
    /// Its subnet's networks.
    pub subnet_cidrs: Vec<IpNet>,
    /// Its VPC's networks.
    pub vpc_cidrs: Vec<IpNet>,
    /// Its Availability Zone, where the world tells it.
    pub availability_zone: Option<String>,
    /// Its own addresses.
    pub addresses: Vec<IpAddr>,
    /// The address the outside sees, where it has one.
    pub public_ip: Option<IpAddr>,
    /// Its role's name.
    pub role: Option<String>,
    /// The name of its role's session.
    pub session_name: Option<String>,
}

impl PlaceFacts {
    /// Collects them.
    #[must_use]
    pub fn new(world: &World, place: &Place) -> Self {
        let subnet = place.subnet.as_ref().and_then(|id| world.subnet(&id.value));
        let vpc = subnet.and_then(|subnet| world.vpc(&subnet.vpc.value));
        let account = place.account.as_ref().map(|account| account.value);
        let derived = || derived_session_name(place.kind, account?, &place.name);
        Self {
            name: place.name.to_string(),
            kind: place.kind,
            account,
            region: place.region.as_ref().map(|region| region.value).or(vpc.map(|vpc| vpc.region.value)),
            subnet: place.subnet.as_ref().map(|id| id.to_string()),
            vpc: vpc.map(|vpc| vpc.id.to_string()),
            subnet_cidrs: subnet.iter().flat_map(|subnet| &subnet.cidrs).map(|cidr| cidr.value).collect(),
            vpc_cidrs: vpc.iter().flat_map(|vpc| &vpc.cidrs).map(|cidr| cidr.value).collect(),
            availability_zone: subnet.and_then(|subnet| subnet.availability_zone.as_ref()).map(|zone| zone.to_string()),
            addresses: place.addresses.iter().map(|address| address.value).collect(),
            public_ip: place.public_ip.as_ref().map(|address| address.value),
            role: place.role.as_ref().map(|role| role.to_string()),
            session_name: place.session_name.as_ref().map(|name| name.to_string()).or_else(derived),
        }
    }

    /// The IPv4 address in its subnet.
    #[must_use]
    pub fn ipv4(&self) -> Option<Ipv4Addr> {
        self.addresses.iter().find_map(|address| if let IpAddr::V4(address) = address { Some(*address) } else { None })
    }

    /// Whether it has addresses, and none of IPv4.
    #[must_use]
    pub fn is_ipv6_alone(&self) -> bool {
        !self.addresses.is_empty() && self.ipv4().is_none()
    }

    /// Its Availability Zone; the Region's first where the world tells none, since nothing in a VPC is without one.
    #[must_use]
    pub fn zone(&self) -> Option<String> {
        self.availability_zone.clone().or_else(|| Some(format!("{}a", self.region?)))
    }

    /// An instance's id, which its session is called after unless the world calls it otherwise.
    #[must_use]
    pub fn instance_id(&self) -> String {
        let is_one = |name: &&String| name.starts_with("i-");
        let derived = || derived_session_name(PlaceKind::Ec2, self.account?, &self.name);
        self.session_name.as_ref().filter(is_one).cloned().or_else(derived).unwrap_or_default()
    }

    /// Its network interface's id: `eni-` and seventeen digits, the same on every run.
    #[must_use]
    pub fn interface_id(&self) -> String {
        let hex: String =
            super::http::digest(&["interface", &self.name]).iter().map(|byte| format!("{byte:02x}")).collect();
        format!("eni-{}", hex.get(..17).unwrap_or_default())
    }

    /// Its partition; `aws` where it has no Region.
    #[must_use]
    pub fn partition(&self) -> &'static str {
        self.region.map_or(Partition::Aws, Region::partition).as_str()
    }

    /// The name that Amazon gives it in a VPC: after its address, or after its id where only IPv6 is.
    ///
    /// Source: Amazon EC2 User Guide, "EC2 instance hostnames and domains".
    #[must_use]
    pub fn host_name(&self) -> Option<String> {
        self.vpc.as_ref()?;
        let domain = match self.region? {
            Region::US_EAST_1 => "ec2.internal".to_owned(),
            region => format!("{region}.compute.internal"),
        };
        if self.is_ipv6_alone() && self.kind == PlaceKind::Ec2 {
            return Some(format!("{}.{domain}", self.instance_id()));
        }
        let [a, b, c, d] = self.ipv4()?.octets();
        Some(format!("ip-{a}-{b}-{c}-{d}.{domain}"))
    }
}
