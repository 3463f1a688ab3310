//! botocore, boto3 and the AWS CLI.

use super::{
    Confidence, Default, Family, Habits,
    Read::{self, Code, Env, Option, Profile, Services},
    Row,
    Takes::{Boolean, Text},
    geography::TODAY,
};
use crate::{
    client::Kind,
    plan::{Made, Pattern},
    version::Version,
};

const MODE: &[Read] = &[Env("AWS_STS_REGIONAL_ENDPOINTS"), Profile("sts_regional_endpoints")];

/// The newest botocore; rows say what was otherwise before.
const BOTOCORE: Habits = Habits {
    family: Family::Python,
    profile: &[Code, Env("AWS_DEFAULT_PROFILE"), Env("AWS_PROFILE")],
    // AWS_REGION is not among them.
    region: &[Code, Env("AWS_DEFAULT_REGION"), Profile("region")],
    mode: Default::Regional,
    mode_reads: MODE,
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
    defaults_mode: &[Option("defaults_mode"), Env("AWS_DEFAULTS_MODE"), Profile("defaults_mode")],
    options: &[
        ("endpoint_url", Text),
        ("use_ssl", Boolean),
        ("use_fips_endpoint", Boolean),
        ("use_dualstack_endpoint", Boolean),
        ("ignore_configured_endpoint_urls", Boolean),
        ("defaults_mode", Text),
    ],
    geography: &TODAY,
    fips_regions: true,
    ruleset: true,
    sso: true,
    login: true,
    session_name: Pattern { before: "botocore-session-", made: Made::Seconds },
};

const fn botocore(from: (u32, u32, u32), below: std::option::Option<(u32, u32, u32)>, habits: Habits) -> Row {
    row(Kind::Botocore, from, below, habits, "botocore's CHANGELOG.rst; run and compared")
}

const fn row(
    kind: Kind,
    from: (u32, u32, u32),
    below: std::option::Option<(u32, u32, u32)>,
    habits: Habits,
    source: &'static str,
) -> Row {
    let below = match below {
        Some(below) => Some(Version::new(below.0, below.1, below.2)),
        None => None,
    };
    let from = Version::new(from.0, from.1, from.2);
    Row { kind, generation: 1, from, below, habits, source, confidence: Confidence::Ran }
}

const LEGACY: Habits = Habits { mode: Default::Legacy, ..BOTOCORE };

/// Every row of the Python family.
pub(super) const ROWS: &[Row] = &[
    botocore((1, 13, 2), Some((1, 40, 0)), LEGACY),
    botocore((1, 40, 0), None, BOTOCORE),
    row(Kind::Boto3, (1, 10, 2), Some((1, 40, 0)), LEGACY, "boto3's CHANGELOG.rst"),
    row(Kind::Boto3, (1, 40, 0), None, BOTOCORE, "boto3's CHANGELOG.rst"),
    row(Kind::AwsCli, (1, 16, 266), Some((1, 42, 0)), LEGACY, "aws-cli's CHANGELOG.rst"),
    row(Kind::AwsCli, (1, 42, 0), Some((2, 0, 0)), BOTOCORE, "aws-cli's CHANGELOG.rst"),
    Row {
        kind: Kind::AwsCli,
        generation: 2,
        from: Version::new(2, 0, 0),
        below: None,
        habits: BOTOCORE,
        source: "aws-cli's CHANGELOG.rst",
        confidence: Confidence::Code,
    },
];
