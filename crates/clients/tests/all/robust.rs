//! Anything as settings: an answer or a refusal, and places that lie in the texts.

use proptest::prelude::*;
use rolecall_clients::{At, Client, ClientError, Endpoint, OptionValue, Provided, Settings, Takes, endpoint, plan};

const CLIENTS: &[&str] = &[
    "botocore==1.12.0",
    "botocore==1.13.2",
    "botocore==1.29.0",
    "boto3==1.44.5",
    "aws-cli==1.46.3",
    "aws-cli==2.13.0",
    "aws-tools-powershell==4.1.0",
    "aws-sdk-net==4.0.0",
    "aws-sdk-js==2.1693.0",
    "aws-sdk-js==3.540.0",
    "aws-sdk-php==3.300.0",
    "aws-sdk-ruby==2.11.400",
    "aws-sdk-core==3.200.0",
    "aws-config==1.13.0",
    "aws-sdk-kotlin==1.4.0",
    "aws-sdk-swift==1.2.0",
    "aws-sdk-cpp==1.11.0",
    "terraform-aws==5.0.0",
    "terraform-s3-backend==1.9.0",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("a"),
        Just("b"),
        Just("default"),
        Just("us-east-1"),
        Just("fips-us-east-1"),
        Just("aws-global"),
        Just("eu_west!"),
        Just("true"),
        Just("legacy"),
        Just("regional"),
        Just("https://x"),
        Just("Environment"),
        Just("é"),
        Just(""),
        Just("s"),
        Just("arn:aws:iam::111111111111:role/a"),
        Just("900"),
        Just("-fips-fips-"),
    ]
    .prop_map(str::to_owned)
}

fn line() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        Just("region"),
        Just("role_arn"),
        Just("source_profile"),
        Just("credential_source"),
        Just("aws_access_key_id"),
        Just("aws_secret_access_key"),
        Just("web_identity_token_file"),
        Just("endpoint_url"),
        Just("services"),
        Just("sts"),
        Just("sts_regional_endpoints"),
        Just("use_fips_endpoint"),
        Just("duration_seconds"),
        Just("role_session_name"),
        Just("sso_account_id"),
        Just("sso_role_name"),
        Just("sso_session"),
        Just("mfa_serial"),
        Just("defaults_mode"),
    ];
    prop_oneof![
        4 => (key, word()).prop_map(|(key, value)| format!("{key} = {value}")),
        2 => word().prop_map(|name| format!("[profile {name}]")),
        1 => word().prop_map(|name| format!("[{name}]")),
        1 => Just("[services s]\nsts =\n  endpoint_url = https://s".to_owned()),
        1 => Just("[sso-session s]".to_owned()),
        1 => any::<String>(),
        1 => word().prop_map(|value| format!("  {value} : {value}")),
    ]
}

fn file() -> impl Strategy<Value = Option<String>> {
    proptest::option::of(proptest::collection::vec(line(), 0..24).prop_map(|lines| lines.join("\n")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn nothing_ends_the_process(
        (config, credentials) in (file(), file()),
        (region, profile) in (proptest::option::of(word()), proptest::option::of(word())),
        values in proptest::collection::vec(proptest::option::of(word()), 16),
        provided in 0..4usize,
    ) {
        let names = [
            "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_STS_REGIONAL_ENDPOINTS",
            "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS", "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT",
            "AWS_SDK_LOAD_CONFIG", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN",
            "AWS_DEFAULTS_MODE", "AWS_AUTH_SCHEME_PREFERENCE",
        ];
        let set = names.into_iter().zip(&values).filter_map(|(name, value)| Some((name, value.as_deref()?)));
        let env: Vec<(&str, &str)> = set.collect();
        for name in CLIENTS {
            let client = Client::parse(name).unwrap();
            let options: Vec<_> = client
                .options()
                .zip(&values)
                .filter_map(|((name, takes), value)| match takes {
                    Takes::Text => Some((name, OptionValue::Text(value.as_deref()?))),
                    Takes::Boolean => Some((name, OptionValue::Boolean(value.as_deref()? == "true"))),
                })
                .collect();
            let settings = Settings {
                region: region.as_deref(),
                env: &env,
                config: config.as_deref(),
                credentials: credentials.as_deref(),
                profile: profile.as_deref(),
                options: &options,
                place_region: values[0].as_deref(),
                provided: [Provided::None, Provided::Container, Provided::InstanceMetadata, Provided::Environment][provided],
            };
            match endpoint(&client, &settings) {
                Ok(endpoint) => whole(&endpoint, &settings),
                Err(error) => refused(&error, &settings),
            }
            match plan(&client, &settings, None) {
                Ok(plan) => plan.hops.iter().for_each(|hop| {
                    whole(&hop.endpoint, &settings);
                    lies(hop.at, &settings);
                    lies(hop.role_arn.at, &settings);
                    let _ = hop.cli_cache_key();
                }),
                Err(error) => refused(&error, &settings),
            }
        }
    }
}

fn whole(endpoint: &Endpoint, settings: &Settings<'_>) {
    assert!(!endpoint.url.is_empty() && !endpoint.because.is_empty() && !endpoint.source.is_empty(), "{endpoint:?}");
    endpoint.because.iter().for_each(|because| lies(because.at, settings));
}

fn refused(error: &ClientError, settings: &Settings<'_>) {
    let refusal = error.refusal().unwrap_or_else(|| panic!("{error}"));
    assert!(!refusal.text.is_empty() && !refusal.source.is_empty(), "{error:?}");
    lies(refusal.at, settings);
}

/// A place in a file is one that can be shown.
fn lies(at: At, settings: &Settings<'_>) {
    let (span, text) = match at {
        At::Config(span) => (span, settings.config.unwrap()),
        At::Credentials(span) => (span, settings.credentials.unwrap()),
        _ => return,
    };
    assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} in {text:?}");
}

#[test]
fn a_long_chain_is_refused_and_not_followed_for_ever() {
    let mut config = String::new();
    for number in 0..5_000 {
        config.push_str(&format!(
            "[profile p{number}]\nrole_arn = arn:aws:iam::111111111111:role/r{number}\nsource_profile = p{}\n",
            number + 1
        ));
    }
    for name in CLIENTS {
        let env = [("AWS_SDK_LOAD_CONFIG", "1"), ("AWS_REGION", "eu-west-1")];
        let settings = Settings { config: Some(&config), profile: Some("p0"), env: &env, ..Settings::default() };
        assert!(plan(&Client::parse(name).unwrap(), &settings, None).is_err(), "{name}");
    }
}

#[test]
fn a_file_without_end_is_refused_and_not_read() {
    let config = "x".repeat(rolecall_clients::MAX_CONFIG_BYTES + 1);
    let settings = Settings { config: Some(&config), ..Settings::default() };
    for name in CLIENTS {
        let error = endpoint(&Client::parse(name).unwrap(), &settings).unwrap_err();
        assert!(matches!(error, ClientError::TooLarge { .. }), "{name}: {error}");
    }
}
