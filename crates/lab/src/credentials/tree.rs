//! The paths of the instance metadata service, and the lists of what is below each.
//!
//! Source: Amazon EC2 User Guide, "Instance metadata categories" and "Dynamic data categories". What no world tells of an
//! instance (its image, its type, its tags) has no path here.

use super::{PlaceFacts, http::mac};
use ipnet::IpNet;
use std::{collections::BTreeMap, net::IpAddr};

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Leaf {
    /// A text.
    Text(String),
    /// The instance profile.
    Info,
    /// The role's credentials.
    Credentials,
    /// The identity document.
    Identity,
}

/// Paths below a version, without slashes around them.
pub(super) struct Tree(BTreeMap<String, Leaf>);

impl Tree {
    pub(super) fn new(facts: &PlaceFacts) -> Self {
        let mut leaves = BTreeMap::new();
        let mut add = |path: &str, text: Option<String>| {
            if let Some(text) = text {
                leaves.insert(format!("meta-data/{path}"), Leaf::Text(text));
            }
        };
        let own = facts.ipv4().map(|address| address.to_string());
        let public = facts.public_ip.map(|address| address.to_string());
        let mac = mac(facts);
        add("instance-id", Some(facts.instance_id()));
        add("local-ipv4", own.clone());
        add("public-ipv4", public.clone());
        add("hostname", facts.host_name());
        add("local-hostname", facts.host_name());
        add("mac", Some(mac.clone()));
        add("placement/availability-zone", facts.zone());
        add("placement/region", facts.region.map(|region| region.to_string()));
        add("services/domain", facts.region.map(|region| region.partition().dns_suffix().to_owned()));
        add("services/partition", Some(facts.partition().to_owned()));

        let lines = |lines: Vec<String>| (!lines.is_empty()).then(|| lines.join("\n"));
        let six = facts.addresses.iter().filter(|address| address.is_ipv6()).map(IpAddr::to_string).collect();
        let of = |cidrs: &[IpNet], four: bool| -> Vec<String> {
            cidrs.iter().filter(|cidr| cidr.addr().is_ipv4() == four).map(IpNet::to_string).collect()
        };
        let (subnet, vpc) = (&facts.subnet_cidrs, &facts.vpc_cidrs);
        for (name, text) in [
            ("device-number", Some("0".to_owned())),
            ("interface-id", Some(facts.interface_id())),
            ("ipv6s", lines(six)),
            ("local-hostname", facts.host_name()),
            ("local-ipv4s", own),
            ("mac", Some(mac.clone())),
            ("owner-id", facts.account.map(|account| account.to_string())),
            ("public-ipv4s", public),
            ("subnet-id", facts.subnet.clone()),
            ("subnet-ipv4-cidr-block", of(subnet, true).into_iter().next()),
            ("subnet-ipv6-cidr-blocks", lines(of(subnet, false))),
            ("vpc-id", facts.vpc.clone()),
            ("vpc-ipv4-cidr-block", of(vpc, true).into_iter().next()),
            ("vpc-ipv4-cidr-blocks", lines(of(vpc, true))),
            ("vpc-ipv6-cidr-blocks", lines(of(vpc, false))),
        ] {
            add(&format!("network/interfaces/macs/{mac}/{name}"), text);
        }
        if let Some(role) = &facts.role {
            leaves.insert("meta-data/iam/info".to_owned(), Leaf::Info);
            leaves.insert(format!("meta-data/iam/security-credentials/{role}"), Leaf::Credentials);
        }
        leaves.insert("dynamic/instance-identity/document".to_owned(), Leaf::Identity);
        Self(leaves)
    }

    /// What is at a path; a list of what is below it when it is a directory.
    pub(super) fn find(&self, path: &str) -> Option<Leaf> {
        let path = path.strip_prefix('/')?.trim_end_matches('/');
        if path.is_empty() {
            return Some(Leaf::Text("latest".to_owned()));
        }
        let (version, below) = path.split_once('/').unwrap_or((path, ""));
        if !is_version(version) {
            return None;
        }
        if let Some(leaf) = self.0.get(below) {
            return Some(leaf.clone());
        }
        let before = if below.is_empty() { String::new() } else { format!("{below}/") };
        let mut names: Vec<String> = Vec::new();
        for rest in self.0.keys().filter_map(|known| known.strip_prefix(&before)) {
            let name = match rest.split_once('/') {
                // The two great parts are listed without.
                Some((name, _)) if below.is_empty() => name.to_owned(),
                Some((name, _)) => format!("{name}/"),
                None => rest.to_owned(),
            };
            if names.last() != Some(&name) {
                names.push(name);
            }
        }
        (!names.is_empty()).then(|| Leaf::Text(names.join("\n")))
    }
}

/// `latest`, or the date of one that is asked for by those who want nothing new.
fn is_version(text: &str) -> bool {
    let dated = text.len() == 10
        && text.char_indices().all(|(at, c)| if matches!(at, 4 | 7) { c == '-' } else { c.is_ascii_digit() });
    text == "latest" || text == "1.0" || dated
}
