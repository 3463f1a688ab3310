//! The way: who answered the name, every hop, and what STS saw of it at the end.

use super::page::{Page, Paint};
use crate::{Case, HopRun, Run, run::region_of};
use rolecall_names::Region;
use rolecall_network::{
    Arrival, AwsService, Element, EndpointKind, Hop, HopKind, IN_REGION_SINCE, Look, Naming, Resolver, ResolverKind,
    Why, round_trip,
};

/// The way of one `AssumeRole`.
pub(super) fn way(page: &mut Page, case: &Case<'_>, run: &Run<'_>, hop: &HopRun) {
    page.heading("The way");
    let journey = &hop.journey;
    if run.record.as_ref().is_some_and(|record| record.way_told) {
        let host = &hop.hop.endpoint.host;
        page.labelled("name", &format!("{host}; a record does not tell how it was resolved"), Paint::Plain);
    } else {
        page.labelled("name", &name(case, hop), Paint::Plain);
        page.labelled("resolver", &resolver(&journey.resolver), Paint::Plain);
        passed_over(page, case, run, journey.naming);
    }
    let dead = journey.ended.is_err();
    let count = journey.hops.len();
    for (index, step) in journey.hops.iter().enumerate() {
        let label = if index == 0 { "hops" } else { "" };
        let ends = dead && index + 1 == count;
        let text =
            format!("{}. {}{}", index + 1, self::hop(case, run, step), if ends { ": the way ends here" } else { "" });
        page.labelled(label, &text, if ends { Paint::Bad } else { Paint::Plain });
    }
    match &journey.ended {
        Ok(arrival) => arrived(page, run, case, arrival),
        Err(death) => {
            let text = match death.how {
                Look::NoAnswer => "nothing answers: the client waits until it gives up (connect timeout)",
                Look::NameNotFound => "the name does not resolve, and the client says so at once",
                Look::Unreachable => "the machine has no route, and the client is told so at once",
                Look::Refused => "the connection is refused, and the client says so at once",
            };
            page.labelled("looks", text, Paint::Plain);
            if death.why == Why::Outage {
                distance(page, case, run, hop.hop.endpoint.region.parse().ok());
            }
        }
    }
}

fn name(case: &Case<'_>, hop: &HopRun) -> String {
    let journey = &hop.journey;
    let host = &hop.hop.endpoint.host;
    let endpoint = |index: usize| case.world.endpoints.get(index).map_or("", |endpoint| &*endpoint.id.value);
    let answers: Vec<String> = journey.answers.iter().map(ToString::to_string).collect();
    let answers = answers.join(" or ");
    match journey.naming {
        Naming::Literal => format!("{host} is an address, nobody has to be asked"),
        Naming::Public { .. } => format!("{host} is a public name ({answers} stands for its address here)"),
        Naming::PrivateDns(index) => {
            format!("{host} is {answers}, the VPC endpoint {} by its private DNS name", endpoint(index))
        }
        Naming::EndpointName(index) => {
            format!("{host} is {answers}, the VPC endpoint {} by its own name", endpoint(index))
        }
        Naming::Instance => format!("{host} is {answers}, by that address's private DNS name"),
        Naming::Nothing => format!("{host} does not resolve"),
    }
}

fn resolver(resolver: &Resolver) -> String {
    let address = resolver.address.map_or_else(String::new, |address| format!(", {address}"));
    match resolver.kind {
        ResolverKind::Amazon(Some(region)) => format!("Amazon's{address}, in a VPC of {region}"),
        ResolverKind::Amazon(None) => format!("Amazon's{address}"),
        ResolverKind::Forwarding(region) => format!("one of one's own{address}, which asks Amazon's in {region}"),
        ResolverKind::Custom => format!("one of one's own{address}, which knows public names alone"),
        ResolverKind::Public => format!("a public one{address}"),
        ResolverKind::None => "none".to_owned(),
    }
}

/// Why the VPC's own endpoint was not told, where that is worth knowing.
fn passed_over(page: &mut Page, case: &Case<'_>, run: &Run<'_>, naming: Naming) {
    let Naming::Public { passed_over: Some(element) } = naming else { return };
    let why = match element {
        Element::PrivateDns(index) => {
            let id = case.world.endpoints.get(index).map_or("", |endpoint| &*endpoint.id.value);
            format!("the private DNS names of the VPC endpoint {id} are off")
        }
        Element::DnsHostnames(_) => "enableDnsHostnames is off in the VPC".to_owned(),
        Element::DnsSupport(_) => "enableDnsSupport is off in the VPC".to_owned(),
        Element::DnsServers(_) => "the VPC's DNS servers do not know its private names".to_owned(),
        _ => return,
    };
    let at = case.world.position(run.place, element).map(|at| format!(" ({})", case.world.files.locate(at)));
    let text = format!("{why}{}, so the VPC's own endpoint is passed over", at.unwrap_or_default());
    page.labelled("", &text, Paint::Plain);
}

fn hop(case: &Case<'_>, run: &Run<'_>, hop: &Hop) -> String {
    let what = match hop.kind {
        HopKind::Place => "place",
        HopKind::Subnet => "subnet",
        HopKind::SecurityGroup => "security group",
        HopKind::NetworkAcl => "network ACL",
        HopKind::Route if matches!(hop.element, Element::NoRoute { .. }) => "no route to",
        HopKind::Route => "route to",
        HopKind::NatGateway => "NAT gateway",
        HopKind::InternetGateway => "internet gateway",
        HopKind::EgressOnlyGateway => "egress-only internet gateway",
        HopKind::Peering => "VPC peering",
        HopKind::Connection => "connection to",
        HopKind::VpcEndpoint => "VPC endpoint",
        HopKind::NetworkInterface => "network interface of",
        HopKind::Internet => "internet",
        HopKind::Outage => "outage",
        HopKind::Endpoint => "endpoint",
        HopKind::Resolver => "resolver",
    };
    let id = if hop.kind == HopKind::Internet { "" } else { &*hop.id };
    let space = if id.is_empty() { "" } else { " " };
    // Where a choice was made: routes and rules, not the parts they lead to.
    let chosen = matches!(
        hop.element,
        Element::Route { .. }
            | Element::NoRoute { .. }
            | Element::AclRule { .. }
            | Element::SecurityGroupRule { .. }
            | Element::Outage(_)
    );
    let at = case.world.position(run.place, hop.element).filter(|_| chosen);
    let at = at.map_or_else(String::new, |at| format!(" ({})", case.world.files.locate(at)));
    format!("{what}{space}{id}{at}")
}

fn arrived(page: &mut Page, run: &Run<'_>, case: &Case<'_>, arrival: &Arrival) {
    let mut seen = format!("source address {}", arrival.source_ip);
    match (&arrival.vpc_endpoint_id, &arrival.vpc_id) {
        (Some(endpoint), Some(vpc)) => seen.push_str(&format!(", VPC endpoint {endpoint}, VPC {vpc}")),
        _ => seen.push_str(", no VPC endpoint"),
    }
    page.labelled("STS sees", &seen, Paint::Plain);
    let Some(serving) = arrival.serving_region else { return };
    let served = match arrival.endpoint {
        EndpointKind::Global if arrival.service == Some(AwsService::Sts) && serving != Region::US_EAST_1 => format!(
            "in {serving}: since {} the global endpoint serves a caller in the caller's own Region, if Amazon's resolver \
             there gave the address",
            day(IN_REGION_SINCE)
        ),
        _ => format!("in {serving}"),
    };
    page.labelled("served", &served, Paint::Plain);
    distance(page, case, run, Some(serving));
}

fn day(instant: rolecall_names::Instant) -> String {
    instant.iso8601().chars().take("2025-04-18".len()).collect()
}

/// What it costs to be served in another Region.
fn distance(page: &mut Page, case: &Case<'_>, run: &Run<'_>, serving: Option<Region>) {
    let here = region_of(case.world, run.place).and_then(|region| region.parse::<Region>().ok());
    let (Some(here), Some(there)) = (here, serving) else { return };
    if here == there {
        return;
    }
    let Some(estimate) = round_trip(here, there) else { return };
    let text = format!(
        "about {} ms from {here} to {there} and back, an estimate: {}",
        estimate.milliseconds,
        estimate.basis.source()
    );
    page.labelled("distance", &text, Paint::Plain);
}
