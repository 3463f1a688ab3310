//! Journeys through networks built by hand; those of whole worlds are in the world's own tests.
#![expect(clippy::unwrap_used, reason = "a network that cannot be built has failed")]

use rolecall_names::{Instant, Region};
use rolecall_network::{
    Destination, DnsServers, Endpoint, EndpointKind, EndpointType, Gateway, HopKind, NatGateway, Network, Parts, Place,
    Ports, Route, Stands, Subnet, Vpc,
};
use std::net::IpAddr;

fn region(name: &str) -> Region {
    name.parse().unwrap()
}

fn ip(address: &str) -> IpAddr {
    address.parse().unwrap()
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
    let at: Instant = "2024-08-01T00:00:00Z".parse().unwrap();

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
