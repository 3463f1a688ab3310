//! What one call costs the kernel: the whole of `handle`, and the record's encoding.
//!
//! `cargo bench -p rolecall-kernel`

use rolecall_directory::{AccessKey, Change, Directory, KeyOwner, Origin, PolicyText, Preferences, Role, Secret, User};
use rolecall_kernel::{Answer, Circumstances, Entropy, HttpRequest, Memo, Sight, Way, handle, session::KeyRing};
use rolecall_names::{AccessKeyId, AccountId, IdKind, Instant, Partition, UniqueId};
use std::{collections::BTreeMap, hint::black_box, sync::Arc};
use zeroize::Zeroizing;

#[path = "../tests/all/sign.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "written for tests, which use more of it and may unwrap")]
mod sign;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const NOW: i64 = 1_800_000_000;

fn account(digits: &str) -> AccountId {
    digits.parse().unwrap_or_else(|_| std::process::abort())
}

fn directory() -> Directory {
    let (caller, owner) = (account("111111111111"), account("222222222222"));
    let user = UniqueId::new(IdKind::User, 1);
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"night"}}}]}"#;
    let identity =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}"#;
    [
        Change::PutAccount(Preferences::new(caller, Partition::Aws)),
        Change::PutAccount(Preferences::new(owner, Partition::Aws)),
        Change::PutUser {
            account: caller,
            user: Arc::new(User {
                id: user,
                name: "alice".into(),
                path: "/".into(),
                created: Instant::from_seconds(0),
                inline: BTreeMap::from([("assume".into(), PolicyText::new(identity))]),
                attached: Vec::new(),
                boundary: None,
                tags: Vec::new(),
                origin: Origin::Api,
            }),
        },
        Change::PutAccessKey(Arc::new(AccessKey {
            id: AccessKeyId::long_term(caller, 5),
            account: caller,
            owner: KeyOwner::User(user),
            secret: Secret::new(SECRET.to_owned()),
            active: true,
            created: Instant::from_seconds(0),
            origin: Origin::Api,
        })),
        Change::PutRole {
            account: owner,
            role: Arc::new(Role {
                id: UniqueId::new(IdKind::Role, 2),
                name: "target".into(),
                path: "/".into(),
                created: Instant::from_seconds(0),
                description: None,
                max_session_duration: 3600,
                trust: PolicyText::new(trust),
                inline: BTreeMap::new(),
                attached: Vec::new(),
                boundary: None,
                tags: Vec::new(),
                origin: Origin::Api,
            }),
        },
    ]
    .iter()
    .fold(Directory::default(), |directory, change| directory.with(change))
}

#[expect(clippy::disallowed_methods, reason = "measuring takes a clock")]
fn measure(name: &str, mut step: impl FnMut()) {
    const ROUNDS: u32 = 20;
    const CALLS: u32 = 5_000;
    let best = (0..ROUNDS)
        .map(|_| {
            let start = std::time::Instant::now();
            (0..CALLS).for_each(|_| step());
            start.elapsed() / CALLS
        })
        .min()
        .unwrap_or_default();
    #[expect(clippy::print_stdout, reason = "the figures are the output")]
    {
        println!("{name:40} {best:?}");
    }
}

fn main() {
    let directory = directory();
    let ring = KeyRing::new([(1, Zeroizing::new([7; 32]))]);
    let memo = Memo::default();
    let sight = Sight { directory: &directory, ring: &ring, memo: &memo, witness: None };
    let circumstances = Circumstances {
        now: Instant::from_seconds(NOW),
        way: Way::plain([10, 0, 0, 1].into()),
        entropy: Entropy::new([9; Entropy::BYTES]),
    };
    let key = sign::Key {
        id: AccessKeyId::long_term(account("111111111111"), 5).to_string(),
        secret: SECRET.to_owned(),
        token: None,
    };
    let calls = [
        (
            "AssumeRole",
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A222222222222%3Arole%2Ftarget&RoleSessionName=one&ExternalId=night",
        ),
        ("GetCallerIdentity", "Action=GetCallerIdentity&Version=2011-06-15"),
    ];
    for (name, body) in calls {
        let scope = sign::Scope { region: "us-east-1", service: "sts", now: Instant::from_seconds(NOW) };
        let kind = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        let headers = sign::headers(&key, scope, "127.0.0.1:4566", &[kind], body);
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        let request = HttpRequest { method: "POST", path: "/", query: "", headers: &headers, body: body.as_bytes() };
        let outcome = handle(&sight, &request, &circumstances);
        if !matches!(outcome.answer, Answer::Reply(_)) {
            std::process::abort();
        }
        measure(name, || drop(black_box(handle(&sight, black_box(&request), &circumstances))));
        let mut out = Vec::with_capacity(4096);
        measure(&format!("{name}: records encoded"), || {
            for event in &outcome.events {
                out.clear();
                event.encode(black_box(&mut out));
            }
        });
        if let Answer::Reply(reply) = &outcome.answer {
            measure(&format!("{name}: reply written"), || {
                out.clear();
                reply.write("00000000-0000-4000-8000-000000000000", black_box(&mut out));
            });
        }
    }
}
