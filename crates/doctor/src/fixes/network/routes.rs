//! Routes that are missing, or lead to where nothing is.

use super::{is_default, push};
use crate::{
    edit::{Edit, Table, quoted},
    fixes::{Candidate, Patient},
};
use rolecall_network::{Death, Element, HopKind, Why};
use rolecall_world::{Peering, Subnet, Vpc};
use std::net::IpAddr;

/// As many gateways and peerings are tried.
const WAYS: usize = 4;

pub(super) fn candidates(patient: &Patient<'_, '_>, death: Death, out: &mut Vec<Candidate>) {
    if death.why == Why::NoReturnRoute {
        back(patient, death, out);
        return;
    }
    let world = patient.world();
    // Of the NAT gateway where its own subnet leads nowhere.
    let stands = match death.at {
        Element::NatGateway(index) => world.nat_gateways.get(index).and_then(|nat| world.subnet(&nat.subnet.value)),
        Element::NoRoute { subnet } | Element::Route { subnet, .. } => world.subnets.get(subnet),
        _ => None,
    };
    let Some(subnet) = stands.or_else(|| patient.subnet()) else { return };
    let Some(vpc) = world.vpc(&subnet.vpc.value) else { return };
    if let Element::Route { route, .. } = death.at
        && let Some(route) = subnet.routes.get(route)
    {
        for via in gateways(patient, vpc, subnet) {
            let to = world.files.excerpt(route.to.at);
            let new = format!("{{ to = {to}, via = {} }}", quoted(&via));
            let text = format!("Let the route of {} to {} lead to {via}.", &*subnet.id.value, to.trim_matches('"'));
            push(out, vpc.account.value, "mend-the-route", text, vec![Edit::replace(world, route.at, new)], 20);
        }
    }
    over_peerings(patient, vpc, subnet, out);
    for via in gateways(patient, vpc, subnet) {
        let to = if via.starts_with("eigw") { "::/0" } else { "0.0.0.0/0" };
        add(patient, vpc, subnet, to, &via, 35, out);
    }
}

/// A route in the place of those to the same network.
fn add(
    patient: &Patient<'_, '_>,
    vpc: &Vpc,
    subnet: &Subnet,
    to: &str,
    via: &str,
    rank: u16,
    out: &mut Vec<Candidate>,
) {
    let world = patient.world();
    let written = |at| world.files.excerpt(at);
    let kept = subnet.routes.iter().filter(|route| written(route.to.at).trim_matches('"') != to);
    let mut routes: Vec<String> = kept.map(|route| written(route.at).to_owned()).collect();
    routes.push(format!("{{ to = \"{to}\", via = {} }}", quoted(via)));
    let edit = Table::at(world, subnet.at).set("routes", &format!("[{}]", routes.join(", ")));
    let text = format!("Give {} a route to {to} through {via}.", &*subnet.id.value);
    push(out, vpc.account.value, "add-a-route", text, vec![edit], rank);
}

/// To the peered VPC that holds the address.
fn over_peerings(patient: &Patient<'_, '_>, vpc: &Vpc, subnet: &Subnet, out: &mut Vec<Candidate>) {
    let Some(address) = patient.address() else { return };
    for peering in patient.world().peerings.iter().take(WAYS) {
        let Some(other) = other_side(patient, peering, vpc) else { continue };
        if let Some(network) = patient.network(other, Some(address)) {
            add(patient, vpc, subnet, &network.to_string(), &peering.id.value, 15, out);
        }
    }
}

fn other_side<'p>(patient: &'p Patient<'_, '_>, peering: &Peering, vpc: &Vpc) -> Option<&'p Vpc> {
    let other = match &*vpc.id.value {
        id if *id == *peering.requester.value => &peering.accepter,
        id if *id == *peering.accepter.value => &peering.requester,
        _ => return None,
    };
    patient.world().vpc(&other.value)
}

/// The way back over the peering that the call came by.
fn back(patient: &Patient<'_, '_>, death: Death, out: &mut Vec<Candidate>) {
    let world = patient.world();
    let (Element::NoRoute { subnet } | Element::Route { subnet, .. } | Element::LocalRoute { subnet }) = death.at
    else {
        return;
    };
    let peering = patient.hop.journey.hops.iter().find(|hop| hop.kind == HopKind::Peering);
    let subnet = world.subnets.get(subnet);
    let vpc = subnet.and_then(|subnet| world.vpc(&subnet.vpc.value));
    let (Some(peering), Some(subnet), Some(vpc), Some(caller)) = (peering, subnet, vpc, patient.vpc()) else { return };
    let source: Option<IpAddr> = patient.run.place.addresses.first().map(|address| address.value);
    if let Some(network) = patient.network(caller, source) {
        add(patient, vpc, subnet, &network.to_string(), &peering.id, 10, out);
    }
}

/// Gateways of the VPC that lead out: NAT gateways of other subnets first.
fn gateways(patient: &Patient<'_, '_>, vpc: &Vpc, subnet: &Subnet) -> Vec<String> {
    let world = patient.world();
    let elsewhere =
        |id: &str| id != &*subnet.id.value && world.subnet(id).is_some_and(|stands| stands.vpc.value == vpc.id.value);
    let nats = world.nat_gateways.iter().filter(|nat| elsewhere(&nat.subnet.value)).map(|nat| nat.id.to_string());
    let internet = world.internet_gateways.iter().filter(|gateway| gateway.vpc.value == vpc.id.value);
    let egress = world.egress_only_gateways.iter().filter(|gateway| gateway.vpc.value == vpc.id.value);
    let others = internet.chain(egress).map(|gateway| gateway.id.to_string());
    // Where a NAT gateway stands the way leads to the internet gateway, which makes a subnet public.
    let public = world.nat_gateways.iter().any(|nat| nat.subnet.value == subnet.id.value);
    let mut all: Vec<String> = nats.filter(|_| !public).chain(others).take(WAYS).collect();
    let used = |via: &String| subnet.routes.iter().any(|route| is_default(&route.to.value) && is_through(route, via));
    all.sort_by_key(used);
    all
}

fn is_through(route: &rolecall_world::Route, via: &str) -> bool {
    matches!(&route.via.value, rolecall_world::Via::Through(id) if **id == *via)
}
