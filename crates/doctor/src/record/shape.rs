//! The JSON of a record, member by member. What is unknown is passed over, as CloudTrail asks of its readers.

use super::model::{EndpointType, Failure, Identity, Issuer, Record, Request, Session, Source, Tag};
use rolecall_names::{AccountId, Instant};
use serde::{Deserialize, Deserializer, de::Error};
use std::{collections::BTreeMap, str::FromStr};

type Text = Option<Box<str>>;

/// A record of `AssumeRole`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    #[serde(rename = "eventID")]
    event_id: Text,
    #[serde(rename = "requestID")]
    request_id: Text,
    #[serde(rename = "sharedEventID")]
    shared_event_id: Text,
    #[serde(deserialize_with = "instant")]
    event_time: Instant,
    aws_region: Box<str>,
    #[serde(rename = "sourceIPAddress")]
    source: Box<str>,
    user_agent: Text,
    error_code: Text,
    error_message: Text,
    user_identity: UserIdentity,
    request_parameters: Option<Parameters>,
    additional_event_data: Option<Additional>,
    tls_details: Option<TlsDetails>,
    vpc_endpoint_id: Text,
    #[serde(default, deserialize_with = "account")]
    recipient_account_id: Option<AccountId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserIdentity {
    #[serde(rename = "type")]
    kind: Box<str>,
    principal_id: Text,
    arn: Text,
    #[serde(default, deserialize_with = "account")]
    account_id: Option<AccountId>,
    access_key_id: Text,
    user_name: Text,
    invoked_by: Text,
    session_context: Option<Context>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    session_issuer: Option<SessionIssuer>,
    attributes: Option<Attributes>,
    source_identity: Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SessionIssuer {
    #[serde(rename = "type")]
    kind: Text,
    principal_id: Text,
    arn: Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    #[serde(default, deserialize_with = "maybe_instant")]
    creation_date: Option<Instant>,
    #[serde(default, deserialize_with = "switch")]
    mfa_authenticated: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    role_arn: Text,
    role_session_name: Text,
    external_id: Text,
    #[serde(default, deserialize_with = "number")]
    duration_seconds: Option<u32>,
    serial_number: Text,
    source_identity: Text,
    policy: Text,
    policy_arns: Option<Vec<PolicyArn>>,
    tags: Option<Vec<TagShape>>,
    transitive_tag_keys: Option<Vec<Box<str>>>,
    incoming_transitive_tags: Option<BTreeMap<Box<str>, Box<str>>>,
}

#[derive(Deserialize)]
struct PolicyArn {
    arn: Text,
}

#[derive(Deserialize)]
struct TagShape {
    key: Box<str>,
    #[serde(default)]
    value: Box<str>,
}

#[derive(Deserialize)]
struct Additional {
    #[serde(rename = "RequestDetails")]
    details: Option<Details>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    endpoint_type: Text,
    aws_serving_region: Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TlsDetails {
    tls_version: Text,
    client_provided_host_header: Text,
}

impl From<Event> for Record {
    fn from(event: Event) -> Self {
        let details = event.additional_event_data.and_then(|data| data.details);
        let (kind, serving_region) = details.map_or((None, None), |told| (told.endpoint_type, told.aws_serving_region));
        let tls = event.tls_details;
        let (tls_version, host) = tls.map_or((None, None), |tls| (tls.tls_version, tls.client_provided_host_header));
        let failure = event.error_code.filter(|code| !code.is_empty());
        Self {
            event_id: event.event_id,
            request_id: event.request_id,
            shared_event_id: event.shared_event_id,
            time: event.event_time,
            region: event.aws_region,
            source: match event.source.parse() {
                Ok(address) => Source::Address(address),
                Err(_) => Source::Service(event.source),
            },
            user_agent: event.user_agent.map(|agent| bare(&agent)),
            failure: failure.map(|code| Failure { code, message: event.error_message }),
            identity: event.user_identity.into(),
            request: event.request_parameters.map(Request::from),
            endpoint_type: kind.as_deref().and_then(endpoint_type),
            serving_region,
            host: host.map(|host| host_alone(&host)),
            tls_version,
            vpc_endpoint: event.vpc_endpoint_id,
            recipient: event.recipient_account_id,
        }
    }
}

impl From<UserIdentity> for Identity {
    fn from(told: UserIdentity) -> Self {
        let session = told.session_context.map(|context| {
            let (created, mfa) =
                context.attributes.map_or((None, None), |told| (told.creation_date, told.mfa_authenticated));
            // Of a user's own temporary credentials the issuer is `{}`.
            let issuer = context.session_issuer.filter(|issuer| issuer.kind.is_some() || issuer.arn.is_some());
            Session {
                issuer: issuer.map(|issuer| Issuer { kind: issuer.kind, id: issuer.principal_id, arn: issuer.arn }),
                created,
                mfa,
                source_identity: context.source_identity,
            }
        });
        Self {
            kind: told.kind,
            principal_id: told.principal_id,
            arn: told.arn,
            account: told.account_id,
            access_key_id: told.access_key_id,
            user_name: told.user_name,
            invoked_by: told.invoked_by,
            session,
        }
    }
}

impl From<Parameters> for Request {
    fn from(told: Parameters) -> Self {
        let tags = told.tags.unwrap_or_default().into_iter();
        let incoming = told.incoming_transitive_tags.unwrap_or_default().into_iter();
        Self {
            role_arn: told.role_arn,
            session_name: told.role_session_name,
            external_id: told.external_id,
            duration_seconds: told.duration_seconds,
            mfa_serial: told.serial_number,
            source_identity: told.source_identity,
            policy: told.policy,
            policy_arns: told.policy_arns.unwrap_or_default().into_iter().filter_map(|policy| policy.arn).collect(),
            tags: tags.map(|tag| Tag { key: tag.key, value: tag.value }).collect(),
            transitive_tag_keys: told.transitive_tag_keys.unwrap_or_default(),
            incoming_tags: incoming.map(|(key, value)| Tag { key, value }).collect(),
        }
    }
}

fn endpoint_type(text: &str) -> Option<EndpointType> {
    match text {
        "global" => Some(EndpointType::Global),
        "regional" => Some(EndpointType::Regional),
        _ => None,
    }
}

/// Without the brackets that some services put around an agent.
fn bare(agent: &str) -> Box<str> {
    agent.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(agent).into()
}

fn host_alone(host: &str) -> Box<str> {
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    name.map_or(host, |(name, _)| name).trim_end_matches('.').to_ascii_lowercase().into()
}

fn parsed<'de, D: Deserializer<'de>, T: FromStr>(text: &str, wanted: &str) -> Result<T, D::Error> {
    text.parse().map_err(|_| {
        let shown: String = text.chars().take(64).collect();
        D::Error::custom(format_args!("expected {wanted}, found \"{shown}\""))
    })
}

const INSTANT: &str = "a time such as 2026-07-31T09:00:00Z";

fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Instant, D::Error> {
    parsed::<D, _>(&Box::<str>::deserialize(deserializer)?, INSTANT)
}

fn maybe_instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Instant>, D::Error> {
    Text::deserialize(deserializer)?.map(|text| parsed::<D, _>(&text, INSTANT)).transpose()
}

fn account<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<AccountId>, D::Error> {
    let text = Text::deserialize(deserializer)?.filter(|text| !text.is_empty());
    text.map(|text| parsed::<D, _>(&text, "an account id of twelve digits")).transpose()
}

/// `"true"`, as CloudTrail writes it, or `true`, as tools that pass records on do.
fn switch<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected \"true\" or \"false\"")]
    enum Either {
        Text(Box<str>),
        Switch(bool),
    }
    match Option::<Either>::deserialize(deserializer)? {
        Some(Either::Text(text)) => parsed::<D, _>(&text, "\"true\" or \"false\"").map(Some),
        Some(Either::Switch(value)) => Ok(Some(value)),
        None => Ok(None),
    }
}

/// A number, or one in quotation marks.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a number of seconds")]
    enum Either {
        Number(u32),
        Text(Box<str>),
    }
    match Option::<Either>::deserialize(deserializer)? {
        Some(Either::Text(text)) => parsed::<D, _>(&text, "a number of seconds").map(Some),
        Some(Either::Number(value)) => Ok(Some(value)),
        None => Ok(None),
    }
}
