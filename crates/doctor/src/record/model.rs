//! One record, as far as it tells of an `AssumeRole`.

use rolecall_names::{AccountId, Instant};
use std::{fmt, net::IpAddr};

/// One `AssumeRole` as CloudTrail recorded it.
///
/// Source: AWS CloudTrail User Guide, "CloudTrail record contents for management, data, and network activity events"
/// and "CloudTrail userIdentity element"; IAM User Guide, "Logging IAM and AWS STS API calls with AWS CloudTrail".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// `eventID`.
    pub event_id: Option<Box<str>>,
    /// `requestID`, which the caller was told.
    pub request_id: Option<Box<str>>,
    /// `sharedEventID`, the same in the records that one call leaves in two accounts.
    pub shared_event_id: Option<Box<str>>,
    /// `eventTime`.
    pub time: Instant,
    /// `awsRegion`, in whose history the record is.
    pub region: Box<str>,
    /// `sourceIPAddress`.
    pub source: Source,
    /// `userAgent`, without the brackets that some services put around it.
    pub user_agent: Option<Box<str>>,
    /// `errorCode` and `errorMessage`; `None` for a call that was let in.
    pub failure: Option<Failure>,
    /// `userIdentity`.
    pub identity: Identity,
    /// `requestParameters`; `None` where the record has none.
    pub request: Option<Request>,
    /// `additionalEventData.RequestDetails.endpointType`; records before 2025 have none.
    pub endpoint_type: Option<EndpointType>,
    /// `additionalEventData.RequestDetails.awsServingRegion`.
    pub serving_region: Option<Box<str>>,
    /// `tlsDetails.clientProvidedHostHeader`, in lower case.
    pub host: Option<Box<str>>,
    /// `tlsDetails.tlsVersion`.
    pub tls_version: Option<Box<str>>,
    /// `vpcEndpointId`; `None` for a call that came through none.
    pub vpc_endpoint: Option<Box<str>>,
    /// `recipientAccountId`, in whose history the record is.
    pub recipient: Option<AccountId>,
}

/// `sourceIPAddress`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The caller's address.
    Address(IpAddr),
    /// The name of an AWS service that made the call, or `AWS Internal`.
    Service(Box<str>),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Service(name) => f.write_str(name),
        }
    }
}

/// `endpointType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndpointType {
    /// `sts.amazonaws.com`.
    Global,
    /// The endpoint of a Region.
    Regional,
}

/// Why a call was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// `errorCode`.
    pub code: Box<str>,
    /// `errorMessage`.
    pub message: Option<Box<str>>,
}

/// `userIdentity`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// `type`: `AssumedRole`, `IAMUser`, `AWSAccount`, …
    pub kind: Box<str>,
    /// `principalId`, which is `aws:userid`.
    pub principal_id: Option<Box<str>>,
    /// `arn`.
    pub arn: Option<Box<str>>,
    /// `accountId`.
    pub account: Option<AccountId>,
    /// `accessKeyId`: `ASIA…` belongs to temporary credentials.
    pub access_key_id: Option<Box<str>>,
    /// `userName`.
    pub user_name: Option<Box<str>>,
    /// `invokedBy`: the AWS service that made the call for somebody.
    pub invoked_by: Option<Box<str>>,
    /// `sessionContext`, of temporary credentials.
    pub session: Option<Session>,
}

impl Identity {
    /// The session's name in an id such as `AROA…:name`.
    #[must_use]
    pub fn session_name(&self) -> Option<&str> {
        self.principal_id.as_deref()?.split_once(':').map(|(_, name)| name)
    }
}

/// `sessionContext`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Session {
    /// `sessionIssuer`.
    pub issuer: Option<Issuer>,
    /// `attributes.creationDate`.
    pub created: Option<Instant>,
    /// `attributes.mfaAuthenticated`.
    pub mfa: Option<bool>,
    /// `sourceIdentity`.
    pub source_identity: Option<Box<str>>,
}

/// `sessionIssuer`: whose session it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// `type`: `Role`, `Root`, `IAMUser`.
    pub kind: Option<Box<str>>,
    /// `principalId`: the unique id.
    pub id: Option<Box<str>>,
    /// `arn`.
    pub arn: Option<Box<str>>,
}

/// `requestParameters` of an `AssumeRole`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// `roleArn`.
    pub role_arn: Option<Box<str>>,
    /// `roleSessionName`.
    pub session_name: Option<Box<str>>,
    /// `externalId`.
    pub external_id: Option<Box<str>>,
    /// `durationSeconds`.
    pub duration_seconds: Option<u32>,
    /// `serialNumber`.
    pub mfa_serial: Option<Box<str>>,
    /// `sourceIdentity`.
    pub source_identity: Option<Box<str>>,
    /// `policy`, the session policy's text.
    pub policy: Option<Box<str>>,
    /// ARNs in `policyArns`.
    pub policy_arns: Vec<Box<str>>,
    /// `tags`.
    pub tags: Vec<Tag>,
    /// `transitiveTagKeys`.
    pub transitive_tag_keys: Vec<Box<str>>,
    /// `incomingTransitiveTags`, which the calling session hands on.
    pub incoming_tags: Vec<Tag>,
}

/// A session tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its key.
    pub key: Box<str>,
    /// Its value.
    pub value: Box<str>,
}

impl Record {
    /// Whether the call was let in.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.failure.is_none()
    }

    /// `requestParameters.roleArn`.
    #[must_use]
    pub fn role_arn(&self) -> Option<&str> {
        self.request.as_ref()?.role_arn.as_deref()
    }

    /// Whether the global endpoint was called; `None` where the record leaves it open.
    ///
    /// The host `sts-global.REGION.amazonaws.com` is told of global calls that were served in a Region (IAM User
    /// Guide, "Logging IAM and AWS STS API calls with AWS CloudTrail", the example of a locally served call).
    #[must_use]
    pub fn endpoint(&self) -> Option<EndpointType> {
        if let Some(told) = self.endpoint_type {
            return Some(told);
        }
        match self.host.as_deref() {
            Some(host) if host == GLOBAL_HOST || host.starts_with("sts-global.") => Some(EndpointType::Global),
            Some(_) => Some(EndpointType::Regional),
            // The global endpoint's calls are recorded in us-east-1 alone.
            None => (&*self.region != "us-east-1").then_some(EndpointType::Regional),
        }
    }
}

/// The global endpoint.
pub(crate) const GLOBAL_HOST: &str = "sts.amazonaws.com";
