//! The very request that a client sends: its parameters, its headers, its signature.

use crate::run::credentials::Credentials;
use rolecall_clients::{Endpoint, Hop};
use rolecall_kernel::{Circumstances, Entropy, HttpRequest, Outcome, Sight, Way, handle};
use rolecall_names::Instant;
use rolecall_sigv4::{Request, SigningKey};
use rolecall_world::Call;

/// What an `AssumeRole` asks for beside what its [`Hop`] says: only a call of the program itself has it.
pub(crate) struct Asked<'w> {
    /// The call, where this is the one it makes itself.
    pub(crate) own: Option<&'w Call>,
    /// `TokenCode`.
    pub(crate) token_code: Option<String>,
}

/// The parameters as a form.
pub(crate) fn body(hop: &Hop, asked: &Asked<'_>, at: Instant) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", "AssumeRole").append_pair("Version", "2011-06-15");
    form.append_pair("RoleArn", &hop.role_arn.value).append_pair("RoleSessionName", &hop.session_name.at(at));
    if let Some(id) = &hop.external_id {
        form.append_pair("ExternalId", &id.value);
    }
    if let Some((seconds, _)) = hop.duration_seconds {
        form.append_pair("DurationSeconds", &seconds.to_string());
    }
    if let Some(serial) = &hop.mfa_serial {
        form.append_pair("SerialNumber", &serial.value);
    }
    if let Some(code) = &asked.token_code {
        form.append_pair("TokenCode", code);
    }
    if let Some(name) = &hop.source_identity {
        form.append_pair("SourceIdentity", &name.value);
    }
    if let Some(call) = asked.own {
        for (number, tag) in (1..).zip(&call.tags) {
            form.append_pair(&format!("Tags.member.{number}.Key"), &tag.key);
            form.append_pair(&format!("Tags.member.{number}.Value"), &tag.value);
        }
        for (number, key) in (1..).zip(&call.transitive_tag_keys) {
            form.append_pair(&format!("TransitiveTagKeys.member.{number}"), key);
        }
        if let Some(policy) = &call.policy {
            form.append_pair("Policy", policy.text.as_str());
        }
    }
    form.finish()
}

/// Signs as the client does, and has the kernel answer.
pub(crate) fn answered(
    sight: &Sight<'_>,
    agent: &str,
    endpoint: &Endpoint,
    credentials: &Credentials,
    body: &str,
    signed_at: Instant,
    circumstances: &Circumstances,
) -> Outcome {
    let date = signed_at.basic();
    let day = date.get(..8).unwrap_or_default();
    let host = match (endpoint.scheme.as_str(), endpoint.port) {
        ("https", 443) | ("http", 80) => endpoint.host.clone(),
        (_, port) => format!("{}:{port}", endpoint.host),
    };
    let signed = if credentials.token.is_some() { "host;x-amz-date;x-amz-security-token" } else { "host;x-amz-date" };
    let authorization = |signature: &str| {
        format!(
            "AWS4-HMAC-SHA256 Credential={}/{day}/{}/sts/aws4_request, SignedHeaders={signed}, Signature={signature}",
            credentials.access_key_id, endpoint.signing_region,
        )
    };
    let headers = |authorization: &str| -> Vec<(&str, String)> {
        let mut headers = vec![
            ("host", host.clone()),
            ("content-type", "application/x-www-form-urlencoded; charset=utf-8".to_owned()),
            ("user-agent", agent.to_owned()),
            ("x-amz-date", date.clone()),
        ];
        headers.extend(credentials.token.clone().map(|token| ("x-amz-security-token", token)));
        headers.push(("authorization", authorization.to_owned()));
        headers
    };
    let unsigned = headers(&authorization(&"0".repeat(64)));
    let borrowed = borrow(&unsigned);
    let request = Request { method: "POST", path: "/", query: "", headers: &borrowed, body: body.as_bytes() };
    let signature = rolecall_sigv4::parse(&request).ok().and_then(|presented| {
        let key = SigningKey::derive(credentials.secret.as_bytes(), &presented);
        rolecall_sigv4::sign(&request, &presented, &key).ok().flatten()
    });
    let signed = headers(&authorization(signature.as_deref().unwrap_or_default()));
    let borrowed = borrow(&signed);
    let request = HttpRequest { method: "POST", path: "/", query: "", headers: &borrowed, body: body.as_bytes() };
    handle(sight, &request, circumstances)
}

fn borrow<'h>(headers: &'h [(&'h str, String)]) -> Vec<(&'h str, &'h str)> {
    headers.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// The circumstances of a request, chance included, which for a call that is only thought through is its name.
pub(crate) fn circumstances(now: Instant, way: Way, name: &str, hop: usize) -> Circumstances {
    let mut bytes = [0_u8; Entropy::BYTES];
    let mut state: u64 = 0xcbf2_9ce4_8422_2325 ^ hop as u64;
    for byte in name.bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    for byte in &mut bytes {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *byte = (state >> 56) as u8;
    }
    Circumstances { now, way, entropy: Entropy::new(bytes) }
}
