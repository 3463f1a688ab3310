//! The query string: each name and value encoded one way, in the order of the encoded names, then values.

use super::Sink;
use crate::{
    MAX_QUERY_PARAMETERS, Refusal, Request,
    encode::{decode, encode},
    parse::SIGNATURE,
};

pub(super) fn write(request: &Request<'_>, presigned: bool, sink: &mut impl Sink) -> Result<(), Refusal> {
    if request.query.is_empty() {
        return Ok(());
    }
    let mut parameters = Vec::new();
    for (name, value) in request.parameters() {
        if presigned && name == SIGNATURE {
            continue;
        }
        if parameters.len() == MAX_QUERY_PARAMETERS {
            return Err(Refusal::MalformedQuery);
        }
        parameters.push((reencode(name)?, reencode(value)?));
    }
    parameters.sort_unstable();
    let mut gap: &[u8] = b"";
    for (name, value) in &parameters {
        for piece in [gap, name, b"=", value] {
            sink.put(piece);
        }
        gap = b"&";
    }
    Ok(())
}

fn reencode(raw: &str) -> Result<Vec<u8>, Refusal> {
    let text = decode(raw).map_err(|_| Refusal::MalformedQuery)?;
    let mut encoded = Vec::with_capacity(raw.len());
    encode(&text, b"", |piece| encoded.extend_from_slice(piece));
    Ok(encoded)
}
