//! Container credentials, as an ECS task gets them.
//!
//! Source: Amazon ECS Developer Guide, "Amazon ECS task IAM role".

use super::{Handed, Offer};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2));

pub(super) fn offer(offer: &mut Offer) {
    offer.listen.push(SocketAddr::new(ADDRESS, 80));
    if offer.facts.role.is_some() {
        offer.env.push(("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI".to_owned(), path(&offer.facts.name)));
    }
}

/// Where a place's credentials are.
pub(super) fn path(place: &str) -> String {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = super::http::digest(&["container", place]);
    format!(
        "/v2/credentials/{a:02x}{b:02x}{c:02x}{d:02x}-{e:02x}{f:02x}-4{:03x}-8{:03x}-{k:02x}{l:02x}{m:02x}{n:02x}{o:02x}{p:02x}",
        u16::from_be_bytes([g, h]) & 0xfff,
        u16::from_be_bytes([i, j]) & 0xfff,
    )
}

pub(super) fn document(handed: &Handed) -> Value {
    json!({
        "RoleArn": handed.role_arn,
        "AccessKeyId": handed.access_key_id,
        "SecretAccessKey": handed.secret_access_key,
        "Token": handed.session_token,
        "Expiration": handed.expires.iso8601(),
    })
}
