//! Network ACLs and security groups.

use super::cidr;
use crate::reader::{
    Fields, Item, Reader, integer, list_of, new_name, number, one_or_list, place, reference, table_of, tables, text,
    word,
};
use crate::{Acl, AclRule, Action, Expected, Kind, Peer, Ports, ProblemKind, Protocol, Rule, SecurityGroup};
use toml::de::DeValue;

const MAX_RULES: usize = 1000;

const PROTOCOLS: &[(&str, Protocol)] =
    &[("tcp", Protocol::Tcp), ("udp", Protocol::Udp), ("icmp", Protocol::Icmp), ("all", Protocol::All)];

const ACTIONS: &[(&str, Action)] = &[("allow", Action::Allow), ("deny", Action::Deny)];

/// `[[network_acl]]`
pub(in crate::parse) fn acls(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<Acl> {
    tables(reader, document, "network_acl", |reader, fields| {
        let id = fields.need(reader, "id", new_name(Kind::Acl));
        let vpc = fields.need(reader, "vpc", reference(&[Kind::Vpc]));
        let subnets = fields.list(reader, "subnets", super::MAX_SUBNETS, reference(&[Kind::Subnet]));
        let ingress = acl_rules(reader, fields, "ingress", "from");
        let egress = acl_rules(reader, fields, "egress", "to");
        Some(Acl { id: id?, vpc: vpc?, subnets, ingress, egress })
    })
}

fn acl_rules(reader: &mut Reader<'_>, fields: &mut Fields<'_>, key: &'static str, side: &'static str) -> Vec<AclRule> {
    let rules = fields.list(reader, key, MAX_RULES, |reader, item| {
        let mut fields = table_of(reader, item)?;
        // Source: EC2 API Reference, `CreateNetworkAclEntry`, `RuleNumber`.
        let number = fields.need(reader, "number", integer(1, 32_766));
        let action = fields.need(reader, "action", word(Expected::AclAction, ACTIONS));
        let protocol = fields.need(reader, "protocol", word(Expected::Protocol, PROTOCOLS));
        let ports = fields.maybe(reader, "ports", ports);
        let cidr = fields.need(reader, side, cidr);
        fields.finish(reader);
        Some(AclRule {
            number: u16::try_from(number?.value).ok()?,
            action: action?.value,
            protocol: protocol?.value,
            ports: ports.map_or(Ports::ALL, |ports| ports.value),
            cidr: cidr?,
            at: place(item),
        })
    });
    let mut rules: Vec<AclRule> = rules.into_iter().map(|rule| rule.value).collect();
    rules.sort_by_key(|rule| (rule.number, rule.at.span.start));
    for (first, second) in rules.iter().zip(rules.iter().skip(1)) {
        if first.number == second.number {
            reader.duplicate(Kind::RuleNumber, second.at, first.at);
        }
    }
    rules
}

/// `[[security_group]]`
pub(in crate::parse) fn security_groups(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<SecurityGroup> {
    tables(reader, document, "security_group", |reader, fields| {
        let id = fields.need(reader, "id", new_name(Kind::SecurityGroup));
        let vpc = fields.need(reader, "vpc", reference(&[Kind::Vpc]));
        let ingress = group_rules(reader, fields, "ingress", "from").unwrap_or_default();
        let egress = group_rules(reader, fields, "egress", "to");
        Some(SecurityGroup { id: id?, vpc: vpc?, ingress, egress })
    })
}

fn group_rules(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    key: &'static str,
    side: &'static str,
) -> Option<Vec<Rule>> {
    let item = fields.raw(key)?;
    let rules = list_of(reader, item, MAX_RULES, |reader, item| {
        let mut fields = table_of(reader, item)?;
        let protocol = fields.need(reader, "protocol", word(Expected::Protocol, PROTOCOLS));
        let ports = fields.maybe(reader, "ports", ports);
        let peers = fields.need(reader, side, one_or_list(MAX_RULES, peer));
        fields.finish(reader);
        Some(Rule {
            protocol: protocol?.value,
            ports: ports.map_or(Ports::ALL, |ports| ports.value),
            peers: peers?.value,
            at: place(item),
        })
    });
    Some(rules.into_iter().map(|rule| rule.value).collect())
}

/// A network, or a security group by its id: what has a slash or a colon is meant as a network.
fn peer(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Peer> {
    if text(reader, item)?.contains(['/', ':']) {
        cidr(reader, item).map(Peer::Cidr)
    } else {
        reference(&[Kind::SecurityGroup])(reader, item).map(Peer::SecurityGroup)
    }
}

/// `443`, `"443"`, `"1024-65535"` or `"all"`.
fn ports(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Ports> {
    let one = |number: i64| u16::try_from(number).ok();
    let ports = match item.get_ref() {
        DeValue::Integer(_) => number(item).and_then(one).map(|port| Ports { from: port, to: port }),
        DeValue::String(text) if text == "all" => Some(Ports::ALL),
        DeValue::String(text) => {
            let (from, to) = text.split_once('-').unwrap_or((text, text));
            from.parse().ok().zip(to.parse().ok()).map(|(from, to)| Ports { from, to })
        }
        _ => None,
    };
    match ports.filter(|ports| ports.from <= ports.to) {
        Some(ports) => Some(ports),
        None => {
            reader.fault(place(item), ProblemKind::Unexpected(Expected::Ports));
            None
        }
    }
}
