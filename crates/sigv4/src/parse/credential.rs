//! The credential: an access key id and the scope of its signature, separated by slashes.

use crate::{Algorithm, Quoted, Refusal, Scope};
use std::borrow::Cow;

pub(super) struct Credential<'a> {
    pub(super) access_key_id: Cow<'a, str>,
    pub(super) scope: Scope<'a>,
    pub(super) terminator: Cow<'a, str>,
}

/// Reads a credential; `regions` is what `X-Amz-Region-Set` holds, for the algorithm whose scope names no Region.
pub(super) fn parse<'a>(
    text: Cow<'a, str>,
    algorithm: Algorithm,
    regions: Cow<'a, str>,
) -> Result<Credential<'a>, Refusal> {
    match text {
        Cow::Borrowed(text) => split(text, algorithm, regions, Cow::Borrowed),
        Cow::Owned(text) => split(&text, algorithm, regions, |part| Cow::Owned(part.to_owned())),
    }
}

fn split<'t, 'a>(
    text: &'t str,
    algorithm: Algorithm,
    regions: Cow<'a, str>,
    keep: impl Fn(&'t str) -> Cow<'a, str>,
) -> Result<Credential<'a>, Refusal> {
    // AWS overlooks slashes at the end (dynalite, `index.js`).
    let mut parts = text.trim_end_matches('/').split('/');
    let mut next = || parts.next().filter(|part| !part.is_empty());
    let read = match algorithm {
        Algorithm::HmacSha256 => (next(), next(), next().map(&keep), next(), next()),
        Algorithm::EcdsaP256Sha256 => (next(), next(), Some(regions), next(), next()),
    };
    match read {
        (Some(key), Some(date), Some(region), Some(service), Some(terminator)) if parts.next().is_none() => {
            Ok(Credential {
                access_key_id: keep(key),
                scope: Scope { date: keep(date), region, service: keep(service) },
                terminator: keep(terminator),
            })
        }
        _ => Err(match algorithm {
            Algorithm::HmacSha256 => Refusal::Credential(Quoted::new(text)),
            Algorithm::EcdsaP256Sha256 => Refusal::RegionlessCredential(Quoted::new(text)),
        }),
    }
}
