//! What places hand out, asked for over real HTTP.

use rolecall_lab::credentials::{self, Handed, MetadataOptions, Offer, PlaceFacts, Source};
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
const HOUR: i64 = 3600;

/// Gives credentials that are good for an hour, numbered, while it is not told to fail.
#[derive(Default)]
struct Numbered {
    now: AtomicI64,
    given: AtomicUsize,
    failing: AtomicBool,
}

impl Numbered {
    fn begin() -> Arc<Self> {
        let numbered = Self::default();
        numbered.now.store(BEGIN, Ordering::SeqCst);
        Arc::new(numbered)
    }

    fn at(&self, seconds: i64) {
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

fn offer(place: &str) -> Offer {
    let world =
        World::read(&|path| Ok(if path == "world.toml" { WORLD.to_owned() } else { TRUST.to_owned() })).unwrap();
    let place = world.place(place).unwrap();
    credentials::of(&PlaceFacts::new(&world, place))
}

fn env(offer: &Offer) -> BTreeMap<String, String> {
    let source = Numbered::begin();
    offer.environment(&*source, std::path::Path::new("/inside")).unwrap().into_iter().collect()
}

struct Service {
    at: SocketAddr,
    _running: JoinSet<()>,
}

impl Service {
    async fn begin(offer: &Offer, source: &Arc<Numbered>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let clock = source.clone();
        let now = Arc::new(move || Instant::from_seconds(clock.now.load(Ordering::SeqCst)));
        Self { at, _running: offer.serve_by(vec![listener], source.clone(), now) }
    }

    /// Status, head and body of the answer.
    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String, String) {
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

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let (status, _, body) = self.ask("GET", path, headers).await;
        (status, body)
    }

    async fn json(&self, path: &str, headers: &[(&str, &str)]) -> Value {
        let (status, body) = self.get(path, headers).await;
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).unwrap()
    }

    async fn imds_token(&self, ttl: &str) -> String {
        let (status, head, token) = self.ask("PUT", "/latest/api/token", &[(TTL, ttl)]).await;
        assert_eq!(status, 200);
        assert!(head.contains(&format!("{}: {ttl}", TTL.to_lowercase())), "{head}");
        token
    }
}

const TTL: &str = "X-aws-ec2-metadata-token-ttl-seconds";
const TOKEN: &str = "X-aws-ec2-metadata-token";

#[tokio::test]
async fn a_task_gets_its_roles_credentials() {
    let (offer, source) = (offer("task"), Numbered::begin());
    let service = Service::begin(&offer, &source).await;
    let path = &env(&offer)["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"];
    assert!(path.starts_with("/v2/credentials/"));
    let document = service.json(path, &[]).await;
    assert_eq!(
        document,
        serde_json::json!({
            "RoleArn": "arn:aws:iam::111111111111:role/role-a",
            "AccessKeyId": "ASIA1",
            "SecretAccessKey": "secret-1",
            "Token": "token-1",
            "Expiration": "2026-01-01T01:00:00Z",
        })
    );
}

#[tokio::test]
async fn others_take_the_place_of_credentials_before_they_end() {
    let (offer, source) = (offer("task"), Numbered::begin());
    let service = Service::begin(&offer, &source).await;
    let path = env(&offer)["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"].clone();
    for (seconds, failing, expected) in [
        (0, false, Some("ASIA1")),
        (HOUR - 15 * 60 - 1, false, Some("ASIA1")),
        // The old ones are good for fifteen minutes more, and given while no others are to be had.
        (HOUR - 15 * 60, true, Some("ASIA1")),
        (HOUR - 5 * 60, false, Some("ASIA2")),
        (HOUR, false, Some("ASIA2")),
        (3 * HOUR, true, None),
        (3 * HOUR, false, Some("ASIA3")),
    ] {
        source.at(seconds);
        source.failing.store(failing, Ordering::SeqCst);
        let (status, body) = service.get(&path, &[]).await;
        let given: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(given["AccessKeyId"].as_str(), expected, "{seconds}: {status} {body}");
    }
}

#[tokio::test]
async fn a_task_is_refused_as_by_the_agent() {
    let (offer, source) = (offer("task"), Numbered::begin());
    let service = Service::begin(&offer, &source).await;
    let path = env(&offer)["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"].clone();
    let bare = Service::begin(&self::offer("bare-task"), &source).await;
    let unknown = "/v2/credentials/6a9a3f0c-0000-4000-8000-000000000000";
    for (asked, path, status, code) in [
        (&service, "/v2/credentials", 400, "NoIdInRequest"),
        (&service, "/v2/credentials/", 400, "NoIdInRequest"),
        (&service, unknown, 400, "InvalidIdInRequest"),
        (&bare, &*path, 400, "InvalidIdInRequest"),
    ] {
        let (found, body) = asked.get(path, &[]).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((found, body["code"].as_str()), (status, Some(code)), "{path}");
        assert_eq!(body["HTTPErrorCode"], 400);
        assert!(body["message"].as_str().unwrap().starts_with("CredentialsV2Request: "));
    }
    assert_eq!(service.get("/", &[]).await.0, 404);
    assert_eq!(service.get("/v4/another", &[]).await.0, 404);
    assert_eq!(service.ask("POST", &path, &[]).await.0, 404);
    source.failing.store(true, Ordering::SeqCst);
    let (status, body) = service.get(&path, &[]).await;
    assert_eq!(status, 503);
    assert!(body.contains("CredentialsUninitialized") && !body.contains("secret"), "{body}");
}

#[tokio::test]
async fn a_task_is_told_of_itself() {
    let (offer, source) = (offer("task"), Numbered::begin());
    let service = Service::begin(&offer, &source).await;
    let env = env(&offer);
    assert_eq!(env["AWS_REGION"], "ap-northeast-1");
    assert_eq!(env["AWS_DEFAULT_REGION"], "ap-northeast-1");
    assert_eq!(env["AWS_EXECUTION_ENV"], "AWS_ECS_FARGATE");
    let path = env["ECS_CONTAINER_METADATA_URI_V4"].strip_prefix("http://169.254.170.2").unwrap();
    let container = service.json(path, &[]).await;
    assert_eq!(container["Networks"][0]["IPv4Addresses"][0], "10.0.1.20");
    assert_eq!(container["Networks"][0]["IPv4SubnetCIDRBlock"], "10.0.1.0/24");
    assert_eq!(container["Networks"][0]["PrivateDNSName"], "ip-10-0-1-20.ap-northeast-1.compute.internal");
    let task = service.json(&format!("{path}/task"), &[]).await;
    assert_eq!(task["AvailabilityZone"], "ap-northeast-1c");
    assert_eq!(task["Containers"][0], container);
    let arn = task["TaskARN"].as_str().unwrap();
    assert!(arn.starts_with("arn:aws:ecs:ap-northeast-1:111111111111:task/default/"), "{arn}");
    // Without a role there are no credentials to tell of.
    let bare = self::env(&self::offer("bare-task"));
    assert!(!bare.contains_key("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"), "{bare:?}");
    assert!(bare.contains_key("ECS_CONTAINER_METADATA_URI_V4"));
}

#[tokio::test]
async fn a_pod_gets_its_roles_credentials_for_its_token() {
    let (offer, source) = (offer("pod"), Numbered::begin());
    let service = Service::begin(&offer, &source).await;
    let env = env(&offer);
    assert_eq!(env["AWS_CONTAINER_CREDENTIALS_FULL_URI"], "http://169.254.170.23/v1/credentials");
    assert_eq!(env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"], "/inside/eks-pod-identity-token");
    assert_eq!(env["AWS_STS_REGIONAL_ENDPOINTS"], "regional");
    assert_eq!(env["AWS_REGION"], "ap-northeast-1");
    assert_eq!(env["AWS_DEFAULT_REGION"], "ap-northeast-1");
    let token = &offer.token_file.as_ref().unwrap().1;
    assert_eq!(
        service.json("/v1/credentials", &[("Authorization", token)]).await,
        serde_json::json!({
            "AccessKeyId": "ASIA1",
            "SecretAccessKey": "secret-1",
            "Token": "token-1",
            "AccountId": "111111111111",
            "Expiration": "2026-01-01T01:00:00Z",
        })
    );
    let by = |host| [("Authorization", &**token), ("Host", host)];
    assert_eq!(service.get("/v1/credentials", &by("169.254.170.23")).await.0, 200);
    assert_eq!(service.get("/v1/credentials", &by("[fd00:ec2::23]:80")).await.0, 200);

    let (status, body) = service.get("/v1/credentials", &by("agent.example.com")).await;
    assert_eq!(status, 403);
    assert!(body.starts_with("Access Denied. Called agent through invalid address"), "{body}");
    let (status, body) = service.get("/v1/credentials", &[]).await;
    assert_eq!((status, &*body), (400, "Service account token cannot be empty\n"));
    let (status, body) = service.get("/v1/credentials", &[("Authorization", "Bearer")]).await;
    assert_eq!(status, 400);
    assert!(body.starts_with("Service account token cannot be parsed: "), "{body}");
    let other = format!("{}x", &token[..token.len() - 1]);
    let (status, body) = service.get("/v1/credentials", &[("Authorization", &other)]).await;
    assert_eq!(status, 400);
    assert!(body.contains("InvalidTokenException"), "{body}");
    assert_eq!(service.get("/v1/other", &[("Authorization", token)]).await.0, 404);
    source.failing.store(true, Ordering::SeqCst);
    source.at(2 * HOUR);
    let (status, body) = service.get("/v1/credentials", &[("Authorization", token)]).await;
    assert_eq!(status, 403);
    assert!(body.contains("AccessDeniedException") && !body.contains("secret"), "{body}");
    // Without an association the webhook leaves a pod alone.
    let bare = self::offer("bare-pod");
    assert!(bare.env.is_empty() && bare.listen.is_empty() && bare.token_file.is_none() && !bare.unset.is_empty());
}

#[tokio::test]
async fn an_instance_gets_its_roles_credentials_for_a_token() {
    let (offer, source) = (offer("instance"), Numbered::begin());
    assert!(env(&offer).is_empty());
    let service = Service::begin(&offer, &source).await;
    let token = service.imds_token("60").await;
    let with = [(TOKEN, &*token)];
    let list = "/latest/meta-data/iam/security-credentials/";
    assert_eq!(service.get(list, &with).await, (200, "role-a".to_owned()));
    let document = service.json(&format!("{list}role-a"), &with).await;
    assert_eq!(
        document,
        serde_json::json!({
            "Code": "Success",
            "LastUpdated": "2026-01-01T00:00:00Z",
            "Type": "AWS-HMAC",
            "AccessKeyId": "ASIA1",
            "SecretAccessKey": "secret-1",
            "Token": "token-1",
            "Expiration": "2026-01-01T01:00:00Z",
        })
    );
    let info = service.json("/latest/meta-data/iam/info", &with).await;
    assert_eq!(info["InstanceProfileArn"], "arn:aws:iam::111111111111:instance-profile/role-a");
    assert!(info["InstanceProfileId"].as_str().unwrap().starts_with("AIPA"));
    let identity = service.json("/latest/dynamic/instance-identity/document", &with).await;
    assert_eq!(identity["region"], "ap-northeast-1");
    assert_eq!(identity["accountId"], "111111111111");
    assert_eq!(identity["privateIp"], "10.0.1.24");
    source.at(2 * HOUR);
    source.failing.store(true, Ordering::SeqCst);
    let token = service.imds_token("60").await;
    let document = service.json(&format!("{list}role-a"), &[(TOKEN, &*token)]).await;
    assert_eq!(document["Code"], "AssumeRoleUnauthorizedAccess");
    assert!(document["AccessKeyId"].is_null() && !document.to_string().contains("secret"));
}

#[tokio::test]
async fn an_instance_is_told_of_itself() {
    let source = Numbered::begin();
    let service = Service::begin(&offer("instance"), &source).await;
    let token = service.imds_token("21600").await;
    let (_, head, mac) = service.ask("GET", "/latest/meta-data/mac", &[(TOKEN, &token)]).await;
    assert!(head.contains("x-aws-ec2-metadata-token-ttl-seconds: 21600") && head.contains("server: ec2ws"), "{head}");
    let macs = "/latest/meta-data/network/interfaces/macs";
    let list = "dynamic\nmeta-data";
    let name = "ip-10-0-1-24.ap-northeast-1.compute.internal";
    for (path, expected) in [
        ("/", "latest"),
        ("/latest/", list),
        ("/2021-07-15", list),
        ("/latest/meta-data/iam/", "info\nsecurity-credentials/"),
        ("/latest/meta-data/placement", "availability-zone\nregion"),
        ("/latest/meta-data/placement/availability-zone/", "ap-northeast-1c"),
        ("/latest/meta-data/placement/region", "ap-northeast-1"),
        ("/latest/meta-data/local-ipv4", "10.0.1.24"),
        ("/latest/meta-data/public-ipv4", "203.0.113.24"),
        ("/latest/meta-data/hostname", name),
        ("/latest/meta-data/local-hostname", name),
        (&*format!("{macs}/"), &*format!("{mac}/")),
        (&*format!("{macs}/{mac}/vpc-id"), "vpc-0a"),
        (&*format!("{macs}/{mac}/subnet-id"), "subnet-0a"),
        (&*format!("{macs}/{mac}/subnet-ipv4-cidr-block"), "10.0.1.0/24"),
        (&*format!("{macs}/{mac}/vpc-ipv4-cidr-block"), "10.0.0.0/16"),
        (&*format!("{macs}/{mac}/owner-id"), "111111111111"),
    ] {
        assert_eq!(service.get(path, &[(TOKEN, &token)]).await, (200, expected.to_owned()), "{path}");
    }
    let (_, id) = service.get("/latest/meta-data/instance-id", &[(TOKEN, &token)]).await;
    assert!(id.starts_with("i-") && id.len() == 19, "{id}");

    // Of another without a role, in the Region whose names are older than the others'.
    let service = Service::begin(&offer("bare-instance"), &source).await;
    let token = service.imds_token("60").await;
    let with = [(TOKEN, &*token)];
    assert_eq!(service.get("/latest/meta-data/hostname", &with).await.1, "ip-10-9-1-25.ec2.internal");
    assert_eq!(service.get("/latest/meta-data/placement/availability-zone", &with).await.1, "us-east-1a");
    for path in ["iam/", "iam/info", "iam/security-credentials/", "public-ipv4"] {
        assert_eq!(service.get(&format!("/latest/meta-data/{path}"), &with).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn an_instance_is_refused_as_by_its_metadata_service() {
    let (offer, source) = (offer("instance"), Numbered::begin());
    let service = Service::begin(&offer, &source).await;
    let put = |headers: &'static [(&str, &str)]| service.ask("PUT", "/latest/api/token", headers);
    assert_eq!(put(&[]).await.0, 400);
    for (ttl, status) in [("0", 400), ("-1", 400), ("21601", 400), ("soon", 400), ("1", 200), ("21600", 200)] {
        assert_eq!(service.ask("PUT", "/latest/api/token", &[(TTL, ttl)]).await.0, status, "{ttl}");
    }
    assert_eq!(put(&[(TTL, "60"), ("X-Forwarded-For", "192.0.2.1")]).await.0, 403);
    assert_eq!(service.ask("PUT", "/latest/meta-data/mac", &[(TTL, "60")]).await.0, 405);
    assert_eq!(service.ask("DELETE", "/latest/meta-data/mac", &[]).await.0, 405);

    let token = service.imds_token("60").await;
    let path = "/latest/meta-data/iam/security-credentials/role-a";
    assert_eq!(service.get(path, &[]).await.0, 401);
    assert_eq!(service.get(path, &[(TOKEN, "made-up")]).await.0, 401);
    for path in ["/latest/meta-data/ami-id", "/latest/user-data", "/oldest/meta-data", "/latest/meta-data/hostnam"] {
        let (status, body) = service.get(path, &[(TOKEN, &token)]).await;
        assert_eq!(status, 404, "{path}");
        assert!(body.contains("404 - Not Found"));
    }
    source.at(59);
    assert_eq!(service.get(path, &[(TOKEN, &token)]).await.0, 200);
    source.at(60);
    assert_eq!(service.get(path, &[(TOKEN, &token)]).await.0, 401);

    // Version 1, where the instance's options let it.
    let mut offer = offer;
    offer.metadata = MetadataOptions { tokens_required: false, ..MetadataOptions::default() };
    let service = Service::begin(&offer, &source).await;
    assert_eq!(service.get(path, &[]).await.0, 200);
    assert_eq!(service.get(path, &[(TOKEN, "made-up")]).await.0, 401);
}

#[test]
fn a_function_is_told_by_variables() {
    let offer = offer("function");
    assert!(offer.listen.is_empty() && offer.token_file.is_none());
    let env = env(&offer);
    for (name, expected) in [
        ("AWS_ACCESS_KEY_ID", "ASIA1"),
        ("AWS_SECRET_ACCESS_KEY", "secret-1"),
        ("AWS_SESSION_TOKEN", "token-1"),
        ("AWS_REGION", "ap-northeast-1"),
        ("AWS_DEFAULT_REGION", "ap-northeast-1"),
        ("AWS_LAMBDA_FUNCTION_NAME", "function"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/function"),
    ] {
        assert_eq!(env[name], expected, "{name}");
    }
    let failing = Numbered::begin();
    failing.failing.store(true, Ordering::SeqCst);
    assert!(offer.environment(&*failing, std::path::Path::new("/inside")).is_err());
}

#[test]
fn what_is_the_hosts_is_taken_away_inside_aws_alone() {
    for (place, addresses) in [
        ("task", &["169.254.170.2:80"][..]),
        ("pod", &["169.254.170.23:80", "[fd00:ec2::23]:80"]),
        ("instance", &["169.254.169.254:80", "[fd00:ec2::254]:80"]),
        ("function", &[]),
    ] {
        let offer = offer(place);
        let listen: Vec<String> = offer.listen.iter().map(SocketAddr::to_string).collect();
        assert_eq!(listen, addresses, "{place}");
        for name in ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_EC2_METADATA_DISABLED", "AWS_ROLE_ARN"] {
            assert!(offer.unset.contains(&name), "{place}: {name}");
        }
    }
    let laptop = offer("laptop");
    assert!(laptop.unset.is_empty() && laptop.env.is_empty() && laptop.listen.is_empty());
}
