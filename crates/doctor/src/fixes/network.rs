//! What can be changed about the way: routes, rules, names, gateways.

use super::{Candidate, Patient};
use crate::{
    Code,
    causes::Clue,
    edit::{Edit, Table, quoted},
};
use rolecall_names::AccountId;
use rolecall_network::{Death, Direction, Element, Why};
use rolecall_world::{Subnet, Vpc};

pub(super) fn candidates(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    match (&patient.cause.clue, patient.cause.code) {
        (Clue::Death(death), _) => dead_end(patient, *death, out),
        (_, Code::SourceAddressMismatch) => without_private_dns(patient, out),
        _ => {}
    }
}

fn push(out: &mut Vec<Candidate>, account: AccountId, id: &'static str, text: String, edits: Vec<Edit>, rank: u8) {
    out.push(Candidate { id, text, account, edits, widens: None, rank });
}

/// Without the endpoint's private name the Regional name leads out through the gateways again.
fn without_private_dns(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let Ok(arrival) = &patient.hop.journey.ended else { return };
    let Some(endpoint) = arrival.vpc_endpoint.and_then(|index| patient.world().endpoints.get(index)) else { return };
    let Some(vpc) = patient.world().vpc(&endpoint.vpc.value) else { return };
    let edit = Table::at(patient.world(), endpoint.at).set("private_dns", "false");
    let text = format!(
        "Switch off the private DNS names of {}: everything in {} that calls STS leaves through the gateways then.",
        &*endpoint.id.value, &*vpc.id.value
    );
    push(out, vpc.account.value, "private-dns-off", text, vec![edit], 40);
}

fn dead_end(patient: &Patient<'_, '_>, death: Death, out: &mut Vec<Candidate>) {
    let world = patient.world();
    let subnet = patient.run.place.subnet.as_ref().and_then(|subnet| world.subnet(&subnet.value));
    let vpc = subnet.and_then(|subnet| world.vpc(&subnet.vpc.value));
    let (Some(subnet), Some(vpc)) = (subnet, vpc) else { return };
    let account = vpc.account.value;
    let v6 = patient.run.place.addresses.iter().any(|address| address.value.is_ipv6());
    match death.why {
        Why::NoRoute | Why::NoPublicAddress | Why::NatWithoutInternet => ways_out(patient, vpc, subnet, death, out),
        Why::Blackhole | Why::GatewayEndpoint | Why::GatewayFamily | Why::NotTransitive | Why::NoReturnRoute => {
            if let Element::Route { subnet: index, route } = death.at
                && let Some(route) = world.subnets.get(index).and_then(|subnet| subnet.routes.get(route))
            {
                for via in gateways(patient, vpc) {
                    let to = world.files.excerpt(route.to.at);
                    let new = format!("{{ to = {to}, via = {} }}", quoted(&via));
                    let text = format!("Let the route to {} lead to {via}.", to.trim_matches('"'));
                    push(out, account, "mend-the-route", text, vec![Edit::replace(world, route.at, new)], 20);
                }
            }
            ways_out(patient, vpc, subnet, death, out);
        }
        Why::SecurityGroupEgress | Why::SecurityGroupIngress => groups(patient, vpc, death, out),
        Why::NetworkAcl | Why::NetworkAclReply => acls(patient, death, account, out),
        Why::NoDnsServer | Why::UnknownHost => {
            let table = Table::at(world, vpc.at);
            if table.value("dns").is_some() {
                let edit = table.set("dns", "\"amazon\"");
                push(
                    out,
                    account,
                    "amazon-dns",
                    format!("Let {} use Amazon's resolver.", &*vpc.id.value),
                    vec![edit],
                    30,
                );
            }
        }
        Why::DnsSupportOff => {
            let edit = Table::at(world, vpc.at).set("enable_dns_support", "true");
            push(
                out,
                account,
                "dns-support",
                format!("Switch on enableDnsSupport of {}.", &*vpc.id.value),
                vec![edit],
                10,
            );
        }
        Why::AddressFamily | Why::NothingThere | Why::NotConnected | Why::Outage => {}
    }
    names(patient, vpc, v6, out);
}

/// What would let the Regional name lead to the VPC's own endpoint.
fn names(patient: &Patient<'_, '_>, vpc: &Vpc, _v6: bool, out: &mut Vec<Candidate>) {
    let world = patient.world();
    let rolecall_network::Naming::Public { passed_over: Some(element) } = patient.hop.journey.naming else { return };
    let account = vpc.account.value;
    match element {
        Element::PrivateDns(index) => {
            if let Some(endpoint) = world.endpoints.get(index) {
                let edit = Table::at(world, endpoint.at).set("private_dns", "true");
                let text = format!("Switch on the private DNS names of {}.", &*endpoint.id.value);
                push(out, account, "private-dns-on", text, vec![edit], 15);
            }
        }
        Element::DnsHostnames(_) => {
            let edit = Table::at(world, vpc.at).set("enable_dns_hostnames", "true");
            let text = format!("Switch on enableDnsHostnames of {}: private names need it.", &*vpc.id.value);
            push(out, account, "dns-hostnames", text, vec![edit], 15);
        }
        Element::DnsServers(_) => {
            let edit = Table::at(world, vpc.at).set("dns", "\"amazon\"");
            let text = format!("Let {} use Amazon's resolver, which knows the private names.", &*vpc.id.value);
            push(out, account, "amazon-dns", text, vec![edit], 30);
        }
        _ => {}
    }
}

/// Gateways of the VPC that lead out, NAT gateways first.
fn gateways(patient: &Patient<'_, '_>, vpc: &Vpc) -> Vec<String> {
    let world = patient.world();
    let in_vpc = |subnet: &str| world.subnet(subnet).is_some_and(|subnet| subnet.vpc.value == vpc.id.value);
    let nats = world.nat_gateways.iter().filter(|nat| in_vpc(&nat.subnet.value)).map(|nat| nat.id.to_string());
    let internet = world.internet_gateways.iter().filter(|gateway| gateway.vpc.value == vpc.id.value);
    let egress = world.egress_only_gateways.iter().filter(|gateway| gateway.vpc.value == vpc.id.value);
    let others = internet.chain(egress).map(|gateway| gateway.id.to_string());
    nats.chain(others).take(4).collect()
}

/// A default route where there is none, in the place's subnet or in the NAT gateway's.
fn ways_out(patient: &Patient<'_, '_>, vpc: &Vpc, subnet: &Subnet, death: Death, out: &mut Vec<Candidate>) {
    let world = patient.world();
    let of_nat = match death.at {
        Element::NatGateway(index) => world.nat_gateways.get(index).and_then(|nat| world.subnet(&nat.subnet.value)),
        Element::NoRoute { subnet } => world.subnets.get(subnet),
        _ => None,
    };
    let subnet = of_nat.unwrap_or(subnet);
    for via in gateways(patient, vpc) {
        let to = if via.starts_with("eigw") { "::/0" } else { "0.0.0.0/0" };
        let route = format!("{{ to = \"{to}\", via = {} }}", quoted(&via));
        let table = Table::at(world, subnet.at);
        let kept = subnet.routes.iter().filter(|route| world.files.excerpt(route.to.at).trim_matches('"') != to);
        let mut routes: Vec<String> = kept.map(|route| world.files.excerpt(route.at).to_owned()).collect();
        routes.push(route);
        let edit = table.set("routes", &format!("[{}]", routes.join(", ")));
        let text = format!("Give {} a route to {to} through {via}.", &*subnet.id.value);
        push(out, vpc.account.value, "add-a-route", text, vec![edit], 35);
    }
}

fn groups(patient: &Patient<'_, '_>, vpc: &Vpc, death: Death, out: &mut Vec<Candidate>) {
    let world = patient.world();
    let place = patient.run.place;
    let (named, key, side) = match death.why {
        Why::SecurityGroupEgress => (&place.security_groups, "egress", "to"),
        _ => match death.at {
            Element::Endpoint(index) | Element::EndpointGroups(index) => match world.endpoints.get(index) {
                Some(endpoint) => (&endpoint.security_groups, "ingress", "from"),
                None => return,
            },
            _ => return,
        },
    };
    let Some(group) = named.iter().flatten().next() else {
        // The endpoint has the VPC's default group, which lets in only what has it too.
        if let Element::Endpoint(index) | Element::EndpointGroups(index) = death.at
            && let Some(endpoint) = world.endpoints.get(index)
            && let Some(own) = &place.security_groups
        {
            let list: Vec<String> = own.iter().map(|id| quoted(&id.value)).collect();
            let edit = Table::at(world, endpoint.at).set("security_groups", &format!("[{}]", list.join(", ")));
            let text = format!("Give {} a security group that lets the caller in.", &*endpoint.id.value);
            push(out, vpc.account.value, "endpoint-security-group", text, vec![edit], 20);
        }
        return;
    };
    let Some(group) = world.security_groups.iter().find(|known| known.id.value == group.value) else { return };
    let peers = match key {
        "egress" => "[\"0.0.0.0/0\"]".to_owned(),
        _ => {
            let addresses = place.addresses.iter().map(|address| {
                let bits = if address.value.is_ipv4() { 32 } else { 128 };
                quoted(&format!("{}/{bits}", address.value))
            });
            format!("[{}]", addresses.collect::<Vec<_>>().join(", "))
        }
    };
    let rule = format!("{{ protocol = \"tcp\", ports = 443, {side} = {peers} }}");
    let table = Table::at(world, group.id.at);
    let value = match table.value(key) {
        Some(range) => {
            let text = world.files.text(group.id.at.file).get(range).unwrap_or_default();
            let inner = text.trim_start_matches('[').trim_end_matches(']').trim().trim_end_matches(',');
            if inner.is_empty() { format!("[{rule}]") } else { format!("[{inner}, {rule}]") }
        }
        None => format!("[{rule}]"),
    };
    let way = if key == "egress" { "out" } else { "in" };
    let text = format!("Let {} let HTTPS (TCP 443) {way}.", &*group.id.value);
    push(out, vpc.account.value, "security-group-rule", text, vec![table.set(key, &value)], 15);
}

fn acls(patient: &Patient<'_, '_>, death: Death, account: AccountId, out: &mut Vec<Candidate>) {
    let world = patient.world();
    let Element::AclRule { acl, direction, rule } = death.at else { return };
    let Some(acl) = world.acls.get(acl) else { return };
    let (rules, key, side) = match direction {
        Direction::Ingress => (&acl.ingress, "ingress", "from"),
        Direction::Egress => (&acl.egress, "egress", "to"),
    };
    let taken = |number: u16| rules.iter().any(|rule| rule.number == number);
    let below = rule.and_then(|rule| rules.get(rule)).map_or(u16::MAX, |rule| rule.number);
    let Some(number) = (1..below.min(32_766)).rev().find(|number| !taken(*number)) else { return };
    for ports in ["443", "\"1024-65535\"", "\"all\""] {
        let new = format!(
            "{{ number = {number}, action = \"allow\", protocol = \"tcp\", ports = {ports}, {side} = \"0.0.0.0/0\" }}"
        );
        let table = Table::at(world, acl.id.at);
        let value = match table.value(key) {
            Some(range) => {
                let text = world.files.text(acl.id.at.file).get(range).unwrap_or_default();
                let inner = text.trim_start_matches('[').trim_end_matches(']').trim().trim_end_matches(',');
                if inner.is_empty() { format!("[{new}]") } else { format!("[{inner}, {new}]") }
            }
            None => format!("[{new}]"),
        };
        let what = match ports {
            "443" => "HTTPS (TCP 443)",
            "\"all\"" => "every port",
            _ => "the ports of answers (TCP 1024 to 65535)",
        };
        let text = format!("Let the network ACL {} let {what} through, before the rule that drops it.", &*acl.id.value);
        push(out, account, "network-acl-rule", text, vec![table.set(key, &value)], 20);
    }
}
