//! What security groups and network ACLs let through.

use crate::network::{AclNode, GroupRule, Network};
use crate::{Direction, Element, Ports};
use std::net::IpAddr;

/// The groups of a network interface, or those of an address that has none.
#[derive(Clone, Copy)]
pub(crate) enum Groups<'g> {
    /// These.
    Own(&'g [usize]),
    /// The default group of that VPC.
    Default(usize),
    /// Not an interface in a VPC.
    None,
}

/// The verdict of an interface's groups.
pub(crate) enum Verdict {
    /// A rule lets through; the group and the rule, when they were written down.
    Through(Option<(usize, Option<usize>)>),
    /// None does.
    Denied,
}

impl Network {
    /// Whether groups let a packet to `port` pass between them and `peer`.
    ///
    /// The default group lets everything out, and in only what has it too. Security groups are stateful: answers pass.
    /// Source: Amazon VPC User Guide, "Default security groups" and "Security group basics".
    pub(crate) fn groups_let(
        &self,
        groups: Groups<'_>,
        direction: Direction,
        peer: IpAddr,
        peer_groups: Groups<'_>,
        port: u16,
    ) -> Verdict {
        let own = match groups {
            Groups::None => return Verdict::Through(None),
            Groups::Default(vpc) => {
                let same = matches!(peer_groups, Groups::Default(other) if other == vpc);
                let through = direction == Direction::Egress || same;
                return if through { Verdict::Through(None) } else { Verdict::Denied };
            }
            Groups::Own(own) => own,
        };
        for place in own {
            let Some(group) = self.groups.get(*place) else { continue };
            let rules = match (direction, &group.egress) {
                (Direction::Ingress, _) => &group.ingress,
                (Direction::Egress, Some(rules)) => rules,
                (Direction::Egress, None) => return Verdict::Through(Some((*place, None))),
            };
            if let Some(rule) = rules.iter().position(|rule| lets(rule, peer, peer_groups, port)) {
                return Verdict::Through(Some((*place, Some(rule))));
            }
        }
        Verdict::Denied
    }

    /// Whether the ACL of a subnet lets packets to every one of `ports` pass; the rule that lets
    /// the last of them; else the rule that drops some.
    ///
    /// Rules are weighed by their numbers, the first that matches counts, and the last denies everything.
    /// Source: Amazon VPC User Guide, "Network ACL rules".
    pub(crate) fn acl_lets(
        &self,
        subnet: usize,
        direction: Direction,
        peer: IpAddr,
        ports: Ports,
    ) -> Result<Option<usize>, Element> {
        let Some((place, acl)) = self.acl(subnet) else { return Ok(None) };
        let rules = match direction {
            Direction::Ingress => &acl.ingress,
            Direction::Egress => &acl.egress,
        };
        let dropped = |rule| Err(Element::AclRule { acl: place, direction, rule });
        let mut open = vec![ports];
        for (position, rule) in rules.iter().filter(|(_, rule)| rule.tcp && rule.cidr.contains(&peer)) {
            if !rule.allow && open.iter().any(|range| overlap(*range, rule.ports)) {
                return dropped(Some(*position));
            }
            open = open.into_iter().flat_map(|range| without(range, rule.ports)).flatten().collect();
            if open.is_empty() {
                return Ok(Some(*position));
            }
        }
        dropped(None)
    }

    pub(crate) fn acl(&self, subnet: usize) -> Option<(usize, &AclNode)> {
        let place = self.subnets.get(subnet)?.acl?;
        Some((place, self.acls.get(place)?))
    }
}

fn lets(rule: &GroupRule, peer: IpAddr, peer_groups: Groups<'_>, port: u16) -> bool {
    let known = match peer_groups {
        Groups::Own(groups) => groups,
        Groups::Default(_) | Groups::None => &[],
    };
    rule.tcp
        && (rule.ports.from..=rule.ports.to).contains(&port)
        && (rule.cidrs.iter().any(|cidr| cidr.contains(&peer)) || rule.groups.iter().any(|group| known.contains(group)))
}

fn overlap(one: Ports, other: Ports) -> bool {
    one.from <= other.to && other.from <= one.to
}

/// What is left of `range` below and above `taken`.
fn without(range: Ports, taken: Ports) -> [Option<Ports>; 2] {
    if !overlap(range, taken) {
        return [Some(range), None];
    }
    let below = taken.from.checked_sub(1).filter(|to| *to >= range.from).map(|to| Ports { from: range.from, to });
    let above = taken.to.checked_add(1).filter(|from| *from <= range.to).map(|from| Ports { from, to: range.to });
    [below, above]
}
