//! Clients and their settings broken: versions, URLs, Regions, profiles, clocks.

use super::{
    scene::{Hands, Mutant, Scene},
    text::{Table, only, swap},
};
use crate::support::Files;
use rolecall_doctor::Code;

pub(super) fn mutants(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    moved(scene, out);
    clock(scene, out);
    signed_elsewhere(scene, out);
    refused(scene, out);
    profiles(scene, out);
}

/// The client goes to another endpoint than the policies know.
fn moved(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    let table = scene.call_table();
    let other_side = Hands::Own;
    let mut push = |what: &str, code: Code, key: &str, file: &str, edit: &dyn Fn(&mut Files)| {
        let mut files = scene.files.clone();
        edit(&mut files);
        let at = only(&files, file, key);
        out.push(scene.mutant(what, code, (files, at), other_side));
    };
    let address = Code::SourceAddressMismatch;
    let endpoint = Code::SourceVpcEndpointMismatch;
    match scene.name.as_str() {
        "cross-account/by-address" => {
            let (key, file) = ("aws:SourceIp", "by-address.trust.json");
            push("upgraded over the boundary", address, key, file, &|files| {
                table.set(files, "client", "\"boto3==1.40.0\"")
            });
            push("another client", address, key, file, &|files| table.set(files, "client", "\"aws-cli==1.42.0\""));
            push("set to regional", address, key, file, &|files| {
                table.set(files, "env", "{ AWS_STS_REGIONAL_ENDPOINTS = \"regional\" }");
            });
            push("given the Region's URL", address, key, file, &|files| {
                table.set(files, "options", "{ endpoint_url = \"https://sts.ap-northeast-1.amazonaws.com\" }");
            });
        }
        "cross-account/by-endpoint" | "cross-account/by-vpc" => {
            let (key, file) = match scene.name.as_str() {
                "cross-account/by-endpoint" => ("aws:SourceVpce", "by-endpoint.trust.json"),
                _ => ("aws:SourceVpc\"", "by-vpc.trust.json"),
            };
            push("downgraded over the boundary", endpoint, key, file, &|files| {
                table.set(files, "client", "\"boto3==1.39.17\"");
            });
            push("set to legacy", endpoint, key, file, &|files| {
                table.set(files, "env", "{ AWS_STS_REGIONAL_ENDPOINTS = \"legacy\" }");
            });
            push("told the Region that is none", endpoint, key, file, &|files| {
                table.set(files, "region", "\"aws-global\"");
            });
            push("told the global Region", endpoint, key, file, &|files| table.set(files, "region", "\"aws-global\""));
            push("told another Region", endpoint, key, file, &|files| table.set(files, "region", "\"us-west-2\""));
            push("the private name is off", endpoint, key, file, &|files| {
                Table::new("[[vpc_endpoint]]", "id", "vpce-0sts").set(files, "private_dns", "false");
            });
            push("the DNS server is another", endpoint, key, file, &|files| {
                Table("[[vpc]]".to_owned(), "id = \"vpc-batch\"".to_owned()).set(files, "dns", "[\"10.0.0.53\"]");
            });
        }
        _ => {}
    }
}

fn clock(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    if scene.rests(3, 1) || scene.run.hops.len() > 1 && !scene.name.ends_with("#0") {
        return;
    }
    let seconds = if scene.turn.is_multiple_of(2) { 1801 } else { -1200 };
    let mut files = scene.files.clone();
    let table = scene.place_table();
    table.set(&mut files, "clock_skew_seconds", &seconds.to_string());
    let at = table.at(&files, "clock_skew_seconds");
    out.push(scene.mutant("the clock is wrong", Code::ClockSkew, (files, at), Hands::Own));
}

/// A URL whose Region is not the one that signs.
fn signed_elsewhere(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    let region = scene.hop.hop.endpoint.region.as_str();
    // Only those that get out to the internet see the refusal.
    let closed = ["closed/", "ways/own-dns", "ways/peered", "ways/six", "places/connected", "places/function-in-vpc"];
    if !scene.hop.own
        || closed.iter().any(|name| scene.name.starts_with(name))
        || region.contains("gov")
        || region.starts_with("cn-")
    {
        return;
    }
    let table = scene.call_table();
    let url = match scene.turn % 2 {
        0 => "https://sts.amazonaws.com",
        _ => "https://sts.sa-east-1.amazonaws.com",
    };
    let mut files = scene.files.clone();
    table.set(&mut files, "options", &format!("{{ endpoint_url = \"{url}\" }}"));
    // Without a Region in code the client asks the place.
    let region = if region == "us-east-1" { "eu-west-1" } else { region };
    table.set(&mut files, "region", &format!("\"{region}\""));
    let at = table.at(&files, "options");
    out.push(scene.mutant("a URL of another Region", Code::SignatureScopeMismatch, (files, at), Hands::Own));
}

/// What the client itself does not take.
fn refused(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    let table = scene.call_table();
    let client = scene.run.client.name();
    let python = matches!(client, "boto3" | "botocore" | "aws-cli");
    // There the environment has what the call cannot do without.
    if !python || scene.turn % 2 == 1 || scene.name.contains("#1") || scene.name == "ways/six" {
        return;
    }
    let mut files = scene.files.clone();
    table.set(&mut files, "env", "{ AWS_STS_REGIONAL_ENDPOINTS = \"Regional\" }");
    if scene.files["world.toml"].contains("AWS_ACCESS_KEY_ID") && scene.call.credentials.is_none() && scene.by_user() {
        return;
    }
    let at = table.at(&files, "env");
    out.push(scene.mutant("a mode that is none", Code::ClientConfiguration, (files, at), Hands::Own));
    // The environment of a function, a task and a pod tells its Region.
    use rolecall_world::PlaceKind::{EcsTask, EksPod, Lambda};
    let told = matches!(scene.place().kind, Lambda | EcsTask | EksPod);
    if !told && scene.call.region.is_some() && scene.call.options.is_empty() && scene.hop.own {
        let mut files = scene.files.clone();
        table.remove(&mut files, "region");
        table.set(&mut files, "options", "{ endpoint_url = \"https://sts.eu-west-1.amazonaws.com\" }");
        let at = table.at(&files, "options");
        out.push(scene.mutant("a URL and no Region", Code::ClientConfiguration, (files, at), Hands::Own));
    }
}

/// Profiles that lead nowhere.
fn profiles(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    if scene.name != "profiles/by-user-id#0" {
        return;
    }
    let config = "aws/config";
    let changes: [(&str, &str, &str, &str); 5] = [
        ("the profile is misspelt", "world.toml", "profile = \"by-user-id\"", "profile = \"by-userid\""),
        (
            "the source profile is misspelt",
            config,
            "role/by-user-id\nsource_profile = source\n",
            "role/by-user-id\nsource_profile = sauce\n",
        ),
        ("the profiles lead in a circle", config, "source_profile = taro", "source_profile = by-user-id"),
        (
            "too short a session",
            config,
            "session_name = my-session",
            "session_name = my-session\nduration_seconds = 60",
        ),
        (
            "the source has no key",
            "aws/credentials",
            "aws_secret_access_key = AnybodyMayReadThisSecretItOpensNothing00\n",
            "",
        ),
    ];
    for (what, file, old, new) in changes {
        let mut files = scene.files.clone();
        swap(&mut files, file, old, new);
        let at = match what {
            "the source has no key" => only(&files, file, "AKIATAROTAROTARO0000"),
            "the source profile is misspelt" => only(&files, file, "source_profile = sauce"),
            _ => only(&files, file, new.rsplit('\n').next().unwrap()),
        };
        out.push(scene.mutant(what, Code::ClientConfiguration, (files, at), Hands::Own));
    }
    let changes = [
        ("a session name that STS does not take", "role_session_name = my-session", "role_session_name = my session"),
        (
            "an external id that STS does not take",
            "role_session_name = my-session",
            "role_session_name = my-session\nexternal_id = a b c",
        ),
    ];
    for (what, old, new) in changes {
        let mut files = scene.files.clone();
        swap(&mut files, config, old, new);
        let at = only(&files, config, new.rsplit('\n').next().unwrap());
        out.push(scene.mutant(what, Code::ParameterInvalid, (files, at), Hands::Own));
    }
}
