//! A world, a source of credentials that counts and a client.

use rolecall_lab::credentials::{self, Handed, Offer, PlaceFacts, Source};
use rolecall_names::Instant;
use rolecall_world::World;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

const WORLD: &str = r#"
[accounts.a]
id = "111111111111"

[[role]]
account = "a"
name = "role-a"
trust = "trust.json"

[[vpc]]
account = "a"
region = "ap-northeast-1"
id = "vpc-0a"
cidr = "10.0.0.0/16"

[[subnet]]
id = "subnet-0a"
vpc = "vpc-0a"
cidr = "10.0.1.0/24"
availability_zone = "ap-northeast-1c"

[[vpc]]
account = "a"
region = "us-east-1"
id = "vpc-0b"
cidr = "10.9.0.0/16"

[[subnet]]
id = "subnet-0b"
vpc = "vpc-0b"
cidr = "10.9.1.0/24"

[[place]]
name = "task"
account = "a"
kind = "ecs-task"
subnet = "subnet-0a"
address = "10.0.1.20"
role = "role-a"

[[place]]
name = "bare-task"
account = "a"
kind = "ecs-task"
subnet = "subnet-0a"
address = "10.0.1.21"

[[place]]
name = "pod"
account = "a"
kind = "eks-pod"
subnet = "subnet-0a"
address = "10.0.1.22"
role = "role-a"

[[place]]
name = "bare-pod"
account = "a"
kind = "eks-pod"
subnet = "subnet-0a"
address = "10.0.1.23"

[[place]]
name = "instance"
account = "a"
kind = "ec2"
subnet = "subnet-0a"
address = "10.0.1.24"
public_ip = "203.0.113.24"
role = "role-a"

[[place]]
name = "bare-instance"
account = "a"
kind = "ec2"
subnet = "subnet-0b"
address = "10.9.1.25"

[[place]]
name = "function"
account = "a"
kind = "lambda"
region = "ap-northeast-1"
role = "role-a"

[[place]]
name = "laptop"
kind = "internet"
public_ip = "198.51.100.7"
"#;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
    "Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// 2026-01-01T00:00:00Z
const BEGIN: i64 = 1_767_225_600;
pub(crate) const HOUR: i64 = 3600;

/// Gives credentials that are good for an hour, numbered, while it is not told to fail.
#[derive(Default)]
pub(crate) struct Numbered {
    pub(crate) now: AtomicI64,
    given: AtomicUsize,
    pub(crate) failing: AtomicBool,
}

impl Numbered {
    pub(crate) fn begin() -> Arc<Self> {
        let numbered = Self::default();
        numbered.now.store(BEGIN, Ordering::SeqCst);
        Arc::new(numbered)
    }

    pub(crate) fn at(&self, seconds: i64) {
        self.now.store(BEGIN + seconds, Ordering::SeqCst);
    }
}

impl Source for Numbered {
    fn fetch(&self) -> Result<Handed, String> {
        if self.failing.load(Ordering::SeqCst) {
            return Err("the server is gone, with secret-7".to_owned());
        }
        let number = self.given.fetch_add(1, Ordering::SeqCst) + 1;
        let issued = Instant::from_seconds(self.now.load(Ordering::SeqCst));
        Ok(Handed {
            access_key_id: format!("ASIA{number}"),
            secret_access_key: format!("secret-{number}"),
            session_token: format!("token-{number}"),
            issued,
            expires: issued.plus_seconds(HOUR),
            role_arn: "arn:aws:iam::111111111111:role/role-a".to_owned(),
            role_name: "role-a".to_owned(),
            account: "111111111111".to_owned(),
        })
    }
}

pub(crate) fn offer(place: &str) -> Offer {
    let world =
        World::read(&|path| Ok(if path == "world.toml" { WORLD.to_owned() } else { TRUST.to_owned() })).unwrap();
    let place = world.place(place).unwrap();
    credentials::of(&PlaceFacts::new(&world, place))
}

pub(crate) fn env(offer: &Offer) -> BTreeMap<String, String> {
    let source = Numbered::begin();
    offer.environment(&*source, std::path::Path::new("/inside")).unwrap().into_iter().collect()
}

pub(crate) struct Service {
    pub(crate) at: SocketAddr,
    _running: JoinSet<()>,
}

impl Service {
    pub(crate) async fn begin(offer: &Offer, source: &Arc<Numbered>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let clock = source.clone();
        let now = Arc::new(move || Instant::from_seconds(clock.now.load(Ordering::SeqCst)));
        Self { at, _running: offer.serve_by(vec![listener], source.clone(), now) }
    }

    /// Status, head and body of the answer.
    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String, String) {
        let host =
            headers.iter().find(|(name, _)| *name == "Host").map_or(self.at.to_string(), |(_, host)| (*host).into());
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        for (name, value) in headers.iter().filter(|(name, _)| *name != "Host") {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        let mut stream = TcpStream::connect(self.at).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head[9..12].parse().unwrap(), head.to_lowercase(), body.to_owned())
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let (status, _, body) = self.ask("GET", path, headers).await;
        (status, body)
    }

    pub(crate) async fn json(&self, path: &str, headers: &[(&str, &str)]) -> Value {
        let (status, body) = self.get(path, headers).await;
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).unwrap()
    }

    pub(crate) async fn imds_token(&self, ttl: &str) -> String {
        let (status, head, token) = self.ask("PUT", "/latest/api/token", &[(TTL, ttl)]).await;
        assert_eq!(status, 200);
        assert!(head.contains(&format!("{}: {ttl}", TTL.to_lowercase())), "{head}");
        token
    }
}

pub(crate) const TTL: &str = "X-aws-ec2-metadata-token-ttl-seconds";
pub(crate) const TOKEN: &str = "X-aws-ec2-metadata-token";
