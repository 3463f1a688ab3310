//! What happened to somebody, as far as it is about clients.

use rolecall_clients::{
    At, Client, EndpointKind, ExplicitCall, Mode, OptionValue, Provided, SessionName, Settings, Source, endpoint, plan,
};
use rolecall_names::Instant;

fn client(text: &str) -> Client {
    Client::parse(text).unwrap()
}

const TOKYO: Settings<'_> = Settings {
    region: Some("ap-northeast-1"),
    env: &[],
    config: None,
    credentials: None,
    profile: None,
    options: &[],
    place_region: None,
    provided: Provided::Container,
};

#[test]
fn an_upgrade_moves_the_address() {
    let before = endpoint(&client("boto3==1.39.17"), &TOKYO).unwrap();
    assert_eq!((&*before.host, &*before.region, before.mode), ("sts.amazonaws.com", "us-east-1", Mode::Global));
    let after = endpoint(&client("boto3==1.40.0"), &TOKYO).unwrap();
    assert_eq!((&*after.host, &*after.region), ("sts.ap-northeast-1.amazonaws.com", "ap-northeast-1"));
    assert_eq!((after.kind, after.mode), (EndpointKind::Regional, Mode::Regional));
}

#[test]
fn each_way_back_to_the_global_endpoint_is_signed_as_it_is() {
    let new = client("boto3==1.43.11");
    let by_region = Settings { region: Some("aws-global"), ..TOKYO };
    let by_variable = Settings { env: &[("AWS_STS_REGIONAL_ENDPOINTS", "legacy")], ..TOKYO };
    for settings in [by_region, by_variable] {
        let endpoint = endpoint(&new, &settings).unwrap();
        assert_eq!((&*endpoint.url, &*endpoint.signing_region), ("https://sts.amazonaws.com", "us-east-1"));
    }
    // The URL alone is signed for the client's own Region, and refused.
    let url = [("endpoint_url", OptionValue::Text("https://sts.amazonaws.com"))];
    let by_url = endpoint(&new, &Settings { options: &url, ..TOKYO }).unwrap();
    assert_eq!(
        (by_url.kind, by_url.mode, &*by_url.signing_region),
        (EndpointKind::Global, Mode::Custom, "ap-northeast-1")
    );
}

#[test]
fn the_region_of_a_powershell_command_does_not_choose_the_endpoint() {
    let tools = client("aws-tools-powershell==4.1.500");
    let plain = endpoint(&tools, &TOKYO).unwrap();
    assert_eq!(plain.host, "sts.amazonaws.com");
    assert!(plain.uncertain.is_some());
    let url = [("endpoint_url", OptionValue::Text("https://sts.ap-northeast-1.amazonaws.com"))];
    for settings in
        [Settings { options: &url, ..TOKYO }, Settings { env: &[("AWS_STS_REGIONAL_ENDPOINTS", "regional")], ..TOKYO }]
    {
        assert_eq!(endpoint(&tools, &settings).unwrap().host, "sts.ap-northeast-1.amazonaws.com");
    }
    let newer = endpoint(&client("AWS.Tools.SecurityToken==5.0.10"), &TOKYO).unwrap();
    assert_eq!(newer.host, "sts.ap-northeast-1.amazonaws.com");
}

#[test]
fn opt_in_regions_never_were_global_but_in_javascript() {
    let jakarta = Settings { region: Some("ap-southeast-3"), ..TOKYO };
    for (name, host) in [
        ("boto3==1.34.0", "sts.ap-southeast-3.amazonaws.com"),
        ("aws-sdk-net==3.7.400", "sts.ap-southeast-3.amazonaws.com"),
        ("aws-sdk==2.1693.0", "sts.amazonaws.com"),
    ] {
        assert_eq!(endpoint(&client(name), &jakarta).unwrap().host, host, "{name}");
    }
}

const MFA: &str = "\
[default]
[profile source]
role_arn = arn:aws:iam::111111111111:role/SourceRole
source_profile = user
mfa_serial = arn:aws:iam::222222222222:mfa/alice
[profile target]
role_arn = arn:aws:iam::111111111111:role/RoleTarget
source_profile = source
role_session_name = of-the-target
";
const KEYS: &str = "[user]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n";

#[test]
fn a_session_that_nobody_named_is_named_by_its_source_profile() {
    let cli = client("awscli==1.46.3");
    let settings = Settings { config: Some(MFA), credentials: Some(KEYS), profile: Some("target"), ..TOKYO };
    let told = plan(&cli, &settings, None).unwrap();
    let Source::StaticKeys { access_key_id, profile } = &told.start else { panic!("{told:?}") };
    assert_eq!((&*access_key_id.value, &**profile), ("AKIAIOSFODNN7EXAMPLE", "user"));
    let [source, target] = &told.hops[..] else { panic!("{told:?}") };
    assert_eq!(source.session_name.given(), None);
    let at: Instant = "2026-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(source.session_name.at(at), "botocore-session-1767225600");
    assert_eq!(target.session_name.given(), Some("of-the-target"));
    // The place of each can be pointed at.
    let At::Config(place) = source.mfa_serial.as_ref().unwrap().at else { panic!() };
    assert_eq!(place.line_and_column(MFA), (5, 14));

    let named = MFA.replace("mfa_serial", "role_session_name = my-session\nmfa_serial");
    let settings = Settings { config: Some(&named), ..settings };
    let told = plan(&cli, &settings, None).unwrap();
    let SessionName::Given(name) = &told.hops[0].session_name else { panic!() };
    assert_eq!(name.value, "my-session");
    assert_ne!(told.hops[0].cli_cache_key(), source.cli_cache_key());
}

#[test]
fn a_call_in_code_goes_where_its_client_goes_and_the_chain_elsewhere() {
    let url = [("endpoint_url", OptionValue::Text("https://sts.eu-west-1.amazonaws.com"))];
    let settings =
        Settings { config: Some(MFA), credentials: Some(KEYS), profile: Some("source"), options: &url, ..TOKYO };
    let call = ExplicitCall {
        role_arn: "arn:aws:iam::222222222222:role/role-b",
        session_name: Some("batch"),
        external_id: None,
        duration_seconds: None,
        mfa_serial: None,
        source_identity: None,
    };
    let told = plan(&client("boto3==1.44.5"), &settings, Some(&call)).unwrap();
    let hosts: Vec<&str> = told.hops.iter().map(|hop| &*hop.endpoint.host).collect();
    assert_eq!(hosts, ["sts.ap-northeast-1.amazonaws.com", "sts.eu-west-1.amazonaws.com"]);
    assert_eq!(told.hops[1].endpoint.signing_region, "ap-northeast-1");
    assert_eq!(told.hops[1].profile, None);
}

#[test]
fn what_a_client_refuses_is_told_in_its_words_where_it_is() {
    let config = "[default]\nsts_regional_endpoints = Regional\n";
    let settings = Settings { config: Some(config), ..TOKYO };
    let error = endpoint(&client("boto3==1.44.5"), &settings).unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!(refusal.name, "InvalidSTSRegionalEndpointsConfigError");
    let At::Config(place) = refusal.at else { panic!() };
    assert_eq!(place.of(config), "Regional");
    // Version 3 of the SDK for JavaScript does not look at it.
    assert!(endpoint(&client("@aws-sdk/client-sts==3.540.0"), &settings).is_ok());
}
