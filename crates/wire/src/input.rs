//! A request's content before it is known to be a call: form parameters or a JSON document.

use crate::{Fault, FaultCode, Operation, Params, Protocol, Service, json};
use serde_json::Value;

/// The most bytes a request's body may hold, and its query string too.
pub const MAX_BODY: usize = 1 << 20;

/// A request's content, parsed but not yet checked against any operation.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The parameters of a Query request, from the query string and the body.
    Query(Params),
    /// A JSON request: the operation its `X-Amz-Target` names, and its document.
    Json {
        /// The header's value as sent, if it was sent.
        target: Option<String>,
        /// The body, which is an object.
        document: Value,
    },
}

impl Input {
    /// Reads what a request to `service` carries. `query` is the part of the target after `?`, still encoded;
    /// `target` is the value of [`crate::TARGET_HEADER`]; `body` is empty for a GET.
    ///
    /// # Errors
    /// `RequestEntityTooLarge` over [`MAX_BODY`], and the protocol's own fault for what cannot be parsed.
    pub fn read(service: Service, query: &str, target: Option<&str>, body: &[u8]) -> Result<Self, Fault> {
        if body.len() > MAX_BODY || query.len() > MAX_BODY {
            return Err(Fault::from_code(FaultCode::RequestEntityTooLarge));
        }
        match service.protocol() {
            Protocol::Query => Params::parse(query.as_bytes(), body).map(Self::Query),
            Protocol::Json => Ok(Self::Json { target: target.map(str::to_owned), document: json::parse(body)? }),
        }
    }

    /// The operation the request asks of `service`.
    ///
    /// # Errors
    /// As [`Operation::from_action`] and [`Operation::from_target`].
    pub fn operation(&self, service: Service) -> Result<Operation, Fault> {
        match self {
            Self::Query(params) => Operation::from_action(service, params.get("Action"), params.get("Version")),
            Self::Json { target, .. } => Operation::from_target(service, target.as_deref()),
        }
    }
}
