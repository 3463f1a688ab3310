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
    let Presented { algorithm, signature, .. } = presented;
    // The set of Regions must be signed like all else; in a query string everything is.
    if *algorithm == Algorithm::EcdsaP256Sha256
        && !presented.presigned
        && !presented.signed_headers().any(|name| name == "x-amz-region-set")
    {
        return Err(Refusal::Mismatch);
    }
    let text = StringToSign::of(request, presented)?;
    if key.signed(*algorithm, &text.pieces(presented), signature) { Ok(()) } else { Err(Refusal::Mismatch) }
}

/// The signature that the holder of `secret` puts on a request, in hexadecimal digits, for what `presented` claims;
/// the signature that it names already is not looked at. For [`Algorithm::HmacSha256`] alone, `None` for the other.
///
/// # Errors
///
/// [`Refusal::MalformedQuery`] for a query string that cannot be read.
pub fn sign(request: &Request<'_>, presented: &Presented<'_>, key: &SigningKey) -> Result<Option<String>, Refusal> {
    let text = StringToSign::of(request, presented)?;
    Ok(key.sign(presented.algorithm, &text.pieces(presented)))
}

/// What is signed.
struct StringToSign {
    digest: [u8; 64],
}

impl StringToSign {
    fn of(request: &Request<'_>, presented: &Presented<'_>) -> Result<Self, Refusal> {
        Ok(Self { digest: hex(&canonical::digest(request, presented)?) })
    }

    fn pieces<'s>(&'s self, presented: &'s Presented<'_>) -> [&'s [u8]; 11] {
        let Presented { algorithm, scope, timestamp, .. } = presented;
        // A scope for many Regions names none.
        let (region, slash) = match algorithm {
            Algorithm::HmacSha256 => (scope.region.as_bytes(), b"/".as_slice()),
            Algorithm::EcdsaP256Sha256 => (b"".as_slice(), b"".as_slice()),
        };
        [
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
            &self.digest,
        ]
    }
}
