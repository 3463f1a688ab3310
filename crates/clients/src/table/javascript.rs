//! The AWS SDK for JavaScript, in both versions.

use super::{
    Confidence, Default, Family, Habits,
    Read::{Code, Env, Metadata, Option, Profile, Services},
    Row, Sso,
    Takes::{Boolean, Text},
    geography::TODAY,
};
use crate::{
    client::Kind,
    plan::{Made, Pattern},
    version::Version,
};

const THREE: Habits = Habits {
    family: Family::JavaScript3,
    profile: &[Code, Env("AWS_PROFILE")],
    region: &[Code, Env("AWS_REGION"), Profile("region"), Metadata],
    mode: Default::Regional,
    url: &[
        Option("endpoint_url"),
        Env("AWS_ENDPOINT_URL_STS"),
        Env("AWS_ENDPOINT_URL"),
        Services("endpoint_url"),
        Profile("endpoint_url"),
    ],
    ignore_urls: &[
        Option("ignore_configured_endpoint_urls"),
        Env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
        Profile("ignore_configured_endpoint_urls"),
    ],
    fips: &[Option("use_fips_endpoint"), Env("AWS_USE_FIPS_ENDPOINT"), Profile("use_fips_endpoint")],
    dual_stack: &[
        Option("use_dualstack_endpoint"),
        Env("AWS_USE_DUALSTACK_ENDPOINT"),
        Profile("use_dualstack_endpoint"),
    ],
    options: &[
        ("endpoint_url", Text),
        ("use_fips_endpoint", Boolean),
        ("use_dualstack_endpoint", Boolean),
        ("use_global_endpoint", Boolean),
        ("ignore_configured_endpoint_urls", Boolean),
    ],
    geography: &TODAY,
    ruleset: true,
    sso: Sso::Section,
    login: true,
    auth_scheme: &[Env("AWS_AUTH_SCHEME_PREFERENCE"), Profile("auth_scheme_preference")],
    session_name: Pattern { before: "aws-sdk-js-", made: Made::Milliseconds },
    duration_seconds: Some(3600),
    ..Habits::NONE
};

const TWO: Habits = Habits {
    family: Family::JavaScript2,
    profile: &[Code, Env("AWS_PROFILE")],
    region: &[Code, Env("AWS_REGION"), Env("AMAZON_REGION"), Profile("region")],
    mode: Default::Legacy,
    mode_reads: &[
        Option("sts_regional_endpoints"),
        Env("AWS_STS_REGIONAL_ENDPOINTS"),
        Profile("sts_regional_endpoints"),
    ],
    url: &[Option("endpoint_url")],
    fips: &[Option("use_fips_endpoint"), Env("AWS_USE_FIPS_ENDPOINT"), Profile("use_fips_endpoint")],
    dual_stack: &[
        Option("use_dualstack_endpoint"),
        Env("AWS_USE_DUALSTACK_ENDPOINT"),
        Profile("use_dualstack_endpoint"),
    ],
    options: &[
        ("endpoint_url", Text),
        ("use_ssl", Boolean),
        ("use_fips_endpoint", Boolean),
        ("use_dualstack_endpoint", Boolean),
        ("sts_regional_endpoints", Text),
    ],
    session_name: Pattern { before: "aws-sdk-js-", made: Made::Milliseconds },
    ..Habits::NONE
};

/// Every row of both versions.
pub(super) const ROWS: &[Row] = &[
    Row {
        kind: Kind::Js,
        generation: 2,
        from: Version::new(2, 0, 0),
        below: None,
        habits: TWO,
        source: "aws-sdk 2.1693.0, its code and run and compared",
        confidence: Confidence::Ran,
    },
    Row {
        kind: Kind::Js,
        generation: 3,
        from: Version::new(3, 0, 0),
        below: None,
        habits: THREE,
        source: "@aws-sdk/client-sts 3.1169.0, its code and run and compared",
        confidence: Confidence::Ran,
    },
];
