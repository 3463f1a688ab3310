//! Security groups and network ACLs that let something not through.

use super::push;
use crate::{
    edit::{Table, quoted},
    fixes::{Candidate, Patient},
};
use rolecall_network::{Death, Direction, Element, Why};
use rolecall_world::{Place, SecurityGroup};

/// As many groups are tried.
const GROUPS: usize = 4;

pub(super) fn groups(patient: &Patient<'_, '_>, death: Death, out: &mut Vec<Candidate>) {
    let world = patient.world();
    let place = patient.run.place;
    let outwards = death.why == Why::SecurityGroupEgress;
    let endpoint = patient.endpoint().filter(|_| !outwards);
    let own =
        if outwards { place.security_groups.as_ref() } else { endpoint.and_then(|it| it.security_groups.as_ref()) };
    let named = own.into_iter().flatten();
    let named = named.filter_map(|id| world.security_groups.iter().find(|group| group.id.value == id.value));
    for group in named.take(GROUPS) {
        rule(patient, group, outwards, out);
    }
    // Without a group of its own the endpoint has the VPC's default one, which lets in only what has it too.
    let Some(endpoint) = endpoint.filter(|_| own.is_none()) else { return };
    let account = world.vpc(&endpoint.vpc.value).map_or(patient.own_account(), |vpc| vpc.account.value);
    let of_vpc = world.security_groups.iter().filter(|group| group.vpc.value == endpoint.vpc.value);
    for group in of_vpc.take(GROUPS) {
        let id = &group.id.value;
        let edit = Table::at(world, endpoint.at).set("security_groups", &format!("[{}]", quoted(id)));
        let text = format!("Give {} the security group {id} in the place of the default one.", &*endpoint.id.value);
        push(out, account, "endpoint-security-group", text, vec![edit], 20);
    }
}

/// A rule for HTTPS.
fn rule(patient: &Patient<'_, '_>, group: &SecurityGroup, outwards: bool, out: &mut Vec<Candidate>) {
    let world = patient.world();
    let account = world.vpc(&group.vpc.value).map_or(patient.own_account(), |vpc| vpc.account.value);
    let (key, side, way) = if outwards { ("egress", "to", "out") } else { ("ingress", "from", "in") };
    let peers = if outwards { "[\"0.0.0.0/0\"]".to_owned() } else { addresses(patient.run.place) };
    let rule = format!("{{ protocol = \"tcp\", ports = 443, {side} = {peers} }}");
    let table = Table::at(world, group.id.at);
    let value = table.with_element(key, &rule);
    let text = format!("Let {} let HTTPS (TCP 443) {way}.", &*group.id.value);
    push(out, account, "security-group-rule", text, vec![table.set(key, &value)], 15);
}

fn addresses(place: &Place) -> String {
    let addresses = place.addresses.iter().map(|address| {
        let bits = if address.value.is_ipv4() { 32 } else { 128 };
        quoted(&format!("{}/{bits}", address.value))
    });
    format!("[{}]", addresses.collect::<Vec<_>>().join(", "))
}

/// The numbers of an ACL's rules end here. Source: EC2 API Reference, `CreateNetworkAclEntry`, `RuleNumber`.
const LAST: u16 = 32_766;

pub(super) fn acls(patient: &Patient<'_, '_>, death: Death, out: &mut Vec<Candidate>) {
    let world = patient.world();
    let Element::AclRule { acl, direction, rule } = death.at else { return };
    let Some(acl) = world.acls.get(acl) else { return };
    let account = world.vpc(&acl.vpc.value).map_or(patient.own_account(), |vpc| vpc.account.value);
    let (rules, key, side) = match direction {
        Direction::Ingress => (&acl.ingress, "ingress", "from"),
        Direction::Egress => (&acl.egress, "egress", "to"),
    };
    let taken = |number: &u16| rules.iter().any(|rule| rule.number == *number);
    // Before the rule that drops it; where none does, behind all others.
    let number = match rule.and_then(|rule| rules.get(rule)) {
        Some(rule) => (1..rule.number).rev().find(|number| !taken(number)),
        None => {
            let last = rules.iter().map(|rule| rule.number).max().unwrap_or_default();
            (last.saturating_add(100).min(LAST)..=LAST).chain((1..LAST).rev()).find(|number| !taken(number))
        }
    };
    let Some(number) = number else { return };
    for ports in ["443", "\"1024-65535\"", "\"all\""] {
        let new = format!(
            "{{ number = {number}, action = \"allow\", protocol = \"tcp\", ports = {ports}, {side} = \"0.0.0.0/0\" }}"
        );
        let table = Table::at(world, acl.id.at);
        let value = table.with_element(key, &new);
        let what = match ports {
            "443" => "HTTPS (TCP 443)",
            "\"all\"" => "every port",
            _ => "the ports of answers (TCP 1024 to 65535)",
        };
        let text = format!("Let the network ACL {} let {what} through.", &*acl.id.value);
        push(out, account, "network-acl-rule", text, vec![table.set(key, &value)], 20);
    }
}
