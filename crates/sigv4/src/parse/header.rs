//! The Authorization header: `ALGORITHM Credential=…, SignedHeaders=…, Signature=…`.

use super::{covers_host, credential};
use crate::{Algorithm, Presented, Quoted, Refusal, Request, date, refusal::Missing, request::trim};
use std::borrow::Cow;

#[derive(Default)]
struct Parts<'a> {
    credential: Option<&'a str>,
    signed_headers: Option<&'a str>,
    signature: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn read(text: &'a str) -> Result<Self, Refusal> {
        let mut parts = Self::default();
        for pair in text.split(',').map(trim).filter(|pair| !pair.is_empty()) {
            let Some((name, value)) = pair.split_once('=') else {
                return Err(Refusal::NotAPair(Quoted::digest(pair)));
            };
            let slot = match name {
                "Credential" => &mut parts.credential,
                "SignedHeaders" => &mut parts.signed_headers,
                "Signature" => &mut parts.signature,
                _ => continue,
            };
            slot.get_or_insert(value);
        }
        Ok(parts)
    }
}

pub(super) fn parse<'a>(request: &Request<'a>, authorization: &'a str) -> Result<Presented<'a>, Refusal> {
    let (algorithm, rest) = authorization.split_once([' ', '\t']).unwrap_or((authorization, ""));
    if algorithm.contains('=') {
        return Err(Refusal::NoAlgorithm);
    }
    let parts = Parts::read(rest)?;
    let amz_date = request.header("x-amz-date");
    let http_date = request.header("date");
    let missing = Missing {
        algorithm: false,
        credential: parts.credential.is_none_or(str::is_empty),
        signature: parts.signature.is_none_or(str::is_empty),
        // An empty list is complete; it fails later, for want of the host.
        signed_headers: parts.signed_headers.is_none(),
        date: amz_date.or(http_date).is_none(),
    };
    if missing.anything() {
        return Err(Refusal::IncompleteHeader { missing, authorization: Quoted::digest(authorization) });
    }
    let (instant, timestamp) = match amz_date {
        Some(text) => (date::basic(text), Cow::Borrowed(text)),
        None => http_date.and_then(date::http).map_or((None, Cow::Borrowed("")), |(i, text)| (Some(i), text)),
    };
    let Some(instant) = instant else {
        return Err(Refusal::Date(Quoted::new(amz_date.or(http_date).unwrap_or_default())));
    };
    let signed_headers = parts.signed_headers.unwrap_or_default();
    if !covers_host(signed_headers) {
        return Err(Refusal::HostNotSigned);
    }
    let algorithm = Algorithm::from_name(algorithm).ok_or_else(|| Refusal::Algorithm(Quoted::new(algorithm)))?;
    let regions = request.header("x-amz-region-set").unwrap_or_default();
    let credential =
        credential::parse(Cow::Borrowed(parts.credential.unwrap_or_default()), algorithm, Cow::Borrowed(regions))?;
    Ok(Presented {
        algorithm,
        access_key_id: credential.access_key_id,
        scope: credential.scope,
        terminator: credential.terminator,
        signed_headers: Cow::Borrowed(signed_headers),
        signature: Cow::Borrowed(parts.signature.unwrap_or_default()),
        instant,
        timestamp,
        session_token: request.header("x-amz-security-token").map(Cow::Borrowed),
        presigned: false,
    })
}
