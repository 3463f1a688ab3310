//! The EKS Pod Identity Agent, as a pod gets its credentials from it.
//!
//! Source: Amazon EKS User Guide, "Understand how EKS Pod Identity works"; aws/eks-pod-identity-agent, `pkg/handlers`,
//! `internal/validation` and `pkg/errors`, for what is refused; for the variables aws/amazon-eks-pod-identity-webhook,
//! `pkg/handler`.

use super::{
    Handed, Offer, PlaceFacts,
    cache::Cache,
    http::{Answer, Asked, digest, uuid},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hyper::{
    StatusCode,
    header::{AUTHORIZATION, HOST},
};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

const ADDRESS_V4: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23));
const ADDRESS_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23));
/// The name of the token's file, as EKS has it below `/var/run/secrets/pods.eks.amazonaws.com/serviceaccount`.
const TOKEN_FILE: &str = "eks-pod-identity-token";

pub(super) fn offer(offer: &mut Offer) {
    let mut set = |name: &str, value: String| offer.env.push((name.to_owned(), value));
    // Without an association the webhook leaves a pod as it is, and the agent has nothing for it.
    if offer.facts.role.is_none() {
        return;
    }
    set("AWS_STS_REGIONAL_ENDPOINTS", "regional".to_owned());
    if let Some(region) = offer.facts.region {
        set("AWS_DEFAULT_REGION", region.to_string());
        set("AWS_REGION", region.to_string());
    }
    // In a cluster of either family, the agent's address of that family.
    let agent = if offer.facts.is_ipv6_alone() { format!("[{ADDRESS_V6}]") } else { ADDRESS_V4.to_string() };
    set("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("http://{agent}/v1/credentials"));
    offer.listen.extend([ADDRESS_V4, ADDRESS_V6].map(|address| SocketAddr::new(address, 80)));
    offer.token_file = Some((TOKEN_FILE, token(&offer.facts)));
}

/// The token of the pod's service account, in the form of Kubernetes: a signed JSON Web Token.
///
/// Nobody checks it by its signature here: the agent knows the one it gave. It names no end, since nobody renews the file.
fn token(facts: &PlaceFacts) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let region = facts.region.map(|region| region.to_string()).unwrap_or_default();
    let header = json!({ "alg": "RS256", "typ": "JWT" });
    let claims = json!({
        "aud": ["pods.eks.amazonaws.com"],
        "iss": format!("https://oidc.eks.{region}.amazonaws.com"),
        "sub": format!("system:serviceaccount:default:{}", facts.name),
    });
    let signature: Vec<u8> = (0..16).flat_map(|part: u8| digest(&["token", &facts.name, &part.to_string()])).collect();
    format!("{}.{}.{}", part(&header), part(&claims), URL_SAFE_NO_PAD.encode(signature))
}

/// What answers to a pod.
pub(super) struct Agent {
    token: String,
    hosts: Vec<IpAddr>,
}

impl Agent {
    /// `hosts`: the addresses it is bound to, beside those that are its own.
    pub(super) fn new(facts: &PlaceFacts, hosts: Vec<IpAddr>) -> Self {
        Self { token: token(facts), hosts }
    }

    pub(super) fn answer(&self, asked: &Asked<'_>, cache: &Cache) -> Answer {
        let text = |status, text: String| Answer::text(status, text + "\n");
        if asked.path != "/v1/credentials" {
            return text(StatusCode::NOT_FOUND, "404 page not found".to_owned());
        }
        let host = asked.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let host = host.parse::<SocketAddr>().map_or_else(
            |_| host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            |host| host.ip().to_string(),
        );
        let known =
            host.parse().is_ok_and(|host| [ADDRESS_V4, ADDRESS_V6].contains(&host) || self.hosts.contains(&host));
        if !known {
            let why = format!(
                "Access Denied. Called agent through invalid address, please use either [{ADDRESS_V4} {ADDRESS_V6}] \
                 address not {host}"
            );
            return text(StatusCode::FORBIDDEN, why);
        }
        let token = asked.headers.get(AUTHORIZATION).and_then(|token| token.to_str().ok()).unwrap_or_default();
        if let Some(why) = unreadable(token) {
            return text(StatusCode::BAD_REQUEST, why.to_owned());
        }
        if token != self.token {
            let why =
                "(InvalidTokenException): The specified Kubernetes service account token is invalid., fault: client";
            return text(StatusCode::BAD_REQUEST, told_by_eks(why, cache));
        }
        match cache.get() {
            Ok(handed) => Answer::json(StatusCode::OK, &document(&handed)),
            Err(why) => {
                tracing::warn!(%why, "no credentials for a pod");
                let why = "(AccessDeniedException): Unauthorized Exception! EKS does not have permissions to assume the \
                           associated role., fault: client";
                text(StatusCode::BAD_REQUEST, told_by_eks(why, cache))
            }
        }
    }
}

/// What the agent itself finds wrong with a token, of which it reads the form alone.
fn unreadable(token: &str) -> Option<&'static str> {
    if token.is_empty() {
        return Some("Service account token cannot be empty");
    }
    (token.split('.').count() != 3).then_some(
        "Service account token cannot be parsed: token is malformed: token contains an invalid number of segments",
    )
}

/// A refusal by EKS Auth, handed on by the agent: the request's id first. Both have status 400.
///
/// Source: the model of EKS Auth, 2023-11-26, `AssumeRoleForPodIdentity`; the words of a role that cannot be assumed as
/// shown in aws-samples/amazon-eks-security-immersion-day, those of a wrong token as the model describes it.
fn told_by_eks(why: &str, cache: &Cache) -> String {
    let id = uuid(&["request", &(cache.clock)().millis().to_string()]);
    format!("[{id}]: {why}")
}

fn document(handed: &Handed) -> Value {
    json!({
        "AccessKeyId": handed.access_key_id,
        "SecretAccessKey": handed.secret_access_key,
        "Token": handed.session_token,
        "AccountId": handed.account,
        "Expiration": handed.expires.iso8601(),
    })
}
