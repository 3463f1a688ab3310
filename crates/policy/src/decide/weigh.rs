//! Statements weighed one by one, each leaving a step in the trace.

use crate::condition::{self, Outcome};
use crate::document::{Effect, Grant, List, Pattern, Statement, Value, grant};
use crate::pattern::template::{expand_resource, plain_front};
use crate::pattern::{Fit, glob, resource};
use crate::trace::{DocumentRef, Misses, Step};
use crate::{Document, PolicyType, Request, Trace};
use smallvec::SmallVec;

/// What a policy, or several of one type, say to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Answer {
    pub(super) denies: bool,
    /// The strongest grant among the statements that allow.
    pub(super) allows: Option<Grant>,
}

/// Whether an element takes in the request's value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Match {
    Yes,
    No,
    /// A variable could not be filled: the element and its `Not…` form alike do not match.
    Unresolved,
    /// It cannot be said: the element and its `Not…` form alike match in a Deny and do not in an Allow.
    Beyond,
}

impl From<Fit> for Match {
    fn from(fit: Fit) -> Self {
        match fit {
            Fit::Yes => Self::Yes,
            Fit::No => Self::No,
            Fit::Beyond => Self::Beyond,
        }
    }
}

/// Weighs the policies of one request.
pub(super) struct Weigher<'a> {
    request: &'a Request<'a>,
    /// The action in lower case.
    action: SmallVec<[u8; 64]>,
    bounded: bool,
    pub(super) trace: Trace,
}

impl<'a> Weigher<'a> {
    pub(super) fn new(request: &'a Request<'a>, bounded: bool) -> Self {
        let action = request.action.bytes().map(|byte| byte.to_ascii_lowercase()).collect();
        Self { request, action, bounded, trace: Trace::new() }
    }

    pub(super) fn one(&mut self, policy: PolicyType, document: &Document) -> Answer {
        self.all(policy, 0, &[document])
    }

    pub(super) fn all(&mut self, policy: PolicyType, level: u8, documents: &[&Document]) -> Answer {
        let mut answer = Answer::default();
        for (index, document) in documents.iter().enumerate() {
            let reference = DocumentRef { policy, level, index: u16::try_from(index).unwrap_or(u16::MAX) };
            for (place, statement) in document.statements().iter().enumerate() {
                let place = u16::try_from(place).unwrap_or(u16::MAX);
                let (step, grant) = self.weigh(document, statement, reference, place);
                match (grant, statement.effect) {
                    (None, _) => {}
                    (Some(_), Effect::Deny) => answer.denies = true,
                    (grant, Effect::Allow) => answer.allows = answer.allows.max(grant),
                }
                self.trace.push(step);
            }
        }
        answer
    }

    /// Everything about the statement is weighed once its action matches, so that the trace can tell all that is
    /// amiss with a statement that was meant for the request.
    #[inline]
    fn weigh(
        &self,
        document: &Document,
        statement: &Statement,
        reference: DocumentRef,
        place: u16,
    ) -> (Step, Option<Grant>) {
        let denies = statement.effect == Effect::Deny;
        let mut step =
            Step { document: reference, statement: place, misses: Misses::default(), denies, unmet: 0, absent: 0 };
        if !self.action(document, statement.action, denies) {
            step.misses.add(Misses::ACTION);
            return (step, None);
        }
        if !self.resource(document, statement.resource, reference.policy, denies) {
            step.misses.add(Misses::RESOURCE);
        }
        let grant = match statement.principal {
            Some(list) => grant(document, list, self.request.principal, denies, self.bounded),
            // Only a policy that is attached to somebody, or to an account, can do without a principal.
            None if matches!(reference.policy, PolicyType::Resource | PolicyType::VpcEndpoint) => None,
            None => Some(Grant::Full),
        };
        if grant.is_none() {
            step.misses.add(Misses::PRINCIPAL);
        }
        for (index, condition) in document.conditions(statement.conditions).iter().enumerate() {
            let outcome = condition::weigh(document, condition, self.request.context);
            // What cannot be understood must not let anybody in: it does not hold for an Allow, and holds for a Deny.
            let met = outcome == Outcome::Met || (outcome == Outcome::Unknown && denies);
            if !met {
                let bit = 1 << index.min(31);
                step.misses.add(Misses::CONDITION);
                step.unmet |= bit;
                step.absent |= if outcome == Outcome::Absent { bit } else { 0 };
            }
        }
        let grant = grant.filter(|_| step.misses.none());
        (step, grant)
    }

    fn action(&self, document: &Document, list: Option<List>, denies: bool) -> bool {
        let Some(list) = list.filter(|list| !list.range.is_empty()) else { return false };
        let mut beyond = false;
        let listed = document.values(list.range).iter().any(|value| match value.pattern {
            Pattern::Any => true,
            Pattern::Exact => document.resolve(value.text).as_bytes() == self.action.as_slice(),
            _ => {
                let fit = glob::matches(document.resolve(value.text), &self.action);
                beyond |= fit == Fit::Beyond;
                fit == Fit::Yes
            }
        });
        if beyond && !listed { denies } else { listed != list.not }
    }

    fn resource(&self, document: &Document, list: Option<List>, policy: PolicyType, denies: bool) -> bool {
        // A trust policy has no Resource: it speaks of the role it belongs to.
        let Some(list) = list else { return policy == PolicyType::Resource };
        let (mut unresolved, mut beyond) = (false, false);
        for value in document.values(list.range) {
            match self.resource_value(document, value, list.not) {
                Match::Yes => return !list.not,
                Match::No => {}
                Match::Unresolved => unresolved = true,
                Match::Beyond => beyond = true,
            }
        }
        if beyond {
            return denies;
        }
        list.not && !unresolved && !list.range.is_empty()
    }

    fn resource_value(&self, document: &Document, value: &Value, not: bool) -> Match {
        let text = document.resolve(value.text);
        let resource = self.request.resource.as_bytes();
        let matched = match value.pattern {
            Pattern::Any => true,
            Pattern::Exact => text.as_bytes() == resource,
            Pattern::Glob => return glob::matches(text, resource).into(),
            Pattern::Arn => return resource::matches(text, resource).into(),
            // Most templates can be told from what stands in front of the first variable or wildcard. Under
            // `NotResource` it also matters whether the variable could have been filled.
            Pattern::Template if !not && !resource.starts_with(plain_front(text)) => false,
            Pattern::Template => match expand_resource(text, self.request.context) {
                Some(pattern) => return resource::matches_expanded(&pattern, resource).into(),
                None => return Match::Unresolved,
            },
            Pattern::Net(_) | Pattern::Never => false,
        };
        if matched { Match::Yes } else { Match::No }
    }
}
