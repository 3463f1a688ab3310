//! From parts that name each other by id to a network that knows them by position.

use crate::Unbuilt;
use crate::network::{
    AclNode, EndpointNode, Group, GroupRule, Holder, InterfaceNode, Network, SubnetNode, VpcNode, Way,
};
use crate::parts::{Destination, EndpointType, Parts, Peer, Vpc};
use crate::service::service_name;
use crate::table::Table;
use ipnet::IpNet;
use std::collections::HashMap;

/// What an id leads to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Named {
    Subnet(usize),
    Vpc(usize),
    Group(usize),
    Way(Way),
    Endpoint(usize),
}

pub(crate) struct Ids<'p>(pub(crate) HashMap<&'p str, Named>);

impl<'p> Ids<'p> {
    pub(crate) fn new(parts: &'p Parts) -> Self {
        let mut ids = HashMap::new();
        ids.extend(parts.vpcs.iter().enumerate().map(|(i, part)| (&*part.id, Named::Vpc(i))));
        ids.extend(parts.subnets.iter().enumerate().map(|(i, part)| (&*part.id, Named::Subnet(i))));
        ids.extend(parts.security_groups.iter().enumerate().map(|(i, part)| (&*part.id, Named::Group(i))));
        ids.extend(parts.nat_gateways.iter().enumerate().map(|(i, part)| (&*part.id, Named::Way(Way::Nat(i)))));
        ids.extend(
            parts.internet_gateways.iter().enumerate().map(|(i, part)| (&*part.id, Named::Way(Way::Internet(i)))),
        );
        ids.extend(
            parts.egress_only_gateways.iter().enumerate().map(|(i, part)| (&*part.id, Named::Way(Way::EgressOnly(i)))),
        );
        ids.extend(parts.peerings.iter().enumerate().map(|(i, part)| (&*part.id, Named::Way(Way::Peering(i)))));
        ids.extend(parts.endpoints.iter().enumerate().map(|(i, part)| {
            let gateway = matches!(part.kind, EndpointType::Gateway);
            (&*part.id, if gateway { Named::Way(Way::GatewayEndpoint(i)) } else { Named::Endpoint(i) })
        }));
        Self(ids)
    }

    fn get<T>(&self, by: &str, id: &str, wanted: impl Fn(Named) -> Option<T>) -> Result<T, Unbuilt> {
        let found = self.0.get(id).copied().and_then(wanted);
        found.ok_or_else(|| Unbuilt::Missing { by: by.into(), id: id.into() })
    }

    pub(crate) fn vpc(&self, by: &str, id: &str) -> Result<usize, Unbuilt> {
        self.get(by, id, |named| if let Named::Vpc(i) = named { Some(i) } else { None })
    }

    pub(crate) fn subnet(&self, by: &str, id: &str) -> Result<usize, Unbuilt> {
        self.get(by, id, |named| if let Named::Subnet(i) = named { Some(i) } else { None })
    }

    pub(crate) fn group(&self, by: &str, id: &str) -> Result<usize, Unbuilt> {
        self.get(by, id, |named| if let Named::Group(i) = named { Some(i) } else { None })
    }

    pub(crate) fn groups(&self, by: &str, list: Option<&[Box<str>]>) -> Result<Option<Vec<usize>>, Unbuilt> {
        list.map(|list| list.iter().map(|id| self.group(by, id)).collect()).transpose()
    }

    pub(crate) fn way(&self, by: &str, id: &str) -> Result<Way, Unbuilt> {
        self.get(by, id, |named| if let Named::Way(way) = named { Some(way) } else { None })
    }
}

impl Network {
    pub(crate) fn join_subnets(&mut self, parts: &Parts, ids: &Ids<'_>) -> Result<(), Unbuilt> {
        for part in &parts.subnets {
            let vpc = ids.vpc(&part.id, &part.vpc)?;
            let way = |via: &Option<Box<str>>| via.as_ref().map_or(Ok(Way::Blackhole), |id| ids.way(&part.id, id));
            let ways = part.routes.iter().map(|route| way(&route.via)).collect::<Result<_, _>>()?;
            let networks = part.routes.iter().enumerate().filter_map(|(place, route)| match route.to {
                Destination::Cidr(network) => Some((network, place)),
                Destination::PrefixList => None,
            });
            self.subnets.push(SubnetNode {
                id: part.id.clone(),
                vpc,
                availability_zone: part.availability_zone.clone(),
                routes: Table::new(networks),
                ways,
                acl: None,
            });
        }
        Ok(())
    }

    pub(crate) fn join_vpcs(&mut self, parts: &Parts) {
        let mut subnets: Vec<Vec<(IpNet, usize)>> = vec![Vec::new(); parts.vpcs.len()];
        for ((place, part), node) in parts.subnets.iter().enumerate().zip(&self.subnets) {
            if let Some(held) = subnets.get_mut(node.vpc) {
                held.extend(part.cidrs.iter().map(|cidr| (*cidr, place)));
            }
        }
        let node = |(part, subnets): (&Vpc, Vec<(IpNet, usize)>)| VpcNode {
            id: part.id.clone(),
            region: part.region,
            cidrs: part.cidrs.clone(),
            dns: part.dns.clone(),
            dns_support: part.dns_support,
            dns_hostnames: part.dns_hostnames,
            subnets: Table::new(subnets),
            interfaces: HashMap::new(),
            serving: Vec::new(),
        };
        self.vpcs = parts.vpcs.iter().zip(subnets).map(node).collect();
    }

    pub(crate) fn join_rules(&mut self, parts: &Parts, ids: &Ids<'_>) -> Result<(), Unbuilt> {
        for (place, part) in parts.acls.iter().enumerate() {
            for subnet in &part.subnets {
                let subnet = ids.subnet(&part.id, subnet)?;
                if let Some(node) = self.subnets.get_mut(subnet) {
                    node.acl = Some(place);
                }
            }
            let by_number = |rules: &[crate::AclRule]| {
                let mut rules: Vec<(usize, crate::AclRule)> = rules.iter().copied().enumerate().collect();
                rules.sort_by_key(|(_, rule)| rule.number);
                rules
            };
            let (ingress, egress) = (by_number(&part.ingress), by_number(&part.egress));
            self.acls.push(AclNode { id: part.id.clone(), ingress, egress });
        }
        for part in &parts.security_groups {
            let rule = |rule: &crate::SecurityGroupRule| {
                let mut joined = GroupRule { tcp: rule.tcp, ports: rule.ports, cidrs: Vec::new(), groups: Vec::new() };
                for peer in &rule.peers {
                    match peer {
                        Peer::Cidr(cidr) => joined.cidrs.push(*cidr),
                        Peer::SecurityGroup(id) => joined.groups.push(ids.group(&part.id, id)?),
                    }
                }
                Ok(joined)
            };
            let ingress = part.ingress.iter().map(rule).collect::<Result<_, _>>()?;
            let egress = part.egress.as_ref().map(|rules| rules.iter().map(rule).collect()).transpose()?;
            self.groups.push(Group { id: part.id.clone(), ingress, egress });
        }
        Ok(())
    }

    pub(crate) fn join_endpoints(&mut self, parts: &Parts, ids: &Ids<'_>) -> Result<(), Unbuilt> {
        for (place, part) in parts.endpoints.iter().enumerate() {
            let vpc = ids.vpc(&part.id, &part.vpc)?;
            let mut node = EndpointNode {
                id: part.id.clone(),
                serves: None,
                addresses: Vec::new(),
                private_dns: false,
                groups: None,
            };
            if let EndpointType::Interface { addresses, private_dns, security_groups } = &part.kind {
                let region = parts.vpcs.get(vpc).map(|vpc| vpc.region);
                node.serves = region.and_then(|region| service_name(&part.service, region));
                node.private_dns = *private_dns;
                for (subnet, address) in addresses {
                    node.addresses.push((ids.subnet(&part.id, subnet)?, *address));
                }
                node.groups = ids.groups(&part.id, security_groups.as_deref())?;
            }
            if let Some(held) = self.vpcs.get_mut(vpc) {
                held.interfaces.extend(node.addresses.iter().map(|(_, address)| (*address, Holder::Endpoint(place))));
                held.serving.extend(node.serves.is_some().then_some(place));
            }
            self.endpoints.push(node);
        }
        Ok(())
    }

    /// An address that an endpoint has, too, is the endpoint's.
    pub(crate) fn join_network_interfaces(&mut self, parts: &Parts, ids: &Ids<'_>) -> Result<(), Unbuilt> {
        for (place, part) in parts.network_interfaces.iter().enumerate() {
            let subnet = ids.subnet(&part.place, &part.subnet)?;
            let groups = ids.groups(&part.place, part.security_groups.as_deref())?;
            let vpc = self.subnets.get(subnet).map(|node| node.vpc);
            if let Some(held) = vpc.and_then(|vpc| self.vpcs.get_mut(vpc)) {
                for address in &part.addresses {
                    held.interfaces.entry(*address).or_insert(Holder::Place(place));
                }
            }
            let (place, addresses) = (part.place.clone(), part.addresses.clone());
            self.network_interfaces.push(InterfaceNode { place, addresses, groups });
        }
        Ok(())
    }
}
