//! Answers for the tests that compare with real clients: a line of JSON in, a line of JSON out.
//!
//! In: `{ "id", "client", "ask": "endpoint" | "chain", "region"?, "env"?, "config"?, "credentials"?, "profile"?,
//! "options"?, "provided"? }`. Out: what a client that is told this would send, or how it would refuse.
#![allow(clippy::allow_attributes, reason = "a tool of the tests")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "it ends, and the test with it, when it is asked nonsense"
)]

use rolecall_clients::{
    Client, ClientError, Endpoint, ExplicitCall, Hop, OptionValue, Plan, Provided, SessionName, Settings, Signing,
    Source, endpoint, plan,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufWriter, Write},
};

#[derive(Deserialize)]
struct Row {
    id: Value,
    client: String,
    ask: String,
    region: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    config: Option<String>,
    credentials: Option<String>,
    profile: Option<String>,
    #[serde(default)]
    options: BTreeMap<String, Value>,
    #[serde(default)]
    provided: Option<String>,
}

fn main() {
    let mut out = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let row: Row = serde_json::from_str(&line.unwrap()).unwrap();
        let mut answer = answer(&row);
        answer.as_object_mut().unwrap().insert("id".to_owned(), row.id.clone());
        serde_json::to_writer(&mut out, &answer).unwrap();
        out.write_all(b"\n").unwrap();
    }
    out.flush().unwrap();
}

fn answer(row: &Row) -> Value {
    let client = Client::parse(&row.client).unwrap();
    let env: Vec<(&str, &str)> = row.env.iter().map(|(name, value)| (&**name, &**value)).collect();
    let options: Vec<(&str, OptionValue<'_>)> = row
        .options
        .iter()
        .map(|(name, value)| {
            (&**name, value.as_str().map_or_else(|| OptionValue::Boolean(value == true), OptionValue::Text))
        })
        .collect();
    let settings = Settings {
        region: row.region.as_deref(),
        env: &env,
        config: row.config.as_deref(),
        credentials: row.credentials.as_deref(),
        profile: row.profile.as_deref(),
        options: &options,
        place_region: None,
        provided: match row.provided.as_deref() {
            Some("container") => Provided::Container,
            Some("instance") => Provided::InstanceMetadata,
            Some("environment") => Provided::Environment,
            _ => Provided::None,
        },
    };
    let told = match row.ask.as_str() {
        "endpoint" => endpoint(&client, &settings).map(|endpoint| target(&endpoint)),
        _ => {
            // Stands for the call that the credentials are for.
            let call = ExplicitCall {
                role_arn: "",
                session_name: None,
                external_id: None,
                duration_seconds: None,
                mfa_serial: None,
                source_identity: None,
            };
            plan(&client, &settings, Some(&call)).map(|plan| chain(&plan))
        }
    };
    told.unwrap_or_else(|error| match error {
        ClientError::Refused(refusal) => json!({ "error": refusal.name, "text": refusal.text }),
        other => json!({ "unusable": other.to_string() }),
    })
}

fn target(endpoint: &Endpoint) -> Value {
    let signing = match endpoint.signing {
        Signing::V4 => "v4",
        Signing::V4a => "v4a",
    };
    json!({ "url": endpoint.url, "signing_region": endpoint.signing_region, "signing": signing })
}

fn chain(plan: &Plan) -> Value {
    let start = match &plan.start {
        Source::StaticKeys { access_key_id, .. } => json!(access_key_id.value),
        Source::Environment { access_key_id } => json!(access_key_id.as_ref().map(|key| &key.value)),
        Source::Container { .. } => json!("provided"),
        Source::InstanceMetadata { .. } => json!("provided"),
        Source::Process { .. } => json!("process"),
        Source::Sso { .. } => json!("sso"),
        Source::Login { .. } => json!("login"),
        Source::WebIdentity { role_arn, session_name, duration_seconds, endpoint, .. } => json!({
            "target": { "url": endpoint.url, "signing_region": null, "signing": null },
            "RoleArn": role_arn.value, "RoleSessionName": name(session_name), "DurationSeconds": duration_seconds,
        }),
    };
    let mut cached: Vec<String> = plan.hops.iter().filter_map(Hop::cli_cache_key).collect();
    cached.sort();
    json!({ "start": start, "calls": plan.hops.iter().map(hop).collect::<Vec<_>>(), "cached": cached })
}

fn hop(hop: &Hop) -> Value {
    let Hop { role_arn, session_name, external_id, duration_seconds, mfa_serial, source_identity, endpoint, .. } = hop;
    json!({
        "target": target(endpoint),
        "RoleArn": role_arn.value,
        "RoleSessionName": name(session_name),
        "ExternalId": external_id.as_ref().map(|text| &text.value),
        "DurationSeconds": duration_seconds.map(|(seconds, _)| seconds),
        "SerialNumber": mfa_serial.as_ref().map(|text| &text.value),
        "SourceIdentity": source_identity.as_ref().map(|text| &text.value),
    })
}

fn name(name: &SessionName) -> String {
    match name {
        SessionName::Given(text) => text.value.clone(),
        SessionName::Generated(pattern) => pattern.text(),
    }
}
