//! Refusals that a policy decided: which statement came nearest, and what of it did not match.

use super::{Cause, Clue, Code, Found, fact_text, listed, nearest::distance};
use crate::{Case, HopRun, Run, run::place_of};
use rolecall_clients::SessionName;
use rolecall_kernel::{Fact, Weighing};
use rolecall_names::Arn;
use rolecall_policy::{DecidedBy, DocumentRef, PolicyType, Span, Step, Verdict};
use rolecall_world::At;
use std::collections::BTreeSet;

/// The causes of a `weighing` that came to no.
pub(super) fn causes<'w>(case: &Case<'w>, run: &Run<'w>, hop: &HopRun, weighing: &Weighing) -> Vec<Cause> {
    let looking = Looking { case, run, hop, weighing };
    let DecidedBy::Policy(policy) = weighing.decision.decided_by else {
        return vec![looking.root()];
    };
    if case.role_by_arn(&hop.hop.role_arn.value).is_none() {
        return vec![looking.missing()];
    }
    match weighing.decision.verdict {
        Verdict::ExplicitlyDenied => looking.denied(policy),
        Verdict::ImplicitlyDenied | Verdict::Allowed => looking.unallowed(policy),
    }
}

pub(super) struct Looking<'l, 'w> {
    pub(super) case: &'l Case<'w>,
    pub(super) run: &'l Run<'w>,
    pub(super) hop: &'l HopRun,
    pub(super) weighing: &'l Weighing,
}

impl<'w> Looking<'_, 'w> {
    fn root(&self) -> Cause {
        let text = "the caller is an account's root user, and AWS lets no root user assume a role".to_owned();
        let at = Some(place_of(self.run.call, self.hop.hop.at));
        Cause { code: Code::RootCaller, text, at, clue: Clue::Plain }
    }

    pub(super) fn missing(&self) -> Cause {
        let named = &self.hop.hop.role_arn;
        let at = Some(place_of(self.run.call, named.at));
        let arn = Arn::parse(&named.value).ok();
        let account = arn.and_then(|arn| self.case.directory.account(arn.account_id()?));
        if let (Some(arn), Some(account)) = (arn, account)
            && arn.partition != account.partition().as_str()
        {
            let text = format!(
                "{} is an ARN of the partition {}, and the account is one of {}",
                named.value,
                arn.partition,
                account.partition()
            );
            return Cause { code: Code::PartitionMismatch, text, at, clue: Clue::Plain };
        }
        let text = format!("there is no role {}", named.value);
        Cause { code: Code::RoleMissing, text, at, clue: Clue::Plain }
    }

    pub(super) fn found(&self, reference: DocumentRef) -> Option<Found<'w>> {
        self.case.document(self.run, self.hop, self.weighing, reference)
    }

    pub(super) fn at(&self, found: &Found<'w>, span: Span) -> At {
        At { file: found.policy.file, span }
    }

    /// Statements that deny. Where several do, each has to be mended.
    fn denied(&self, policy: PolicyType) -> Vec<Cause> {
        let matched = self.weighing.decision.trace.iter();
        let matched = matched.filter(|step| step.denies && step.matched() && step.document.policy == policy);
        let causes = matched.filter_map(|step| {
            let found = self.found(step.document)?;
            let statement = found.policy.document.statement(usize::from(step.statement))?;
            let named = statement.sid().map_or_else(String::new, |sid| format!(" ({sid})"));
            let text = format!(
                "a statement{named} of the {} denies {} on {}",
                policy.name(),
                self.weighing.action,
                self.weighing.resource
            );
            Some(Cause {
                code: of_type(policy, Code::ExplicitDeny),
                text,
                at: Some(self.at(&found, statement.span())),
                clue: Clue::Deny { document: step.document, statement: usize::from(step.statement) },
            })
        });
        causes.collect()
    }

    /// Statements that allow, of documents of the type that had to and did not; those that come nearest first.
    fn nearest(&self, policy: PolicyType) -> Vec<Step> {
        let level = self.level(policy);
        let mut steps: Vec<Step> = self.weighing.decision.trace.iter().copied().collect();
        steps.retain(|step| !step.denies && step.document.policy == policy && step.document.level == level);
        steps.sort_by_cached_key(|step| {
            distance(step, self.found(step.document).as_ref(), self.weighing, &self.hop.caller)
        });
        steps
    }

    /// The first level at which nothing allows; control policies have several, all others one.
    fn level(&self, policy: PolicyType) -> u8 {
        let trace = || self.weighing.decision.trace.iter().filter(move |step| step.document.policy == policy);
        let levels: BTreeSet<u8> = trace().map(|step| step.document.level).collect();
        let allows = |level: u8| trace().any(|step| step.document.level == level && !step.denies && step.matched());
        levels.into_iter().find(|level| !allows(*level)).unwrap_or_default()
    }

    fn unallowed(&self, policy: PolicyType) -> Vec<Cause> {
        let nearest = self.nearest(policy);
        let only_conditions = |step: &&Step| {
            step.misses.condition() && !step.misses.action() && !step.misses.principal() && !step.misses.resource()
        };
        let by_condition: Vec<Cause> =
            nearest.iter().filter(only_conditions).flat_map(|step| self.conditions(step)).collect();
        if !by_condition.is_empty() {
            return by_condition;
        }
        let first = nearest.first().copied();
        if policy == PolicyType::Resource {
            return vec![self.trust(first)];
        }
        vec![self.not_granted(policy, first)]
    }

    /// Each condition of a statement that does not hold.
    fn conditions(&self, step: &Step) -> Vec<Cause> {
        let Some(found) = self.found(step.document) else { return Vec::new() };
        let Some(statement) = found.policy.document.statement(usize::from(step.statement)) else { return Vec::new() };
        let unmet = |index: usize| step.unmet >> index.min(31) & 1 == 1;
        let conditions = statement.conditions().enumerate().filter(|(index, _)| unmet(*index));
        let causes = conditions.map(|(index, condition)| {
            let (key, operator) = (condition.key(), condition.operator());
            let held = held(self.weighing, key);
            let wants = listed(condition.values());
            let has = match held {
                Some(fact) => format!("the request has {}{}", fact_text(fact), self.why_so(key)),
                None => format!("the request has no {key}{}", self.why_absent(key)),
            };
            let code = match (of_type(step.document.policy, Code::ExplicitDeny), step.document.policy) {
                (_, PolicyType::Resource | PolicyType::Identity) => Code::of_key(key),
                (code, _) => code,
            };
            Cause {
                code,
                text: format!("{operator} {key} wants {wants}; {has}"),
                at: Some(self.at(&found, condition.span())),
                clue: Clue::Condition {
                    document: step.document,
                    statement: usize::from(step.statement),
                    condition: index,
                },
            }
        });
        causes.collect()
    }

    /// Why a key holds what nobody set.
    fn why_so(&self, key: &str) -> String {
        let before = self.run.hops.len().checked_sub(2).and_then(|before| self.run.hops.get(before));
        match before.map(|before| (&before.hop.session_name, &before.hop.profile)) {
            Some((SessionName::Generated(pattern), Some(profile))) if Code::of_key(key) == Code::UserIdMismatch => {
                format!(
                    ": the profile {profile}, which makes the calling session, sets no role_session_name, so the client makes up \
                     {}",
                    pattern.text()
                )
            }
            _ => String::new(),
        }
    }

    /// Why a key that people expect is not there.
    fn why_absent(&self, key: &str) -> String {
        let Ok(arrival) = &self.hop.journey.ended else { return String::new() };
        let key = key.to_ascii_lowercase();
        match (key.as_str(), &arrival.vpc_endpoint_id) {
            ("aws:sourceip", Some(endpoint)) => {
                format!(
                    ": it came through the VPC endpoint {endpoint}, where aws:VpcSourceIp ({}) stands in its place",
                    arrival.source_ip
                )
            }
            ("aws:vpcsourceip" | "aws:sourcevpce" | "aws:sourcevpc", None) => {
                format!(": it did not come through a VPC endpoint, but from {}", arrival.source_ip)
            }
            ("sts:externalid", _) => ": the call sends none".to_owned(),
            ("aws:multifactorauthpresent" | "aws:multifactorauthage", _) => {
                ": the caller has given no MFA code with these credentials".to_owned()
            }
            _ => String::new(),
        }
    }

    /// No document of a type allows the action.
    fn not_granted(&self, policy: PolicyType, nearest: Option<Step>) -> Cause {
        let action = self.weighing.action.to_string();
        let identity = match action.as_str() {
            "sts:TagSession" => Code::TagSessionMissing,
            "sts:SetSourceIdentity" => Code::SourceIdentityMissing,
            _ => Code::IdentityPolicyMissing,
        };
        let code = of_type(policy, identity);
        let resource = &self.weighing.resource;
        let text = match policy {
            PolicyType::Identity => {
                format!("no policy of {} allows {action} on {resource}", self.hop.caller.principal_arn)
            }
            _ => format!("the {} does not allow {action} on {resource}", policy.name()),
        };
        let nearest_document = nearest.map(|step| step.document);
        let reference = nearest_document.unwrap_or(DocumentRef { policy, level: self.level(policy), index: 0 });
        let found = nearest_document.and_then(|document| self.found(document));
        let entity = self.case.caller_entity(self.hop);
        let (at, statement) = match (&found, nearest) {
            (Some(found), Some(step)) => {
                let statement = usize::from(step.statement);
                let view = found.policy.document.statement(statement);
                let span = view.map(|view| match step.misses.action() {
                    true => view.actions().next().map_or(view.span(), |(_, span)| span),
                    false => view.resources().next().map_or(view.span(), |(_, span)| span),
                });
                (span.map(|span| self.at(found, span)), Some(statement))
            }
            _ if policy == PolicyType::Identity => {
                let table = entity.map(|entity| entity.policies.first().map_or(entity.name.at, |policy| policy.at));
                (table, None)
            }
            _ => (self.found(reference).map(|found| found.policy.at), None),
        };
        let view =
            found.as_ref().zip(statement).and_then(|(found, statement)| found.policy.document.statement(statement));
        let elsewhere = view.and_then(|view| {
            view.resources().map(|(value, _)| value).find(|value| is_of_other_partition(value, resource))
        });
        let (code, text) = match elsewhere {
            Some(value) if code == Code::IdentityPolicyMissing => (
                Code::PartitionMismatch,
                format!("the policy names {value}, and the role is {resource}, of another partition"),
            ),
            _ => (code, text),
        };
        Cause { code, text, at, clue: Clue::Unallowed { document: reference, statement, action } }
    }
}

/// Whether two ARNs differ in nothing but their partition.
fn is_of_other_partition(value: &str, resource: &str) -> bool {
    let parts = |arn: &str| {
        arn.strip_prefix("arn:")
            .and_then(|arn| arn.split_once(':'))
            .map(|(partition, rest)| (partition.to_owned(), rest.to_owned()))
    };
    match (parts(value), parts(resource)) {
        (Some((one, rest)), Some((other, of_resource))) => one != other && one != "*" && rest == of_resource,
        _ => false,
    }
}

/// What a request holds under `key`.
pub(crate) fn held<'f>(weighing: &'f Weighing, key: &str) -> Option<&'f Fact> {
    weighing.facts.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, fact)| fact)
}

/// The code of a policy's own type; `else_code` for trust and identity policies.
fn of_type(policy: PolicyType, else_code: Code) -> Code {
    match policy {
        PolicyType::ServiceControl => Code::ServiceControlPolicy,
        PolicyType::ResourceControl => Code::ResourceControlPolicy,
        PolicyType::VpcEndpoint => Code::VpcEndpointPolicy,
        PolicyType::Boundary => Code::PermissionsBoundary,
        PolicyType::Session => Code::SessionPolicy,
        PolicyType::Resource | PolicyType::Identity => else_code,
    }
}
