//! What AWS made of a recorded call beside what the world makes of it.

use crate::{Run, causes::denied_weighing, record::Record};
use rolecall_policy::{DecidedBy, PolicyType, Verdict};
use rolecall_wire::Service;

/// What a call came to on AWS.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    /// It was let in.
    Allowed,
    /// It was refused.
    Refused {
        /// `errorCode`.
        code: Box<str>,
        /// The kind of policy that the message names, and whether it denies in so many words.
        reason: Option<(PolicyType, bool)>,
    },
}

impl Outcome {
    pub(super) fn of(record: &Record) -> Self {
        match &record.failure {
            None => Self::Allowed,
            Some(failure) => {
                Self::Refused { code: failure.code.clone(), reason: failure.message.as_deref().and_then(reason) }
            }
        }
    }
}

/// The policy that a refusal's message blames. Most messages of STS blame none.
///
/// Source: IAM User Guide, "Troubleshoot access denied error messages".
fn reason(message: &str) -> Option<(PolicyType, bool)> {
    const KINDS: [(&str, PolicyType); 8] = [
        ("role trust policy", PolicyType::Resource),
        ("resource-based policy", PolicyType::Resource),
        ("identity-based policy", PolicyType::Identity),
        ("permissions boundary", PolicyType::Boundary),
        ("session policy", PolicyType::Session),
        ("service control policy", PolicyType::ServiceControl),
        ("resource control policy", PolicyType::ResourceControl),
        ("VPC endpoint policy", PolicyType::VpcEndpoint),
    ];
    let (because, explicit) =
        match (message.split_once(" because no "), message.split_once(" with an explicit deny in ")) {
            (Some((_, rest)), _) => (rest, false),
            (None, Some((_, rest))) => (rest, true),
            (None, None) => return None,
        };
    KINDS.iter().find(|(name, _)| because.contains(name)).map(|(_, kind)| (*kind, explicit))
}

/// In which way `run` comes to something else than AWS did.
pub(super) fn disagreement(outcome: &Outcome, run: &Run<'_>) -> Option<String> {
    let hop = run.last()?;
    let here = hop.ended.fault();
    match (outcome, here) {
        (Outcome::Allowed, None) => None,
        (Outcome::Allowed, Some(fault)) => Some(format!(
            "AWS let this call in, and this world does not ({}). Something in the world is not as it was on AWS at that \
             time: compare the policies below with those of {}.",
            fault.code.name(Service::Sts),
            run.at
        )),
        (Outcome::Refused { code, reason }, None) => Some(format!(
            "AWS refused this call ({code}), and this world lets it in. Something is missing from the world{}.",
            match reason {
                Some((kind, _)) => format!(": AWS named {}", article(kind.name())),
                None =>
                    ": most often a service control policy, a permissions boundary, the policy of the VPC endpoint, or \
                         a trust policy as it is now and not as it was"
                        .to_owned(),
            }
        )),
        (Outcome::Refused { code, reason }, Some(fault)) => {
            let name = fault.code.name(Service::Sts);
            if **code != *name {
                return Some(format!("AWS refused this call with {code}, and this world does with {name}."));
            }
            let (kind, explicit) = (*reason)?;
            let decision = &denied_weighing(hop)?.decision;
            let DecidedBy::Policy(found) = decision.decided_by else { return None };
            let here = decision.verdict == Verdict::ExplicitlyDenied;
            (found != kind || here != explicit).then(|| {
                format!(
                    "AWS refused this call by {}{}, and this world does by {}. Mend what this world names, and the other \
                     may still stand against the call.",
                    article(kind.name()),
                    if explicit { " that denies it" } else { " that does not allow it" },
                    article(found.name())
                )
            })
        }
    }
}

fn article(name: &str) -> String {
    format!("{} {name}", if name.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_blame_a_policy_or_none() {
        let user = "User: arn:aws:iam::111111111111:user/a is not authorized to perform: sts:AssumeRole";
        for (rest, expected) in [
            (" on resource: arn:aws:iam::222222222222:role/b", None),
            (" because no role trust policy allows the sts:AssumeRole action", Some((PolicyType::Resource, false))),
            (" because no identity-based policy allows the sts:AssumeRole action", Some((PolicyType::Identity, false))),
            (" with an explicit deny in a service control policy", Some((PolicyType::ServiceControl, true))),
            (" with an explicit deny in an identity-based policy", Some((PolicyType::Identity, true))),
            (
                " because no VPC endpoint policy allows the sts:AssumeRole action",
                Some((PolicyType::VpcEndpoint, false)),
            ),
        ] {
            assert_eq!(reason(&format!("{user}{rest}")), expected, "{rest}");
        }
    }
}
