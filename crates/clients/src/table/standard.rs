//! The SDKs that no test runs. What is not settled about one is said in its answers.

use super::{
    Confidence, Default, Family, Habits, HopRegion, NoRegion,
    Provider::{Container, Environment, Instance, Profile as Profiles, WebIdentity},
    Read::{Code, Env, Metadata, Option, Profile, Services},
    Row, Sso,
    Takes::{Boolean, Text},
};
use crate::{
    client::Kind,
    plan::{Made, Pattern},
    version::Version,
};

const fn pattern(before: &'static str, made: Made) -> Pattern {
    Pattern { before, made }
}

/// What the guide describes, and most newer SDKs do.
const GUIDE: Habits = Habits {
    family: Family::Standard,
    profile: &[Code, Env("AWS_PROFILE")],
    region: &[Code, Env("AWS_REGION"), Profile("region")],
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
        ("ignore_configured_endpoint_urls", Boolean),
        ("use_fips_endpoint", Boolean),
        ("use_dualstack_endpoint", Boolean),
    ],
    no_region: NoRegion::Refuse("missing Region", "no Region is set"),
    ruleset: true,
    sso: Sso::Section,
    chain: &[Environment, WebIdentity, Profiles, Container, Instance],
    ..Habits::NONE
};

const MODE: &[super::Read] =
    &[Option("sts_regional_endpoints"), Env("AWS_STS_REGIONAL_ENDPOINTS"), Profile("sts_regional_endpoints")];
const WITH_MODE: &[(&str, super::Takes)] = &[
    ("endpoint_url", Text),
    ("ignore_configured_endpoint_urls", Boolean),
    ("use_fips_endpoint", Boolean),
    ("use_dualstack_endpoint", Boolean),
    ("sts_regional_endpoints", Text),
];

const RUST: Habits = Habits {
    region: &[Code, Env("AWS_REGION"), Env("AWS_DEFAULT_REGION"), Profile("region"), Metadata],
    options: &[
        ("endpoint_url", Text),
        ("ignore_configured_endpoint_urls", Boolean),
        ("use_fips_endpoint", Boolean),
        ("use_dualstack_endpoint", Boolean),
        ("use_global_endpoint", Boolean),
    ],
    no_region: NoRegion::Refuse("ResolveEndpointError", "Invalid Configuration: Missing Region"),
    session_name: pattern("assume-role-from-profile-", Made::Milliseconds),
    web_session_name: pattern("web-identity-token-", Made::Milliseconds),
    hop_region: HopRegion::Client,
    ..GUIDE
};

const KOTLIN: Habits = Habits {
    region: &[Code, Env("AWS_REGION"), Profile("region"), Metadata],
    session_name: pattern("aws-sdk-kotlin-", Made::Milliseconds),
    web_session_name: pattern("aws-sdk-kotlin-", Made::Milliseconds),
    duration_seconds: Some(900),
    hop_region: HopRegion::ProfileThenClient(NoRegion::Global),
    ..GUIDE
};

const SWIFT: Habits = Habits {
    region: &[Code, Env("AWS_REGION"), Profile("region"), Metadata],
    session_name: pattern("aws-sdk-swift-", Made::Milliseconds),
    web_session_name: pattern("aws-sdk-swift-", Made::Milliseconds),
    ..GUIDE
};

const CPP: Habits = Habits {
    region: &[Code, Env("AWS_REGION"), Env("AWS_DEFAULT_REGION"), Profile("region"), Metadata],
    no_region: NoRegion::Region("us-east-1"),
    session_name: pattern("", Made::Unknown),
    web_session_name: pattern("", Made::Unknown),
    hop_region: HopRegion::ProfileThenClient(NoRegion::Region("us-east-1")),
    ..GUIDE
};

const PHP: Habits = Habits {
    profile: &[Code, Env("AWS_PROFILE")],
    region: &[Code, Env("AWS_REGION"), Env("AWS_DEFAULT_REGION"), Profile("region")],
    mode_reads: MODE,
    options: WITH_MODE,
    session_name: pattern("aws-sdk-php-", Made::Milliseconds),
    web_session_name: pattern("aws-sdk-php-", Made::Milliseconds),
    chain: &[Environment, WebIdentity, Profiles, Container, Instance],
    hop_region: HopRegion::ProfileThenClient(NoRegion::Region("us-east-1")),
    ..GUIDE
};

const RUBY: Habits = Habits {
    region: &[Code, Env("AWS_REGION"), Env("AMAZON_REGION"), Env("AWS_DEFAULT_REGION"), Profile("region")],
    mode_reads: MODE,
    defaults_mode: &[Option("defaults_mode"), Env("AWS_DEFAULTS_MODE"), Profile("defaults_mode")],
    options: &[
        ("endpoint_url", Text),
        ("ignore_configured_endpoint_urls", Boolean),
        ("use_fips_endpoint", Boolean),
        ("use_dualstack_endpoint", Boolean),
        ("sts_regional_endpoints", Text),
        ("defaults_mode", Text),
    ],
    no_region: NoRegion::Refuse(
        "MissingRegionError",
        "No region was provided. Configure the `:region` option or export the region name to ENV['AWS_REGION']",
    ),
    session_name: pattern("default_session", Made::Nothing),
    web_session_name: pattern("", Made::Unknown),
    hop_region: HopRegion::ProfileThenClient(NoRegion::Region("us-east-1")),
    ..GUIDE
};
const RUBY_LEGACY: Habits = Habits { mode: Default::Legacy, defaults_mode: &[], options: WITH_MODE, ..RUBY };
const RUBY_FIRST: Habits = Habits { mode_reads: &[], options: GUIDE.options, ..RUBY_LEGACY };

const NET: Habits = Habits {
    region: &[Code, Env("AWS_REGION"), Profile("region"), Metadata],
    mode_reads: MODE,
    defaults_mode: &[Option("defaults_mode"), Env("AWS_DEFAULTS_MODE"), Profile("defaults_mode")],
    options: &[
        ("endpoint_url", Text),
        ("ignore_configured_endpoint_urls", Boolean),
        ("use_fips_endpoint", Boolean),
        ("use_dualstack_endpoint", Boolean),
        ("sts_regional_endpoints", Text),
        ("defaults_mode", Text),
    ],
    no_region: NoRegion::Refuse("AmazonClientException", "No RegionEndpoint or ServiceURL configured"),
    session_name: pattern("aws-dotnet-sdk-session-", Made::Ticks),
    web_session_name: pattern("aws-dotnet-sdk-session-", Made::Ticks),
    // The Region of the client plays no part in it (aws/aws-sdk-net#3220).
    hop_region: HopRegion::Environment(NoRegion::Region("us-east-1")),
    ..GUIDE
};
const NET_LEGACY: Habits = Habits { mode: Default::Legacy, ..NET };
const NET_4: Habits = Habits { mode_reads: &[], defaults_mode: &[], options: GUIDE.options, ..NET };

const TERRAFORM: Habits = Habits {
    region: &[Option("sts_region"), Code, Env("AWS_REGION"), Env("AWS_DEFAULT_REGION"), Profile("region")],
    options: &[
        ("endpoint_url", Text),
        ("sts_region", Text),
        ("use_fips_endpoint", Boolean),
        ("use_dualstack_endpoint", Boolean),
    ],
    profile: &[Code, Env("AWS_PROFILE"), Env("AWS_DEFAULT_PROFILE")],
    session_name: pattern("aws-go-sdk-", Made::Nanoseconds),
    web_session_name: pattern("", Made::Nanoseconds),
    duration_seconds: Some(900),
    profile_before_environment: true,
    ..GUIDE
};
const TERRAFORM_S3: Habits = Habits {
    url: &[
        Option("endpoint_url"),
        Env("AWS_ENDPOINT_URL_STS"),
        Env("AWS_STS_ENDPOINT"),
        Env("AWS_ENDPOINT_URL"),
        Services("endpoint_url"),
        Profile("endpoint_url"),
    ],
    ..TERRAFORM
};

type Number = (u32, u32, u32);

const fn row(
    (kind, generation): (Kind, u32),
    from: Number,
    below: std::option::Option<Number>,
    habits: Habits,
    source: &'static str,
    confidence: Confidence,
) -> Row {
    let below = match below {
        Some((major, minor, patch)) => Some(Version::new(major, minor, patch)),
        None => None,
    };
    Row { kind, generation, from: Version::new(from.0, from.1, from.2), below, habits, source, confidence }
}

const NET_CODE: &str =
    "AmazonSecurityTokenServiceConfig.Extension.cs of aws/aws-sdk-net; AWS Developer Tools Blog, 31 July 2025";
const NET_BOUNDARY: Confidence = Confidence::Uncertain(
    "the default moved with the release of 31 July 2025, SDK build 3.7.1092.0; that packages have been numbered from 3.7.500.0 \
     since is inferred",
);
const NET_4_CODE: &str = "aws/aws-sdk-net#3236: UseGlobalEndpoint is fixed to false";
const TOOLS: &str =
    "changelogs/CHANGELOG.2025.md of aws/aws-tools-for-powershell; AWS Developer Tools Blog, 31 July 2025";
const TOOLS_BOUNDARY: Confidence = Confidence::Uncertain(
    "the default moved with the release of 31 July 2025, which is 4.1.869 by its changelog; the change itself is not told there",
);
const TOOLS_5: Confidence = Confidence::Uncertain(
    "AWS's table says that sts_regional_endpoints is supported; the code of the SDK for .NET 4, which it is built on, says not",
);
const PHP_CODE: &str = "ConfigurationProvider.php of aws/aws-sdk-php; aws/aws-sdk-php#3159";
const RUBY_CODE: &str = "aws-sdk-core/CHANGELOG.md and sts_regional_endpoints.rb of aws/aws-sdk-ruby";
const GUIDE_TABLE: &str = "AWS SDKs and Tools Reference Guide, AWS STS Regional endpoints";

/// Every row of them.
pub(super) const ROWS: &[Row] = &[
    row((Kind::Net, 3), (3, 3, 0), Some((3, 7, 500)), NET_LEGACY, NET_CODE, NET_BOUNDARY),
    row((Kind::Net, 3), (3, 7, 500), None, NET, NET_CODE, NET_BOUNDARY),
    row((Kind::Net, 4), (4, 0, 0), None, NET_4, NET_4_CODE, Confidence::Code),
    row((Kind::Powershell, 3), (3, 3, 0), None, NET_LEGACY, TOOLS, Confidence::Documented),
    row((Kind::Powershell, 4), (4, 0, 0), Some((4, 1, 869)), NET_LEGACY, TOOLS, TOOLS_BOUNDARY),
    row((Kind::Powershell, 4), (4, 1, 869), None, NET, TOOLS, TOOLS_BOUNDARY),
    row((Kind::Powershell, 5), (5, 0, 0), None, NET_4, NET_4_CODE, TOOLS_5),
    row(
        (Kind::Php, 3),
        (3, 0, 0),
        Some((3, 351, 12)),
        Habits { mode: Default::Legacy, ..PHP },
        PHP_CODE,
        Confidence::Code,
    ),
    row((Kind::Php, 3), (3, 351, 12), None, PHP, PHP_CODE, Confidence::Code),
    row((Kind::Ruby, 2), (2, 0, 0), Some((2, 11, 380)), RUBY_FIRST, RUBY_CODE, Confidence::Code),
    row((Kind::Ruby, 2), (2, 11, 380), Some((2, 11, 474)), RUBY_LEGACY, RUBY_CODE, Confidence::Code),
    row(
        (Kind::Ruby, 2),
        (2, 11, 474),
        None,
        Habits { defaults_mode: &[], options: WITH_MODE, ..RUBY },
        RUBY_CODE,
        Confidence::Code,
    ),
    row((Kind::Ruby, 3), (3, 0, 0), Some((3, 71, 0)), RUBY_FIRST, RUBY_CODE, Confidence::Code),
    row((Kind::Ruby, 3), (3, 71, 0), Some((3, 92, 0)), RUBY_LEGACY, RUBY_CODE, Confidence::Code),
    row((Kind::Ruby, 3), (3, 92, 0), None, RUBY, RUBY_CODE, Confidence::Code),
    row(
        (Kind::Rust, 1),
        (0, 0, 0),
        None,
        RUST,
        "aws-config 1.13.0 and aws-sdk-sts 1.124.0, their code",
        Confidence::Code,
    ),
    row(
        (Kind::Kotlin, 1),
        (0, 0, 0),
        None,
        KOTLIN,
        "StsAssumeRoleCredentialsProvider.kt of awslabs/aws-sdk-kotlin",
        Confidence::Code,
    ),
    row(
        (Kind::Swift, 1),
        (0, 0, 0),
        None,
        SWIFT,
        GUIDE_TABLE,
        Confidence::Uncertain(
            "its code was not read: only that it calls the Region's endpoint, and fails without a Region, is documented",
        ),
    ),
    row(
        (Kind::Cpp, 1),
        (1, 0, 0),
        None,
        CPP,
        "BuiltInParameters.cpp of aws/aws-sdk-cpp",
        Confidence::Uncertain(
            "sources disagree: its code and AWS's table say Regional, aws/aws-sdk-cpp#3605 of October 2025 says global",
        ),
    ),
    row(
        (Kind::TerraformAws, 1),
        (1, 0, 0),
        None,
        TERRAFORM,
        "hashicorp/aws-sdk-go-base, credentials.go and endpoints.go",
        Confidence::Uncertain(
            "it is described as it is since it uses version 2 of the SDK for Go; which version moved from the first, whose default \
             is global, is not settled",
        ),
    ),
    row(
        (Kind::TerraformS3, 1),
        (1, 0, 0),
        None,
        TERRAFORM_S3,
        "hashicorp/terraform, website/docs/language/backend/s3.mdx",
        Confidence::Documented,
    ),
];
