//! The names that networks lead to endpoints are those that the kernel knows, as the same service in the same Region.

use rolecall_kernel::arrive;
use rolecall_names::{Instant, Region};
use rolecall_network::{EndpointKind, Network, Parts, Place, Ports, Stands};

#[test]
fn what_a_name_leads_to_is_what_its_host_header_says() {
    let network = Network::new(&Parts::default()).unwrap();
    let place = Place {
        name: "laptop".into(),
        stands: Stands::Outside { connected: Vec::new(), dns: None },
        addresses: Vec::new(),
        public_ip: Some("198.51.100.7".parse().unwrap()),
        ports: Ports::COMMON,
    };
    let mut hosts: Vec<String> =
        ["sts.amazonaws.com", "iam.amazonaws.com", "iam-fips.amazonaws.com", "iam.us-gov.amazonaws.com"]
            .map(str::to_owned)
            .into();
    for region in Region::all() {
        for service in ["sts", "sts-fips", "iam", "iam-fips", "cloudtrail", "cloudtrail-fips"] {
            for suffix in [region.partition().dns_suffix(), "api.aws"] {
                hosts.push(format!("{service}.{region}.{suffix}"));
            }
        }
    }
    let mut compared = 0;
    for host in hosts {
        let Ok(there) = network.travel(&place, &host, 443, Instant::from_seconds(1_750_000_000)).ended else {
            continue;
        };
        let known = arrive(&host, None).unwrap();
        let service = there.service.unwrap().as_str();
        assert_eq!(service, format!("{:?}", known.service).to_ascii_lowercase(), "{host}");
        assert_eq!(there.endpoint_region, Some(known.region), "{host}");
        let global = matches!(known.kind, rolecall_kernel::event::EndpointType::Global);
        assert_eq!(there.endpoint == EndpointKind::Global, global, "{host}");
        compared += 1;
    }
    assert!(compared > 150, "{compared}");
}
