//! The AWS SDK for Go, in both versions.

use super::{
    Confidence, Default, Family, Habits,
    Read::{Code, Env, Option, Profile, Services},
    Row,
    Takes::{Boolean, Text},
    geography::{SEVEN, TODAY},
};
use crate::{
    client::Kind,
    plan::{Made, Pattern},
    version::Version,
};

const TWO: Habits = Habits {
    family: Family::Go,
    profile: &[Code, Env("AWS_PROFILE"), Env("AWS_DEFAULT_PROFILE")],
    region: &[Code, Env("AWS_REGION"), Env("AWS_DEFAULT_REGION"), Profile("region")],
    mode: Default::Regional,
    no_region: super::NoRegion::Refuse(crate::family::RULES, "Invalid Configuration: Missing Region"),
    url: &[
        Option("endpoint_url"),
        Env("AWS_ENDPOINT_URL_STS"),
        Env("AWS_ENDPOINT_URL"),
        Services("endpoint_url"),
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
    login: true,
    session_name: Pattern { before: "aws-go-sdk-", made: Made::Nanoseconds },
    web_session_name: Pattern { before: "", made: Made::Nanoseconds },
    duration_seconds: Some(900),
    profile_before_environment: true,
    ..Habits::NONE
};

/// The options before there was one for STS.
const BEFORE: &[(&str, super::Takes)] = &[
    ("endpoint_url", Text),
    ("use_ssl", Boolean),
    ("use_fips_endpoint", Boolean),
    ("use_dualstack_endpoint", Boolean),
];

const ONE: Habits = Habits {
    mode: Default::Legacy,
    mode_reads: &[
        Option("sts_regional_endpoints"),
        Env("AWS_STS_REGIONAL_ENDPOINTS"),
        Profile("sts_regional_endpoints"),
    ],
    no_region: super::NoRegion::Global,
    url: &[Option("endpoint_url")],
    ignore_urls: &[],
    options: &[
        ("endpoint_url", Text),
        ("use_ssl", Boolean),
        ("use_fips_endpoint", Boolean),
        ("use_dualstack_endpoint", Boolean),
        ("sts_regional_endpoints", Text),
    ],
    geography: &SEVEN,
    login: false,
    session_name: Pattern { before: "", made: Made::Nanoseconds },
    ..TWO
};

/// Every row of both versions.
pub(super) const ROWS: &[Row] = &[
    Row {
        kind: Kind::Go,
        generation: 1,
        from: Version::new(1, 0, 0),
        below: Some(Version::new(1, 25, 18)),
        habits: Habits { mode_reads: &[], options: BEFORE, ..ONE },
        source: "CHANGELOG.md of aws/aws-sdk-go",
        confidence: Confidence::Code,
    },
    Row {
        kind: Kind::Go,
        generation: 1,
        from: Version::new(1, 25, 18),
        below: None,
        habits: ONE,
        source: "github.com/aws/aws-sdk-go 1.55.8, its code and run and compared",
        confidence: Confidence::Ran,
    },
    Row {
        kind: Kind::Go,
        generation: 2,
        from: Version::new(0, 0, 0),
        below: None,
        habits: TWO,
        source: "github.com/aws/aws-sdk-go-v2/config 1.33.18 and service/sts 1.52.0, their code and run and compared",
        confidence: Confidence::Ran,
    },
];
