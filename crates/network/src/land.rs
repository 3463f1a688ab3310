//! The end of a way in a VPC: whatever has the address there, and the answer's way back.

use crate::network::{Holder, Taken, Way};
use crate::travel::custom;
use crate::walk::{Coming, Walk, at_service, refused};
use crate::{Arrival, Death, Direction, Element, HopKind, Ports, Why};
use std::net::IpAddr;

impl Walk<'_> {
    /// Into a VPC, to whatever has the address there, and the answer back.
    pub(crate) fn land(&mut self, vpc: usize, address: IpAddr, coming: Coming<'_>) -> Result<Arrival, Death> {
        let network = self.network;
        let Some(node) = network.vpcs.get(vpc) else {
            return self.dies(HopKind::Subnet, "", Element::Outside, Why::NothingThere);
        };
        let Some((subnet, _)) = node.subnets.get(address) else {
            return self.dies(HopKind::Subnet, &node.id, Element::Vpc(vpc), Why::NothingThere);
        };
        let within = coming.peering.is_none() && coming.subnet == Some(subnet);
        if !within {
            let id = network.subnets.get(subnet).map_or("", |subnet| &subnet.id);
            self.hop(HopKind::Subnet, id, Element::Subnet(subnet));
            self.acl(subnet, Direction::Ingress, coming.source, Ports::one(self.port), Why::NetworkAcl)?;
        }
        let Some(holder) = node.interfaces.get(&address).copied() else {
            return self.dies(HopKind::Subnet, &address.to_string(), Element::Subnet(subnet), Why::NothingThere);
        };
        let met = match holder {
            Holder::Endpoint(place) => self.network.endpoints.get(place).map(|endpoint| {
                let at = (HopKind::VpcEndpoint, &*endpoint.id, Element::Endpoint(place));
                (at, &endpoint.groups, endpoint.serves, endpoint.serves.map(|name| name.region))
            }),
            Holder::Place(place) => self.network.network_interfaces.get(place).map(|interface| {
                let at = (HopKind::NetworkInterface, &*interface.place, Element::NetworkInterface(place));
                (at, &interface.groups, None, Some(node.region))
            }),
        };
        let Some(((kind, id, element), groups, serves, region)) = met else {
            return self.dies(HopKind::Subnet, &address.to_string(), Element::Subnet(subnet), Why::NothingThere);
        };
        if kind == HopKind::VpcEndpoint {
            self.hop(kind, id, element);
        }
        self.groups_in(holder, groups.as_deref(), vpc, coming)?;
        if let Some(region) = region {
            self.crosses(region)?;
        }
        let (ports, why) = (self.place.ports, Why::NetworkAclReply);
        if !within {
            self.acl(subnet, Direction::Egress, coming.source, ports, why)?;
            self.answers_over(coming, subnet)?;
            if let Some(left) = coming.subnet {
                self.acl(left, Direction::Ingress, address, ports, why)?;
            }
        }
        let Holder::Endpoint(place) = holder else {
            self.hop(kind, id, element);
            return Err(refused(element));
        };
        self.hop(HopKind::Endpoint, self.host, Element::Outside);
        let Some(name) = serves else { return Ok(custom(coming.source)) };
        Ok(Arrival {
            vpc_id: Some(node.id.clone()),
            vpc_endpoint_id: Some(id.into()),
            vpc_endpoint: Some(place),
            ..at_service(coming.source, name)
        })
    }

    /// The answer of what came by peering leaves by a route over that peering.
    fn answers_over(&mut self, coming: Coming<'_>, subnet: usize) -> Result<(), Death> {
        let Some(peering) = coming.peering else { return Ok(()) };
        let at = match self.network.taken(subnet, coming.source) {
            Taken::Route(_, Way::Peering(back)) if back == peering => return Ok(()),
            Taken::Route(route, _) => Element::Route { subnet, route },
            Taken::Local => Element::LocalRoute { subnet },
            Taken::None => Element::NoRoute { subnet },
        };
        self.dies(HopKind::Route, &coming.source.to_string(), at, Why::NoReturnRoute)
    }
}
