//! Signs requests, so that the load costs nothing to sign while it runs.
//!
//! Written from AWS's description and not with the server's own code, which must not be its own witness.

use crate::clock;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// An access key, and the session token of a temporary one.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    pub(crate) access_key_id: String,
    pub(crate) secret: String,
    pub(crate) session_token: Option<String>,
}

/// Signs POST requests of the Query protocol for one service in us-east-1.
#[derive(Debug, Clone)]
pub(crate) struct Signer {
    credentials: Credentials,
    host: String,
    timestamp: String,
    scope: String,
    key: Vec<u8>,
}

impl Signer {
    pub(crate) fn new(credentials: Credentials, host: impl std::fmt::Display, service: &str) -> Self {
        let timestamp = clock::now().basic();
        let day = timestamp.get(..8).unwrap_or_default().to_owned();
        let mut key = format!("AWS4{}", credentials.secret).into_bytes();
        for part in [&day, "us-east-1", service, "aws4_request"] {
            key = mac(&key, part.as_bytes());
        }
        let scope = format!("{day}/us-east-1/{service}/aws4_request");
        Self { credentials, host: host.to_string(), timestamp, scope, key }
    }

    /// The whole request, as boto3 sends it, ready for the wire.
    pub(crate) fn post(&self, body: &str) -> Vec<u8> {
        let Self { credentials, host, timestamp, scope, .. } = self;
        let content_type = "application/x-www-form-urlencoded; charset=utf-8";
        let token = credentials.session_token.as_deref();
        let mut signed_names = "content-type;host;x-amz-date".to_owned();
        let mut canonical = format!("POST\n/\n\ncontent-type:{content_type}\nhost:{host}\nx-amz-date:{timestamp}\n");
        let mut token_line = String::new();
        if let Some(token) = token {
            signed_names.push_str(";x-amz-security-token");
            canonical += &format!("x-amz-security-token:{token}\n");
            token_line = format!("X-Amz-Security-Token: {token}\r\n");
        }
        canonical += &format!("\n{signed_names}\n{}", hex(&Sha256::digest(body)));
        let to_sign = format!("AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{}", hex(&Sha256::digest(&canonical)));
        let signature = hex(&mac(&self.key, to_sign.as_bytes()));
        let key_id = &credentials.access_key_id;
        format!(
            "POST / HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: identity\r\nContent-Type: {content_type}\r\n\
             User-Agent: Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux md/arch#x86_64 lang/python#3.12\r\n\
             X-Amz-Date: {timestamp}\r\n{token_line}\
             Authorization: AWS4-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={signed_names}, \
             Signature={signature}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    }
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.chain_update(text).finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Percent-encodes a form's value.
pub(crate) fn form(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
