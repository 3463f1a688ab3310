//! The AWS SDK for Rust as a program: one JSON document of steps on standard input, one of answers on standard output.
//!
//! What the document holds stands in `tests/clients/README.md`; the programs in the other languages take the same one.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_cloudtrail::types::{LookupAttribute, LookupAttributeKey};
use aws_sdk_sts::{
    config::{Credentials, SharedCredentialsProvider, SharedHttpClient},
    error::{ProvideErrorMetadata, SdkError},
    types::Tag,
};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use serde_json::{Value, json};
use std::{collections::HashMap, error::Error};

type Failure = Box<dyn Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let asked: Value = serde_json::from_reader(std::io::stdin())?;
    let config = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http_client(asked["ca"].as_str())?)
        .region(Region::new(text(&asked["region"])?))
        .endpoint_url(text(&asked["endpoint"])?)
        .credentials_provider(credentials(&asked["credentials"])?)
        .load()
        .await;
    let mut kept: HashMap<String, Credentials> = HashMap::new();
    let mut answers = Vec::new();
    for step in asked["steps"].as_array().ok_or("no steps")? {
        let config = match step["as"].as_str() {
            Some(name) => {
                let own = kept.get(name).ok_or("credentials that were not kept")?.clone();
                config.to_builder().credentials_provider(SharedCredentialsProvider::new(own)).build()
            }
            None => config.clone(),
        };
        let answer = match text(&step["do"])?.as_str() {
            "AssumeRole" => assume_role(&config, &step["input"]).await?,
            "GetCallerIdentity" => get_caller_identity(&config).await?,
            "LookupEvents" => lookup_events(&config, &step["input"]).await?,
            other => return Err(format!("no step is called {other}").into()),
        };
        if let (Some(name), Some(made)) = (step["keep"].as_str(), answer["ok"].get("Credentials")) {
            kept.insert(name.to_owned(), credentials(made)?);
        }
        answers.push(answer);
    }
    println!("{}", Value::from(answers));
    Ok(())
}

/// A client over HTTP, or over HTTPS that trusts the authority in the file `ca`.
fn http_client(ca: Option<&str>) -> Result<SharedHttpClient, Failure> {
    let mut trusted = TrustStore::empty();
    if let Some(ca) = ca {
        trusted.add_pem_certificate(std::fs::read(ca)?);
    }
    let context = TlsContext::builder().with_trust_store(trusted).build()?;
    let provider = Provider::rustls(CryptoMode::Ring);
    Ok(Builder::new().tls_provider(provider).tls_context(context).build_https())
}

async fn assume_role(config: &SdkConfig, input: &Value) -> Result<Value, Failure> {
    let mut call = aws_sdk_sts::Client::new(config)
        .assume_role()
        .role_arn(text(&input["RoleArn"])?)
        .role_session_name(text(&input["RoleSessionName"])?)
        .set_external_id(input["ExternalId"].as_str().map(str::to_owned));
    for tag in input["Tags"].as_array().into_iter().flatten() {
        call = call.tags(Tag::builder().key(text(&tag["Key"])?).value(text(&tag["Value"])?).build()?);
    }
    for key in input["TransitiveTagKeys"].as_array().into_iter().flatten() {
        call = call.transitive_tag_keys(text(key)?);
    }
    Ok(match call.send().await {
        Ok(reply) => {
            let made = reply.credentials().ok_or("no credentials")?;
            let user = reply.assumed_role_user().ok_or("no assumed role user")?;
            json!({ "ok": {
                "Credentials": {
                    "AccessKeyId": made.access_key_id(),
                    "SecretAccessKey": made.secret_access_key(),
                    "SessionToken": made.session_token(),
                },
                "Expiration": made.expiration().secs(),
                "AssumedRoleUser": { "Arn": user.arn(), "AssumedRoleId": user.assumed_role_id() },
            } })
        }
        Err(error) => refused(&error)?,
    })
}

async fn get_caller_identity(config: &SdkConfig) -> Result<Value, Failure> {
    Ok(match aws_sdk_sts::Client::new(config).get_caller_identity().send().await {
        Ok(reply) => json!({ "ok": { "Arn": reply.arn(), "UserId": reply.user_id(), "Account": reply.account() } }),
        Err(error) => refused(&error)?,
    })
}

async fn lookup_events(config: &SdkConfig, input: &Value) -> Result<Value, Failure> {
    let mut call = aws_sdk_cloudtrail::Client::new(config).lookup_events();
    if let Some(name) = input["EventName"].as_str() {
        let by = LookupAttribute::builder().attribute_key(LookupAttributeKey::EventName).attribute_value(name);
        call = call.lookup_attributes(by.build()?);
    }
    let size = input["PageSize"].as_i64().map(i32::try_from).transpose()?;
    let mut pages = call.set_max_results(size).into_paginator().send();
    let (mut sizes, mut events) = (Vec::new(), Vec::new());
    while let Some(page) = pages.next().await {
        match page {
            Ok(page) => {
                sizes.push(page.events().len());
                events.extend(page.events().iter().filter_map(|event| event.cloud_trail_event().map(str::to_owned)));
            }
            Err(error) => return refused(&error),
        }
    }
    Ok(json!({ "ok": { "Pages": sizes, "Events": events } }))
}

/// The service's refusal; anything else, such as no answer at all, is a failure of the program.
fn refused<E>(error: &SdkError<E>) -> Result<Value, Failure>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let Some(response) = error.raw_response() else {
        return Err(format!("{}", aws_sdk_sts::error::DisplayErrorContext(error)).into());
    };
    Ok(json!({ "error": {
        "Code": error.code(),
        "Message": error.message(),
        "Status": response.status().as_u16(),
    } }))
}

fn credentials(value: &Value) -> Result<Credentials, Failure> {
    let token = value["SessionToken"].as_str().map(str::to_owned);
    Ok(Credentials::new(text(&value["AccessKeyId"])?, text(&value["SecretAccessKey"])?, token, None, "steps"))
}

fn text(value: &Value) -> Result<String, Failure> {
    Ok(value.as_str().ok_or_else(|| format!("{value} is no text"))?.to_owned())
}
