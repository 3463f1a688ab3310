//! What a call leaves behind: a record, kept compact and shown in CloudTrail's shape when it is read.

mod identity;
mod record;

pub use identity::{Identity, SessionFacts};

use rolecall_names::{AccessKeyId, AccountId, Instant, Principal, Region};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, net::IpAddr, sync::Arc};

/// Whether a request was sent to the one global endpoint or to a Region's.
///
/// Source: IAM User Guide, "Logging IAM and AWS STS API calls with CloudTrail", `endpointType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EndpointType {
    /// `sts.amazonaws.com` and its like.
    Global,
    /// `sts.<region>.amazonaws.com`, or a VPC endpoint of that Region.
    Regional,
}

/// How a connection was secured, in the words of its protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsDetails {
    /// `TLSv1.3`.
    pub version: Arc<str>,
    /// `TLS_AES_128_GCM_SHA256`.
    pub cipher_suite: Arc<str>,
    /// `X25519MLKEM768`; `None` where it is not told.
    pub key_exchange: Option<Arc<str>>,
}

/// The way a request came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// The caller's address as the endpoint saw it.
    pub source: IpAddr,
    /// The VPC endpoint it came through.
    pub vpc_endpoint: Option<VpcEndpoint>,
    /// How the connection was secured; `None` for plain HTTP.
    pub tls: Option<TlsDetails>,
    /// The Region whose machines answered.
    pub serving_region: Region,
}

/// A VPC endpoint, as far as a request and its record show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VpcEndpoint {
    /// `vpce-…`.
    pub id: Arc<str>,
    /// The VPC the endpoint stands in.
    pub vpc: Arc<str>,
    /// Whose endpoint it is.
    pub account: AccountId,
}

/// The credentials that a call made, as far as a record may show them: never the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// `ASIA…`.
    pub access_key_id: AccessKeyId,
    /// The session token's bytes; without the secret it opens nothing.
    #[serde(with = "bytes")]
    pub token: Arc<[u8]>,
    /// When they end.
    pub expiration: Instant,
    /// The role session that `AssumeRole` made: its id (`AROA…:name`) and its ARN.
    pub assumed_role: Option<(Arc<str>, Arc<str>)>,
    /// The source identity of the session made.
    pub source_identity: Option<Arc<str>>,
    /// The share of the packed size, in percent, where policies or tags were passed.
    pub packed_policy_size: Option<u32>,
}

/// Why a call was refused, as the caller was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// `AccessDenied`.
    pub code: Arc<str>,
    /// The sentence behind it.
    pub message: Arc<str>,
}

/// One record: everything CloudTrail shows of a call, in one account's history of one Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When the call was answered.
    pub time: Instant,
    /// `sts.amazonaws.com`.
    pub source: Cow<'static, str>,
    /// `AssumeRole`.
    pub name: Cow<'static, str>,
    /// Whether the call only reads, as CloudTrail counts it.
    pub read_only: bool,
    /// Whose history this record is in.
    pub recipient: AccountId,
    /// The Region whose history this record is in.
    pub region: Region,
    /// Global or Regional; `None` for services that do not tell.
    pub endpoint: Option<EndpointType>,
    /// Who called.
    pub identity: Identity,
    /// The way the call came in.
    pub arrival: Arrival,
    /// The caller's `User-Agent`.
    pub user_agent: Arc<str>,
    /// The `Host` the caller named.
    pub host: Arc<str>,
    /// The request's id, which the caller was told.
    pub request_id: u128,
    /// Shared by the records that one call leaves in two accounts.
    pub shared_id: Option<u128>,
    /// `requestParameters`, a JSON object; `None` for none.
    pub parameters: Option<String>,
    /// `responseElements`, a JSON object, apart from what `issued` tells.
    pub response: Option<String>,
    /// The credentials made.
    pub issued: Option<Issued>,
    /// Why the call was refused.
    pub failure: Option<Failure>,
    /// The role, user or policy the call was about: its type and ARN or name.
    pub resources: Vec<(Cow<'static, str>, Arc<str>)>,
}

/// What `LookupEvents` can ask for.
///
/// Source: CloudTrail API Reference, `LookupAttribute`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Attribute {
    /// `EventName`.
    EventName,
    /// `ReadOnly`, `true` or `false`.
    ReadOnly,
    /// `Username`.
    Username,
    /// `ResourceType`.
    ResourceType,
    /// `ResourceName`.
    ResourceName,
    /// `EventSource`.
    EventSource,
    /// `AccessKeyId`.
    AccessKeyId,
}

/// Bytes that are not a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The first byte tells a format that is not known.
    #[error("the record is of format {0}, which is not known")]
    Format(u8),
    /// The rest does not read as a record.
    #[error("the record is cut short or damaged")]
    Damaged,
}

const FORMAT: u8 = 1;

impl Event {
    /// Appends the record to `out`, compact.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(FORMAT);
        // Serializing plain data into a growing buffer has no way to fail.
        if let Ok(rest) = postcard::to_extend(self, std::mem::take(out)) {
            *out = rest;
        }
    }

    /// Reads what [`Event::encode`] wrote.
    ///
    /// # Errors
    /// [`EventError`] when the bytes are of another format or are damaged.
    pub fn decode(bytes: &[u8]) -> Result<Self, EventError> {
        match bytes.split_first() {
            Some((&FORMAT, rest)) => postcard::from_bytes(rest).map_err(|_| EventError::Damaged),
            Some((&other, _)) => Err(EventError::Format(other)),
            None => Err(EventError::Damaged),
        }
    }

    /// The name under which the caller is found: the user's, the session's, or `root`.
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        self.identity.username()
    }

    /// Everything this record can be found by, apart from its own id.
    pub fn attributes(&self, found: &mut dyn FnMut(Attribute, &str)) {
        found(Attribute::EventName, &self.name);
        found(Attribute::EventSource, &self.source);
        found(Attribute::ReadOnly, if self.read_only { "true" } else { "false" });
        if let Some(username) = self.username() {
            found(Attribute::Username, username);
        }
        if let Some(key) = self.identity.access_key_id() {
            found(Attribute::AccessKeyId, key.as_str());
        }
        self.for_each_resource(&mut |kind, name| {
            found(Attribute::ResourceType, kind);
            found(Attribute::ResourceName, name);
        });
    }

    /// The resources `LookupEvents` lists beside the record, credentials just made included.
    pub fn for_each_resource(&self, found: &mut dyn FnMut(&str, &str)) {
        if let Some(issued) = &self.issued {
            found("AWS::IAM::AccessKey", issued.access_key_id.as_str());
            if let Some((id, arn)) = &issued.assumed_role {
                found("AWS::STS::AssumedRole", id);
                found("AWS::STS::AssumedRole", arn);
            }
        }
        for (kind, name) in &self.resources {
            found(kind, name);
        }
    }

    /// Who called, where the record tells more than the account.
    #[must_use]
    pub fn principal(&self) -> Option<&Principal> {
        self.identity.principal()
    }
}

/// Bytes as bytes: serde would write a slice of `u8` as a list.
mod bytes {
    use serde::{Deserializer, Serializer, de};
    use std::{fmt, sync::Arc};

    pub(super) fn serialize<S: Serializer>(bytes: &Arc<[u8]>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<[u8]>, D::Error> {
        struct Bytes;
        impl de::Visitor<'_> for Bytes {
            type Value = Arc<[u8]>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(bytes.into())
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}
