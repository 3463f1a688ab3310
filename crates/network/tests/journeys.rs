//! Journeys through networks built by hand; those of whole worlds are in the world's own tests.
#![expect(clippy::unwrap_used, reason = "a network that cannot be built has failed")]

use rolecall_names::{Instant, Region};
use rolecall_network::{
    Destination, DnsServers, Endpoint, EndpointKind, EndpointType, Gateway, HopKind, NatGateway, Network, Outage,
    Parts, Place, Ports, Route, Stands, Subnet, Vpc,
};
use std::net::IpAddr;

fn region(name: &str) -> Region {
    name.parse().unwrap()
}

fn ip(address: &str) -> IpAddr {
    address.parse().unwrap()
}

fn at(instant: &str) -> Instant {
    instant.parse().unwrap()
}

fn route(to: &str, via: &str) -> Route {
    Route { to: Destination::Cidr(to.parse().unwrap()), via: Some(via.into()) }
}

fn subnet(id: &str, cidr: &str, routes: Vec<Route>) -> Subnet {
    Subnet {
        id: id.into(),
        vpc: "vpc-batch".into(),
        cidrs: vec![cidr.parse().unwrap()],
        availability_zone: None,
        routes,
    }
}

/// A private subnet behind a NAT gateway, and an endpoint for STS in it.
fn batch() -> Parts {
    Parts {
        vpcs: vec![Vpc {
            id: "vpc-batch".into(),
            region: region("ap-northeast-1"),
            cidrs: vec!["10.0.0.0/16".parse().unwrap()],
            dns: DnsServers::Amazon,
            dns_support: true,
            dns_hostnames: true,
        }],
        subnets: vec![
            subnet("subnet-private", "10.0.1.0/24", vec![route("0.0.0.0/0", "nat-1")]),
            subnet("subnet-public", "10.0.0.0/24", vec![route("0.0.0.0/0", "igw-1")]),
        ],
        nat_gateways: vec![NatGateway {
            id: "nat-1".into(),
            subnet: "subnet-public".into(),
            public_ip: ip("203.0.113.10"),
        }],
        internet_gateways: vec![Gateway { id: "igw-1".into(), vpc: "vpc-batch".into() }],
        endpoints: vec![Endpoint {
            id: "vpce-0sts".into(),
            vpc: "vpc-batch".into(),
            service: "com.amazonaws.ap-northeast-1.sts".into(),
            kind: EndpointType::Interface {
                addresses: vec![("subnet-private".into(), ip("10.0.1.77"))],
                private_dns: true,
                security_groups: None,
            },
        }],
        ..Parts::default()
    }
}

fn task() -> Place {
    Place {
        name: "batch-task".into(),
        stands: Stands::Subnet { subnet: 0, security_groups: None },
        addresses: vec![ip("10.0.1.20")],
        public_ip: None,
        ports: Ports::COMMON,
    }
}

#[test]
fn the_global_name_leaves_through_the_nat_and_the_regional_one_through_the_endpoint() {
    let network = Network::new(&batch()).unwrap();
    let at = at("2024-08-01T00:00:00Z");

    let global = network.travel(&task(), "sts.amazonaws.com", 443, at);
    let arrival = global.ended.unwrap();
    assert_eq!((arrival.source_ip, arrival.endpoint), (ip("203.0.113.10"), EndpointKind::Global));
    assert_eq!(arrival.serving_region, Some(Region::US_EAST_1));
    assert!(global.hops.iter().any(|hop| hop.kind == HopKind::NatGateway && &*hop.id == "nat-1"));

    let regional = network.travel(&task(), "sts.ap-northeast-1.amazonaws.com", 443, at);
    let arrival = regional.ended.unwrap();
    assert_eq!((arrival.source_ip, arrival.endpoint), (ip("10.0.1.20"), EndpointKind::Regional));
    assert_eq!(arrival.vpc_endpoint_id.as_deref(), Some("vpce-0sts"));
    assert_eq!(arrival.vpc_id.as_deref(), Some("vpc-batch"));
    assert_eq!(&*regional.answers, [ip("10.0.1.77")]);
    assert_eq!(regional.resolver.address, Some(ip("10.0.0.2")));
}

#[test]
fn an_outage_is_switched_on_before_and_off_within_its_time() {
    let vpc = Vpc {
        id: "vpc-0".into(),
        region: region("eu-west-1"),
        cidrs: vec!["10.0.0.0/16".parse().unwrap()],
        dns: DnsServers::Amazon,
        dns_support: true,
        dns_hostnames: true,
    };
    let outage = Outage {
        name: "virginia".into(),
        from: vec![region("eu-west-1")],
        to: region("us-east-1"),
        start: at("2025-01-01T00:00:00Z"),
        end: at("2026-01-01T00:00:00Z"),
    };
    let network = Network::new(&Parts { vpcs: vec![vpc], outages: vec![outage], ..Parts::default() }).unwrap();
    let place = Place {
        name: "function".into(),
        stands: Stands::Aws(Some(region("eu-west-1"))),
        addresses: Vec::new(),
        public_ip: Some(ip("198.51.100.7")),
        ports: Ports::COMMON,
    };
    for (switched, now, arrives) in [
        (None, "2024-12-31T23:59:59Z", true),
        (None, "2025-06-01T00:00:00Z", false),
        (Some(true), "2024-12-31T23:59:59Z", false),
        (Some(false), "2025-06-01T00:00:00Z", true),
    ] {
        let switched = switched.map(|on| (Box::from("virginia"), on)).into_iter().collect();
        let journey = network.with_outages(&switched).travel(&place, "iam.amazonaws.com", 443, at(now));
        assert_eq!(journey.ended.is_ok(), arrives, "{switched:?} {now}");
    }
}

#[test]
fn ten_thousand_vpcs_are_joined_once_and_travelled_without_a_search() {
    const VPCS: usize = 10_000;
    let mut parts = Parts::default();
    for number in 0..VPCS {
        let vpc: Box<str> = format!("vpc-{number}").into();
        let (high, low) = (number / 256, number % 256);
        parts.vpcs.push(Vpc {
            id: vpc.clone(),
            region: region("eu-west-1"),
            cidrs: vec![format!("10.{low}.0.0/16").parse().unwrap()],
            dns: DnsServers::Amazon,
            dns_support: true,
            dns_hostnames: true,
        });
        for subnet in 0..4 {
            let mut routes: Vec<Route> = (0..20)
                .map(|route| Route {
                    to: Destination::Cidr(format!("172.16.{route}.0/24").parse().unwrap()),
                    via: None,
                })
                .collect();
            routes.push(Route {
                to: Destination::Cidr("0.0.0.0/0".parse().unwrap()),
                via: Some(format!("igw-{number}").into()),
            });
            parts.subnets.push(Subnet {
                id: format!("subnet-{number}-{subnet}").into(),
                vpc: vpc.clone(),
                cidrs: vec![format!("10.{low}.{subnet}.0/24").parse().unwrap()],
                availability_zone: None,
                routes,
            });
        }
        parts.internet_gateways.push(Gateway { id: format!("igw-{number}").into(), vpc: vpc.clone() });
        parts.endpoints.push(Endpoint {
            id: format!("vpce-{number}").into(),
            vpc,
            service: "com.amazonaws.eu-west-1.sts".into(),
            kind: EndpointType::Interface {
                addresses: vec![(format!("subnet-{number}-0").into(), ip(&format!("10.{low}.0.{}", 10 + high)))],
                private_dns: true,
                security_groups: None,
            },
        });
    }
    #[expect(clippy::disallowed_methods, reason = "a bound on time is what is tested")]
    let start = std::time::Instant::now();
    let network = Network::new(&parts).unwrap();
    for number in 0..2 * VPCS {
        let vpc = number % VPCS;
        let place = Place {
            name: "place".into(),
            stands: Stands::Subnet { subnet: vpc * 4 + 1, security_groups: None },
            addresses: vec![ip(&format!("10.{}.1.20", vpc % 256))],
            public_ip: Some(ip("198.51.100.7")),
            ports: Ports::COMMON,
        };
        let host = if number < VPCS { "sts.amazonaws.com" } else { "sts.eu-west-1.amazonaws.com" };
        let arrival = network.travel(&place, host, 443, at("2025-06-01T00:00:00Z")).ended.unwrap();
        assert_eq!(arrival.vpc_endpoint, (number >= VPCS).then_some(vpc));
    }
    // A search through all VPCs would take twenty thousand times ten thousand steps: minutes, unoptimised.
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
