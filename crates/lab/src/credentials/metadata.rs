//! The instance metadata service, version 2, as an EC2 instance gets it.
//!
//! Source: Amazon EC2 User Guide, "Use the Instance Metadata Service to access instance metadata", "Instance metadata
//! categories" and "Retrieve security credentials from instance metadata".

use super::{
    Offer, PlaceFacts,
    cache::Cache,
    http::{Answer, Asked},
    tokens::{MAX_TTL, Tokens},
    tree::{Leaf, Tree},
};
use hyper::{
    HeaderMap, Method, StatusCode,
    header::{HeaderName, HeaderValue},
};
use rolecall_names::IdKind;
use rolecall_world::derived_id;
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

const ADDRESS_V4: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254));
const ADDRESS_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254));

const TTL: HeaderName = HeaderName::from_static("x-aws-ec2-metadata-token-ttl-seconds");
const TOKEN: HeaderName = HeaderName::from_static("x-aws-ec2-metadata-token");
const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// An instance's metadata options, by the names of the EC2 API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetadataOptions {
    /// `HttpTokens`: whether requests without a token (version 1 of the service) are refused.
    pub tokens_required: bool,
    /// `HttpPutResponseHopLimit`: the hops that a token gets over.
    pub hop_limit: u8,
}

impl Default for MetadataOptions {
    /// Tokens required, as instances of Amazon Linux 2023 have it, and one hop.
    fn default() -> Self {
        Self { tokens_required: true, hop_limit: 1 }
    }
}

pub(super) fn offer(offer: &mut Offer) {
    offer.listen.extend([ADDRESS_V4, ADDRESS_V6].map(|address| SocketAddr::new(address, 80)));
}

/// What answers to an instance.
pub(super) struct Metadata {
    options: MetadataOptions,
    facts: std::sync::Arc<PlaceFacts>,
    tree: Tree,
    tokens: Tokens,
}

impl Metadata {
    pub(super) fn new(facts: std::sync::Arc<PlaceFacts>, options: MetadataOptions) -> Self {
        Self { options, tree: Tree::new(&facts), facts, tokens: Tokens::default() }
    }

    pub(super) fn answer(&self, asked: &Asked<'_>, cache: &Cache) -> Answer {
        let answer = match *asked.method {
            Method::PUT if asked.path == "/latest/api/token" => self.token(asked.headers, cache),
            Method::GET | Method::HEAD => self.get(asked, cache),
            _ => page(StatusCode::METHOD_NOT_ALLOWED),
        };
        Answer { server: Some("EC2ws"), ..answer }
    }

    /// A session begins.
    fn token(&self, headers: &HeaderMap, cache: &Cache) -> Answer {
        // A proxy that lets anybody through must not fetch a token for them.
        if headers.contains_key(FORWARDED) {
            return page(StatusCode::FORBIDDEN);
        }
        let ttl = headers.get(TTL).and_then(|value| value.to_str().ok()?.parse::<i64>().ok());
        let Some(ttl) = ttl.filter(|ttl| (1..=MAX_TTL).contains(ttl)) else { return page(StatusCode::BAD_REQUEST) };
        let Some(token) = self.tokens.issue((cache.clock)(), ttl) else {
            return page(StatusCode::INTERNAL_SERVER_ERROR);
        };
        let hops = Some(self.options.hop_limit);
        Answer { header: Some((TTL, HeaderValue::from(ttl))), hops, ..Answer::text(StatusCode::OK, token) }
    }

    fn get(&self, asked: &Asked<'_>, cache: &Cache) -> Answer {
        let left = match asked.headers.get(TOKEN) {
            Some(token) => {
                let left = token.to_str().ok().and_then(|token| self.tokens.left((cache.clock)(), token));
                if left.is_none() {
                    return page(StatusCode::UNAUTHORIZED);
                }
                left
            }
            None if self.options.tokens_required => return page(StatusCode::UNAUTHORIZED),
            None => None,
        };
        let answer = match self.tree.find(asked.path) {
            Some(Leaf::Text(text)) => Answer::text(StatusCode::OK, text),
            Some(Leaf::Info) => self.info(cache),
            Some(Leaf::Credentials) => self.credentials(cache),
            Some(Leaf::Identity) => Answer::text(StatusCode::OK, pretty(&self.identity())),
            None => page(StatusCode::NOT_FOUND),
        };
        Answer { header: left.map(|left| (TTL, HeaderValue::from(left))), ..answer }
    }

    /// `iam/info`
    fn info(&self, cache: &Cache) -> Answer {
        let (Some(role), Some(account)) = (&self.facts.role, self.facts.account) else {
            return page(StatusCode::NOT_FOUND);
        };
        // The console makes one for a role and calls it the same.
        let partition = self.facts.partition();
        let profile = format!("arn:{partition}:iam::{account}:instance-profile/{role}");
        match cache.get() {
            Ok(handed) => Answer::text(
                StatusCode::OK,
                pretty(&json!({
                    "Code": "Success",
                    "LastUpdated": handed.issued.whole_seconds().iso8601(),
                    "InstanceProfileArn": profile,
                    "InstanceProfileId": derived_id(IdKind::InstanceProfile, account, "/", role).as_str(),
                })),
            ),
            Err(why) => self.without(role, &why, cache),
        }
    }

    /// `iam/security-credentials/ROLE`
    fn credentials(&self, cache: &Cache) -> Answer {
        let Some(role) = &self.facts.role else { return page(StatusCode::NOT_FOUND) };
        match cache.get() {
            Ok(handed) => Answer::text(
                StatusCode::OK,
                pretty(&json!({
                    "Code": "Success",
                    "LastUpdated": handed.issued.whole_seconds().iso8601(),
                    "Type": "AWS-HMAC",
                    "AccessKeyId": handed.access_key_id,
                    "SecretAccessKey": handed.secret_access_key,
                    "Token": handed.session_token,
                    "Expiration": handed.expires.whole_seconds().iso8601(),
                })),
            ),
            Err(why) => self.without(role, &why, cache),
        }
    }

    /// What stands in the place of credentials that EC2 could not get: a document that says so, with status 200.
    ///
    /// Source: IAM User Guide, "Troubleshoot IAM and Amazon EC2", for its Code; botocore's `InstanceMetadataFetcher` for
    /// the members that are read. The words are ours.
    fn without(&self, role: &str, why: &str, cache: &Cache) -> Answer {
        tracing::warn!(%why, "no credentials for an EC2 instance");
        Answer::text(
            StatusCode::OK,
            pretty(&json!({
                "Code": "AssumeRoleUnauthorizedAccess",
                "Message": format!("EC2 cannot assume the role {role}."),
                "LastUpdated": (cache.clock)().whole_seconds().iso8601(),
            })),
        )
    }

    /// `dynamic/instance-identity/document`, without the image, the type and the time of launch, which no world tells.
    ///
    /// Source: Amazon EC2 User Guide, "Instance identity documents for Amazon EC2 instances".
    fn identity(&self) -> Value {
        json!({
            "accountId": self.facts.account.map(|account| account.to_string()),
            "architecture": if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" },
            "availabilityZone": self.facts.zone(),
            "billingProducts": null,
            "devpayProductCodes": null,
            "marketplaceProductCodes": null,
            "instanceId": self.facts.instance_id(),
            "kernelId": null,
            "privateIp": self.facts.ipv4(),
            "ramdiskId": null,
            "region": self.facts.region.map(|region| region.to_string()),
            "version": "2017-09-30",
        })
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// A refusal, as a page for a browser.
fn page(status: StatusCode) -> Answer {
    let title = format!("{} - {}", status.as_u16(), status.canonical_reason().unwrap_or_default());
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n \
         <head>\n  <title>{title}</title>\n </head>\n <body>\n  <h1>{title}</h1>\n </body>\n</html>\n"
    );
    Answer { kind: "text/html", ..Answer::text(status, text) }
}
