//! Who answers a name, and what the answer is.
//!
//! A resolver that is there is reached: neither security groups nor network ACLs keep questions from Amazon's (Amazon
//! VPC User Guide, "Network ACL basics"), and a DNS server of one's own is taken to be where its VPC says.

use crate::host::{AMAZON_DNS, Host, Scope};
use crate::network::{EndpointNode, VpcNode};
use crate::parts::{DnsServers, Place, Stands};
use crate::service::{Family, ServiceName};
use crate::{Death, Element, Look, Naming, Network, Why, public};
use rolecall_names::{Instant, Region};
use smallvec::{SmallVec, smallvec};
use std::net::{IpAddr, Ipv4Addr};

/// Who was asked for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolver {
    /// Its address, where known.
    pub address: Option<IpAddr>,
    /// Who it is.
    pub kind: ResolverKind,
}

/// Who a resolver is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResolverKind {
    /// Amazon's resolver in a VPC of that Region; `None` where nobody said which Region.
    Amazon(Option<Region>),
    /// A DNS server of one's own that forwards to Amazon's resolver in a VPC of that Region.
    Forwarding(Region),
    /// A DNS server of one's own; it knows the public DNS alone.
    Custom,
    /// A public resolver.
    Public,
    /// Nobody: the host is an address, or the VPC has no DNS server.
    None,
}

impl ResolverKind {
    /// The Region in which Amazon's resolver gave the answer.
    #[must_use]
    pub const fn amazon(self) -> Option<Region> {
        match self {
            Self::Amazon(region) => region,
            Self::Forwarding(region) => Some(region),
            Self::Custom | Self::Public | Self::None => None,
        }
    }
}

/// What came of asking.
pub(crate) struct Answered {
    pub(crate) naming: Naming,
    pub(crate) answers: SmallVec<[IpAddr; 2]>,
}

/// A resolver and the VPC whose private names it knows.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) resolver: Resolver,
    pub(crate) knows: Option<usize>,
}

impl Network {
    /// Whom the place asks.
    pub(crate) fn asked(&self, place: &Place) -> Asked {
        match place.stands {
            Stands::Subnet { subnet, .. } => {
                let vpc = self.subnets.get(subnet).map(|node| node.vpc);
                vpc.and_then(|vpc| Some(self.asked_in(vpc, self.vpcs.get(vpc)?, place))).unwrap_or(NOBODY)
            }
            Stands::Aws(region) => of(None, ResolverKind::Amazon(region), None),
            Stands::Outside { dns: None, .. } => of(None, ResolverKind::Public, None),
            Stands::Outside { dns: Some(address), .. } => self.asked_at(address),
        }
    }

    fn asked_in(&self, vpc: usize, node: &VpcNode, place: &Place) -> Asked {
        match &node.dns {
            DnsServers::Amazon => self.asked_inside(vpc, node, node.resolver_of(place)),
            DnsServers::Custom(servers) => {
                servers.first().map_or(NOBODY, |server| self.asked_inside(vpc, node, *server))
            }
        }
    }

    /// The DNS server at that address, asked from inside a VPC.
    pub(crate) fn asked_inside(&self, vpc: usize, node: &VpcNode, server: IpAddr) -> Asked {
        if node.is_amazon(server) {
            return of(Some(server), ResolverKind::Amazon(Some(node.region)), Some(vpc));
        }
        self.asked_at(server)
    }

    /// A DNS server of one's own.
    pub(crate) fn asked_at(&self, address: IpAddr) -> Asked {
        let forwards = self.forwarder(address).and_then(|vpc| Some((vpc, self.vpcs.get(vpc)?.region)));
        match forwards {
            Some((vpc, region)) => of(Some(address), ResolverKind::Forwarding(region), Some(vpc)),
            None => of(Some(address), ResolverKind::Custom, None),
        }
    }

    /// The answers to a name, or why there are none.
    pub(crate) fn answers(&self, asked: Asked, place: &Place, host: Host, at: Instant) -> Result<Answered, Death> {
        if let Host::Loopback(address) | Host::Literal(address) = host {
            return Ok(Answered { naming: Naming::Literal, answers: smallvec![address] });
        }
        self.can_ask(asked, place)?;
        let resolved_in = asked.resolver.kind.amazon();
        match host {
            Host::Global => {
                let address = public::global(public::serving_region(resolved_in, at));
                Ok(Answered { naming: Naming::Public { passed_over: None }, answers: smallvec![address] })
            }
            Host::Service(name, family) => Ok(self.service(asked, place, name, family)),
            Host::Own(endpoint, scope) => {
                let node = self.endpoints.get(endpoint).ok_or(UNKNOWN)?;
                let answers = self.interfaces(node, place, scope);
                if answers.is_empty() {
                    return Err(UNKNOWN);
                }
                Ok(Answered { naming: Naming::EndpointName(endpoint), answers })
            }
            Host::Instance(region, address) => {
                let vpc = asked.knows.and_then(|vpc| self.vpcs.get(vpc));
                if !vpc.is_some_and(|vpc| vpc.names(region, address)) {
                    return Err(UNKNOWN);
                }
                Ok(Answered { naming: Naming::Instance, answers: smallvec![IpAddr::V4(address)] })
            }
            Host::Unknown | Host::Loopback(_) | Host::Literal(_) => Err(UNKNOWN),
        }
    }

    /// Whether the resolver is there at all.
    pub(crate) fn can_ask(&self, asked: Asked, place: &Place) -> Result<(), Death> {
        let not_found = |at, why| Err(Death { at, how: Look::NameNotFound, why });
        if let Some((vpc, _)) =
            asked.knows.and_then(|vpc| self.vpcs.get(vpc).map(|node| (vpc, node))).filter(|(_, node)| !node.dns_support)
        {
            return not_found(Element::DnsSupport(vpc), Why::DnsSupportOff);
        }
        if asked.resolver.kind == ResolverKind::None {
            let vpc = self.vpc_of(place).map_or(Element::Place, Element::DnsServers);
            return not_found(vpc, Why::NoDnsServer);
        }
        Ok(())
    }

    /// A service's name: the endpoint's where the resolver knows the VPC's private names, else the public one.
    ///
    /// Private names need both of the VPC's DNS attributes. Source: EC2 API Reference, `CreateVpcEndpoint`,
    /// `PrivateDnsEnabled`.
    fn service(&self, asked: Asked, place: &Place, name: ServiceName, family: Family) -> Answered {
        let serving = |vpc: &VpcNode, wanted: bool| {
            vpc.serving.iter().copied().find(|endpoint| {
                self.endpoints.get(*endpoint).is_some_and(|node| {
                    node.serves == Some(name) && node.private_dns == wanted && !node.addresses.is_empty()
                })
            })
        };
        if let Some(vpc) = asked.knows.and_then(|vpc| self.vpcs.get(vpc)).filter(|vpc| vpc.dns_hostnames)
            && let Some(endpoint) = serving(vpc, true)
            && let Some(node) = self.endpoints.get(endpoint)
        {
            return Answered {
                naming: Naming::PrivateDns(endpoint),
                answers: self.interfaces(node, place, Scope::Region),
            };
        }
        let passed_over = self.vpc_of(place).and_then(|vpc| Some((vpc, self.vpcs.get(vpc)?))).and_then(|(at, vpc)| {
            match (serving(vpc, true), serving(vpc, false)) {
                (Some(_), _) if asked.knows != Some(at) => Some(Element::DnsServers(at)),
                (Some(_), _) => Some(Element::DnsHostnames(at)),
                (None, off) => off.map(Element::PrivateDns),
            }
        });
        Answered { naming: Naming::Public { passed_over }, answers: public::of(name, family) }
    }

    /// An endpoint's addresses: those in the caller's subnet, in its zone, and the rest.
    fn interfaces(&self, node: &EndpointNode, place: &Place, scope: Scope) -> SmallVec<[IpAddr; 2]> {
        let own = match place.stands {
            Stands::Subnet { subnet, .. } => Some(subnet),
            _ => None,
        };
        let zone = |subnet: usize| self.subnets.get(subnet).and_then(|node| node.availability_zone.as_deref());
        let own_zone = own.and_then(zone);
        let wanted = |subnet: usize| match scope {
            Scope::Region => true,
            Scope::Zone(letter) => zone(subnet).is_some_and(|zone| zone.ends_with(letter)),
        };
        let mut interfaces: Vec<&(usize, IpAddr)> =
            node.addresses.iter().filter(|(subnet, _)| wanted(*subnet)).collect();
        interfaces.sort_by_key(|(subnet, _)| (Some(*subnet) != own, own_zone.is_none() || zone(*subnet) != own_zone));
        interfaces.into_iter().map(|(_, address)| *address).collect()
    }

    /// The VPC a place is in.
    pub(crate) fn vpc_of(&self, place: &Place) -> Option<usize> {
        match place.stands {
            Stands::Subnet { subnet, .. } => self.subnets.get(subnet).map(|node| node.vpc),
            Stands::Aws(_) | Stands::Outside { .. } => None,
        }
    }

    /// The Region a place is in.
    pub(crate) fn region_of(&self, place: &Place) -> Option<Region> {
        match place.stands {
            Stands::Aws(region) => region,
            _ => self.vpc_of(place).and_then(|vpc| self.vpcs.get(vpc)).map(|vpc| vpc.region),
        }
    }
}

impl VpcNode {
    /// Amazon's resolver: the base of the primary IPv4 network plus two.
    ///
    /// Source: Amazon VPC User Guide, "Amazon DNS server".
    pub(crate) fn resolver(&self) -> IpAddr {
        let primary = self.cidrs.iter().find_map(|cidr| match cidr.network() {
            IpAddr::V4(address) => Some(address),
            IpAddr::V6(_) => None,
        });
        let [link_local, _] = AMAZON_DNS;
        primary.map_or(link_local, |base| IpAddr::V4(Ipv4Addr::from_bits(base.to_bits().saturating_add(2))))
    }

    /// The address of Amazon's resolver that a place inside is told of: [`Self::resolver`], to which there is no way
    /// without an IPv4 address.
    ///
    /// Source: Amazon VPC User Guide, "Amazon DNS server" (`fd00:ec2::253`); AWS Networking & Content Delivery Blog,
    /// "Introducing IPv6-only subnets and EC2 instances".
    pub(crate) fn resolver_of(&self, place: &Place) -> IpAddr {
        let [_, unique_local] = AMAZON_DNS;
        let six_alone = !place.addresses.is_empty() && place.addresses.iter().all(IpAddr::is_ipv6);
        if six_alone { unique_local } else { self.resolver() }
    }

    /// Whether Amazon's resolver is at that address for those inside.
    pub(crate) fn is_amazon(&self, server: IpAddr) -> bool {
        server == self.resolver() || AMAZON_DNS.contains(&server)
    }

    /// Whether Amazon's resolver here knows the private name of that address, for which it needs both DNS attributes.
    ///
    /// Source: EC2 API Reference, `Instance`, `PrivateDnsName`. Whether anything has the address is not asked: every
    /// address of a network interface has a name, and a world leaves most interfaces out.
    fn names(&self, region: Region, address: Ipv4Addr) -> bool {
        self.dns_hostnames && self.region == region && self.local(IpAddr::V4(address)).is_some()
    }
}

const NOBODY: Asked = of(None, ResolverKind::None, None);

const UNKNOWN: Death = Death { at: Element::Outside, how: Look::NameNotFound, why: Why::UnknownHost };

/// For a host that needs no resolver.
pub(crate) const fn nobody() -> Resolver {
    NOBODY.resolver
}

pub(crate) const fn of(address: Option<IpAddr>, kind: ResolverKind, knows: Option<usize>) -> Asked {
    Asked { resolver: Resolver { address, kind }, knows }
}
