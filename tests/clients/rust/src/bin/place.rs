//! The AWS SDK for Rust as an ordinary application: its default chain of credentials, endpoint and trust.
//!
//! The document it reads, and the one it writes, stand in `tests/clients/README.md`.

use aws_config::{BehaviorVersion, Region, SdkConfig, timeout::TimeoutConfig};
use aws_sdk_sts::{
    Client,
    config::{Credentials, retry::RetryConfig},
    error::{DisplayErrorContext, ProvideErrorMetadata, SdkError},
    types::Tag,
};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use serde_json::{Value, json};
use std::{
    error::Error,
    io,
    time::{Duration, Instant},
};

type Failure = Box<dyn Error>;

/// Why there is no result: the answer to write.
struct Told(Value);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let asked: Value = serde_json::from_reader(io::stdin())?;
    let mut seconds = Vec::new();
    let mut answer = match work(&asked, &mut seconds).await {
        Ok(done) => json!({ "ok": done }),
        Err(Told(answer)) => answer,
    };
    answer["seconds"] = json!(seconds);
    println!("{answer}");
    Ok(())
}

async fn work(asked: &Value, seconds: &mut Vec<f64>) -> Result<Value, Told> {
    let config = config(asked).await;
    let mut user = client(asked, &config, None);
    let mut done = json!({ "then": [] });
    if asked["assume"].is_object() {
        let mut made = None;
        for _ in 0..asked["repeat"].as_u64().unwrap_or(1).max(1) {
            let begun = Instant::now();
            let reply = assume_role(&user, &asked["assume"]).await;
            seconds.push(since(begun));
            made = Some(reply?);
        }
        let (tells, keys) = made.ok_or_else(|| own("no answer"))?;
        done["AssumedRoleUser"] = tells;
        done["Credentials"] = json!({
            "AccessKeyId": keys.access_key_id(),
            "Expiration": keys.expiry().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok()).map(|at| at.as_secs()),
        });
        user = client(asked, &config, Some(keys));
    }
    let mut then = Vec::new();
    for name in asked["then"].as_array().into_iter().flatten() {
        if name != "GetCallerIdentity" {
            return Err(own(&format!("no call is called {name}")));
        }
        let begun = Instant::now();
        let reply = user.get_caller_identity().send().await;
        seconds.push(since(begun));
        let who = reply.map_err(|error| tell(&error))?;
        then.push(json!({ "Arn": who.arn(), "UserId": who.user_id(), "Account": who.account() }));
    }
    done["then"] = json!(then);
    Ok(done)
}

async fn config(asked: &Value) -> SdkConfig {
    let limit = Duration::from_secs_f64(asked["timeout"].as_f64().unwrap_or(3.0));
    let times = TimeoutConfig::builder().connect_timeout(limit).read_timeout(limit).build();
    // The default client's trust, the system's or that of SSL_CERT_FILE, with the provider that builds without CMake.
    let network = Builder::new().tls_provider(Provider::rustls(CryptoMode::Ring)).build_https();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(network)
        .timeout_config(times)
        .retry_config(RetryConfig::standard().with_max_attempts(1));
    if let Some(region) = asked["region"].as_str() {
        loader = loader.region(Region::new(region.to_owned()));
    }
    if let Some(profile) = asked["profile"].as_str() {
        loader = loader.profile_name(profile);
    }
    loader.load().await
}

fn client(asked: &Value, config: &SdkConfig, keys: Option<Credentials>) -> Client {
    let mut builder = aws_sdk_sts::config::Builder::from(config);
    if let Some(url) = asked["endpoint_url"].as_str() {
        builder = builder.endpoint_url(url);
    }
    if let Some(keys) = keys {
        builder = builder.credentials_provider(keys);
    }
    Client::from_conf(builder.build())
}

async fn assume_role(user: &Client, given: &Value) -> Result<(Value, Credentials), Told> {
    let text = |name: &str| given[name].as_str().map(str::to_owned);
    let mut call = user
        .assume_role()
        .set_role_arn(text("RoleArn"))
        .set_role_session_name(text("RoleSessionName"))
        .set_external_id(text("ExternalId"))
        .set_source_identity(text("SourceIdentity"))
        .set_serial_number(text("SerialNumber"))
        .set_token_code(text("TokenCode"))
        .set_duration_seconds(given["DurationSeconds"].as_i64().and_then(|seconds| i32::try_from(seconds).ok()));
    for tag in given["Tags"].as_array().into_iter().flatten() {
        let built = Tag::builder()
            .set_key(tag["Key"].as_str().map(str::to_owned))
            .set_value(tag["Value"].as_str().map(str::to_owned))
            .build();
        call = call.tags(built.map_err(|error| own(&error.to_string()))?);
    }
    let reply = call.send().await.map_err(|error| tell(&error))?;
    let made = reply.credentials().ok_or_else(|| own("no credentials"))?;
    let role = reply.assumed_role_user().ok_or_else(|| own("no assumed role user"))?;
    let expires = std::time::SystemTime::try_from(*made.expiration()).ok();
    let token = Some(made.session_token().to_owned());
    let keys = Credentials::new(made.access_key_id(), made.secret_access_key(), token, expires, "assumed");
    Ok((json!({ "Arn": role.arn(), "AssumedRoleId": role.assumed_role_id() }), keys))
}

/// A refusal of the service, no connection, or what the SDK refused by itself.
fn tell<E>(error: &SdkError<E>) -> Told
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let words = DisplayErrorContext(error).to_string();
    match error {
        SdkError::ServiceError(said) => Told(json!({ "error": {
            "Code": said.err().code(),
            "Message": said.err().message(),
            "Status": said.raw().status().as_u16(),
        } })),
        SdkError::DispatchFailure(why) if why.is_io() || why.is_timeout() => unreachable(&words),
        SdkError::TimeoutError(_) => unreachable(&words),
        _ => own(&words),
    }
}

fn unreachable(words: &str) -> Told {
    let known = [
        ("dns error", "name"),
        ("ConnectionRefused", "refused"),
        ("Connection refused", "refused"),
        ("certificate", "tls"),
        ("imeout", "timeout"),
        ("timed out", "timeout"),
    ];
    let kind = known.iter().find(|(part, _)| words.contains(part)).map(|(_, kind)| *kind);
    Told(json!({ "unreachable": words, "kind": kind }))
}

/// Seconds, to the millisecond.
fn since(begun: Instant) -> f64 {
    (begun.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
}

fn own(words: &str) -> Told {
    Told(json!({ "client_error": words }))
}
