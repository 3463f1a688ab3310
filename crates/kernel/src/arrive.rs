//! Which endpoint a request was sent to: told by its `Host`, else by its signature's scope.

use crate::event::EndpointType;
use rolecall_names::{Partition, Region};
use rolecall_wire::Service;

/// The endpoint a request was sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// Whose it is.
    pub service: Service,
    /// Global or Regional.
    pub kind: EndpointType,
    /// The Region its events are recorded in, its scope names and `aws:RequestedRegion` holds.
    pub region: Region,
    /// Whether a scope of another Region is let pass: IAM behind an address that names no endpoint, where clients
    /// sign for the Region they are set to.
    pub any_scope: bool,
}

/// Why no endpoint is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// The host or the scope names a Region that does not exist.
    NoSuchRegion,
    /// The host names nothing known and there is no scope to tell, or the scope's service is not offered.
    NoSuchService,
}

/// Finds the endpoint.
///
/// `scope` is the service and Region that a signature names.
///
/// # Errors
/// [`Lost`] when neither tells an endpoint that exists.
pub fn arrive(host: &str, scope: Option<(&str, &str)>) -> Result<Endpoint, Lost> {
    if let Some(named) = by_host(host) {
        return named;
    }
    let (service, region) = scope.ok_or(Lost::NoSuchService)?;
    let service = service_named(service).ok_or(Lost::NoSuchService)?;
    let region: Region = region.parse().map_err(|_| Lost::NoSuchRegion)?;
    Ok(match service {
        Service::Iam => Endpoint { any_scope: true, ..control_plane(region.partition()) },
        Service::Sts | Service::CloudTrail => regional(service, region),
    })
}

fn by_host(host: &str) -> Option<Result<Endpoint, Lost>> {
    let host = without_port(host).trim_end_matches('.').to_ascii_lowercase();
    let labels = host
        .strip_suffix(".amazonaws.com")
        .or_else(|| host.strip_suffix(".amazonaws.com.cn"))
        .or_else(|| host.strip_suffix(".api.aws"))
        .or_else(|| host.strip_suffix(".localhost"))
        .or_else(|| suffixes().find_map(|suffix| host.strip_suffix(suffix)?.strip_suffix('.')))?;
    // An endpoint's own name: vpce-0abc-1def.sts.eu-west-1.vpce
    let labels =
        labels.strip_suffix(".vpce").and_then(|labels| labels.split_once('.')).map_or(labels, |(_, rest)| rest);
    let mut parts = labels.split('.');
    let service = parts.next()?;
    let service = service_named(service.strip_suffix("-fips").unwrap_or(service))?;
    let endpoint = match (service, parts.next(), parts.next()) {
        (Service::Sts, None, _) => {
            Ok(Endpoint { service, kind: EndpointType::Global, region: Region::US_EAST_1, any_scope: false })
        }
        (Service::Iam, None, _) => Ok(control_plane(Partition::Aws)),
        (Service::Iam, Some("us-gov"), None) => Ok(control_plane(Partition::AwsUsGov)),
        (Service::CloudTrail, None, _) => return None,
        (service, Some(region), None) => match (service, region.parse::<Region>()) {
            (Service::Iam, Ok(region)) => Ok(control_plane(region.partition())),
            (_, Ok(region)) => Ok(regional(service, region)),
            (_, Err(_)) => Err(Lost::NoSuchRegion),
        },
        _ => Err(Lost::NoSuchRegion),
    };
    Some(endpoint)
}

fn suffixes() -> impl Iterator<Item = &'static str> {
    [Partition::AwsEusc, Partition::AwsIso, Partition::AwsIsoB, Partition::AwsIsoE, Partition::AwsIsoF]
        .into_iter()
        .map(Partition::dns_suffix)
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    }
}

fn service_named(name: &str) -> Option<Service> {
    match name {
        "sts" => Some(Service::Sts),
        "iam" => Some(Service::Iam),
        "cloudtrail" => Some(Service::CloudTrail),
        _ => None,
    }
}

fn regional(service: Service, region: Region) -> Endpoint {
    Endpoint { service, kind: EndpointType::Regional, region, any_scope: false }
}

/// IAM answers from one Region a partition, and signs for it.
fn control_plane(partition: Partition) -> Endpoint {
    let region = partition.control_plane();
    Endpoint { service: Service::Iam, kind: EndpointType::Global, region, any_scope: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(host: &str, scope: Option<(&str, &str)>) -> String {
        match arrive(host, scope) {
            Ok(at) => format!("{:?} {:?} {}", at.service, at.kind, at.region),
            Err(lost) => format!("{lost:?}"),
        }
    }

    #[test]
    fn the_host_tells_and_the_scope_only_where_it_does_not() {
        let tokyo = Some(("sts", "ap-northeast-1"));
        for (host, scope, expected) in [
            ("sts.amazonaws.com", tokyo, "Sts Global us-east-1"),
            ("STS.amazonaws.com:443", None, "Sts Global us-east-1"),
            ("sts.localhost:4566", tokyo, "Sts Global us-east-1"),
            ("sts.us-east-1.amazonaws.com", tokyo, "Sts Regional us-east-1"),
            ("sts.eu-west-1.localhost:4566", None, "Sts Regional eu-west-1"),
            ("sts-fips.us-west-2.amazonaws.com", None, "Sts Regional us-west-2"),
            ("sts.us-west-2.api.aws", None, "Sts Regional us-west-2"),
            ("sts.cn-north-1.amazonaws.com.cn", None, "Sts Regional cn-north-1"),
            ("sts.eusc-de-east-1.amazonaws.eu", None, "Sts Regional eusc-de-east-1"),
            ("vpce-0a-1b.sts.eu-west-1.vpce.amazonaws.com", None, "Sts Regional eu-west-1"),
            ("vpce-0a-1b-eu-west-1a.sts.eu-west-1.vpce.amazonaws.com", None, "Sts Regional eu-west-1"),
            ("iam.amazonaws.com", None, "Iam Global us-east-1"),
            ("iam.us-gov.amazonaws.com", None, "Iam Global us-gov-west-1"),
            ("iam.cn-north-1.amazonaws.com.cn", None, "Iam Global cn-north-1"),
            ("cloudtrail.us-west-2.amazonaws.com", None, "CloudTrail Regional us-west-2"),
            ("127.0.0.1:4566", tokyo, "Sts Regional ap-northeast-1"),
            ("[::1]:4566", Some(("iam", "eu-west-1")), "Iam Global us-east-1"),
            ("localhost", Some(("cloudtrail", "us-east-1")), "CloudTrail Regional us-east-1"),
            ("sts.us-east-9.amazonaws.com", tokyo, "NoSuchRegion"),
            ("127.0.0.1", Some(("sts", "us-east-9")), "NoSuchRegion"),
            ("127.0.0.1", Some(("s3", "us-east-1")), "NoSuchService"),
            ("127.0.0.1", None, "NoSuchService"),
            ("", None, "NoSuchService"),
        ] {
            assert_eq!(told(host, scope), expected, "{host} {scope:?}");
        }
    }
}
