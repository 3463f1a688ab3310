//! A presigned URL: the same parts as query parameters.

use super::{covers_host, credential};
use crate::{Algorithm, Presented, Quoted, Refusal, Request, date, encode::decode_text, refusal::Missing};
use std::borrow::Cow;

pub(super) const ALGORITHM: &str = "X-Amz-Algorithm";
/// The one parameter the signature cannot cover.
pub(crate) const SIGNATURE: &str = "X-Amz-Signature";

pub(super) fn parse<'a>(request: &Request<'a>, algorithm: &'a str) -> Result<Presented<'a>, Refusal> {
    let value = |name| request.parameter(name).map(decode_text).transpose().map_err(|_| Refusal::MalformedQuery);
    let given = value("X-Amz-Credential")?;
    let signature = value(SIGNATURE)?;
    let signed_headers = value("X-Amz-SignedHeaders")?;
    let timestamp = value("X-Amz-Date")?;
    let missing = Missing {
        algorithm: algorithm.is_empty(),
        credential: given.as_deref().is_none_or(str::is_empty),
        signature: signature.as_deref().is_none_or(str::is_empty),
        signed_headers: signed_headers.as_deref().is_none_or(str::is_empty),
        date: timestamp.as_deref().is_none_or(str::is_empty),
    };
    let (Some(given), Some(signature), Some(signed_headers), Some(timestamp), false) =
        (given, signature, signed_headers, timestamp, missing.anything())
    else {
        return Err(Refusal::IncompleteQuery(missing));
    };
    let Some(instant) = date::basic(&timestamp) else {
        return Err(Refusal::Date(Quoted::new(&timestamp)));
    };
    if !covers_host(&signed_headers) {
        return Err(Refusal::HostNotSigned);
    }
    let algorithm = Algorithm::from_name(algorithm).ok_or_else(|| Refusal::Algorithm(Quoted::new(algorithm)))?;
    let regions = value("X-Amz-Region-Set")?.unwrap_or(Cow::Borrowed(""));
    let credential = credential::parse(given, algorithm, regions)?;
    Ok(Presented {
        algorithm,
        access_key_id: credential.access_key_id,
        scope: credential.scope,
        terminator: credential.terminator,
        signed_headers,
        signature,
        instant,
        timestamp,
        session_token: value("X-Amz-Security-Token")?,
        presigned: true,
    })
}
