//! Where callers run.

use crate::{At, Located, Policy};
use rolecall_names::{AccountId, Region};
use std::net::IpAddr;

/// `[[place]]`
#[derive(Debug, Clone)]
pub struct Place {
    /// Its name.
    pub name: Located<Box<str>>,
    /// The account it runs in; `None` outside AWS when left out.
    pub account: Option<Located<AccountId>>,
    /// What it is.
    pub kind: PlaceKind,
    /// The subnet it is in; `None` outside AWS and for a Lambda function without a VPC.
    pub subnet: Option<Located<Box<str>>>,
    /// The Region of a Lambda function without a VPC.
    pub region: Option<Located<Region>>,
    /// Its addresses in the subnet, or in its own network: one of IPv4, one of IPv6, or both.
    pub addresses: Vec<Located<IpAddr>>,
    /// The address the outside sees, for what has one of its own.
    pub public_ip: Option<Located<IpAddr>>,
    /// The VPCs that a VPN or Direct Connect of an on-premises place leads to.
    pub connected_to: Vec<Located<Box<str>>>,
    /// The DNS server that a place outside AWS asks; a public one when left out.
    pub dns: Option<Located<IpAddr>>,
    /// The role whose credentials the place hands out, by its name in the place's account.
    pub role: Option<Located<Box<str>>>,
    /// The name of that role's session; [`crate::derived_session_name`] gives it when left out.
    pub session_name: Option<Located<Box<str>>>,
    /// The policy that the service around it passes when it makes that session, as EKS Pod Identity can.
    pub session_policy: Option<Policy>,
    /// Its security groups; `None` when left out, which is AWS's default: the VPC's default group.
    pub security_groups: Option<Vec<Located<Box<str>>>>,
    /// By how many seconds its clock is ahead; right when left out.
    pub clock_skew_seconds: Option<Located<i64>>,
    /// The table.
    pub at: At,
}

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlaceKind {
    /// An EC2 instance.
    Ec2,
    /// A Lambda function.
    Lambda,
    /// An ECS task.
    EcsTask,
    /// A pod of an EKS cluster whose service account has an EKS Pod Identity association.
    EksPod,
    /// A machine in a data centre of one's own.
    OnPremises,
    /// A machine somewhere on the internet, a laptop for one.
    Internet,
}

impl Place {
    /// Whether it has addresses, and none of IPv4.
    #[must_use]
    pub fn is_ipv6_alone(&self) -> bool {
        !self.addresses.is_empty() && self.addresses.iter().all(|address| address.is_ipv6())
    }
}

impl PlaceKind {
    /// Whether AWS runs it.
    #[must_use]
    pub const fn is_inside(self) -> bool {
        matches!(self, Self::Ec2 | Self::Lambda | Self::EcsTask | Self::EksPod)
    }
}

/// How a call answers when a role demands MFA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MfaAnswer {
    /// With a right code of the calling user's own device.
    Own,
    /// With a right code of the device of that serial number.
    Serial(Box<str>),
}
