//! JSON 1.1: the request's document and the operation its header names.

use crate::{Fault, FaultCode, Operation, Service};
use serde_json::Value;

/// How a target names CloudTrail: the form of the service's model, and the short form that older clients send.
const CLOUDTRAIL_TARGETS: [&str; 2] = ["com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101", "CloudTrail_20131101"];

/// The most bytes of a document. The largest sensible LookupEvents has a tenth of it; parsed, a hostile document takes
/// a hundred times its size.
const MAX_DOCUMENT: usize = 1 << 16;

/// The document of a request; an empty body is an empty object. serde_json itself refuses what nests over 128 deep.
pub(crate) fn parse(body: &[u8]) -> Result<Value, Fault> {
    if body.is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    if body.len() > MAX_DOCUMENT {
        return Err(Fault::from_code(FaultCode::RequestEntityTooLarge));
    }
    match serde_json::from_slice(body) {
        Ok(document @ Value::Object(_)) => Ok(document),
        Ok(_) | Err(_) => Err(Fault::from_code(FaultCode::MalformedInput)),
    }
}

impl Operation {
    /// The operation that a JSON request's `X-Amz-Target` names, in its long or its short form.
    ///
    /// # Errors
    /// `UnknownOperationException` for anything else.
    pub fn from_target(service: Service, target: Option<&str>) -> Result<Self, Fault> {
        target
            .and_then(|target| target.rsplit_once('.'))
            .filter(|(prefix, _)| service == Service::CloudTrail && CLOUDTRAIL_TARGETS.contains(prefix))
            .and_then(|(_, name)| Self::named(service, name))
            .ok_or_else(|| Fault::from_code(FaultCode::InvalidAction))
    }
}

/// Appends `value` as JSON.
pub(crate) fn write(value: &impl serde::Serialize, out: &mut Vec<u8>) {
    // A Vec takes every write and the values written here serialize by construction.
    let written = serde_json::to_writer(out, value);
    debug_assert!(written.is_ok(), "{written:?}");
}
