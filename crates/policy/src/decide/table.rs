//! The table: what the answers of all policies come to.
//!
//! Sources: IAM User Guide, "Policy evaluation logic" and its pages on a single account, on cross-account requests
//! and on the denying and allowing by policy type; "Troubleshoot access denied error messages" for what is named.

use crate::decide::weigh::Answer;
use crate::document::Grant;
use crate::{DecidedBy, PolicyType, Verdict};

/// What about a request, policies aside, decides which of them count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    /// The principal belongs to the account that owns the resource.
    pub(super) same_account: bool,
    /// The principal belongs to an account at all: it is no service, no federated identity, not anonymous.
    pub(super) has_account: bool,
    /// The principal is a federated user, whose session without session policies has no permissions of its own.
    ///
    /// Source: AWS STS API Reference, `GetFederationToken`.
    pub(super) federated_user: bool,
    /// The principal is an account's root user.
    pub(super) root: bool,
    /// The action is to assume a role.
    pub(super) assumes_role: bool,
    /// The resource's own policy must allow even inside its account.
    pub(super) resource_must_allow: bool,
}

/// What each type of policy says. Absent: none of that type applies.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Answers {
    pub(super) service_control_denies: bool,
    /// At least one level does not allow.
    pub(super) service_control_misses: bool,
    pub(super) resource_control_denies: bool,
    pub(super) vpc_endpoint: Option<Answer>,
    pub(super) resource: Answer,
    pub(super) identity: Answer,
    pub(super) boundary: Option<Answer>,
    pub(super) session: Option<Answer>,
}

type Decided = (Verdict, DecidedBy);

const fn implicit(policy: PolicyType) -> Decided {
    (Verdict::ImplicitlyDenied, DecidedBy::Policy(policy))
}

const fn allowed(policy: PolicyType) -> Decided {
    (Verdict::Allowed, DecidedBy::Policy(policy))
}

/// The verdict, and what decided it: a deny before a missing allow, and each in AWS's order of naming.
pub(super) fn verdict(setting: &Setting, answers: &Answers) -> Decided {
    if setting.root && setting.assumes_role {
        return (Verdict::ImplicitlyDenied, DecidedBy::RootMayNotAssume);
    }
    if let Some(policy) = explicit(answers) {
        return (Verdict::ExplicitlyDenied, DecidedBy::Policy(policy));
    }
    if answers.service_control_misses {
        return implicit(PolicyType::ServiceControl);
    }
    if misses(answers.vpc_endpoint) {
        return implicit(PolicyType::VpcEndpoint);
    }
    if !setting.has_account {
        // A service, a federated identity and the anonymous have no policies of their own.
        return match answers.resource.allows {
            Some(_) => allowed(PolicyType::Resource),
            None => implicit(PolicyType::Resource),
        };
    }
    if setting.same_account { inside(setting, answers) } else { across(setting, answers) }
}

fn explicit(answers: &Answers) -> Option<PolicyType> {
    let denies = |answer: Option<Answer>| answer.is_some_and(|answer| answer.denies);
    [
        (answers.service_control_denies, PolicyType::ServiceControl),
        (answers.resource_control_denies, PolicyType::ResourceControl),
        (denies(answers.vpc_endpoint), PolicyType::VpcEndpoint),
        (answers.resource.denies, PolicyType::Resource),
        (answers.identity.denies, PolicyType::Identity),
        (denies(answers.boundary), PolicyType::Boundary),
        (denies(answers.session), PolicyType::Session),
    ]
    .into_iter()
    .find_map(|(denies, policy)| denies.then_some(policy))
}

fn misses(answer: Option<Answer>) -> bool {
    answer.is_some_and(|answer| answer.allows.is_none())
}

/// The first of the policies that limit a principal which does not allow.
fn limit(setting: &Setting, answers: &Answers) -> Option<PolicyType> {
    if misses(answers.boundary) {
        Some(PolicyType::Boundary)
    } else if misses(answers.session) || (setting.federated_user && answers.session.is_none()) {
        Some(PolicyType::Session)
    } else {
        None
    }
}

/// The principal and the resource belong to one account.
fn inside(setting: &Setting, answers: &Answers) -> Decided {
    let limit = limit(setting, answers);
    match answers.resource.allows {
        None if setting.resource_must_allow => return implicit(PolicyType::Resource),
        Some(Grant::Full) => return allowed(PolicyType::Resource),
        Some(Grant::Limited) => return limit.map_or(allowed(PolicyType::Resource), implicit),
        Some(Grant::Delegated) | None => {}
    }
    if setting.root {
        return limit.map_or((Verdict::Allowed, DecidedBy::RootUser), implicit);
    }
    if answers.identity.allows.is_none() {
        return implicit(PolicyType::Identity);
    }
    limit.map_or(allowed(PolicyType::Identity), implicit)
}

/// The resource belongs to another account: both sides must allow, and nothing is bypassed.
fn across(setting: &Setting, answers: &Answers) -> Decided {
    if answers.resource.allows.is_none() {
        return implicit(PolicyType::Resource);
    }
    if !setting.root && answers.identity.allows.is_none() {
        return implicit(PolicyType::Identity);
    }
    limit(setting, answers).map_or(allowed(PolicyType::Resource), implicit)
}
