//! The check itself.

use crate::{Algorithm, Presented, Refusal, Request, SigningKey, canonical, encode::hex};

/// Checks the signature against the request, byte for byte as it came.
///
/// A shared key's signature is compared in a time that does not tell where the first difference is.
///
/// # Errors
///
/// [`Refusal::Mismatch`], or [`Refusal::MalformedQuery`] for a query string that cannot be read.
pub fn verify(request: &Request<'_>, presented: &Presented<'_>, key: &SigningKey) -> Result<(), Refusal> {
    let Presented { algorithm, scope, timestamp, signature, .. } = presented;
    // The set of Regions must be signed like all else; in a query string everything is.
    if *algorithm == Algorithm::EcdsaP256Sha256
        && !presented.presigned
        && !presented.signed_headers().any(|name| name == "x-amz-region-set")
    {
        return Err(Refusal::Mismatch);
    }
    let digest = hex(&canonical::digest(request, presented)?);
    // A scope for many Regions names none.
    let (region, slash) = match algorithm {
        Algorithm::HmacSha256 => (scope.region.as_bytes(), b"/".as_slice()),
        Algorithm::EcdsaP256Sha256 => (b"".as_slice(), b"".as_slice()),
    };
    let pieces: [&[u8]; 11] = [
        algorithm.name().as_bytes(),
        b"\n",
        timestamp.as_bytes(),
        b"\n",
        scope.date.as_bytes(),
        b"/",
        region,
        slash,
        scope.service.as_bytes(),
        b"/aws4_request\n",
        &digest,
    ];
    if key.signed(*algorithm, &pieces, signature) { Ok(()) } else { Err(Refusal::Mismatch) }
}
