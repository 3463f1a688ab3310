//! Signs requests, written from AWS's description alone so that the kernel is not its own witness.

use hmac::{Hmac, KeyInit, Mac};
use rolecall_names::Instant;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// What a caller signs with.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
}

/// What a signature is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    pub(crate) now: Instant,
}

/// The headers of a POST of `body` to `host`.
pub(crate) fn headers(
    key: &Key,
    scope: Scope<'_>,
    host: &str,
    more: &[(&str, &str)],
    body: &str,
) -> Vec<(String, String)> {
    let stamp = scope.now.basic();
    let mut headers = vec![("host".to_owned(), host.to_owned()), ("x-amz-date".to_owned(), stamp.clone())];
    headers.extend(key.token.clone().map(|token| ("x-amz-security-token".to_owned(), token)));
    headers.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    headers.sort();
    let names: Vec<&str> = headers.iter().map(|(name, _)| &**name).collect();
    let names = names.join(";");
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let canonical = format!("POST\n/\n\n{lines}\n{names}\n{}", hex(&Sha256::digest(body)));
    let signature = sign(key, scope, &stamp, &canonical);
    let scope = credential_scope(scope, &stamp);
    let authorization =
        format!("AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}", key.id);
    headers.push(("authorization".to_owned(), authorization));
    headers.push(("user-agent".to_owned(), "aws-cli/2.33.0".to_owned()));
    headers
}

/// The query string of a GET that is good for a minute, as EKS and Vault use it for `GetCallerIdentity`.
pub(crate) fn presigned(key: &Key, scope: Scope<'_>, host: &str, parameters: &[(&str, &str)]) -> String {
    let stamp = scope.now.basic();
    let credential = format!("{}/{}", key.id, credential_scope(scope, &stamp));
    let mut query: Vec<(String, String)> = vec![
        ("X-Amz-Algorithm".into(), "AWS4-HMAC-SHA256".into()),
        ("X-Amz-Credential".into(), credential),
        ("X-Amz-Date".into(), stamp.clone()),
        ("X-Amz-Expires".into(), "60".into()),
        ("X-Amz-SignedHeaders".into(), "host".into()),
    ];
    query.extend(key.token.clone().map(|token| ("X-Amz-Security-Token".into(), token)));
    query.extend(parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    query.sort();
    let query = form(query.iter().map(|(name, value)| (&**name, &**value)));
    let canonical = format!("GET\n/\n{query}\nhost:{host}\n\nhost\n{}", hex(&Sha256::digest("")));
    let signature = sign(key, scope, &stamp, &canonical);
    format!("{query}&X-Amz-Signature={signature}")
}

/// Names and values as a form.
pub(crate) fn form<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    pairs.join("&")
}

fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").unwrap();
        }
        out
    })
}

fn credential_scope(scope: Scope<'_>, stamp: &str) -> String {
    format!("{}/{}/{}/aws4_request", &stamp[..8], scope.region, scope.service)
}

fn sign(key: &Key, scope: Scope<'_>, stamp: &str, canonical: &str) -> String {
    let text =
        format!("AWS4-HMAC-SHA256\n{stamp}\n{}\n{}", credential_scope(scope, stamp), hex(&Sha256::digest(canonical)));
    let mut signing = format!("AWS4{}", key.secret).into_bytes();
    for part in [&stamp[..8], scope.region, scope.service, "aws4_request"] {
        signing = mac(&signing, part.as_bytes());
    }
    hex(&mac(&signing, text.as_bytes()))
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(text).finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").unwrap();
        out
    })
}
