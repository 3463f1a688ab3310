//! Whether a request was signed about now.

use crate::{Presented, Refusal};
use rolecall_names::Instant;

/// How far a request's time may be from the server's, in seconds, either way.
///
/// `X-Amz-Expires` plays no part: STS does not read it, and a presigned GetCallerIdentity is good for 15 minutes
/// whatever it says (aws/aws-sdk-go#2167; kubernetes-sigs/aws-iam-authenticator, `pkg/token/token.go`).
pub const SKEW_SECONDS: i64 = 15 * 60;

/// Checks that the request was signed within 15 minutes of `now`.
///
/// # Errors
///
/// [`Refusal::Expired`] or [`Refusal::NotYetCurrent`].
pub fn check_time(presented: &Presented<'_>, now: Instant) -> Result<(), Refusal> {
    let signed = presented.instant;
    if signed < now.whole_seconds().plus_seconds(-SKEW_SECONDS) {
        return Err(Refusal::Expired { signed, now });
    }
    if signed > now.whole_seconds().plus_seconds(SKEW_SECONDS) {
        return Err(Refusal::NotYetCurrent { signed, now });
    }
    Ok(())
}
