//! The AWS SDK for Java, in both versions.

use super::{
    Confidence, Default, Family, Habits, NoRegion,
    Read::{Code, Env, Metadata, Option, Profile, Services},
    Row,
    Takes::{Boolean, Text},
    geography::{EIGHT, TODAY},
};
use crate::{
    client::Kind,
    plan::{Made, Pattern},
    version::Version,
};

const NAME: Pattern = Pattern { before: "aws-sdk-java-", made: Made::Milliseconds };

const ONE: Habits = Habits {
    family: Family::Java,
    profile: &[Env("AWS_PROFILE")],
    region: &[Code, Env("AWS_REGION"), Profile("region"), Metadata],
    mode: Default::Legacy,
    mode_reads: &[Env("AWS_STS_REGIONAL_ENDPOINTS"), Profile("sts_regional_endpoints")],
    no_region: NoRegion::Refuse("SdkClientException", "Unable to find a region via the region provider chain."),
    url: &[Option("endpoint_url")],
    options: &[("endpoint_url", Text), ("use_ssl", Boolean)],
    geography: &EIGHT,
    session_name: NAME,
    web_session_name: NAME,
    duration_seconds: Some(900),
    ..Habits::NONE
};

const TWO: Habits = Habits {
    family: Family::Java,
    profile: &[Code, Env("AWS_PROFILE")],
    region: &[Code, Env("AWS_REGION"), Profile("region"), Metadata],
    no_region: NoRegion::Refuse("SdkClientException", "Unable to load region from any of the providers in the chain"),
    url: &[
        Option("endpoint_url"),
        Env("AWS_ENDPOINT_URL_STS"),
        Env("AWS_ENDPOINT_URL"),
        Services("endpoint_url"),
        Profile("sts.endpoint_url"),
        Profile("endpoint_url"),
    ],
    ignore_urls: &[Env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), Profile("ignore_configured_endpoint_urls")],
    fips: &[Option("use_fips_endpoint"), Env("AWS_USE_FIPS_ENDPOINT"), Profile("use_fips_endpoint")],
    dual_stack: &[
        Option("use_dualstack_endpoint"),
        Env("AWS_USE_DUALSTACK_ENDPOINT"),
        Profile("use_dualstack_endpoint"),
    ],
    options: &[("endpoint_url", Text), ("use_fips_endpoint", Boolean), ("use_dualstack_endpoint", Boolean)],
    geography: &TODAY,
    session_name: NAME,
    web_session_name: NAME,
    ..Habits::NONE
};

/// Every row of both versions.
pub(super) const ROWS: &[Row] = &[
    Row {
        kind: Kind::Java,
        generation: 1,
        from: Version::new(1, 0, 0),
        below: Some(Version::new(1, 11, 618)),
        habits: Habits { mode_reads: &[], ..ONE },
        source: "github.com/aws/aws-sdk-java/issues/2023",
        confidence: Confidence::Uncertain("the version in which the setting for STS came is a user's word"),
    },
    Row {
        kind: Kind::Java,
        generation: 1,
        from: Version::new(1, 11, 618),
        below: None,
        habits: ONE,
        source: "com.amazonaws:aws-java-sdk-sts 1.12.797, its code and run and compared",
        confidence: Confidence::Ran,
    },
    Row {
        kind: Kind::Java,
        generation: 2,
        from: Version::new(2, 0, 0),
        below: None,
        habits: TWO,
        source: "software.amazon.awssdk:sts 2.57.8, run and compared, and its code",
        confidence: Confidence::Ran,
    },
];
