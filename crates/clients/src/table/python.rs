//! botocore, boto3 and the AWS CLI.

use super::{
    Confidence, Default, Family, Habits,
    Read::{self, Code, Env, Metadata, Option, Profile, Services},
    Row, Sso,
    Takes::{Boolean, Text},
    geography::{DUAL_STACK, EIGHT, FIVE, SEVEN, TODAY},
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
    checks_region: true,
    region_before_files: true,
    url_needs_region: false,
    scoped_variants: true,
    ssl_over_url: false,
    sso: Sso::Section,
    login: true,
    session_name: Pattern { before: "botocore-session-", made: Made::Seconds },
    ..Habits::NONE
};

/// As a triple of a version.
type Number = (u32, u32, u32);

const fn rows(
    kind: Kind,
    from: Number,
    below: std::option::Option<Number>,
    habits: Habits,
    source: &'static str,
) -> Row {
    let below = match below {
        Some(below) => Some(Version::new(below.0, below.1, below.2)),
        None => None,
    };
    Row {
        kind,
        generation: 1,
        from: Version::new(from.0, from.1, from.2),
        below,
        habits,
        source,
        confidence: Confidence::Ran,
    }
}

/// From 1.42.50 there is nothing that changed; before, what is written here.
const B1_41: Habits = Habits { geography: &DUAL_STACK, ..BOTOCORE };
const B1_40_40: Habits = Habits { login: false, ..B1_41 };
const B1_40: Habits = Habits { geography: &EIGHT, ssl_over_url: true, ..B1_40_40 };
const B1_38: Habits = Habits { mode: Default::Legacy, ..B1_40 };
const B1_31: Habits = Habits { geography: &SEVEN, ..B1_38 };
const B1_29: Habits = Habits {
    url: &[Option("endpoint_url")],
    ignore_urls: &[],
    options: OPTIONS_1_24,
    geography: &FIVE,
    url_needs_region: true,
    sso: Sso::Profile,
    ..B1_31
};
const B1_27: Habits = Habits { ruleset: false, url_needs_region: false, ssl_over_url: false, ..B1_29 };
const B1_24: Habits = Habits { scoped_variants: false, ..B1_27 };
const B1_23: Habits = Habits { defaults_mode: &[], options: OPTIONS_1_23, ..B1_24 };
const B1_18: Habits = Habits { fips: &[], dual_stack: &[], options: OPTIONS_1_13, fips_regions: false, ..B1_23 };
const B1_17: Habits = Habits { checks_region: false, ..B1_18 };
const B1_13_2: Habits = Habits { sso: Sso::Nowhere, ..B1_17 };
const B1_0: Habits = Habits { mode_reads: &[], ..B1_13_2 };

const OPTIONS_1_13: &[(&str, super::Takes)] = &[("endpoint_url", Text), ("use_ssl", Boolean)];
const OPTIONS_1_23: &[(&str, super::Takes)] = &[
    ("endpoint_url", Text),
    ("use_ssl", Boolean),
    ("use_fips_endpoint", Boolean),
    ("use_dualstack_endpoint", Boolean),
];
const OPTIONS_1_24: &[(&str, super::Takes)] = &[
    ("endpoint_url", Text),
    ("use_ssl", Boolean),
    ("use_fips_endpoint", Boolean),
    ("use_dualstack_endpoint", Boolean),
    ("defaults_mode", Text),
];

const WHEELS: &str = "botocore's code and data files in its wheels";

/// Every row of the Python family.
pub(super) const ROWS: &[Row] = &[
    rows(Kind::Botocore, (1, 0, 0), Some((1, 13, 2)), B1_0, WHEELS),
    rows(Kind::Botocore, (1, 13, 2), Some((1, 17, 0)), B1_13_2, WHEELS),
    rows(Kind::Botocore, (1, 17, 0), Some((1, 18, 0)), B1_17, WHEELS),
    rows(Kind::Botocore, (1, 18, 0), Some((1, 23, 0)), B1_18, WHEELS),
    rows(Kind::Botocore, (1, 23, 0), Some((1, 24, 0)), B1_23, WHEELS),
    rows(Kind::Botocore, (1, 24, 0), Some((1, 27, 0)), B1_24, WHEELS),
    rows(Kind::Botocore, (1, 27, 0), Some((1, 29, 0)), B1_27, WHEELS),
    rows(Kind::Botocore, (1, 29, 0), Some((1, 31, 0)), B1_29, WHEELS),
    rows(Kind::Botocore, (1, 31, 0), Some((1, 38, 0)), B1_31, WHEELS),
    rows(Kind::Botocore, (1, 38, 0), Some((1, 40, 0)), B1_38, WHEELS),
    rows(Kind::Botocore, (1, 40, 0), Some((1, 40, 40)), B1_40, WHEELS),
    rows(Kind::Botocore, (1, 40, 40), Some((1, 41, 0)), B1_40_40, WHEELS),
    rows(Kind::Botocore, (1, 41, 0), Some((1, 42, 50)), B1_41, WHEELS),
    rows(Kind::Botocore, (1, 42, 50), None, BOTOCORE, WHEELS),
    // boto3 asks for botocore of the same minor version since 1.33, of one three higher before.
    rows(Kind::Boto3, (1, 4, 0), Some((1, 10, 2)), B1_0, WHEELS),
    rows(Kind::Boto3, (1, 10, 2), Some((1, 14, 0)), B1_13_2, WHEELS),
    rows(Kind::Boto3, (1, 14, 0), Some((1, 15, 0)), B1_17, WHEELS),
    rows(Kind::Boto3, (1, 15, 0), Some((1, 20, 0)), B1_18, WHEELS),
    rows(Kind::Boto3, (1, 20, 0), Some((1, 21, 0)), B1_23, WHEELS),
    rows(Kind::Boto3, (1, 21, 0), Some((1, 24, 0)), B1_24, WHEELS),
    rows(Kind::Boto3, (1, 24, 0), Some((1, 26, 0)), B1_27, WHEELS),
    rows(Kind::Boto3, (1, 26, 0), Some((1, 28, 0)), B1_29, WHEELS),
    rows(Kind::Boto3, (1, 28, 0), Some((1, 38, 0)), B1_31, WHEELS),
    rows(Kind::Boto3, (1, 38, 0), Some((1, 40, 0)), B1_38, WHEELS),
    rows(Kind::Boto3, (1, 40, 0), Some((1, 40, 40)), B1_40, WHEELS),
    rows(Kind::Boto3, (1, 40, 40), Some((1, 41, 0)), B1_40_40, WHEELS),
    rows(Kind::Boto3, (1, 41, 0), Some((1, 42, 50)), B1_41, WHEELS),
    rows(Kind::Boto3, (1, 42, 50), None, BOTOCORE, WHEELS),
    // Each AWS CLI asks for one botocore; from 1.46.0 it brings its own along.
    rows(Kind::AwsCli, (1, 7, 0), Some((1, 16, 266)), cli(B1_0), CLI),
    rows(Kind::AwsCli, (1, 16, 266), Some((1, 19, 0)), cli(B1_13_2), CLI),
    rows(Kind::AwsCli, (1, 19, 0), Some((1, 22, 0)), cli(B1_18), CLI),
    rows(Kind::AwsCli, (1, 22, 0), Some((1, 23, 0)), cli(B1_23), CLI),
    rows(Kind::AwsCli, (1, 23, 0), Some((1, 26, 0)), cli(B1_24), CLI),
    rows(Kind::AwsCli, (1, 26, 0), Some((1, 27, 0)), cli(B1_27), CLI),
    rows(Kind::AwsCli, (1, 27, 0), Some((1, 29, 0)), cli(B1_29), CLI),
    rows(Kind::AwsCli, (1, 29, 0), Some((1, 40, 0)), cli(B1_31), CLI),
    rows(Kind::AwsCli, (1, 40, 0), Some((1, 42, 0)), cli(B1_38), CLI),
    rows(Kind::AwsCli, (1, 42, 0), Some((1, 42, 40)), cli(B1_40), CLI),
    rows(Kind::AwsCli, (1, 42, 40), Some((1, 43, 0)), cli(B1_40_40), CLI),
    rows(Kind::AwsCli, (1, 43, 0), Some((1, 44, 50)), cli(B1_41), CLI),
    rows(Kind::AwsCli, (1, 44, 50), Some((1, 46, 0)), cli(BOTOCORE), CLI),
    rows(Kind::AwsCli, (1, 46, 0), Some((2, 0, 0)), Habits { region_before_files: false, ..cli(BOTOCORE) }, CLI),
    second((2, 0, 0), Some((2, 4, 0)), Habits { fips: &[], dual_stack: &[], fips_regions: false, ..CLI_2_4 }),
    second((2, 4, 0), Some((2, 13, 0)), CLI_2_4),
    second((2, 13, 0), None, CLI_2_13),
];

const CLI: &str = "aws-cli's CHANGELOG.rst, and the botocore that it asks for or brings along";

/// What of botocore's options the command line has.
const fn cli(habits: Habits) -> Habits {
    Habits { options: &[("endpoint_url", Text)], ..habits }
}

/// Version 2 has botocore's code with other settings: no `sts_regional_endpoints`, and `AWS_REGION`.
const CLI_2_13: Habits = Habits {
    region: &[Code, Env("AWS_REGION"), Env("AWS_DEFAULT_REGION"), Profile("region"), Metadata],
    mode_reads: &[],
    auth_scheme: &[Env("AWS_AUTH_SCHEME_PREFERENCE"), Profile("auth_scheme_preference")],
    ..cli(BOTOCORE)
};
const CLI_2_4: Habits = Habits { url: &[Option("endpoint_url")], ignore_urls: &[], ..CLI_2_13 };

const fn second(from: Number, below: std::option::Option<Number>, habits: Habits) -> Row {
    let source = "aws-cli's CHANGELOG.rst of version 2; its branch of July 2026 was run once";
    Row { generation: 2, confidence: Confidence::Code, ..rows(Kind::AwsCli, from, below, habits, source) }
}
