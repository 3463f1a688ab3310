//! Another endpoint for the caller: by its code, its settings, its Region.

use super::{names::distance, own, table};
use crate::{
    causes::wanted_scope,
    edit::quoted,
    fixes::{AGAINST_ADVICE, Candidate, Patient},
    run::region_of,
};
use rolecall_clients::EndpointKind;
use rolecall_names::{Activation, Partition, Region};
use rolecall_network::{Naming, Why, is_sts_service};
use rolecall_world::{Endpoint, PlaceKind};

/// Calls the global endpoint, which leaves the VPC by its routes.
pub(super) fn global(patient: &Patient<'_, '_>, rank: u16, out: &mut Vec<Candidate>) {
    let client = patient.run.client.name();
    let table = table(patient);
    if patient.hop.hop.endpoint.kind == EndpointKind::Global {
        return;
    }
    if takes_aws_global(client) {
        let text = "Name the global endpoint for this one client: the Region aws-global, which is signed for us-east-1. \
                    It works today and touches one caller; AWS advises Regional endpoints.";
        own(patient, "global-endpoint-in-code", text, vec![table.set("region", "\"aws-global\"")], rank, out);
    } else {
        let edits = vec![
            table.set("region", "\"us-east-1\""),
            table.set_member("options", "endpoint_url", "\"https://sts.amazonaws.com\""),
        ];
        let text = "Name the global endpoint and its signing Region, us-east-1, for this one client. It works today and \
                    touches one caller; AWS advises Regional endpoints.";
        own(patient, "global-endpoint-in-code", text, edits, rank, out);
    }
    let edit = table.set_member("env", "AWS_STS_REGIONAL_ENDPOINTS", "\"legacy\"");
    let text = "Set AWS_STS_REGIONAL_ENDPOINTS=legacy (or sts_regional_endpoints = legacy in the profile). Every client \
                that reads the same environment or file goes to the global endpoint then.";
    own(patient, "legacy-setting", text, vec![edit], rank + 10, out);
}

/// Clients that take the Region `aws-global`.
///
/// Source: AWS SDKs and Tools Reference Guide, "AWS STS Regional endpoints".
fn takes_aws_global(client: &str) -> bool {
    matches!(
        client,
        "boto3" | "botocore" | "aws-cli" | "aws-sdk-js" | "aws-sdk-java" | "aws-sdk-kotlin" | "aws-sdk-php"
    )
}

/// Calls the endpoint of the Region the place is in.
pub(super) fn regional(patient: &Patient<'_, '_>, rank: u16, out: &mut Vec<Candidate>) {
    let Some(region) = region_of(patient.world(), patient.run.place) else { return };
    let table = table(patient);
    let url = format!("https://sts.{region}.{}", suffix(region));
    let told = quoted(&url);
    let edits = vec![table.set_member("options", "endpoint_url", &told), table.set("region", &quoted(region))];
    let text = format!("Name the Region's endpoint for this one client: {url}.");
    own(patient, "regional-endpoint-url", &text, edits, rank + 5, out);
    let edits = vec![
        table.set_member("env", "AWS_STS_REGIONAL_ENDPOINTS", "\"regional\""),
        table.set("region", &quoted(region)),
    ];
    let text = "Set AWS_STS_REGIONAL_ENDPOINTS=regional (or sts_regional_endpoints = regional in the profile): the \
                default of newer clients, and AWS's advice. Every other AWS SDK that reads the same environment or file \
                goes to its Region's endpoint then too.";
    own(patient, "regional-setting", text, edits, rank, out);
    let edits = vec![table.set("region", &quoted(region))];
    let text = format!("Call the endpoint of the Region that the call is made in: region {region}.");
    own(patient, "own-region", &text, edits, rank + 2, out);
}

fn suffix(region: &str) -> &'static str {
    region.parse::<Region>().map_or("amazonaws.com", |region| region.partition().dns_suffix())
}

pub(super) fn unreachable(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    regional(patient, 10, out);
    let table = table(patient);
    let world = patient.world();
    if patient.hop.journey.ended.as_ref().is_err_and(|death| death.why == Why::AddressFamily) {
        let edit = table.set_member("env", "AWS_USE_DUALSTACK_ENDPOINT", "\"true\"");
        let text =
            "Call the dual-stack endpoint, which has addresses of both families: AWS_USE_DUALSTACK_ENDPOINT=true.";
        own(patient, "dual-stack", text, vec![edit], 10, out);
    }
    let host = &patient.hop.hop.endpoint.host;
    let vpc = patient.run.place.subnet.as_ref().and_then(|subnet| world.subnet(&subnet.value)).map(|it| &it.vpc.value);
    // The endpoint's own name, which needs no private DNS: of those of the VPC, and where there is none with the name that
    // is called, of the one that is called nearly so.
    let named = patient.hop.journey.naming == Naming::Nothing;
    let mut endpoints: Vec<&Endpoint> =
        world.endpoints.iter().filter(|it| is_sts_service(&it.service.value).is_some()).collect();
    endpoints.retain(|endpoint| named || vpc == Some(&endpoint.vpc.value));
    endpoints.sort_by_cached_key(|endpoint| (vpc != Some(&endpoint.vpc.value), distance(&endpoint.id.value, host)));
    for endpoint in endpoints.into_iter().take(2) {
        let Some(region) = is_sts_service(&endpoint.service.value).map(Region::name) else { continue };
        let url = format!("https://{}-00000000.sts.{region}.vpce.{}", &*endpoint.id.value, suffix(region));
        let edits =
            vec![table.set_member("options", "endpoint_url", &quoted(&url)), table.set("region", &quoted(region))];
        let text = format!("Name the VPC endpoint itself for this one client: {url} (its DNS name is in the console).");
        own(patient, "vpc-endpoint-url", &text, edits, 30, out);
    }
    if let Some(edit) = table.remove("options") {
        own(patient, "without-endpoint-url", "Leave the endpoint's URL to the client.", vec![edit], 20, out);
    }
    // Another Region's endpoint: for a workload inside a Region AWS advises against it.
    let outside = matches!(patient.run.place.kind, PlaceKind::OnPremises | PlaceKind::Internet);
    let here = &patient.hop.hop.endpoint.region;
    let others = ["us-west-2", "eu-west-1", "us-east-1"].into_iter().filter(|region| region != here);
    for region in others {
        let text = format!(
            "Call another Region's endpoint, such as {region}. {}",
            if outside {
                "Callers outside AWS may do so."
            } else {
                "AWS advises workloads inside a Region against it."
            }
        );
        let mut edits = vec![table.set("region", &quoted(region))];
        if !matches!(patient.run.client.name(), "aws-cli") {
            edits.push(table.set_member(
                "options",
                "endpoint_url",
                &quoted(&format!("https://sts.{region}.amazonaws.com")),
            ));
        }
        own(patient, "another-region", &text, edits, if outside { 15 } else { AGAINST_ADVICE }, out);
    }
}

/// Calls the endpoint of a Region that a policy asks for.
pub(super) fn of_region(patient: &Patient<'_, '_>, region: &str, out: &mut Vec<Candidate>) {
    let table = table(patient);
    let text = format!("Call the endpoint of {region}.");
    let region_alone = vec![table.set("region", &quoted(region))];
    own(patient, "call-the-region", &text, region_alone.clone(), 10, out);
    // Clients of the old default, and those that are told a URL, go elsewhere whatever their Region.
    let mut edits = region_alone;
    edits.extend(table.remove("options"));
    edits.push(table.set_member("env", "AWS_STS_REGIONAL_ENDPOINTS", "\"regional\""));
    let text = format!("{text} That is the Region's own one, not the global endpoint, nor one given by its URL.");
    own(patient, "call-the-region", &text, edits, 12, out);
}

pub(super) fn scope(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let wanted = wanted_scope(patient.hop).to_owned();
    let table = table(patient);
    let text = format!("Sign for {wanted}: give the client that Region beside the URL.");
    own(patient, "signing-region", &text, vec![table.set("region", &quoted(&wanted))], 10, out);
    if let Some(edit) = table.remove("options") {
        own(patient, "without-endpoint-url", "Leave the endpoint's URL to the client.", vec![edit], 20, out);
    }
}

/// A Region in which the credentials are known.
pub(super) fn other_region(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let table = table(patient);
    let partition = patient.case.directory.account(patient.own_account()).map(rolecall_directory::Account::partition);
    let here = region_of(patient.world(), patient.run.place).and_then(|region| region.parse::<Region>().ok());
    let usable = |region: &Region| {
        Some(region.partition()) == partition
            && region.activation() != Activation::OptIn
            && region.name() != patient.hop.hop.endpoint.region
    };
    let default = partition.map(Partition::control_plane);
    for region in here.into_iter().chain(default).filter(usable) {
        let mut edits = vec![table.set("region", &quoted(region.name()))];
        edits.extend(table.remove("options"));
        let text = format!("Call the endpoint of {region}, where the credentials are known and STS is on.");
        own(patient, "another-region", &text, edits, 20, out);
    }
}
