//! What CloudTrail answers. <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>

use rolecall_names::Instant;
use serde::{Serialize, Serializer};

/// Answers LookupEvents.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LookupEvents {
    /// The events, newest first.
    pub events: Vec<Event>,
    /// Where to go on; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// An event. <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Event.html>
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Event {
    /// The event's id.
    pub event_id: String,
    /// The operation's name.
    pub event_name: String,
    /// Whether the operation only reads; a string on the wire.
    #[serde(serialize_with = "word")]
    pub read_only: bool,
    /// The access key that signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    /// When it happened; seconds since 1970 on the wire.
    #[serde(serialize_with = "seconds")]
    pub event_time: Instant,
    /// The service: `sts.amazonaws.com`.
    pub event_source: String,
    /// The name of the user or the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// What it touched.
    pub resources: Vec<Resource>,
    /// The whole record, a JSON document.
    pub cloud_trail_event: String,
}

/// Something an event touched. <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Resource.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Resource {
    /// `AWS::IAM::Role` and the like.
    pub resource_type: String,
    /// The resource's name or ARN.
    pub resource_name: String,
}

fn word<S: Serializer>(flag: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(if *flag { "true" } else { "false" })
}

fn seconds<S: Serializer>(instant: &Instant, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(instant.seconds())
}
