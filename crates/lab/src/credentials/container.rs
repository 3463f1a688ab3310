//! Container credentials and task metadata, as an ECS task on Fargate gets them.
//!
//! Source: Amazon ECS Developer Guide, "Amazon ECS task IAM role", "Amazon ECS environment variables" and "Amazon ECS task
//! metadata v4 JSON response for tasks on Fargate"; for refusals `ecs-agent/tmds/handlers` of aws/amazon-ecs-agent.

use super::{
    Handed, Offer, PlaceFacts,
    cache::Cache,
    http::{Answer, Asked, mac, uuid},
};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

const ADDRESS: Ipv4Addr = Ipv4Addr::new(169, 254, 170, 2);

pub(super) fn offer(offer: &mut Offer) {
    offer.listen.push(SocketAddr::new(IpAddr::V4(ADDRESS), 80));
    let id = container_id(&offer.facts);
    let mut set = |name: &str, value: String| offer.env.push((name.to_owned(), value));
    if offer.facts.role.is_some() {
        set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", path(&offer.facts.name));
    }
    set("ECS_CONTAINER_METADATA_URI", format!("http://{ADDRESS}/v3/{id}"));
    set("ECS_CONTAINER_METADATA_URI_V4", format!("http://{ADDRESS}/v4/{id}"));
    set("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE".to_owned());
    if let Some(region) = offer.facts.region {
        set("AWS_REGION", region.to_string());
        set("AWS_DEFAULT_REGION", region.to_string());
    }
}

/// Where a place's credentials are.
fn path(place: &str) -> String {
    format!("/v2/credentials/{}", uuid(&["container", place]))
}

/// The task's id is its role's session name.
fn task_id(facts: &PlaceFacts) -> &str {
    facts.session_name.as_deref().unwrap_or(&facts.name)
}

/// As Fargate makes it: the task's id and a number.
fn container_id(facts: &PlaceFacts) -> String {
    let number = super::http::digest(&["container-id", &facts.name]);
    let number = number.iter().take(4).fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
    format!("{}-{number:010}", task_id(facts))
}

/// What answers to a task.
pub(super) struct Task {
    credentials: Option<String>,
    container: Value,
    task: Value,
    id: String,
}

impl Task {
    pub(super) fn new(facts: &PlaceFacts) -> Self {
        let container = container(facts);
        Self {
            credentials: facts.role.is_some().then(|| path(&facts.name)),
            task: task(facts, &container),
            container,
            id: container_id(facts),
        }
    }

    pub(super) fn answer(&self, asked: &Asked<'_>, cache: &Cache) -> Answer {
        if asked.method != Method::GET && asked.method != Method::HEAD {
            return not_found();
        }
        if let Some(id) = asked.path.strip_prefix("/v2/credentials") {
            return self.credentials(asked.path, id.trim_matches('/').is_empty(), cache);
        }
        let below = |version: &str| asked.path.strip_prefix(version)?.strip_prefix(&*self.id);
        match below("/v4/").or_else(|| below("/v3/")).map(|rest| rest.trim_end_matches('/')) {
            Some("") => Answer::json(StatusCode::OK, &self.container),
            Some("/task") => Answer::json(StatusCode::OK, &self.task),
            _ => not_found(),
        }
    }

    fn credentials(&self, path: &str, without_id: bool, cache: &Cache) -> Answer {
        if self.credentials.as_deref() != Some(path) {
            return if without_id {
                refused(StatusCode::BAD_REQUEST, "NoIdInRequest", "No Credential ID in the request")
            } else {
                refused(StatusCode::BAD_REQUEST, "InvalidIdInRequest", "Credentials not found")
            };
        }
        match cache.get() {
            Ok(handed) => Answer::json(StatusCode::OK, &document(&handed)),
            Err(why) => {
                tracing::warn!(%why, "no credentials for an ECS task");
                let unready = StatusCode::SERVICE_UNAVAILABLE;
                refused(unready, "CredentialsUninitialized", "Credentials uninitialized for ID")
            }
        }
    }
}

fn refused(status: StatusCode, code: &str, message: &str) -> Answer {
    let message = format!("CredentialsV2Request: {message}");
    Answer::json(status, &json!({ "code": code, "message": message, "HTTPErrorCode": status.as_u16() }))
}

fn not_found() -> Answer {
    Answer::text(StatusCode::NOT_FOUND, "404 page not found\n")
}

fn document(handed: &Handed) -> Value {
    json!({
        "RoleArn": handed.role_arn,
        "AccessKeyId": handed.access_key_id,
        "SecretAccessKey": handed.secret_access_key,
        "Token": handed.session_token,
        "Expiration": handed.expires.iso8601(),
    })
}

/// What there is in a world of a container, and no more: it has no image, no limits and no log.
fn container(facts: &PlaceFacts) -> Value {
    let of = |wanted: fn(&IpAddr) -> bool| -> Vec<String> {
        facts.addresses.iter().filter(|address| wanted(address)).map(IpAddr::to_string).collect()
    };
    let mut network = json!({
        "NetworkMode": "awsvpc",
        "IPv4Addresses": of(IpAddr::is_ipv4),
        "AttachmentIndex": 0,
        "MACAddress": mac(facts),
        "PrivateDNSName": facts.host_name(),
    });
    let six = of(IpAddr::is_ipv6);
    if let Some(network) = network.as_object_mut() {
        if !six.is_empty() {
            network.insert("IPv6Addresses".to_owned(), json!(six));
        }
        for cidr in &facts.subnet_cidrs {
            let name = if cidr.addr().is_ipv4() { "IPv4SubnetCIDRBlock" } else { "IPv6SubnetCIDRBlock" };
            network.insert(name.to_owned(), json!(cidr.to_string()));
        }
    }
    json!({
        "DockerId": container_id(facts),
        "Name": facts.name,
        "DockerName": facts.name,
        "Labels": {
            "com.amazonaws.ecs.cluster": "default",
            "com.amazonaws.ecs.container-name": facts.name,
            "com.amazonaws.ecs.task-arn": arn(facts, "task", task_id(facts)),
            "com.amazonaws.ecs.task-definition-family": facts.name,
            "com.amazonaws.ecs.task-definition-version": "1",
        },
        "DesiredStatus": "RUNNING",
        "KnownStatus": "RUNNING",
        "Type": "NORMAL",
        "ContainerARN": arn(facts, "container", &format!("{}/{}", task_id(facts), uuid(&["container-arn", &facts.name]))),
        "Networks": [network],
    })
}

fn task(facts: &PlaceFacts, container: &Value) -> Value {
    json!({
        "Cluster": "default",
        "TaskARN": arn(facts, "task", task_id(facts)),
        "Family": facts.name,
        "Revision": "1",
        "DesiredStatus": "RUNNING",
        "KnownStatus": "RUNNING",
        "Containers": [container],
        "LaunchType": "FARGATE",
        "AvailabilityZone": facts.zone(),
    })
}

fn arn(facts: &PlaceFacts, kind: &str, id: &str) -> String {
    let region = facts.region.map(|region| region.to_string()).unwrap_or_default();
    let account = facts.account.map(|account| account.to_string()).unwrap_or_default();
    format!("arn:{}:ecs:{region}:{account}:{kind}/default/{id}", facts.partition())
}
