//! Reading what a request presents, in a header or in its query string.

mod credential;
mod header;
mod query;

use crate::{Presented, Refusal, Request};

pub(crate) use query::SIGNATURE;

/// Reads what the request presents. Nothing of it is believed until [`verify`](crate::verify) has said yes.
///
/// # Errors
///
/// The [`Refusal`] that AWS gives for a request which is not signed, or whose signature lacks something.
pub fn parse<'a>(request: &Request<'a>) -> Result<Presented<'a>, Refusal> {
    let authorization = request.header("authorization");
    let presigned = request.parameter(query::ALGORITHM);
    match (authorization, presigned) {
        (None, None) => Err(Refusal::Unsigned),
        (Some(_), Some(_)) => Err(Refusal::SignedTwice),
        (Some(authorization), None) => header::parse(request, authorization),
        (None, Some(algorithm)) => query::parse(request, algorithm),
    }
}

/// Whether the host's name is among the signed headers; AWS does not mind its case here.
fn covers_host(signed_headers: &str) -> bool {
    signed_headers.split(';').any(|name| name.eq_ignore_ascii_case("host") || name.eq_ignore_ascii_case(":authority"))
}
