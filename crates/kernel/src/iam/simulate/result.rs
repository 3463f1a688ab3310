//! From verdicts to the simulator's answers: an action's result is made of those of its resources.

use super::weigh::{Resource, Simulation};
use rolecall_names::Arn;
use rolecall_policy::{Context, Document, Key};
use rolecall_wire::reply::{DecisionDetail, EvalDecision, EvaluationResult, MatchedStatement, ResourceSpecificResult};
use std::collections::BTreeMap;

/// What one action on one resource comes to.
pub(super) struct OfResource {
    pub(super) decision: EvalDecision,
    pub(super) statements: Vec<MatchedStatement>,
    pub(super) missing: Vec<String>,
    pub(super) by_organization: Option<bool>,
    pub(super) by_boundary: Option<bool>,
    pub(super) details: Option<Vec<DecisionDetail>>,
}

/// The context keys that policies ask for, each once whatever its case, as first spelled.
#[derive(Default)]
pub(super) struct Missing(BTreeMap<String, String>);

impl Missing {
    pub(super) fn ask(&mut self, document: &Document) {
        for key in document.context_keys() {
            self.0.entry(key.to_ascii_lowercase()).or_insert_with(|| key.to_owned());
        }
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Those that `context` has not.
    pub(super) fn of(&self, context: &Context<'_>) -> Vec<String> {
        self.0.values().filter(|key| context.get(Key::new(key)).is_none()).cloned().collect()
    }
}

impl Simulation<'_> {
    /// The result of one action, on every resource.
    pub(super) fn result(&self, action: &str) -> EvaluationResult {
        let each: Vec<(&Resource<'_>, OfResource)> =
            self.resources.iter().map(|resource| (resource, self.weigh(action, resource))).collect();
        let mut result = EvaluationResult {
            eval_action_name: action.to_owned(),
            eval_resource_name: template(each.iter().map(|(resource, _)| resource.name)).to_owned(),
            eval_decision: EvalDecision::Allowed,
            matched_statements: Vec::new(),
            missing_context_values: Vec::new(),
            allowed_by_organizations: None,
            allowed_by_permissions_boundary: None,
            eval_decision_details: None,
            resource_specific_results: Vec::new(),
        };
        let both = |one: Option<bool>, other: Option<bool>| match (one, other) {
            (Some(one), Some(other)) => Some(one && other),
            (one, other) => one.or(other),
        };
        let all = matches!(&*each, [(only, _)] if only.name == "*");
        for (resource, one) in each {
            result.eval_decision = result.eval_decision.max(one.decision);
            result.allowed_by_organizations = both(result.allowed_by_organizations, one.by_organization);
            result.allowed_by_permissions_boundary = both(result.allowed_by_permissions_boundary, one.by_boundary);
            result.matched_statements.extend(one.statements.iter().cloned());
            result.missing_context_values.extend(one.missing.iter().cloned());
            if let Some(details) = &one.details {
                merge(result.eval_decision_details.get_or_insert_default(), details);
            }
            if !all {
                result.resource_specific_results.push(ResourceSpecificResult {
                    eval_resource_name: resource.name.to_owned(),
                    eval_resource_decision: one.decision,
                    matched_statements: one.statements,
                    missing_context_values: one.missing,
                    eval_decision_details: one.details.filter(|details| !details.is_empty()),
                    allowed_by_permissions_boundary: one.by_boundary,
                });
            }
        }
        // Only what made the decision reported: the allows of one resource are no reason to deny another.
        if result.eval_decision != EvalDecision::Allowed {
            let decided = |one: &&ResourceSpecificResult| one.eval_resource_decision == result.eval_decision;
            if !all {
                let deciding = result.resource_specific_results.iter().filter(decided);
                result.matched_statements = deciding.flat_map(|one| one.matched_statements.iter().cloned()).collect();
            }
        }
        result.matched_statements.sort();
        result.matched_statements.dedup();
        result.missing_context_values.sort();
        result.missing_context_values.dedup();
        result
    }
}

/// The most restrictive word of each policy type.
fn merge(all: &mut Vec<DecisionDetail>, more: &[DecisionDetail]) {
    for (source, decision) in more {
        match all.iter_mut().find(|(known, _)| known == source) {
            Some((_, known)) => *known = (*known).max(*decision),
            None => all.push((source, *decision)),
        }
    }
}

/// What the ARNs of such resources look like, for the resources that simulations are about most; `*` for others, and
/// for a mixture.
///
/// Source: Service Authorization Reference, "Resource types defined by" AWS STS, IAM and Amazon S3.
fn template<'a>(mut names: impl Iterator<Item = &'a str>) -> &'static str {
    let one = |name: &str| {
        let Ok(arn) = Arn::parse(name) else { return "*" };
        match (arn.service, arn.resource.split_once('/')) {
            ("iam", Some(("role", _))) => "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}",
            ("iam", Some(("user", _))) => "arn:${Partition}:iam::${Account}:user/${UserNameWithPath}",
            ("iam", Some(("policy", _))) => "arn:${Partition}:iam::${Account}:policy/${PolicyNameWithPath}",
            ("s3", Some(_)) if arn.account.is_empty() => "arn:${Partition}:s3:::${BucketName}/${KeyName}",
            ("s3", None) if arn.account.is_empty() => "arn:${Partition}:s3:::${BucketName}",
            _ => "*",
        }
    };
    let Some(first) = names.next().map(one) else { return "*" };
    if names.all(|name| one(name) == first) { first } else { "*" }
}
