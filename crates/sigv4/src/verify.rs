//! The check itself.

use crate::{Presented, Refusal, Request, SigningKey, canonical, encode::hex};
use subtle::ConstantTimeEq;

/// Checks the signature against the request, byte for byte as it came.
///
/// The comparison takes the same time wherever the first difference is.
///
/// # Errors
///
/// [`Refusal::Mismatch`], or [`Refusal::MalformedQuery`] for a query string that cannot be read.
pub fn verify(request: &Request<'_>, presented: &Presented<'_>, key: &SigningKey) -> Result<(), Refusal> {
    let digest = canonical::digest(request, presented)?;
    let scope = &presented.scope;
    let signature = key.sign(&[
        presented.algorithm.name().as_bytes(),
        b"\n",
        presented.timestamp.as_bytes(),
        b"\n",
        scope.date.as_bytes(),
        b"/",
        scope.region.as_bytes(),
        b"/",
        scope.service.as_bytes(),
        b"/aws4_request\n",
        &hex(&digest),
    ]);
    if bool::from(hex(&signature).as_slice().ct_eq(presented.signature.as_bytes())) {
        Ok(())
    } else {
        Err(Refusal::Mismatch)
    }
}
