//! VPCs, subnets, gateways and endpoints.

pub(super) mod rules;

use crate::policies::policy;
use crate::reader::{
    Fields, Item, Reader, account, boolean, checked, list_of, new_name, parsed, place, reference, table_of, tables,
};
use crate::{
    DnsServers, Endpoint, Expected, Gateway, Kind, Located, NatGateway, Peering, ProblemKind, Route, Subnet, Vpc,
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

/// What a route can lead through.
const WAYS: &[Kind] = &[Kind::NatGateway, Kind::InternetGateway, Kind::Peering];

/// `[[vpc]]`
pub(super) fn vpcs(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<Vpc> {
    tables(reader, document, "vpc", |reader, fields| {
        let account = fields.need(reader, "account", account);
        let region = fields.need(reader, "region", parsed::<Region>(Expected::Region));
        let id = fields.need(reader, "id", new_name(Kind::Vpc));
        let cidrs = fields.need(reader, "cidr", |reader, item| match item.get_ref() {
            DeValue::Array(_) => Some(list_of(reader, item, MAX_CIDRS, cidr)),
            _ => Some(vec![Located { value: cidr(reader, item)?, at: place(item) }]),
        });
        let dns = fields.maybe(reader, "dns", |reader, item| match item.get_ref() {
            DeValue::String(word) if word == "amazon" => Some(DnsServers::Amazon),
            DeValue::Array(_) => Some(DnsServers::Custom(list_of(reader, item, 4, address))),
            _ => reader.expected(item, Expected::Dns),
        });
        let dns = dns.map_or(DnsServers::Amazon, |dns| dns.value);
        Some(Vpc { account: account?, region: region?, id: id?, cidrs: cidrs?.value, dns })
    })
}

/// `[[subnet]]`
pub(super) fn subnets(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<Subnet> {
    tables(reader, document, "subnet", |reader, fields| {
        let id = fields.need(reader, "id", new_name(Kind::Subnet));
        let vpc = fields.need(reader, "vpc", reference(&[Kind::Vpc]));
        let cidr = fields.need(reader, "cidr", cidr);
        let routes = fields.list(reader, "routes", MAX_ROUTES, route);
        Some(Subnet { id: id?, vpc: vpc?, cidr: cidr?, routes })
    })
}

fn route(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Route> {
    let mut fields = table_of(reader, item)?;
    let to = fields.need(reader, "to", cidr);
    let via = fields.need(reader, "via", reference(WAYS));
    fields.finish(reader);
    Some(Route { to: to?, via: via? })
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
        let id = fields.need(reader, "id", new_name(Kind::Endpoint));
        let vpc = fields.need(reader, "vpc", reference(&[Kind::Vpc]));
        let service = fields.need(reader, "service", checked(Expected::EndpointService, is_service));
        let addresses = fields.map(reader, "addresses", MAX_SUBNETS, address);
        for (subnet, _) in &addresses {
            reader.names.take(&[Kind::Subnet], subnet);
        }
        let private_dns = fields.maybe(reader, "private_dns", boolean);
        let policy = fields.maybe(reader, "policy", policy(DocumentKind::VpcEndpoint));
        let security_groups = groups(reader, fields);
        Some(Endpoint {
            id: id?,
            vpc: vpc?,
            service: service?,
            addresses,
            private_dns: private_dns.is_none_or(|private_dns| private_dns.value),
            private_dns_at: private_dns.map(|private_dns| private_dns.at),
            policy: policy.map(|policy| policy.value),
            security_groups,
            at: fields.at(),
        })
    })
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

/// `com.amazonaws.<region>.<service>`, in some partitions with a prefix of its own.
fn is_service(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let word = |part: &&str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    (4..=10).contains(&parts.len()) && parts.iter().all(word) && parts.contains(&"amazonaws")
}
