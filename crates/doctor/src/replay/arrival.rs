//! Where a recorded call went, and how it arrived.

use super::{Note, ReplayError};
use crate::record::{EndpointType, Record, Source};
use crate::run::RecordedWay;
use rolecall_clients::{At, Because, Client, Endpoint, EndpointKind, Mode, OptionValue, Settings, endpoint};
use rolecall_names::Region;
use rolecall_network::{
    Arrival, AwsService, Element, EndpointKind as Reached, Hop, HopKind, Journey, Naming, Resolver, ResolverKind,
};
use rolecall_world::{Subnet, World};
use std::net::IpAddr;

/// A call as it arrived.
pub(super) struct Arrived {
    /// The endpoint's name.
    pub(super) host: String,
    pub(super) global: bool,
    /// In whose history it is recorded.
    pub(super) region: Region,
    pub(super) source: IpAddr,
    /// The position of the VPC endpoint in the world.
    pub(super) vpc_endpoint: Option<usize>,
    serving: Region,
}

const GLOBAL: &str = "sts.amazonaws.com";

/// What a client is asked for where none that is known made the call: its URLs are read as every client's are.
pub(super) const STAND_IN: &str = "boto3==1.44.5";

pub(super) fn arrived(world: &World, record: &Record, notes: &mut Vec<Note>) -> Result<Arrived, ReplayError> {
    let region: Region = record.region.parse().map_err(|_| ReplayError::Region { region: record.region.clone() })?;
    let source = match &record.source {
        Source::Address(address) => *address,
        Source::Service(service) => return Err(ReplayError::Service { service: service.clone() }),
    };
    let global = match record.endpoint() {
        Some(kind) => kind == EndpointType::Global,
        None => {
            notes.push(Note {
                id: "endpoint-not-told",
                text:
                    "The record does not tell whether the global endpoint was called or that of us-east-1, as records \
                       before 2025 do not: it is taken to be the global one, from outside a VPC endpoint."
                        .to_owned(),
            });
            record.vpc_endpoint.is_none()
        }
    };
    let host = if global { GLOBAL.to_owned() } else { regional_host(record, region, notes) };
    let vpc_endpoint = record.vpc_endpoint.as_deref().map(|id| vpc_endpoint(world, id, region, source)).transpose()?;
    let serving = record.serving_region.as_deref().and_then(|name| name.parse().ok()).unwrap_or(region);
    Ok(Arrived { host, global, region, source, vpc_endpoint, serving })
}

/// The name in the record where it is one of AWS's; else the Region's own.
fn regional_host(record: &Record, region: Region, notes: &mut Vec<Note>) -> String {
    let own = format!("sts.{region}.{}", region.partition().dns_suffix());
    let Some(host) = record.host.as_deref() else { return own };
    let known = read_url(&format!("https://{host}"), region).is_some_and(|endpoint| {
        matches!(endpoint.kind, EndpointKind::Regional | EndpointKind::Vpce) && endpoint.region == region.name()
    });
    if known {
        return host.to_owned();
    }
    notes.push(Note {
        id: "host-of-ones-own",
        text: format!("The call named the host {host}, which is none of AWS's: {own} is taken in its place."),
    });
    own
}

/// What a URL says of an endpoint.
fn read_url(url: &str, region: Region) -> Option<Endpoint> {
    let client = Client::parse(STAND_IN).ok()?;
    let options = [("endpoint_url", OptionValue::Text(url))];
    endpoint(&client, &Settings { region: Some(region.name()), options: &options, ..Settings::default() }).ok()
}

fn vpc_endpoint(world: &World, id: &str, region: Region, source: IpAddr) -> Result<usize, ReplayError> {
    if let Some(index) = world.endpoints.iter().position(|endpoint| &*endpoint.id.value == id) {
        return Ok(index);
    }
    let of_sts = world.endpoints.iter().filter(|endpoint| endpoint.service.value.ends_with(".sts"));
    let known = of_sts.map(|endpoint| endpoint.id.value.clone()).take(8).collect();
    let here = |subnet: &&Subnet| {
        let vpc = world.vpc(&subnet.vpc.value);
        vpc.is_some_and(|vpc| vpc.region.value == region)
    };
    let holds = |subnet: &&Subnet| subnet.cidrs.iter().any(|cidr| cidr.contains(&source));
    let mut subnets = world.subnets.iter().filter(here);
    let subnet = subnets.clone().find(holds).or_else(|| subnets.next());
    let add = format!(
        "[[vpc_endpoint]]\nid = \"{id}\"\nvpc = \"{}\"\nservice = \"com.amazonaws.{region}.sts\"\naddresses = {{ {} = \
         \"…\" }}\n",
        subnet.map_or("…", |subnet| &subnet.vpc.value),
        subnet.map_or("…", |subnet| &subnet.id.value),
    );
    Err(ReplayError::Endpoint { id: id.into(), known, add: add.into() })
}

impl Arrived {
    /// Whether a journey in the world ends as the recorded one did.
    pub(super) fn is(&self, journey: &Journey) -> bool {
        journey.ended.as_ref().is_ok_and(|arrival| {
            arrival.source_ip == self.source
                && arrival.vpc_endpoint == self.vpc_endpoint
                && arrival.endpoint_region == Some(self.region)
        })
    }

    /// The way as far as a record tells it: from whom it is seen to come, through which VPC endpoint, to where.
    pub(super) fn way(&self, world: &World, place: &str) -> RecordedWay {
        let mut hops = vec![Hop { kind: HopKind::Place, id: place.into(), element: Element::Place }];
        let vpce = self.vpc_endpoint.and_then(|index| Some((index, world.endpoints.get(index)?)));
        if let Some((index, endpoint)) = vpce {
            let (kind, id) = (HopKind::VpcEndpoint, endpoint.id.value.clone());
            hops.push(Hop { kind, id, element: Element::Endpoint(index) });
        }
        hops.push(Hop { kind: HopKind::Endpoint, id: self.host.as_str().into(), element: Element::Outside });
        let journey = Journey {
            // A record tells of no resolver.
            resolver: Resolver { address: None, kind: ResolverKind::None },
            naming: Naming::Literal,
            answers: Default::default(),
            hops,
            ended: Ok(Arrival {
                source_ip: self.source,
                vpc_id: vpce.map(|(_, endpoint)| endpoint.vpc.value.clone()),
                vpc_endpoint_id: vpce.map(|(_, endpoint)| endpoint.id.value.clone()),
                vpc_endpoint: self.vpc_endpoint,
                service: Some(AwsService::Sts),
                endpoint: if self.global { Reached::Global } else { Reached::Regional },
                endpoint_region: Some(self.region),
                serving_region: Some(self.serving),
            }),
        };
        RecordedWay { endpoint: self.endpoint(), journey }
    }

    fn endpoint(&self) -> Endpoint {
        let url = format!("https://{}", self.host);
        let told = read_url(&url, self.region);
        let kind = if self.global { EndpointKind::Global } else { EndpointKind::Regional };
        let region = self.region.name().to_owned();
        let because = vec![Because { text: "the record names it".to_owned(), at: At::Default }];
        Endpoint {
            kind: told.as_ref().map_or(kind, |told| told.kind),
            host: self.host.clone(),
            scheme: "https".to_owned(),
            port: 443,
            signing_region: region.clone(),
            region,
            signing: rolecall_clients::Signing::V4,
            mode: if self.global { Mode::Global } else { Mode::Regional },
            because,
            uncertain: None,
            source: "the record",
            url,
        }
    }
}
