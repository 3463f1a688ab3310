//! The record as CloudTrail writes it.

use super::{Event, Issued};
use crate::uuid;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

impl Event {
    /// The record as one JSON object, its members in AWS's order. `event_id` is the id the history gives it.
    ///
    /// Source: AWS CloudTrail User Guide, "CloudTrail record contents for management, data, and network activity
    /// events", version 1.11.
    #[must_use]
    pub fn render(&self, event_id: u128) -> Value {
        let mut out = Map::new();
        let mut put = |name: &str, value: Value| drop(out.insert(name.to_owned(), value));
        put("eventVersion", "1.11".into());
        put("userIdentity", self.identity.render());
        put("eventTime", self.time.iso8601().into());
        put("eventSource", json!(self.source));
        put("eventName", json!(self.name));
        put("awsRegion", self.region.name().into());
        put("sourceIPAddress", self.arrival.source.to_string().into());
        put("userAgent", json!(self.user_agent));
        if let Some(failure) = &self.failure {
            put("errorCode", json!(failure.code));
            put("errorMessage", json!(failure.message));
        }
        put("requestParameters", object(self.parameters.as_deref()));
        put("responseElements", self.response_elements());
        if let Some(endpoint) = self.endpoint {
            put("additionalEventData", self.additional(endpoint));
        }
        put("requestID", uuid(self.request_id).into());
        put("eventID", uuid(event_id).into());
        put("readOnly", self.read_only.into());
        if !self.resources.is_empty() {
            put("resources", self.resources.iter().map(|(kind, arn)| self.resource(kind, arn)).collect());
        }
        put("eventType", "AwsApiCall".into());
        put("managementEvent", true.into());
        put("recipientAccountId", json!(self.recipient));
        if let Some(shared) = self.shared_id {
            put("sharedEventID", uuid(shared).into());
        }
        if let Some(endpoint) = &self.arrival.vpc_endpoint {
            put("vpcEndpointId", json!(endpoint.id));
            put("vpcEndpointAccountId", json!(endpoint.account));
        }
        put("eventCategory", "Management".into());
        if let Some(tls) = &self.arrival.tls {
            let mut details = Map::new();
            details.insert("tlsVersion".into(), json!(tls.version));
            details.insert("cipherSuite".into(), json!(tls.cipher_suite));
            details.insert("clientProvidedHostHeader".into(), json!(self.host));
            if let Some(exchange) = &tls.key_exchange {
                details.insert("keyExchange".into(), json!(exchange));
            }
            put("tlsDetails", details.into());
        }
        out.into()
    }

    fn response_elements(&self) -> Value {
        match &self.issued {
            Some(issued) => issued.render(),
            None => object(self.response.as_deref()),
        }
    }

    fn additional(&self, endpoint: super::EndpointType) -> Value {
        let kind = match endpoint {
            super::EndpointType::Global => "global",
            super::EndpointType::Regional => "regional",
        };
        let serving = self.arrival.serving_region.name();
        json!({ "RequestDetails": { "awsServingRegion": serving, "endpointType": kind } })
    }

    fn resource(&self, kind: &str, arn: &str) -> Value {
        let account = rolecall_names::Arn::parse(arn).ok().and_then(|arn| arn.account_id()).unwrap_or(self.recipient);
        json!({ "accountId": account, "type": kind, "ARN": arn })
    }
}

impl Issued {
    fn render(&self) -> Value {
        let mut out = Map::new();
        out.insert(
            "credentials".into(),
            json!({
                "accessKeyId": self.access_key_id,
                "sessionToken": STANDARD.encode(&self.token),
                "expiration": self.expiration.cloudtrail_expiration(),
            }),
        );
        if let Some((id, arn)) = &self.assumed_role {
            out.insert("assumedRoleUser".into(), json!({ "assumedRoleId": id, "arn": arn }));
        }
        if let Some(source_identity) = &self.source_identity {
            out.insert("sourceIdentity".into(), json!(source_identity));
        }
        if let Some(size) = self.packed_policy_size {
            out.insert("packedPolicySize".into(), size.into());
        }
        out.into()
    }
}

fn object(text: Option<&str>) -> Value {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null)
}
