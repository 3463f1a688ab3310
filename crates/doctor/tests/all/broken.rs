//! Stories in which something else goes wrong: what is changed in which file.

/// A story with changes, and the call that fails by them.
pub(crate) struct Broken {
    /// What goes wrong.
    pub(crate) name: &'static str,
    /// The story.
    pub(crate) story: &'static str,
    /// The call that is explained.
    pub(crate) call: &'static str,
    /// In which file, what, becomes what.
    pub(crate) changes: &'static [(&'static str, &'static str, &'static str)],
}

const WORLD: &str = "world.toml";

const fn broken(
    name: &'static str,
    story: &'static str,
    call: &'static str,
    changes: &'static [(&'static str, &'static str, &'static str)],
) -> Broken {
    Broken { name, story, call, changes }
}

pub(crate) const BROKEN: &[Broken] = &[
    broken("identity-policy-missing", "story-1", "by-hand", &[("role-a.assume-b.json", "role/role-b", "role/role-c")]),
    broken(
        "trust-principal-mismatch",
        "story-1",
        "by-hand",
        &[("role-b.trust.json", "111111111111:role/role-a", "333333333333:role/role-a")],
    ),
    broken(
        "trust-principal-deleted",
        "story-1",
        "by-hand",
        &[("role-b.trust.json", "arn:aws:iam::111111111111:role/role-a", "AROAGONEGONEGONEGONE1")],
    ),
    broken(
        "external-id-mismatch",
        "story-1",
        "by-hand",
        &[(
            "role-b.trust.json",
            "\"IpAddress\": { \"aws:SourceIp\": \"203.0.113.10/32\" }",
            "\"StringEquals\": { \"sts:ExternalId\": \"night-shift\" }",
        )],
    ),
    broken("mfa-missing", "story-4", "principal-with-a-name", &[("aws/config-named", "mfa_serial", "# mfa_serial")]),
    broken(
        "explicit-deny",
        "story-1",
        "by-hand",
        &[(
            "role-a.assume-b.json",
            "  \"Statement\": [\n",
            "  \"Statement\": [\n    { \"Sid\": \"NotOutside\", \"Effect\": \"Deny\", \"Action\": \"sts:*\", \"Resource\": \"*\" },\n",
        )],
    ),
    broken(
        "wrong-assume-action",
        "story-1",
        "by-hand",
        &[("role-b.trust.json", "\"sts:AssumeRole\"", "\"sts:AssumeRoleWithSAML\"")],
    ),
    broken(
        "tag-session-missing",
        "story-1",
        "by-hand",
        &[(WORLD, "session_name = \"by-hand\"", "session_name = \"by-hand\"\ntags = { team = \"blue\" }")],
    ),
    broken(
        "duration-over-limit",
        "story-1",
        "by-hand",
        &[(WORLD, "session_name = \"by-hand\"", "session_name = \"by-hand\"\nduration_seconds = 7200")],
    ),
    broken("role-missing", "story-1", "by-hand", &[(WORLD, "name = \"role-b\"", "name = \"role-bb\"")]),
    broken(
        "signature-scope-mismatch",
        "story-1",
        "daily-batch",
        &[(
            WORLD,
            "client = \"boto3==1.40.0\"",
            "client = \"boto3==1.40.0\"\noptions = { endpoint_url = \"https://sts.amazonaws.com\" }",
        )],
    ),
    broken(
        "connection-refused",
        "story-1",
        "daily-batch",
        &[(
            WORLD,
            "client = \"boto3==1.40.0\"",
            "client = \"boto3==1.40.0\"\noptions = { endpoint_url = \"https://ip-10-0-1-21.ap-northeast-1.compute.internal\" }",
        )],
    ),
    broken(
        "region-disabled",
        "story-3",
        "us-west-2-regional",
        &[(WORLD, "id = \"111111111111\"", "id = \"111111111111\"\nsts = { deactivated_regions = [\"us-west-2\"] }")],
    ),
    broken("opt-in-region-off", "story-3", "ap-east-1-regional", &[(WORLD, ", \"ap-east-1\"]\n\n", "]\n\n")]),
    broken(
        "clock-skew",
        "story-1",
        "daily-batch",
        &[(WORLD, "session_name = \"yyyyyyyy\"", "session_name = \"yyyyyyyy\"\nclock_skew_seconds = -1200")],
    ),
    broken(
        "client-configuration",
        "story-1",
        "daily-batch",
        &[(
            WORLD,
            "client = \"boto3==1.40.0\"",
            "client = \"boto3==1.40.0\"\nenv = { AWS_STS_REGIONAL_ENDPOINTS = \"Regional\" }",
        )],
    ),
    broken("no-way-out", "story-1", "by-hand", &[(WORLD, "via = \"nat-1\"", "via = \"blackhole\"")]),
    broken(
        "condition-mismatch",
        "story-1",
        "by-hand",
        &[(
            "role-b.trust.json",
            "\"IpAddress\": { \"aws:SourceIp\": \"203.0.113.10/32\" }",
            "\"DateLessThan\": { \"aws:CurrentTime\": \"2020-01-01T00:00:00Z\" }",
        )],
    ),
    broken(
        "one-long-line",
        "story-1",
        "daily-batch",
        &[(
            "role-b.trust.json",
            "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Principal\": { \"AWS\": \"arn:aws:iam::111111111111:role/role-a\" },\n      \"Action\": \"sts:AssumeRole\",\n      \"Condition\": {\n        \"IpAddress\": { \"aws:SourceIp\": \"203.0.113.10/32\" }\n      }\n    }\n  ]\n}",
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111111111111:role/role-a\"},\"Action\":\"sts:AssumeRole\",\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":[\"198.51.100.0/24\",\"203.0.113.10/32\"]}}},{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::333333333333:role/somebody-else-altogether\"},\"Action\":\"sts:AssumeRole\"}]}",
        )],
    ),
    broken(
        "service-control-policy",
        "story-1",
        "by-hand",
        &[
            (WORLD, "[[role]]", "[[service_control_policy]]\ntargets = [\"a\"]\npolicy = \"scp.json\"\n\n[[role]]"),
            ("scp.json", "", SCP),
        ],
    ),
    broken(
        "permissions-boundary",
        "story-1",
        "by-hand",
        &[
            (WORLD, "name = \"role-a\"", "name = \"role-a\"\npermissions_boundary = \"boundary.json\""),
            ("boundary.json", "", BOUNDARY),
        ],
    ),
    broken(
        "vpc-endpoint-policy",
        "story-2",
        "with-the-variable",
        &[
            (WORLD, "private_dns = true", "private_dns = true\npolicy = \"endpoint.json\""),
            ("endpoint.json", "", ENDPOINT),
        ],
    ),
    broken(
        "security-group",
        "story-2",
        "with-the-variable",
        &[(
            WORLD,
            "private_dns = true",
            "private_dns = true\nsecurity_groups = [\"sg-sts\"]\n\n[[security_group]]\nid = \"sg-sts\"\nvpc = \"vpc-closed\"\ningress = [{ protocol = \"tcp\", ports = 443, from = [\"10.0.9.0/24\"] }]",
        )],
    ),
    broken(
        "network-acl",
        "story-1",
        "by-hand",
        &[(
            WORLD,
            "[[nat_gateway]]",
            "[[network_acl]]\nid = \"acl-1\"\nvpc = \"vpc-batch\"\nsubnets = [\"subnet-public\"]\ningress = [{ number = 100, action = \"allow\", protocol = \"tcp\", ports = 443, from = \"0.0.0.0/0\" }]\negress = [{ number = 100, action = \"allow\", protocol = \"all\", ports = \"all\", to = \"0.0.0.0/0\" }]\n\n[[nat_gateway]]",
        )],
    ),
    broken("private-dns-off", "story-2", "with-the-variable", &[(WORLD, "private_dns = true", "private_dns = false")]),
    broken(
        "source-vpc-endpoint-mismatch",
        "story-1",
        "by-hand",
        &[(
            "role-b.trust.json",
            "\"IpAddress\": { \"aws:SourceIp\": \"203.0.113.10/32\" }",
            "\"StringEquals\": { \"aws:SourceVpce\": \"vpce-0sts\" }",
        )],
    ),
];

const SCP: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": "s3:*", "Resource": "*" }
  ]
}
"#;

const BOUNDARY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": ["s3:*", "sts:GetCallerIdentity"], "Resource": "*" }
  ]
}
"#;

const ENDPOINT: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": "*",
      "Action": "sts:AssumeRole",
      "Resource": "*",
      "Condition": { "StringEquals": { "aws:PrincipalAccount": "999999999999" } }
    }
  ]
}
"#;
