//! VPCs, subnets, gateways and endpoints.

pub(super) mod contradictions;
pub(super) mod rules;

use crate::policies::policy;
use crate::reader::{
    Fields, Item, Reader, account, boolean, checked, list_of, new_name, one_or_list, parsed, place, reference,
    table_of, tables, text, word,
};
use crate::{
    Destination, DnsServer, DnsServers, Endpoint, EndpointKind, Expected, Gateway, Kind, Located, NatGateway, Peering,
    ProblemKind, Route, Subnet, Via, Vpc,
};
use ipnet::IpNet;
use rolecall_names::Region;
use rolecall_policy::Kind as DocumentKind;
use std::net::IpAddr;
use toml::de::DeValue;

/// Source: Amazon VPC User Guide, "Amazon VPC quotas": routes and rules, at their adjustable limits or above.
const MAX_ROUTES: usize = 1000;
const MAX_CIDRS: usize = 50;
const MAX_SUBNETS: usize = 200;
const MAX_GROUPS: usize = 16;

/// An address of each family.
const FAMILIES: usize = 2;

/// What a route can lead through.
const WAYS: &[Kind] =
    &[Kind::NatGateway, Kind::InternetGateway, Kind::EgressOnlyGateway, Kind::Peering, Kind::GatewayEndpoint];

const TYPES: &[(&str, EndpointKind)] = &[("Interface", EndpointKind::Interface), ("Gateway", EndpointKind::Gateway)];

/// `[[vpc]]`
pub(super) fn vpcs(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<Vpc> {
    tables(reader, document, "vpc", |reader, fields| {
        let account = fields.need(reader, "account", account);
        let region = fields.need(reader, "region", parsed::<Region>(Expected::Region));
        let id = fields.need(reader, "id", new_name(Kind::Vpc));
        let cidrs = fields.need(reader, "cidr", one_or_list(MAX_CIDRS, cidr));
        let dns = fields.maybe(reader, "dns", |reader, item| match item.get_ref() {
            DeValue::String(word) if word == "amazon" => Some(DnsServers::Amazon),
            DeValue::Array(_) => Some(DnsServers::Custom(list_of(reader, item, 4, address))),
            _ => reader.expected(item, Expected::Dns),
        });
        let dns_at = dns.as_ref().map(|dns| dns.at);
        let dns = dns.map_or(DnsServers::Amazon, |dns| dns.value);
        let enable_dns_support = fields.maybe(reader, "enable_dns_support", boolean);
        let enable_dns_hostnames = fields.maybe(reader, "enable_dns_hostnames", boolean);
        Some(Vpc {
            account: account?,
            region: region?,
            id: id?,
            cidrs: cidrs?.value,
            dns,
            dns_at,
            enable_dns_support,
            enable_dns_hostnames,
            at: fields.at(),
        })
    })
}

/// `[[dns_server]]`
pub(super) fn dns_servers(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<DnsServer> {
    tables(reader, document, "dns_server", |reader, fields| {
        let address = fields.need(reader, "address", address);
        let forwards_to = fields.need(reader, "forwards_to", reference(&[Kind::Vpc]));
        Some(DnsServer { address: address?, forwards_to: forwards_to? })
    })
}

/// `[[subnet]]`
pub(super) fn subnets(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<Subnet> {
    tables(reader, document, "subnet", |reader, fields| {
        let id = fields.need(reader, "id", new_name(Kind::Subnet));
        let vpc = fields.need(reader, "vpc", reference(&[Kind::Vpc]));
        let cidrs = fields.need(reader, "cidr", one_or_list(FAMILIES, cidr));
        let availability_zone = fields.maybe(reader, "availability_zone", checked(Expected::Zone, is_zone));
        let routes = fields.list(reader, "routes", MAX_ROUTES, route);
        let routes_at = fields.raw("routes").map(place);
        let at = fields.at();
        Some(Subnet { id: id?, vpc: vpc?, cidrs: cidrs?.value, availability_zone, routes, routes_at, at })
    })
}

fn route(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Route> {
    let mut fields = table_of(reader, item)?;
    let to = fields.need(reader, "to", destination);
    let via = fields.need(reader, "via", |reader, item| match text(reader, item)? {
        word if &*word == "blackhole" => Some(Via::Blackhole),
        _ => reference(WAYS)(reader, item).map(Via::Through),
    });
    fields.finish(reader);
    Some(Route { to: to?, via: via? })
}

/// A network, or the id of a prefix list.
fn destination(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Destination> {
    match item.get_ref() {
        DeValue::String(text) if is_prefix_list(text) => Some(Destination::PrefixList(text.as_ref().into())),
        _ => cidr(reader, item).map(Destination::Cidr),
    }
}

/// `[[nat_gateway]]`
pub(super) fn nat_gateways(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<NatGateway> {
    tables(reader, document, "nat_gateway", |reader, fields| {
        let id = fields.need(reader, "id", new_name(Kind::NatGateway));
        let subnet = fields.need(reader, "subnet", reference(&[Kind::Subnet]));
        let public_ip = fields.need(reader, "public_ip", address);
        Some(NatGateway { id: id?, subnet: subnet?, public_ip: public_ip? })
    })
}

/// `[[internet_gateway]]`
pub(super) fn internet_gateways(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<Gateway> {
    tables(reader, document, "internet_gateway", |reader, fields| {
        let id = fields.need(reader, "id", new_name(Kind::InternetGateway));
        let vpc = fields.need(reader, "vpc", reference(&[Kind::Vpc]));
        Some(Gateway { id: id?, vpc: vpc? })
    })
}

/// `[[egress_only_internet_gateway]]`
pub(super) fn egress_only_gateways(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<Gateway> {
    tables(reader, document, "egress_only_internet_gateway", |reader, fields| {
        let id = fields.need(reader, "id", new_name(Kind::EgressOnlyGateway));
        let vpc = fields.need(reader, "vpc", reference(&[Kind::Vpc]));
        Some(Gateway { id: id?, vpc: vpc? })
    })
}

/// `[[vpc_peering]]`
pub(super) fn peerings(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<Peering> {
    tables(reader, document, "vpc_peering", |reader, fields| {
        let id = fields.need(reader, "id", new_name(Kind::Peering));
        let requester = fields.need(reader, "requester", reference(&[Kind::Vpc]));
        let accepter = fields.need(reader, "accepter", reference(&[Kind::Vpc]));
        Some(Peering { id: id?, requester: requester?, accepter: accepter? })
    })
}

/// `[[vpc_endpoint]]`
///
/// Source of the defaults: Amazon VPC User Guide, "Interface VPC endpoints": private DNS is on for AWS's services, and
/// an endpoint without a security group has the VPC's default one.
pub(super) fn endpoints(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<Endpoint> {
    tables(reader, document, "vpc_endpoint", |reader, fields| {
        let kind = fields.maybe(reader, "type", word(Expected::EndpointType, TYPES));
        let kind = kind.map_or(EndpointKind::Interface, |kind| kind.value);
        let names = if kind == EndpointKind::Gateway { Kind::GatewayEndpoint } else { Kind::Endpoint };
        let id = fields.need(reader, "id", new_name(names));
        let vpc = fields.need(reader, "vpc", reference(&[Kind::Vpc]));
        let service = fields.need(reader, "service", checked(Expected::EndpointService, is_service));
        let addresses =
            fields.map(reader, "addresses", MAX_SUBNETS, |reader, item| one_or_list(FAMILIES, address)(reader, item));
        for (subnet, _) in &addresses {
            reader.names.take(&[Kind::Subnet], subnet);
        }
        let addresses = addresses
            .into_iter()
            .flat_map(|(subnet, addresses)| addresses.value.into_iter().map(move |address| (subnet.clone(), address)));
        let addresses = addresses.collect();
        let private_dns = fields.maybe(reader, "private_dns", boolean);
        let policy = fields.maybe(reader, "policy", policy(DocumentKind::VpcEndpoint));
        let security_groups = groups(reader, fields);
        interface_alone(reader, fields, kind);
        Some(Endpoint {
            id: id?,
            vpc: vpc?,
            service: service?,
            kind,
            addresses,
            private_dns: private_dns.is_none_or(|private_dns| private_dns.value),
            private_dns_at: private_dns.map(|private_dns| private_dns.at),
            policy: policy.map(|policy| policy.value),
            security_groups,
            at: fields.at(),
        })
    })
}

/// What an interface endpoint must have, and a gateway endpoint cannot have.
fn interface_alone(reader: &mut Reader<'_>, fields: &mut Fields<'_>, kind: EndpointKind) {
    if kind == EndpointKind::Interface {
        if fields.raw("addresses").is_none() {
            reader.fault(fields.at(), ProblemKind::MissingKey("addresses"));
        }
        return;
    }
    for key in ["addresses", "private_dns", "security_groups"] {
        if let Some(item) = fields.raw(key) {
            reader.fault(place(item), ProblemKind::NotOfGateway(key));
        }
    }
}

/// `security_groups`, told apart from an empty list when left out.
pub(super) fn groups(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Vec<Located<Box<str>>>> {
    let item = fields.raw("security_groups")?;
    Some(list_of(reader, item, MAX_GROUPS, reference(&[Kind::SecurityGroup])))
}

/// An IP network whose address has no bits behind its prefix.
pub(super) fn cidr(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<IpNet> {
    let network: IpNet = parsed(Expected::Cidr)(reader, item)?;
    if network.addr() == network.network() {
        return Some(network);
    }
    reader.fault(place(item), ProblemKind::Unexpected(Expected::Cidr));
    None
}

/// An IP address.
pub(super) fn address(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<IpAddr> {
    parsed(Expected::Address)(reader, item)
}

/// Source: EC2 API Reference, `CreateRoute`, `DestinationPrefixListId`.
fn is_prefix_list(text: &str) -> bool {
    text.strip_prefix("pl-").is_some_and(crate::reader::is_world_name)
}

/// A Region's name and a letter.
fn is_zone(text: &str) -> bool {
    let mut before = text.chars();
    before.next_back().is_some_and(|letter| letter.is_ascii_lowercase()) && before.as_str().parse::<Region>().is_ok()
}

/// `com.amazonaws.<region>.<service>`, in some partitions with a prefix of its own; IAM's alone names no Region.
///
/// Source: IAM User Guide, "Create a VPC endpoint for IAM".
fn is_service(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let word = |part: &&str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let least = if parts.last() == Some(&"iam") { 3 } else { 4 };
    (least..=10).contains(&parts.len()) && parts.iter().all(word) && parts.contains(&"amazonaws")
}
