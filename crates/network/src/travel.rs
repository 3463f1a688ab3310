//! A journey: the name, its addresses, and the first of them that is reached.

use crate::host::Host;
use crate::walk::Walk;
use crate::{Arrival, Death, Element, EndpointKind, Hop, HopKind, Journey, Look, Naming, Network, Place, Why};
use rolecall_names::Instant;
use smallvec::SmallVec;
use std::net::IpAddr;

/// Addresses that are tried. Clients try one after the other, and none goes on for ever.
const MAX_TRIED: usize = 8;

impl Network {
    /// Takes a call from a place to a host.
    ///
    /// `host` is what stands in the URL between `//` and the port; `port` 443 for `https`.
    #[must_use]
    pub fn travel(&self, from: &Place, host: &str, port: u16, at: Instant) -> Journey {
        let meant = Host::new(host, self);
        let asked = self.asked(from);
        let resolver = match meant {
            Host::Loopback(_) | Host::Literal(_) => crate::resolve::nobody(),
            _ => asked.resolver,
        };
        let start = Hop { kind: HopKind::Place, id: from.name.clone(), element: Element::Place };
        let died = |naming, answers, death: Death, kind, id: &str| {
            let hops = vec![start.clone(), Hop { kind, id: id.into(), element: death.at }];
            Journey { resolver, naming, answers, hops, ended: Err(death) }
        };
        let answered = match self.answers(asked, from, meant, at) {
            Ok(answered) => answered,
            Err(death) => return died(Naming::Nothing, SmallVec::new(), death, HopKind::Resolver, host),
        };
        if let Host::Loopback(address) = meant {
            return Journey {
                resolver,
                naming: answered.naming,
                answers: answered.answers,
                hops: vec![start, Hop { kind: HopKind::Endpoint, id: host.into(), element: Element::Outside }],
                ended: Ok(custom(address)),
            };
        }
        let mut first = None;
        for address in candidates(from, &answered.answers) {
            let walked = Walk::new(self, from, host, port, at).to(address);
            if walked.1.is_ok() {
                first = Some(walked);
                break;
            }
            first = first.or(Some(walked));
        }
        match first {
            Some((hops, ended)) => {
                Journey { resolver, naming: answered.naming, answers: answered.answers, hops, ended }
            }
            None => {
                let death = Death { at: Element::PlaceAddress, how: Look::Unreachable, why: Why::AddressFamily };
                died(answered.naming, answered.answers, death, HopKind::Endpoint, host)
            }
        }
    }
}

/// The answers of a family that the place has an address of, IPv6 first.
///
/// Source: RFC 6724, section 2.1: the default policy table prefers IPv6.
pub(crate) fn candidates(from: &Place, answers: &[IpAddr]) -> SmallVec<[IpAddr; 2]> {
    let has = |six: bool| {
        let own = from.addresses.iter().chain(&from.public_ip).any(|address| address.is_ipv6() == six);
        own || (!six && from.addresses.is_empty())
    };
    let of = |six: bool| answers.iter().copied().filter(move |address| address.is_ipv6() == six && has(six));
    of(true).chain(of(false)).take(MAX_TRIED).collect()
}

/// Something that is not AWS's, reached from that address.
pub(crate) fn custom(source_ip: IpAddr) -> Arrival {
    Arrival {
        source_ip,
        vpc_id: None,
        vpc_endpoint_id: None,
        vpc_endpoint: None,
        service: None,
        endpoint: EndpointKind::Custom,
        endpoint_region: None,
        serving_region: None,
    }
}
