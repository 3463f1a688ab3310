//! One question put to both engines: may a role of one account assume a role of another, from an address range and
//! through an endpoint?
//!
//! Cedar is asked less: AWS wants both the trust policy and an identity policy to allow, Cedar one permit.

use cedar_policy::{Authorizer, Context as CedarContext, Entities, EntityUid, PolicySet, RestrictedExpression};
use rolecall_names::{IdKind, Partition, Principal, Session, UniqueId};
use rolecall_policy::{Context, Document, Policies, Request, Values, decide, keys};
use std::fmt::Write as _;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:role/role-a"},"Action":"sts:AssumeRole","Condition":{"IpAddress":{"aws:VpcSourceIp":["10.0.0.0/16","192.0.2.0/24"]},"StringEquals":{"aws:SourceVpce":"vpce-0sts"}}}]}"#;

const IDENTITY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::bucket-a/*"},{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::222222222222:role/role-*"}]}"#;

const CEDAR: &str = r#"permit (
  principal == Role::"arn:aws:iam::111111111111:role/role-a",
  action == Action::"sts:AssumeRole",
  resource == Role::"arn:aws:iam::222222222222:role/role-b"
) when {
  (context.VpcSourceIp.isInRange(ip("10.0.0.0/16")) || context.VpcSourceIp.isInRange(ip("192.0.2.0/24"))) &&
  context.SourceVpce == "vpce-0sts"
};
permit (principal, action in [Action::"s3:GetObject", Action::"s3:PutObject"], resource == Bucket::"bucket-a");
"#;

const KEYS: [(&str, &str); 14] = [
    ("aws:CurrentTime", "2024-08-29T08:32:00Z"),
    ("aws:EpochTime", "1724920320"),
    ("aws:SecureTransport", "true"),
    ("aws:UserAgent", "Boto3/1.40.0"),
    ("aws:RequestedRegion", "ap-northeast-1"),
    ("aws:PrincipalArn", "arn:aws:iam::111111111111:role/role-a"),
    ("aws:PrincipalAccount", "111111111111"),
    ("aws:PrincipalType", "AssumedRole"),
    ("aws:userid", "AROAHAAAAAAAAAAAAAAAA:daily-batch"),
    ("aws:PrincipalIsAWSService", "false"),
    ("aws:SourceVpc", "vpc-batch"),
    ("aws:SourceVpce", "vpce-0sts"),
    ("sts:RoleSessionName", "copy"),
    ("sts:ExternalId", "none-needed"),
];

/// As many more statements whose action matches, in IAM's language.
pub fn many_statements(count: usize) -> String {
    let mut text = String::from(r#"{"Version":"2012-10-17","Statement":["#);
    for number in 0..count {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(
            text,
            r#"{comma}{{"Effect":"Allow","Action":["sts:AssumeRole","service{number}:Get*"],"Resource":"arn:aws:iam::222222222222:role/team-{number}","Condition":{{"StringLike":{{"sts:ExternalId":"team-{number}-*"}}}}}}"#
        );
    }
    text.push_str("]}");
    text
}

/// The same in Cedar's.
pub fn many_permits(count: usize) -> String {
    let mut text = String::from(CEDAR);
    for number in 0..count {
        let _ = write!(
            text,
            "permit (principal, action in [Action::\"sts:AssumeRole\", Action::\"service{number}:Get\"], \
             resource == Role::\"arn:aws:iam::222222222222:role/team-{number}\") \
             when {{ context.ExternalId like \"team-{number}-*\" }};\n"
        );
    }
    text
}

/// Calls `body` with both engines as functions that answer the question, beside `more` statements.
pub fn with_both<T>(more: usize, body: impl FnOnce(&dyn Fn() -> bool, &dyn Fn() -> bool) -> T) -> T {
    let principal = Principal::Role(Session {
        partition: Partition::Aws,
        account: "111111111111".parse().expect("an account"),
        role_path: "/".into(),
        role_name: "role-a".into(),
        role_id: UniqueId::new(IdKind::Role, 7),
        name: "daily-batch".into(),
    });
    let mut entries: Vec<_> =
        KEYS.iter().map(|(key, value)| (rolecall_policy::Key::new(key), Values::One(value))).collect();
    entries.push((keys::VPC_SOURCE_IP, Values::One("10.0.1.20")));
    let context = Context::new(&entries);
    let request = Request {
        principal: &principal,
        action: "sts:AssumeRole",
        resource: "arn:aws:iam::222222222222:role/role-b",
        resource_account: None,
        context: &context,
    };
    let trust = Document::parse(TRUST).expect("a policy");
    let identity = Document::parse(IDENTITY).expect("a policy");
    let large = (more > 0).then(|| Document::parse(&many_statements(more)).expect("a policy"));
    let attached: Vec<&Document> = large.iter().chain([&identity]).collect();
    let policies = Policies { identity: &attached, resource: Some(&trust), ..Policies::default() };
    let rolecall = || decide(std::hint::black_box(&request), &policies).is_allowed();

    let uid = |text: &str| text.parse::<EntityUid>().expect("an entity");
    let pairs = KEYS.iter().map(|(key, value)| {
        let name = key.rsplit(':').next().unwrap_or(key);
        (name.to_owned(), RestrictedExpression::new_string((*value).to_owned()))
    });
    let address = ("VpcSourceIp".to_owned(), RestrictedExpression::new_ip("10.0.1.20"));
    let asked = cedar_policy::Request::new(
        uid(r#"Role::"arn:aws:iam::111111111111:role/role-a""#),
        uid(r#"Action::"sts:AssumeRole""#),
        uid(r#"Role::"arn:aws:iam::222222222222:role/role-b""#),
        CedarContext::from_pairs(pairs.chain([address])).expect("a context"),
        None,
    )
    .expect("a request");
    let permits: PolicySet = many_permits(more).parse().expect("policies");
    let (authorizer, entities) = (Authorizer::new(), Entities::empty());
    let cedar = || {
        let response = authorizer.is_authorized(std::hint::black_box(&asked), &permits, &entities);
        response.decision() == cedar_policy::Decision::Allow
    };
    assert!(rolecall() && cedar(), "both let the call through");
    body(&rolecall, &cedar)
}
