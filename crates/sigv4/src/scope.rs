//! Whether a signature is meant for the endpoint it was sent to.

use crate::{Algorithm, Presented, Quoted, Refusal};
use rolecall_names::Instant;
use std::fmt;

/// The endpoint a request was sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint<'a> {
    /// The Region signatures must be for: `us-east-1` at a global endpoint.
    pub region: &'a str,
    /// The service signatures must be for, such as `sts`.
    pub service: &'a str,
    /// Whether it is the global endpoint, which names the wrong Region when it refuses one; Regional ones do not
    /// (cognitect-labs/aws-api#27 and cloud-custodian#4874).
    pub global: bool,
}

/// Everything that is wrong with a scope; AWS tells all of it at once.
///
/// Source of the texts and their order: the comments of dynalite's `index.js`, recorded from AWS. AWS leaves a space
/// behind each sentence, also the last; here they only stand between sentences.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScopeFaults {
    /// Another Region; the one that was named, where the endpoint repeats it.
    pub region: Option<Option<Quoted>>,
    /// Another service; the one that was wanted.
    pub service: Option<Quoted>,
    /// Not `aws4_request`; what stood in its place.
    pub terminator: Option<Quoted>,
    /// Another day than the request's; the scope's, and the request's instant.
    pub date: Option<(Quoted, Instant)>,
}

impl fmt::Display for ScopeFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut gap = "";
        if let Some(region) = &self.region {
            match region {
                Some(named) => write!(f, "Credential should be scoped to a valid region, not '{named}'.")?,
                None => f.write_str("Credential should be scoped to a valid region.")?,
            }
            gap = " ";
        }
        if let Some(service) = &self.service {
            write!(f, "{gap}Credential should be scoped to correct service: '{service}'.")?;
            gap = " ";
        }
        if let Some(terminator) = &self.terminator {
            write!(f, "{gap}Credential should be scoped with a valid terminator: 'aws4_request', not '{terminator}'.")?;
            gap = " ";
        }
        if let Some((date, instant)) = &self.date {
            let basic = instant.basic();
            let day = basic.get(..8).unwrap_or_default();
            write!(
                f,
                "{gap}Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{date}' != '{day}', from '{basic}'."
            )?;
        }
        Ok(())
    }
}

/// Checks that the signature is for this endpoint and for the day of the request.
///
/// # Errors
///
/// [`Refusal::Scope`] with everything that does not fit.
pub fn check_scope(presented: &Presented<'_>, endpoint: &Endpoint<'_>) -> Result<(), Refusal> {
    let Presented { scope, terminator, timestamp, .. } = presented;
    let region_fits = match presented.algorithm {
        Algorithm::HmacSha256 => scope.region == endpoint.region,
        Algorithm::EcdsaP256Sha256 => covers(&scope.region, endpoint.region),
    };
    let faults = ScopeFaults {
        region: (!region_fits).then(|| endpoint.global.then(|| Quoted::new(&scope.region))),
        service: (scope.service != endpoint.service).then(|| Quoted::new(endpoint.service)),
        terminator: (terminator != "aws4_request").then(|| Quoted::new(terminator)),
        date: (timestamp.get(..8) != Some(&*scope.date)).then(|| (Quoted::new(&scope.date), presented.instant)),
    };
    if faults == ScopeFaults::default() { Ok(()) } else { Err(Refusal::Scope(faults)) }
}

/// Whether a SigV4a set of Regions, such as `us-east-1,eu-*`, holds `region`.
fn covers(set: &str, region: &str) -> bool {
    set.split(',').any(|pattern| matches(pattern.trim(), region))
}

/// Whether `pattern`, whose `*` stand for any text, fits `name`; each star takes the earliest place that fits,
/// which never needs taking back.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut rest) = name.strip_prefix(head) else { return false };
    let (middle, last) = tail.rsplit_once('*').unwrap_or(("", tail));
    for piece in middle.split('*').filter(|piece| !piece.is_empty()) {
        let Some((_, after)) = rest.split_once(piece) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_text() {
        for (set, fits, not) in [
            ("*", "us-east-1", ""),
            ("us-east-1", "us-east-1", "us-east-2"),
            ("us-*", "us-gov-west-1", "eu-west-1"),
            ("us-west-2, eu-*", "eu-west-1", "ap-east-1"),
            ("*-east-*", "us-east-1", "us-west-1"),
            ("a*b*b", "axbxb", "ab"),
        ] {
            assert!(covers(set, fits), "{set} {fits}");
            assert!(not.is_empty() || !covers(set, not), "{set} {not}");
        }
        assert!(!covers("", "us-east-1"));
    }
}
