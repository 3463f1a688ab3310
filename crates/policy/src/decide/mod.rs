//! The decision: every policy that applies is weighed, then one table says what their answers come to.

mod needs;
mod table;
mod weigh;

use crate::{DecidedBy, Decision, Document, Policies, PolicyType, Request, Trace, Verdict};
use rolecall_names::{Arn, Principal};
use table::{Answers, Setting, verdict};
use weigh::Weigher;

/// Judges `request` by the policies that apply to it.
///
/// Pure, and without touching the heap unless a request meets more statements than a [`Trace`] holds inline.
#[must_use]
pub fn decide(request: &Request<'_>, policies: &Policies<'_>) -> Decision {
    if needs::no_permission(request.action) {
        let decided_by = DecidedBy::NoPermissionNeeded;
        return Decision { verdict: Verdict::Allowed, decided_by, trace: Trace::new() };
    }
    let principal = request.principal;
    let arn = Arn::parse(request.resource).ok();
    let owner =
        request.resource_account.or_else(|| arn.and_then(|arn| arn.account_id())).or_else(|| principal.account());
    let setting = Setting {
        same_account: principal.account().is_some() && principal.account() == owner,
        has_account: principal.account().is_some(),
        federated_user: matches!(principal, Principal::FederatedUser { .. }),
        root: matches!(principal, Principal::Root { .. }),
        assumes_role: needs::assumes_role(request.action, arn.as_ref()),
        resource_must_allow: needs::resource_must_allow(request.action, arn.as_ref()),
    };
    let linked = matches!(principal, Principal::Role(session) if needs::service_linked(&session.role_path));

    let mut weigher = Weigher::new(request, policies.boundary.is_some());
    let mut answers = Answers::default();
    if setting.has_account && !linked {
        for (level, documents) in levels(policies.scp) {
            let answer = weigher.all(PolicyType::ServiceControl, level, documents);
            answers.service_control_denies |= answer.denies;
            answers.service_control_misses |= answer.allows.is_none();
        }
    }
    if !policies.rcp.is_empty() && !linked && needs::resource_control_applies(request.action, arn.as_ref()) {
        for (level, documents) in levels(policies.rcp) {
            answers.resource_control_denies |= weigher.all(PolicyType::ResourceControl, level, documents).denies;
        }
    }
    answers.vpc_endpoint = policies.vpc_endpoint.map(|document| weigher.one(PolicyType::VpcEndpoint, document));
    answers.resource =
        policies.resource.map(|document| weigher.one(PolicyType::Resource, document)).unwrap_or_default();
    answers.identity = weigher.all(PolicyType::Identity, 0, policies.identity);
    answers.boundary = policies.boundary.map(|document| weigher.one(PolicyType::Boundary, document));
    answers.session = policies.session.map(|documents| weigher.all(PolicyType::Session, 0, documents));

    let (verdict, decided_by) = verdict(&setting, &answers);
    Decision { verdict, decided_by, trace: weigher.trace }
}

/// Organization levels with their numbers; AWS has seven at most.
fn levels<'a>(levels: &'a [&'a [&'a Document]]) -> impl Iterator<Item = (u8, &'a [&'a Document])> {
    levels.iter().enumerate().map(|(level, documents)| (u8::try_from(level).unwrap_or(u8::MAX), *documents))
}
