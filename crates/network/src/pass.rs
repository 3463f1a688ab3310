//! Past security groups and network ACLs, each of which is a hop or the end of the way.

use crate::network::Holder;
use crate::rules::{Groups, Verdict};
use crate::walk::{Coming, Walk};
use crate::{Death, Direction, Element, HopKind, Network, Ports, Why};
use std::net::IpAddr;

impl Walk<'_> {
    pub(crate) fn groups_out(
        &mut self,
        own: Option<&[usize]>,
        groups: Groups<'_>,
        address: IpAddr,
        far: Groups<'_>,
    ) -> Result<(), Death> {
        let verdict = self.network.groups_let(groups, Direction::Egress, address, far, self.port);
        self.judged(verdict, Direction::Egress, own, Element::PlaceGroups, Why::SecurityGroupEgress)
    }

    pub(crate) fn groups_in(
        &mut self,
        holder: Holder,
        own: Option<&[usize]>,
        vpc: usize,
        coming: Coming<'_>,
    ) -> Result<(), Death> {
        let (all, why) = match holder {
            Holder::Endpoint(endpoint) => (Element::EndpointGroups(endpoint), Why::SecurityGroupIngress),
            Holder::Place(place) => (Element::NetworkInterfaceGroups(place), Why::PlaceSecurityGroup),
        };
        let groups = own.map_or(Groups::Default(vpc), Groups::Own);
        let verdict = self.network.groups_let(groups, Direction::Ingress, coming.source, coming.groups, self.port);
        self.judged(verdict, Direction::Ingress, own, all, why)
    }

    /// A hop for the group that let the packet through or, when it is the only one, that did not.
    fn judged(
        &mut self,
        verdict: Verdict,
        direction: Direction,
        own: Option<&[usize]>,
        all: Element,
        why: Why,
    ) -> Result<(), Death> {
        let network = self.network;
        let id = |group: usize| network.groups.get(group).map_or("", |group| &*group.id);
        match verdict {
            Verdict::Through(None) => Ok(()),
            Verdict::Through(Some((group, rule))) => {
                let element = Element::SecurityGroupRule { group, direction, rule };
                self.hop(HopKind::SecurityGroup, id(group), element);
                Ok(())
            }
            Verdict::Denied => match own {
                Some([group]) => {
                    let at = Element::SecurityGroupRule { group: *group, direction, rule: None };
                    self.dies(HopKind::SecurityGroup, id(*group), at, why)
                }
                Some(groups) => {
                    let ids: Vec<&str> = groups.iter().map(|group| id(*group)).collect();
                    self.dies(HopKind::SecurityGroup, &ids.join(" "), all, why)
                }
                None => self.dies(HopKind::SecurityGroup, "default", all, why),
            },
        }
    }

    /// Past a network ACL. Only the call makes a hop of it; the answer passes unseen.
    pub(crate) fn acl(
        &mut self,
        subnet: usize,
        direction: Direction,
        peer: IpAddr,
        ports: Ports,
        why: Why,
    ) -> Result<(), Death> {
        let network = self.network;
        let Some((place, acl)) = network.acl(subnet) else { return Ok(()) };
        match network.acl_lets(subnet, direction, peer, ports) {
            Err(at) => self.dies(HopKind::NetworkAcl, &acl.id, at, why),
            Ok(rule) => {
                if why == Why::NetworkAcl {
                    self.hop(HopKind::NetworkAcl, &acl.id, Element::AclRule { acl: place, direction, rule });
                }
                Ok(())
            }
        }
    }
}

/// The groups of the network interface at an address.
pub(crate) fn interface_groups(network: &Network, vpc: usize, address: IpAddr) -> Groups<'_> {
    let holder = network.vpcs.get(vpc).and_then(|node| node.interfaces.get(&address));
    let groups = match holder {
        Some(Holder::Endpoint(endpoint)) => network.endpoints.get(*endpoint).map(|node| &node.groups),
        Some(Holder::Place(place)) => network.network_interfaces.get(*place).map(|node| &node.groups),
        None => None,
    };
    groups.map_or(Groups::None, |groups| groups.as_deref().map_or(Groups::Default(vpc), Groups::Own))
}
