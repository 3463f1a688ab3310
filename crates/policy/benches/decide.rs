//! How fast documents are read and requests decided: `cargo bench -p rolecall-policy`.
//!
//! Prints the best of many rounds, the figure least disturbed by whatever else the machine does.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints what it measured")]

use rolecall_names::{IdKind, Partition, Principal, Session, UniqueId};
use rolecall_policy::{Context, Document, Policies, Request, Values, decide, keys};
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

#[expect(clippy::disallowed_methods, reason = "a benchmark is the one place here that must read a clock")]
fn now() -> Instant {
    Instant::now()
}

/// The best time of one call among rounds of `calls` calls each.
fn best<T>(calls: u32, mut call: impl FnMut() -> T) -> Duration {
    (0..50)
        .map(|_| {
            let start = now();
            for _ in 0..calls {
                black_box(call());
            }
            now().duration_since(start) / calls
        })
        .min()
        .unwrap()
}

fn session() -> Principal {
    Principal::Role(Session {
        partition: Partition::Aws,
        account: "111111111111".parse().unwrap(),
        role_path: "/".into(),
        role_name: "role-a".into(),
        role_id: UniqueId::new(IdKind::Role, 7),
        name: "daily-batch".into(),
    })
}

const TRUST: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": { "AWS": "arn:aws:iam::111111111111:role/role-a" },
    "Action": "sts:AssumeRole",
    "Condition": {
      "IpAddress": { "aws:VpcSourceIp": ["10.0.0.0/16", "192.0.2.0/24"] },
      "StringEquals": { "aws:SourceVpce": "vpce-0sts" }
    }
  }]
}"#;

const IDENTITY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::bucket-a/*" },
    { "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::222222222222:role/role-*" }
  ]
}"#;

fn many_statements(count: usize) -> String {
    let mut text = String::from(r#"{"Version":"2012-10-17","Statement":["#);
    for number in 0..count {
        let comma = if number == 0 { "" } else { "," };
        write!(
            text,
            r#"{comma}{{"Sid":"S{number}","Effect":"Allow","Action":["sts:AssumeRole","service{number}:Get*"],"Resource":["arn:aws:iam::222222222222:role/team-{number}/*","arn:aws:s3:::bucket-{number}/${{aws:username}}/*"],"Condition":{{"StringLike":{{"aws:PrincipalTag/team":"team-{number}-*"}}}}}}"#
        )
        .unwrap();
    }
    text.push_str("]}");
    text
}

fn main() {
    let principal = session();
    let user_id = principal.user_id().unwrap();
    let arn = principal.principal_arn().unwrap();
    let entries = [
        (keys::CURRENT_TIME, Values::One("2024-08-29T08:32:00Z")),
        (keys::EPOCH_TIME, Values::One("1724920320")),
        (keys::SECURE_TRANSPORT, Values::One("true")),
        (keys::USER_AGENT, Values::One("Boto3/1.40.0")),
        (keys::REQUESTED_REGION, Values::One("ap-northeast-1")),
        (keys::PRINCIPAL_ARN, Values::One(&arn)),
        (keys::PRINCIPAL_ACCOUNT, Values::One("111111111111")),
        (keys::PRINCIPAL_TYPE, Values::One("AssumedRole")),
        (keys::USER_ID, Values::One(&user_id)),
        (keys::PRINCIPAL_IS_AWS_SERVICE, Values::One("false")),
        (keys::SOURCE_VPC, Values::One("vpc-batch")),
        (keys::SOURCE_VPCE, Values::One("vpce-0sts")),
        (keys::VPC_SOURCE_IP, Values::One("10.0.1.20")),
        (keys::STS_ROLE_SESSION_NAME, Values::One("copy")),
        (keys::STS_EXTERNAL_ID, Values::One("none-needed")),
    ];
    let context = Context::new(&entries);
    let request = Request {
        principal: &principal,
        action: "sts:AssumeRole",
        resource: "arn:aws:iam::222222222222:role/role-b",
        resource_account: None,
        context: &context,
    };
    let trust = Document::parse(TRUST).unwrap();
    let identity = Document::parse(IDENTITY).unwrap();
    let everything =
        Document::parse(r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#)
            .unwrap();
    let level: &[&Document] = &[&everything];
    let policies = Policies { identity: &[&identity], resource: Some(&trust), ..Policies::default() };
    assert!(decide(&request, &policies).is_allowed());
    println!("cross-account AssumeRole                 {:>9.0?}", best(10_000, || decide(&request, &policies)));

    let scp = [level, level, level];
    let policies = Policies { scp: &scp, boundary: Some(&everything), session: Some(level), ..policies };
    assert!(decide(&request, &policies).is_allowed());
    println!("the same, all policy types               {:>9.0?}", best(10_000, || decide(&request, &policies)));

    for count in [10, 100, 1_000] {
        let large = Document::parse(&many_statements(count)).unwrap();
        let policies = Policies { identity: &[&large, &identity], resource: Some(&trust), ..Policies::default() };
        assert!(decide(&request, &policies).is_allowed());
        println!("{count:>5} more statements                    {:>9.2?}", best(200, || decide(&request, &policies)));
    }

    for (name, text) in [("a trust policy", TRUST.to_owned()), ("1,000 statements", many_statements(1_000))] {
        let time = best(if text.len() > 10_000 { 20 } else { 2_000 }, || Document::parse(&text).unwrap());
        let speed = text.len() as f64 / time.as_secs_f64() / 1e6;
        let memory = Document::parse(&text).unwrap().memory() as f64 / text.len() as f64;
        println!("reading {name:<20} {:>9} bytes {time:>9.2?} {speed:>6.0} MB/s, {memory:.1} x in memory", text.len());
    }

    let a = "a".repeat(64_000);
    for (name, pattern) in [
        ("*a*a*a…b", format!("{}b", "*a".repeat(2_000))),
        ("*a?a?a…b*, 60 bytes", format!("*{}b*", "a?".repeat(30))),
        ("*a?a?a…b*, 2,000", format!("*{}b*", "a?".repeat(1_000))),
        ("*a?a?a…b*, 4,000", format!("*{}b*", "a?".repeat(2_000))),
        ("*a?a?a…b*, 20,000", format!("*{}b*", "a?".repeat(10_000))),
        ("*aaaa…b*", format!("*{}b*", "a".repeat(2_000))),
    ] {
        let document = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"StringLike":{{"aws:UserAgent":"{pattern}"}}}}}}}}"#
        );
        let document = Document::parse(&document).unwrap();
        for length in [4_000, 16_000, 64_000] {
            let entries = [(keys::USER_AGENT, Values::One(a.get(..length).unwrap()))];
            let context = Context::new(&entries);
            let request = Request { context: &context, ..request };
            let policies = Policies { identity: &[&document], ..Policies::default() };
            println!("{name:<24} on {length:>6} bytes {:>9.2?}", best(20, || decide(&request, &policies)));
        }
    }

    for (name, make) in HARD {
        for size in [4_000, 8_000, 16_000] {
            let text = make(size);
            let time = best(10, || Document::parse(&text).is_ok());
            let speed = text.len() as f64 / time.as_secs_f64() / 1e6;
            println!("reading {name:<20} {:>9} bytes {time:>9.2?} {speed:>6.0} MB/s", text.len());
        }
    }
}

/// Makes a document of a size.
type Make = fn(usize) -> String;

/// Documents made to be slow to read: what has to be compared with everything else, or searched for its end.
const HARD: [(&str, Make); 5] = [
    ("many keys", |size| {
        let keys: Vec<String> = (0..size).map(|number| format!("\"k{number}\":\"\"")).collect();
        statement(&format!("\"Condition\":{{\"StringLike\":{{{}}}}}", keys.join(",")))
    }),
    ("keys of one hash", |size| {
        let pairs = colliding(size.ilog2());
        let name = |number: usize| -> String {
            let halves =
                pairs.iter().enumerate().map(|(bit, pair)| if number >> bit & 1 == 0 { &pair.0 } else { &pair.1 });
            halves.map(String::as_str).collect()
        };
        let keys: Vec<String> = (0..1 << pairs.len()).map(|number| format!("\"{}\":\"\"", name(number))).collect();
        statement(&format!("\"Condition\":{{\"StringLike\":{{{}}}}}", keys.join(",")))
    }),
    ("many operators", |size| {
        let operators: Vec<String> = (0..size).map(|number| format!("\"o{number}\":{{}}")).collect();
        statement(&format!("\"Condition\":{{{}}}", operators.join(",")))
    }),
    ("open variables", |size| statement(&format!("\"Resource\":\"arn:aws:s3:::{}\"", "${a, '".repeat(size)))),
    ("escapes", |size| statement(&format!("\"Sid\":\"{}\"", "\\u00e9".repeat(size)))),
];

/// Pairs of texts that lead the hash of keys (FNV-1a of 32 bits) from one state to the next: whatever is chosen of each,
/// the names made of them share a hash.
fn colliding(count: u32) -> Vec<(String, String)> {
    let mut state = 0x811c_9dc5_u32;
    let found = |state: u32| {
        let mut seen = std::collections::HashMap::new();
        (0_u32..).find_map(|number| {
            let text = format!("{number:05x}");
            let hash = text.bytes().fold(state, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
            seen.insert(hash, text.clone()).map(|before| (hash, (before, text)))
        })
    };
    (0..count)
        .map(|_| {
            let (next, pair) = found(state).unwrap();
            state = next;
            pair
        })
        .collect()
}

fn statement(element: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"*",{element}}}}}"#)
}
