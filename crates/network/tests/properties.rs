//! What holds of every journey through every network.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a network that cannot be built has failed")]

use proptest::prelude::*;
use rolecall_names::{Instant, Region};
use rolecall_network::{
    Acl, AclRule, Destination, DnsServer, DnsServers, Element, Endpoint, EndpointKind, EndpointType, Gateway, HopKind,
    Journey, Look, Lookup, Naming, NatGateway, Network, NetworkInterface, Outage, Parts, Peer, Peering, Place, Ports,
    Route, SecurityGroup, SecurityGroupRule, Stands, Subnet, Vpc, Why,
};
use std::collections::HashMap;
use std::net::IpAddr;

const SINCE: &str = "2025-01-01T00:00:00Z";
const HALF: &str = "2025-06-01T00:00:00Z";
const UNTIL: &str = "2026-01-01T00:00:00Z";

fn ip(address: &str) -> IpAddr {
    address.parse().unwrap()
}

fn region(name: &str) -> Region {
    name.parse().unwrap()
}

fn at(instant: &str) -> Instant {
    instant.parse().unwrap()
}

fn pick<T: Clone + std::fmt::Debug + 'static>(of: &[T]) -> impl Strategy<Value = T> + use<T> {
    prop::sample::select(of.to_vec())
}

fn route() -> impl Strategy<Value = Route> {
    let to =
        pick(&["0.0.0.0/0", "192.0.2.0/24", "10.0.0.0/16", "10.0.1.0/24", "10.1.0.0/16", "::/0", "2001:db8::/32", ""]);
    let via = pick(&["nat-0", "nat-1", "igw-0", "igw-1", "eigw-0", "pcx-0", "vpce-s3", ""]);
    (to, via).prop_map(|(to, via)| Route {
        to: to.parse().map_or(Destination::PrefixList, Destination::Cidr),
        via: (!via.is_empty()).then(|| via.into()),
    })
}

fn cidr() -> impl Strategy<Value = ipnet::IpNet> {
    pick(&["0.0.0.0/0", "10.0.0.0/8", "10.0.1.0/24", "192.0.2.0/24", "::/0"]).prop_map(|text| text.parse().unwrap())
}

fn ports() -> impl Strategy<Value = Ports> {
    pick(&[Ports::ALL, Ports::one(443), Ports::NAT, Ports { from: 32_768, to: 55_000 }])
}

fn acl_rules() -> impl Strategy<Value = Vec<AclRule>> {
    let rule = (0u16..9, prop::bool::weighted(0.8), prop::bool::weighted(0.9), ports(), cidr());
    let rule = rule.prop_map(|(number, allow, tcp, ports, cidr)| AclRule { number, allow, tcp, ports, cidr });
    prop::collection::vec(rule, 0..5)
}

fn group_rules() -> impl Strategy<Value = Vec<SecurityGroupRule>> {
    let peer = prop_oneof![
        cidr().prop_map(Peer::Cidr),
        pick(&["sg-0", "sg-1"]).prop_map(|group| Peer::SecurityGroup(group.into()))
    ];
    let rule = (prop::bool::weighted(0.9), ports(), prop::collection::vec(peer, 0..3));
    prop::collection::vec(rule.prop_map(|(tcp, ports, peers)| SecurityGroupRule { tcp, ports, peers }), 0..3)
}

fn groups() -> impl Strategy<Value = Option<Vec<usize>>> {
    prop::option::of(prop::collection::vec(0usize..2, 0..3))
}

fn vpcs() -> impl Strategy<Value = Vec<Vpc>> {
    let dns = prop_oneof![
        4 => Just(DnsServers::Amazon),
        1 => pick(&["10.0.0.53", "10.0.0.2", "169.254.169.253", "9.9.9.9"]).prop_map(|server| DnsServers::Custom(vec![ip(server)])),
        1 => Just(DnsServers::Custom(Vec::new())),
    ];
    let vpc =
        (dns, prop::bool::weighted(0.9), prop::bool::weighted(0.8), pick(&["eu-west-1", "ap-east-1", "us-east-1"]));
    prop::collection::vec(vpc, 2).prop_map(|vpcs| {
        let vpc = |(number, (dns, dns_support, dns_hostnames, name)): (usize, (DnsServers, bool, bool, &str))| Vpc {
            id: format!("vpc-{number}").into(),
            region: region(name),
            cidrs: vec![
                format!("10.{number}.0.0/16").parse().unwrap(),
                format!("2001:db8:{number}::/56").parse().unwrap(),
            ],
            dns,
            dns_support,
            dns_hostnames,
        };
        vpcs.into_iter().enumerate().map(vpc).collect()
    })
}

fn parts() -> impl Strategy<Value = Parts> {
    let routes = prop::collection::vec(prop::collection::vec(route(), 0..5), 4);
    let acls = prop::collection::vec((acl_rules(), acl_rules()), 0..3);
    let security_groups = prop::collection::vec((group_rules(), prop::option::of(group_rules())), 2);
    let endpoint =
        (any::<bool>(), prop::option::of(prop::collection::vec(pick(&["sg-0", "sg-1"]), 0..3)), any::<bool>());
    (vpcs(), routes, acls, security_groups, endpoint, any::<bool>()).prop_map(
        |(vpcs, routes, acls, security_groups, (private_dns, endpoint_groups, two), outage)| {
            let subnet = |(number, routes): (usize, Vec<Route>)| Subnet {
                id: format!("subnet-{number}").into(),
                vpc: format!("vpc-{}", number / 2).into(),
                cidrs: vec![
                    format!("10.{}.{}.0/24", number / 2, number % 2).parse().unwrap(),
                    format!("2001:db8:{}:{}::/64", number / 2, number % 2).parse().unwrap(),
                ],
                availability_zone: None,
                routes,
            };
            let service = format!("com.amazonaws.{}.sts", vpcs[0].region);
            let mut addresses = vec![("subnet-1".into(), ip("10.0.1.77"))];
            if two {
                addresses.extend([("subnet-0".into(), ip("10.0.0.77")), ("subnet-0".into(), ip("2001:db8:0:0::77"))]);
            }
            Parts {
                subnets: routes.into_iter().enumerate().map(subnet).collect(),
                nat_gateways: (0..2)
                    .map(|number| NatGateway {
                        id: format!("nat-{number}").into(),
                        subnet: format!("subnet-{number}").into(),
                        public_ip: ip(&format!("203.0.113.{number}")),
                    })
                    .collect(),
                internet_gateways: (0..2)
                    .map(|number| Gateway { id: format!("igw-{number}").into(), vpc: format!("vpc-{number}").into() })
                    .collect(),
                egress_only_gateways: vec![Gateway { id: "eigw-0".into(), vpc: "vpc-0".into() }],
                peerings: vec![Peering { id: "pcx-0".into(), requester: "vpc-0".into(), accepter: "vpc-1".into() }],
                acls: acls
                    .into_iter()
                    .enumerate()
                    .map(|(number, (ingress, egress))| Acl {
                        id: format!("acl-{number}").into(),
                        subnets: vec![format!("subnet-{number}").into()],
                        ingress,
                        egress,
                    })
                    .collect(),
                security_groups: security_groups
                    .into_iter()
                    .enumerate()
                    .map(|(number, (ingress, egress))| SecurityGroup {
                        id: format!("sg-{number}").into(),
                        ingress,
                        egress,
                    })
                    .collect(),
                endpoints: vec![
                    Endpoint {
                        id: "vpce-0".into(),
                        vpc: "vpc-0".into(),
                        service: service.into(),
                        kind: EndpointType::Interface {
                            addresses,
                            private_dns,
                            security_groups: endpoint_groups.map(|groups| groups.into_iter().map(Into::into).collect()),
                        },
                    },
                    Endpoint {
                        id: "vpce-s3".into(),
                        vpc: "vpc-0".into(),
                        service: "com.amazonaws.eu-west-1.s3".into(),
                        kind: EndpointType::Gateway,
                    },
                ],
                network_interfaces: (0..4)
                    .map(|number: usize| NetworkInterface {
                        place: format!("place-{number}").into(),
                        subnet: format!("subnet-{number}").into(),
                        addresses: vec![
                            ip(&format!("10.{}.{}.21", number / 2, number % 2)),
                            ip(&format!("2001:db8:{}:{}::21", number / 2, number % 2)),
                        ],
                        security_groups: number.is_multiple_of(2).then(|| vec!["sg-0".into()]),
                    })
                    .collect(),
                dns_servers: vec![DnsServer { address: ip("10.0.0.53"), forwards_to: "vpc-0".into() }],
                outages: outage
                    .then(|| Outage {
                        name: "outage".into(),
                        from: vec![region("eu-west-1"), region("ap-east-1")],
                        to: region("us-east-1"),
                        start: at(SINCE),
                        end: at(UNTIL),
                    })
                    .into_iter()
                    .collect(),
                vpcs,
            }
        },
    )
}

fn place() -> impl Strategy<Value = Place> {
    let stands = prop_oneof![
        8 => (0usize..4, groups()).prop_map(|(subnet, security_groups)| Stands::Subnet { subnet, security_groups }),
        1 => pick(&[None, Some("eu-west-1")]).prop_map(|name| Stands::Aws(name.map(region))),
        2 => (any::<bool>(), pick(&[None, Some("10.0.0.53"), Some("9.9.9.9")])).prop_map(|(connected, dns)| {
            Stands::Outside { connected: connected.then_some(0).into_iter().collect(), dns: dns.map(ip) }
        }),
    ];
    (stands, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(stands, four, six, public)| {
        let (vpc, subnet) = match stands {
            Stands::Subnet { subnet, .. } => (subnet / 2, subnet % 2),
            _ => (9, 9),
        };
        let four = four.then(|| ip(&format!("10.{vpc}.{subnet}.20")));
        let six = six.then(|| ip(&format!("2001:db8:{vpc}:{subnet}::20")));
        Place {
            name: "place".into(),
            stands,
            addresses: four.into_iter().chain(six).collect(),
            public_ip: public.then(|| ip("198.51.100.7")),
            ports: Ports::COMMON,
        }
    })
}

fn host() -> impl Strategy<Value = String> {
    let names = [
        "sts.amazonaws.com",
        "sts.eu-west-1.amazonaws.com",
        "sts.us-east-1.amazonaws.com",
        "sts.ap-east-1.api.aws",
        "sts-fips.us-east-1.api.aws",
        "iam.amazonaws.com",
        "iam.us-gov.amazonaws.com",
        "cloudtrail.eu-west-1.amazonaws.com",
        "cloudtrail-fips.us-east-1.amazonaws.com",
        "vpce-0-12345678.sts.eu-west-1.vpce.amazonaws.com",
        "vpce-0-12345678.sts.us-east-1.vpce.amazonaws.com",
        "10.0.1.77",
        "10.0.0.20",
        "10.0.0.21",
        "10.0.1.21",
        "10.1.0.21",
        "[2001:db8:0:1::21]",
        "10.1.0.77",
        "192.0.2.75",
        "[2001:db8::77]",
        "localhost",
        "ip-10-0-1-20.eu-west-1.compute.internal",
        "ip-10-1-0-20.ec2.internal",
    ];
    prop_oneof![8 => pick(&names).prop_map(str::to_owned), 1 => ".{0,40}", 1 => "[a-z0-9.-]{0,40}"]
}

fn moment() -> impl Strategy<Value = Instant> {
    pick(&["2024-12-31T23:59:59Z", SINCE, HALF, UNTIL]).prop_map(at)
}

/// Whether the name, rather than an address or a name of its own, led to an endpoint.
fn by_service_name(journey: &Journey) -> bool {
    matches!(journey.naming, Naming::Public { .. } | Naming::PrivateDns(_))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn every_journey_keeps_the_rules(parts in parts(), place in place(), host in host(), port in 0u16.., now in moment()) {
        let network = Network::new(&parts).unwrap();
        for port in [443, port] {
            let journey = network.travel(&place, &host, port, now);
            prop_assert_eq!(journey.hops[0].kind, HopKind::Place);
            let arrival = match &journey.ended {
                Err(death) => {
                    // A refusal is an answer: somebody has that address.
                    let refused = death.how == Look::Refused;
                    let somebodys = journey.answers.iter().any(|address| {
                        place.addresses.contains(address)
                            || parts.network_interfaces.iter().any(|there| there.addresses.contains(address))
                    });
                    prop_assert!(!refused || somebodys);
                    prop_assert_eq!(refused, death.why == Why::NothingListens);
                    // The last hop is where it ended.
                    prop_assert_eq!(journey.hops.last().unwrap().element, death.at);
                    continue;
                }
                Ok(arrival) => arrival,
            };
            prop_assert!(!journey.answers.is_empty());
            // The source is the caller's own address, its public one, or a NAT gateway's; never an endpoint's.
            let own = place.addresses.contains(&arrival.source_ip) || arrival.source_ip.is_loopback();
            let nat = parts.nat_gateways.iter().any(|nat| nat.public_ip == arrival.source_ip);
            prop_assert!(own || nat || Some(arrival.source_ip) == place.public_ip);
            prop_assert!(!own || !nat);
            // What comes through an endpoint comes with the caller's own address, and stays in the endpoint's Region.
            if let Some(endpoint) = arrival.vpc_endpoint {
                prop_assert!(own);
                prop_assert_eq!(endpoint, 0);
                prop_assert_eq!(arrival.vpc_id.as_deref(), Some("vpc-0"));
                prop_assert_eq!(arrival.serving_region, Some(parts.vpcs[0].region));
                prop_assert!(host != "sts.amazonaws.com");
                let private_dns = matches!(parts.endpoints[0].kind, EndpointType::Interface { private_dns: true, .. });
                let on = private_dns && parts.vpcs[0].dns_hostnames && parts.vpcs[0].dns_support;
                prop_assert!(on || !by_service_name(&journey));
            }
            // No outage is crossed.
            let from = match place.stands {
                Stands::Subnet { subnet, .. } => Some(parts.vpcs[subnet / 2].region),
                Stands::Aws(region) => region,
                Stands::Outside { .. } => None,
            };
            let broken = parts.outages.iter().any(|outage| {
                let within = outage.start <= now && now < outage.end;
                within && Some(outage.to) == arrival.serving_region && from.is_some_and(|from| outage.from.contains(&from))
            });
            prop_assert!(!broken);
        }
    }

    #[test]
    fn what_arrives_with_rules_arrives_without(parts in parts(), place in place(), host in host(), now in moment()) {
        let filtered = Network::new(&parts).unwrap().travel(&place, &host, 443, now);
        let mut open = parts;
        open.acls.clear();
        for group in &mut open.security_groups {
            let peers = vec![Peer::Cidr("0.0.0.0/0".parse().unwrap()), Peer::Cidr("::/0".parse().unwrap())];
            group.ingress = vec![SecurityGroupRule { tcp: true, ports: Ports::ALL, peers }];
            group.egress = None;
        }
        let open = Network::new(&open).unwrap().travel(&place, &host, 443, now);
        prop_assert!(filtered.ended.is_err() || open.ended.is_ok());
        let refused = |journey: &Journey| journey.ended.as_ref().is_err_and(|death| death.how == Look::Refused);
        prop_assert!(!refused(&filtered) || refused(&open) || open.ended.is_ok());
    }

    #[test]
    fn without_routes_nothing_leaves_its_vpc(mut parts in parts(), place in place(), host in host(), now in moment()) {
        for subnet in &mut parts.subnets {
            subnet.routes.clear();
        }
        let journey = Network::new(&parts).unwrap().travel(&place, &host, 443, now);
        let left = journey.hops.iter().any(|hop| {
            matches!(hop.kind, HopKind::Internet | HopKind::Peering | HopKind::NatGateway | HopKind::InternetGateway)
        });
        let inside = matches!(place.stands, Stands::Subnet { .. });
        prop_assert!(!left || !inside);
    }

    #[test]
    fn an_element_stands_in_the_parts(parts in parts(), place in place(), host in host(), now in moment()) {
        let journey = Network::new(&parts).unwrap().travel(&place, &host, 443, now);
        for hop in &journey.hops {
            let there = match hop.element {
                Element::Subnet(subnet) | Element::NoRoute { subnet } | Element::LocalRoute { subnet } => subnet < parts.subnets.len(),
                Element::Route { subnet, route } => route < parts.subnets[subnet].routes.len(),
                Element::AclRule { acl, direction, rule } => {
                    let rules = match direction {
                        rolecall_network::Direction::Ingress => &parts.acls[acl].ingress,
                        rolecall_network::Direction::Egress => &parts.acls[acl].egress,
                    };
                    rule.is_none_or(|rule| rule < rules.len())
                }
                _ => true,
            };
            prop_assert!(there, "{:?}", hop);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_listed_and_looked_up_is_what_journeys_find(parts in parts(), place in place(), host in host(), now in moment()) {
        let network = Network::new(&parts).unwrap();
        let endpoints = network.endpoints_for(&place, now);
        for (address, arrival) in &endpoints {
            let journey = network.travel(&place, &address.to_string(), 443, now);
            prop_assert_eq!(journey.ended.as_ref(), Ok(arrival));
        }
        let refusing = network.refusing(&place, now);
        for address in &refusing {
            let journey = network.travel(&place, &address.to_string(), 443, now);
            prop_assert_eq!(journey.ended.map_err(|death| death.how), Err(Look::Refused));
            prop_assert!(endpoints.iter().all(|(endpoint, _)| endpoint != address));
        }
        let journey = network.travel(&place, &host, 443, now);
        if journey.ended.as_ref().is_err_and(|death| death.how == Look::Refused) {
            prop_assert!(journey.answers.iter().any(|address| refusing.contains(address)));
        }
        if let Ok(arrival) = &journey.ended && arrival.endpoint != EndpointKind::Custom {
            let listed = endpoints.iter().any(|(address, there)| journey.answers.contains(address) && there == arrival);
            prop_assert!(listed, "{:?}", journey);
        }

        let resolvers = network.resolvers(&place);
        let servers = network.dns_servers(&place);
        let asked = resolvers.first().map_or(Lookup::NoServer, |first| network.lookup(&place, *first, &host, now));
        match asked {
            Lookup::Addresses(addresses) => prop_assert_eq!(addresses, journey.answers),
            Lookup::NoSuchName => prop_assert!(matches!(journey.naming, Naming::Nothing | Naming::Literal)),
            Lookup::NoServer => prop_assert!(journey.answers.is_empty() || journey.naming == Naming::Literal),
        }
        let silent = |server: &IpAddr| network.lookup(&place, *server, &host, now) == Lookup::NoServer;
        prop_assert!(!servers.iter().any(silent));
        prop_assert!(resolvers.iter().all(|server| servers.contains(server) || silent(server)));
        prop_assert!(silent(&ip("198.51.100.53")));
    }
}

proptest! {
    #[test]
    fn an_outage_switched_by_hand_is_one_of_all_times_or_of_none(
        mut parts in parts(), place in place(), host in host(), now in moment(), on: bool,
    ) {
        let switched = HashMap::from([("outage".into(), on), ("no such outage".into(), true)]);
        let by_time = Network::new(&parts).unwrap();
        let by_hand = by_time.with_outages(&switched);
        for outage in &mut parts.outages {
            outage.start = at("1970-01-01T00:00:00Z");
            outage.end = if on { at("2100-01-01T00:00:00Z") } else { outage.start };
        }
        let always = Network::new(&parts).unwrap();
        prop_assert_eq!(by_hand.travel(&place, &host, 443, now), always.travel(&place, &host, 443, now));
        let again = by_hand.with_outages(&HashMap::new());
        prop_assert_eq!(again.travel(&place, &host, 443, now), by_time.travel(&place, &host, 443, now));
    }
}
