//! Regions switched off, tokens that are not known there, partitions mixed up.

use super::{
    scene::{Hands, Mutant, Scene, path, statement_mut},
    text::{Table, only},
};
use rolecall_doctor::Code;
use rolecall_policy::PolicyType;
use serde_json::json;

pub(super) fn mutants(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    deactivated(scene, out);
    partitions(scene, out);
    if !scene.name.starts_with("regions/") {
        return;
    }
    let main = Table("[accounts.main]".to_owned(), "id = \"111111111111\"".to_owned());
    let table = scene.call_table();
    match scene.name.as_str() {
        "regions/opt-in" | "regions/chained#0" => {
            let mut files = scene.files.clone();
            main.set(&mut files, "opted_in_regions", "[\"me-south-1\"]");
            let at = main.at(&files, "id");
            out.push(scene.mutant("the Region is not opted into", Code::RegionDisabled, (files, at), Hands::Own));
        }
        "regions/default" => {
            let mut files = scene.files.clone();
            table.set(&mut files, "region", "\"af-south-1\"");
            let at = main.at(&files, "id");
            out.push(scene.mutant("a Region that is not opted into", Code::RegionDisabled, (files, at), Hands::Own));
        }
        "regions/gov" | "regions/china" => {
            let mut files = scene.files.clone();
            table.set(&mut files, "region", "\"us-east-1\"");
            let at = table.at(&files, "region");
            out.push(scene.mutant("a Region of another partition", Code::PartitionMismatch, (files, at), Hands::Own));
        }
        "regions/chained#1" => {
            let mut files = scene.files.clone();
            main.remove(&mut files, "sts");
            let at = table.at(&files, "region");
            out.push(scene.mutant("the global endpoint's tokens are old", Code::TokenVersion, (files, at), Hands::Own));
            let mut files = scene.files.clone();
            main.set(&mut files, "sts", "{ global_endpoint_token = \"v1Token\" }");
            let at = table.at(&files, "region");
            out.push(scene.mutant("the tokens are set to old", Code::TokenVersion, (files, at), Hands::Own));
        }
        _ => {}
    }
    if scene.name == "regions/far" {
        let mut files = scene.files.clone();
        table.set(&mut files, "region", "\"cn-north-1\"");
        let at = table.at(&files, "region");
        out.push(scene.mutant("a Region of China", Code::PartitionMismatch, (files, at), Hands::Own));
        let mut files = scene.files.clone();
        table.set(&mut files, "region", "\"us-west-1\"");
        let at = only(&files, "world.toml", "deactivated_regions");
        out.push(scene.mutant(
            "a Region that the other account has off",
            Code::RegionDisabled,
            (files, at),
            Hands::Own,
        ));
    }
}

/// The role's account switches STS off in the Region that is called.
fn deactivated(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    let region = scene.hop.hop.endpoint.region.as_str();
    let name = &scene
        .world
        .accounts
        .iter()
        .find(|account| account.id.value == scene.target().entity.account.value)
        .unwrap()
        .name;
    let known: rolecall_names::Region = region.parse().unwrap();
    let first = scene
        .run
        .hops
        .iter()
        .all(|hop| hop.hop.role_arn.value != scene.hop.hop.role_arn.value || std::ptr::eq(hop, scene.hop));
    let earlier = scene.name.contains("#1");
    if known.activation() != rolecall_names::Activation::Deactivatable || scene.turn % 2 == 1 || !first || earlier {
        return;
    }
    let account = scene.target().entity.account.value;
    let table = Table(format!("[accounts.{}]", &*name.value), format!("id = \"{account}\""));
    let mut files = scene.files.clone();
    let version = if table.text(&files).contains("v2Token") { ", global_endpoint_token = \"v2Token\"" } else { "" };
    table.set(&mut files, "sts", &format!("{{ deactivated_regions = [\"{region}\"]{version} }}"));
    let at = table.at(&files, "sts");
    let hands = match scene.name.as_str() {
        // Policies ask for the way through the endpoint, which there is in one Region alone.
        "cross-account/by-endpoint" | "cross-account/by-vpc" => scene.of_target(),
        name if name.starts_with("closed/") || name.starts_with("ways/own-dns") => scene.of_target(),
        _ => Hands::Own,
    };
    out.push(scene.mutant("the role's account has STS off there", Code::RegionDisabled, (files, at), hands));
}

/// ARNs of another partition: of the caller in the trust policy, of the role in the identity policy and in the call.
fn partitions(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    if !matches!(
        scene.name.as_str(),
        "regions/gov" | "regions/china" | "regions/default" | "cross-account/partner" | "closed/account-wide"
    ) {
        return;
    }
    let own = scene.hop.hop.role_arn.value.split(':').nth(1).unwrap();
    let other = if own == "aws" { "aws-us-gov" } else { "aws" };
    let (file, index) = (scene.trust_file(), scene.trust_statement());
    let root = format!("arn:{other}:iam::{}:root", scene.caller().account.value);
    let number = index.to_string();
    let document = scene.json(&file);
    let at = path(&document, &number, &["Principal", "AWS"]);
    let changed = scene.with(&file, &at, |document| {
        statement_mut(document, index)["Principal"] = json!({ "AWS": root });
    });
    out.push(scene.mutant(
        "the trust policy names another partition",
        Code::PartitionMismatch,
        changed,
        scene.of_target(),
    ));
    if let Some((file, index)) = scene.grant(PolicyType::Identity).filter(|_| scene.needs_identity()) {
        let arn = scene.hop.hop.role_arn.value.replacen(own, other, 1);
        let document = scene.json(&file);
        let at = path(&document, &number, &["Resource"]);
        let number = index.to_string();
        let at = if at.len() == 3 { path(&document, &number, &["Resource"]) } else { at };
        let changed = scene.with(&file, &at, |document| statement_mut(document, index)["Resource"] = json!(arn));
        out.push(scene.mutant(
            "the identity policy names another partition",
            Code::PartitionMismatch,
            changed,
            Hands::Own,
        ));
    }
    let mut files = scene.files.clone();
    let arn = scene.hop.hop.role_arn.value.replacen(own, other, 1);
    scene.call_table().set(&mut files, "assume", &format!("\"{arn}\""));
    let at = scene.call_table().at(&files, "assume");
    out.push(scene.mutant("the call names another partition", Code::PartitionMismatch, (files, at), Hands::Own));
}
