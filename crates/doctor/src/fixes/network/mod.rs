//! What can be changed about the way: routes, rules, names, gateways.

mod routes;
mod rules;

use super::{Candidate, Patient};
use crate::{
    Code,
    causes::Clue,
    edit::{Edit, Table, quoted},
};
use rolecall_names::AccountId;
use rolecall_network::{Death, Element, Naming, Why};
use rolecall_world::{Destination, Endpoint, PlaceKind, Subnet, Vpc};
use std::net::IpAddr;

pub(super) fn candidates(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    match (&patient.cause.clue, patient.cause.code) {
        (Clue::Death(death), _) => dead_end(patient, *death, out),
        (_, Code::SourceAddressMismatch) => without_private_dns(patient, out),
        (_, Code::SourceVpcEndpointMismatch) => names(patient, out),
        _ => {}
    }
}

fn push(out: &mut Vec<Candidate>, account: AccountId, id: &'static str, text: String, edits: Vec<Edit>, rank: u16) {
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
    match death.why {
        Why::NoRoute
        | Why::NoPublicAddress
        | Why::NatWithoutInternet
        | Why::Blackhole
        | Why::GatewayEndpoint
        | Why::GatewayFamily
        | Why::NotTransitive
        | Why::NoReturnRoute => routes::candidates(patient, death, out),
        Why::SecurityGroupEgress | Why::SecurityGroupIngress => rules::groups(patient, death, out),
        Why::NetworkAcl | Why::NetworkAclReply => rules::acls(patient, death, out),
        Why::NoDnsServer | Why::UnknownHost => amazon_dns(patient, out),
        Why::DnsSupportOff => {
            if let Some(vpc) = patient.vpc() {
                let edit = Table::at(patient.world(), vpc.at).set("enable_dns_support", "true");
                let text = format!("Switch on enableDnsSupport of {}.", &*vpc.id.value);
                push(out, vpc.account.value, "dns-support", text, vec![edit], 10);
            }
        }
        Why::NotConnected => connection(patient, out),
        Why::AddressFamily | Why::NothingThere | Why::PlaceSecurityGroup | Why::NothingListens | Why::Outage => {}
    }
    if death.why == Why::NoPublicAddress {
        public_address(patient, out);
    }
    names(patient, out);
}

fn amazon_dns(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let Some(vpc) = patient.vpc().filter(|vpc| vpc.dns_at.is_some()) else { return };
    let edit = Table::at(patient.world(), vpc.at).set("dns", "\"amazon\"");
    let text = format!("Let {} use Amazon's resolver, which knows the private names.", &*vpc.id.value);
    push(out, vpc.account.value, "amazon-dns", text, vec![edit], 15);
}

/// What would let the Regional name lead to the VPC's own endpoint.
fn names(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let world = patient.world();
    let Naming::Public { passed_over: Some(element) } = patient.hop.journey.naming else { return };
    let Some(vpc) = patient.vpc() else { return };
    match element {
        Element::PrivateDns(index) => {
            if let Some(endpoint) = world.endpoints.get(index) {
                let edit = Table::at(world, endpoint.at).set("private_dns", "true");
                let text = format!("Switch on the private DNS names of {}.", &*endpoint.id.value);
                push(out, vpc.account.value, "private-dns-on", text, vec![edit], 15);
            }
        }
        Element::DnsHostnames(_) => {
            let edit = Table::at(world, vpc.at).set("enable_dns_hostnames", "true");
            let text = format!("Switch on enableDnsHostnames of {}: private names need it.", &*vpc.id.value);
            push(out, vpc.account.value, "dns-hostnames", text, vec![edit], 15);
        }
        Element::DnsServers(_) => amazon_dns(patient, out),
        _ => {}
    }
}

/// A line from a data centre to the VPC that holds the address.
fn connection(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let place = patient.run.place;
    let Some(address) = patient.address().filter(|_| place.kind == PlaceKind::OnPremises) else { return };
    let vpcs = patient.world().vpcs.iter().filter(|vpc| vpc.cidrs.iter().any(|cidr| cidr.value.contains(&address)));
    for vpc in vpcs.take(3) {
        let known = place.connected_to.iter().map(|id| quoted(&id.value)).chain([quoted(&vpc.id.value)]);
        let list = format!("[{}]", known.collect::<Vec<_>>().join(", "));
        let edit = Table::at(patient.world(), place.at).set("connected_to", &list);
        let text = format!("Connect {} to {} by VPN or Direct Connect.", &*place.name.value, &*vpc.id.value);
        push(out, patient.own_account(), "connect", text, vec![edit], 20);
    }
}

/// An address of the internet for the place; which one it will be nobody knows, so one of those kept for examples stands
/// for it.
///
/// Source: RFC 5737.
fn public_address(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let place = patient.run.place;
    let text = patient.world().files.text(place.at.file);
    let free = (1..255).map(|number| format!("192.0.2.{number}")).find(|address| !text.contains(address.as_str()));
    let Some(address) = free.filter(|_| place.public_ip.is_none()) else { return };
    let edit = Table::at(patient.world(), place.at).set("public_ip", &quoted(&address));
    let text = format!("Give {} an address of the internet ({address} stands for it here).", &*place.name.value);
    push(out, patient.own_account(), "public-address", text, vec![edit], 25);
}

impl Patient<'_, '_> {
    /// The place's subnet.
    fn subnet(&self) -> Option<&Subnet> {
        self.world().subnet(&self.run.place.subnet.as_ref()?.value)
    }

    /// The place's VPC.
    fn vpc(&self) -> Option<&Vpc> {
        self.world().vpc(&self.subnet()?.vpc.value)
    }

    /// The address that the call was on its way to.
    fn address(&self) -> Option<IpAddr> {
        self.hop.journey.answers.first().copied()
    }

    /// The VPC endpoint that the call was on its way to.
    fn endpoint(&self) -> Option<&Endpoint> {
        let index = self.hop.journey.hops.iter().rev().find_map(|hop| match hop.element {
            Element::Endpoint(index) | Element::EndpointGroups(index) => Some(index),
            _ => None,
        })?;
        self.world().endpoints.get(index)
    }

    /// The first network of IPv4 that a VPC has, or the one that holds `address`.
    fn network<'v>(&self, vpc: &'v Vpc, address: Option<IpAddr>) -> Option<&'v ipnet::IpNet> {
        let mut networks = vpc.cidrs.iter().map(|cidr| &cidr.value);
        networks.find(|network| match &address {
            Some(address) => network.contains(address),
            None => network.addr().is_ipv4(),
        })
    }
}

/// Whether a route is about everything.
fn is_default(to: &Destination) -> bool {
    matches!(to, Destination::Cidr(network) if network.prefix_len() == 0)
}
