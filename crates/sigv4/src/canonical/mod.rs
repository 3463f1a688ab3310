//! The canonical request: the one spelling of a request that both sides hash.
//!
//! Source: IAM User Guide, "Create a signed AWS API request", for services other than S3: the path normalised and
//! encoded once more, the body always hashed. `X-Amz-Content-Sha256` and its `UNSIGNED-PAYLOAD` are S3's; elsewhere the
//! body that came is what counts, so a signature over another digest does not match.

mod headers;
mod path;
mod query;

use crate::{Presented, Refusal, Request, encode::hex};
use sha2::{Digest, Sha256};

/// Where the canonical request goes, piece by piece.
pub(crate) trait Sink {
    fn put(&mut self, piece: &[u8]);
}

impl Sink for Sha256 {
    fn put(&mut self, piece: &[u8]) {
        self.update(piece);
    }
}

#[cfg(test)]
impl Sink for Vec<u8> {
    fn put(&mut self, piece: &[u8]) {
        self.extend_from_slice(piece);
    }
}

/// The SHA-256 of the canonical request.
pub(crate) fn digest(request: &Request<'_>, presented: &Presented<'_>) -> Result<[u8; 32], Refusal> {
    let mut sink = Sha256::new();
    write(request, presented, &mut sink)?;
    Ok(sink.finalize().into())
}

fn write(request: &Request<'_>, presented: &Presented<'_>, sink: &mut impl Sink) -> Result<(), Refusal> {
    sink.put(request.method.as_bytes());
    sink.put(b"\n");
    path::write(request.path, sink);
    sink.put(b"\n");
    query::write(request, presented.presigned, sink)?;
    sink.put(b"\n");
    headers::write(request, &presented.signed_headers, sink)?;
    sink.put(b"\n");
    sink.put(presented.signed_headers.as_bytes());
    sink.put(b"\n");
    sink.put(&hex(&Sha256::digest(request.body).into()));
    Ok(())
}
