//! Names asked of one DNS server, as the programs of a place ask them.

use crate::host::{AMAZON_DNS, Host};
use crate::parts::{DnsServers, Place, Stands};
use crate::resolve::{Asked, ResolverKind, of};
use crate::{Network, Why};
use rolecall_names::Instant;
use smallvec::SmallVec;
use std::net::{IpAddr, Ipv4Addr};

/// A stand-in, from a documentation range (RFC 5737), for the public resolver that a place outside of AWS asks when
/// nobody said which.
pub const PUBLIC_RESOLVER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

/// What a DNS server says to a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// The name's addresses of both families, in the order in which they are tried.
    Addresses(SmallVec<[IpAddr; 2]>),
    /// There is no such name (`NXDOMAIN`).
    NoSuchName,
    /// No DNS server answers the place at that address.
    NoServer,
}

impl Network {
    /// The DNS servers that the place is told of, in the order in which they are asked: what `/etc/resolv.conf` names.
    ///
    /// Empty where a VPC has no DNS servers. Whether one of them answers is for [`Self::lookup`] to say.
    #[must_use]
    pub fn resolvers(&self, from: &Place) -> Vec<IpAddr> {
        let [link_local, _] = AMAZON_DNS;
        match from.stands {
            Stands::Subnet { .. } => match self.vpc_of(from).and_then(|vpc| self.vpcs.get(vpc)) {
                None => Vec::new(),
                Some(vpc) => match &vpc.dns {
                    DnsServers::Amazon => vec![vpc.resolver_of(from)],
                    DnsServers::Custom(servers) => servers.clone(),
                },
            },
            Stands::Aws(_) => vec![link_local],
            Stands::Outside { dns, .. } => vec![dns.unwrap_or(PUBLIC_RESOLVER)],
        }
    }

    /// Every address at which a DNS server answers the place, those of [`Self::resolvers`] first.
    ///
    /// Inside a VPC Amazon's resolver answers at its three addresses even where the VPC names other servers. Source:
    /// Amazon VPC User Guide, "Amazon DNS server".
    #[must_use]
    pub fn dns_servers(&self, from: &Place) -> Vec<IpAddr> {
        let mut servers = self.resolvers(from);
        if let Some(vpc) = self.vpc_of(from).and_then(|vpc| self.vpcs.get(vpc)) {
            for address in std::iter::once(vpc.resolver()).chain(AMAZON_DNS) {
                if !servers.contains(&address) {
                    servers.push(address);
                }
            }
        }
        servers.retain(|server| self.server(from, *server).is_some());
        servers
    }

    /// What the DNS server at that address says to the name when the place asks it.
    ///
    /// One implementation with [`Self::travel`]: a journey goes to what this says for the first of [`Self::resolvers`].
    #[must_use]
    pub fn lookup(&self, from: &Place, server: IpAddr, name: &str, at: Instant) -> Lookup {
        let Some(asked) = self.server(from, server) else { return Lookup::NoServer };
        let host = Host::new(name, self);
        let literal = match host {
            Host::Literal(_) => true,
            // `localhost` is a name, `127.0.0.1` is none.
            Host::Loopback(_) => !name.trim_end_matches('.').to_ascii_lowercase().ends_with("localhost"),
            _ => false,
        };
        match self.answers(asked, from, host, at) {
            Ok(answered) if !literal => Lookup::Addresses(answered.answers),
            _ => Lookup::NoSuchName,
        }
    }

    /// The DNS server at that address, if it answers the place.
    fn server(&self, from: &Place, server: IpAddr) -> Option<Asked> {
        let told = self.resolvers(from).contains(&server);
        let asked = match from.stands {
            Stands::Subnet { .. } => {
                let vpc = self.vpc_of(from)?;
                let node = self.vpcs.get(vpc).filter(|node| told || node.is_amazon(server))?;
                self.asked_inside(vpc, node, server)
            }
            _ if !told => return None,
            Stands::Aws(region) => of(Some(server), ResolverKind::Amazon(region), None),
            Stands::Outside { dns: None, .. } => of(Some(server), ResolverKind::Public, None),
            Stands::Outside { dns: Some(_), .. } => self.asked_at(server),
        };
        let off = self.can_ask(asked, from).is_err_and(|death| death.why == Why::DnsSupportOff);
        (!off).then_some(asked)
    }
}
