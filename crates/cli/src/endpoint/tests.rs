//! The verb as it is called: flags in, an answer and a status out.

use super::*;
use clap::Parser;
use serde_json::{Value, json};
use std::fs;

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    arguments: Arguments,
}

fn run(flags: &[&str]) -> Result<(ExitCode, String), EndpointFailure> {
    let Flags { arguments } = Flags::try_parse_from(["endpoint"].iter().chain(flags)).unwrap();
    let mut out = Vec::new();
    let status = run_to(&arguments, &mut out)?;
    Ok((status, String::from_utf8(out).unwrap()))
}

fn json_of(flags: &[&str]) -> (ExitCode, Value) {
    let (status, out) = run(&[flags, &["--json"]].concat()).unwrap();
    (status, serde_json::from_str(&out).unwrap())
}

#[test]
fn the_upgrade_that_moved_the_address_is_seen() {
    let old = json_of(&["--client", "boto3==1.39.17", "--region", "ap-northeast-1"]);
    assert_eq!(old.0, ExitCode::SUCCESS);
    assert_eq!(old.1["url"], "https://sts.amazonaws.com");
    assert_eq!(old.1["kind"], "global");
    assert_eq!(old.1["signing_region"], "us-east-1");
    assert_eq!(old.1["because"][0], "boto3 1.39.17 calls the global endpoint from this Region by default");
    let new = json_of(&["--client", "boto3==1.40.0", "--region", "ap-northeast-1"]);
    assert_eq!(new.1["url"], "https://sts.ap-northeast-1.amazonaws.com");
    assert_eq!((&new.1["kind"], &new.1["region"]), (&json!("regional"), &json!("ap-northeast-1")));
}

#[test]
fn a_person_reads_lines() {
    let (_, out) = run(&["--client", "boto3==1.39.17", "--env", "AWS_DEFAULT_REGION=eu-west-1"]).unwrap();
    assert_eq!(
        out,
        "https://sts.amazonaws.com\n  global, in us-east-1, signed for us-east-1\n  because boto3 1.39.17 calls the global \
         endpoint from this Region by default\n  because the Region is eu-west-1, from AWS_DEFAULT_REGION\n  known from \
         botocore's code and data files in its wheels\n"
    );
}

#[test]
fn a_client_that_refuses_is_an_answer_with_the_line_it_refuses() {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("config");
    fs::write(&config, "[default]\nregion = eu-west-1\nsts_regional_endpoints = Regional\n").unwrap();
    let config = config.to_str().unwrap();
    let (status, told) = json_of(&["--client", "botocore==1.44.5", "--config", config]);
    assert_eq!(status, ExitCode::FAILURE);
    assert_eq!(told["name"], "InvalidSTSRegionalEndpointsConfigError");
    assert_eq!(told["at"], json!({ "file": config, "line": 3, "column": 26 }));
    let (_, out) = run(&["--client", "botocore==1.44.5", "--config", config]).unwrap();
    assert!(out.contains(&format!("\n  at {config}:3:26\n")), "{out}");
}

#[test]
fn what_cannot_be_used_is_told_with_what_was_expected() {
    let failure = |flags: &[&str]| run(flags).unwrap_err().to_string();
    assert_eq!(failure(&["--client", "bto3==1.40.0"]), "--client: no client is called `bto3`; did you mean `boto3`?");
    assert_eq!(
        failure(&["--client", "boto3==1.40.0", "--env", "AWS_REGION"]),
        "--env: expected NAME=VALUE, found `AWS_REGION`"
    );
    assert_eq!(
        failure(&["--client", "boto3==1.40.0", "--option", "endpoint_ulr=https://x"]),
        "--option: boto3 has no option `endpoint_ulr` that matters to STS; did you mean `endpoint_url`?"
    );
    assert_eq!(
        failure(&["--client", "boto3==1.40.0", "--option", "use_fips_endpoint=yes"]),
        "--option: `use_fips_endpoint` takes true or false, found `yes`"
    );
    let missing = failure(&["--client", "boto3==1.40.0", "--config", "/nowhere/config"]);
    assert!(missing.starts_with("/nowhere/config: "), "{missing}");
}

#[test]
fn every_answer_has_the_published_form() {
    let schema: Value = serde_json::from_str(include_str!("../../../../docs/schema/endpoint.json")).unwrap();
    for flags in [
        &["--client", "boto3==1.40.0"][..],
        &["--client", "awscli==2.13.0", "--region", "us-gov-west-1", "--option", "endpoint_url=http://localhost"],
        &["--client", "boto3==1.40.0", "--region", "no_region"],
    ] {
        let (status, told) = json_of(flags);
        let definition = if status == ExitCode::SUCCESS { "endpoint" } else { "refusal" };
        let definition = &schema["$defs"][definition];
        let properties = definition["properties"].as_object().unwrap();
        for (name, value) in told.as_object().unwrap() {
            let property = properties.get(name).unwrap_or_else(|| panic!("{name} is not in the schema"));
            if let Some(values) = property.get("enum") {
                assert!(values.as_array().unwrap().contains(value), "{name}: {value}");
            }
        }
        for name in definition["required"].as_array().unwrap() {
            assert!(told.get(name.as_str().unwrap()).is_some(), "{name} is missing in {told}");
        }
    }
}
