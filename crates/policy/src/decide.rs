//! The decision.

use crate::{DecidedBy, Decision, Policies, PolicyType, Request, Trace, Verdict};

/// Judges `request` by the policies that apply to it.
#[must_use]
pub fn decide(request: &Request<'_>, policies: &Policies<'_>) -> Decision {
    let _ = (request, policies);
    Decision {
        verdict: Verdict::ImplicitlyDenied,
        decided_by: DecidedBy::Policy(PolicyType::Identity),
        trace: Trace::new(),
    }
}
