//! Results of simulations.

use super::{Elements, list, page};
use crate::xml::Xml;

/// What a simulation came to. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvalDecision {
    /// `allowed`.
    Allowed,
    /// `implicitDeny`.
    ImplicitDeny,
    /// `explicitDeny`.
    ExplicitDeny,
}

impl EvalDecision {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ImplicitDeny => "implicitDeny",
            Self::ExplicitDeny => "explicitDeny",
        }
    }
}

/// A place in a document. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Position.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: i32,
    /// The column, from 1.
    pub column: i32,
}

/// A statement that decided. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Statement.html>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MatchedStatement {
    /// Which policy it stands in.
    pub source_policy_id: String,
    /// What kind of policy that is.
    pub source_policy_type: &'static str,
    /// Where it begins.
    pub start_position: Position,
    /// Where it has ended.
    pub end_position: Position,
}

/// One policy type's word in a decision across accounts.
pub type DecisionDetail = (&'static str, EvalDecision);

/// The result for one resource. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResourceSpecificResult.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceSpecificResult {
    /// The resource.
    pub eval_resource_name: String,
    /// What it came to.
    pub eval_resource_decision: EvalDecision,
    /// The statements that decided.
    pub matched_statements: Vec<MatchedStatement>,
    /// Context keys that the policies ask for and the call does not give.
    pub missing_context_values: Vec<String>,
    /// How each policy type decided, across accounts.
    pub eval_decision_details: Option<Vec<DecisionDetail>>,
    /// Whether the boundary allows it, where there is one.
    pub allowed_by_permissions_boundary: Option<bool>,
}

/// The result for one action. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvaluationResult {
    /// The action.
    pub eval_action_name: String,
    /// What ARNs of such resources look like, or `*`.
    pub eval_resource_name: String,
    /// What it came to.
    pub eval_decision: EvalDecision,
    /// The statements that decided.
    pub matched_statements: Vec<MatchedStatement>,
    /// Context keys that the policies ask for and the call does not give.
    pub missing_context_values: Vec<String>,
    /// Whether the service control policies allow it, where there are any.
    pub allowed_by_organizations: Option<bool>,
    /// Whether the boundary allows it, where there is one.
    pub allowed_by_permissions_boundary: Option<bool>,
    /// How each policy type decided, across accounts.
    pub eval_decision_details: Option<Vec<DecisionDetail>>,
    /// The results by resource.
    pub resource_specific_results: Vec<ResourceSpecificResult>,
}

/// Answers SimulateCustomPolicy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulateCustomPolicy {
    /// A result an action.
    pub evaluation_results: Vec<EvaluationResult>,
    /// Where to go on; absent at the end.
    pub marker: Option<String>,
}

/// Answers SimulatePrincipalPolicy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatePrincipalPolicy {
    /// A result an action.
    pub evaluation_results: Vec<EvaluationResult>,
    /// Where to go on; absent at the end.
    pub marker: Option<String>,
}

impl Elements for Position {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.integer("Line", self.line);
        xml.integer("Column", self.column);
    }
}

impl Elements for MatchedStatement {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.text("SourcePolicyId", &self.source_policy_id);
        xml.text("SourcePolicyType", self.source_policy_type);
        xml.within("StartPosition", |xml| self.start_position.write(xml));
        xml.within("EndPosition", |xml| self.end_position.write(xml));
    }
}

fn details(xml: &mut Xml<'_>, details: Option<&[DecisionDetail]>) {
    match details {
        None => {}
        Some([]) => xml.empty("EvalDecisionDetails"),
        Some(details) => xml.within("EvalDecisionDetails", |xml| {
            for (source, decision) in details {
                xml.within("entry", |xml| {
                    xml.text("key", source);
                    xml.text("value", decision.as_str());
                });
            }
        }),
    }
}

fn boundary(xml: &mut Xml<'_>, allowed: Option<bool>) {
    if let Some(allowed) = allowed {
        xml.within("PermissionsBoundaryDecisionDetail", |xml| xml.flag("AllowedByPermissionsBoundary", allowed));
    }
}

impl Elements for ResourceSpecificResult {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.text("EvalResourceName", &self.eval_resource_name);
        xml.text("EvalResourceDecision", self.eval_resource_decision.as_str());
        list(xml, "MatchedStatements", &self.matched_statements);
        xml.texts("MissingContextValues", &self.missing_context_values);
        details(xml, self.eval_decision_details.as_deref());
        boundary(xml, self.allowed_by_permissions_boundary);
    }
}

impl Elements for EvaluationResult {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.text("EvalActionName", &self.eval_action_name);
        xml.text("EvalResourceName", &self.eval_resource_name);
        xml.text("EvalDecision", self.eval_decision.as_str());
        list(xml, "MatchedStatements", &self.matched_statements);
        xml.texts("MissingContextValues", &self.missing_context_values);
        if let Some(allowed) = self.allowed_by_organizations {
            xml.within("OrganizationsDecisionDetail", |xml| xml.flag("AllowedByOrganizations", allowed));
        }
        boundary(xml, self.allowed_by_permissions_boundary);
        details(xml, self.eval_decision_details.as_deref());
        if !self.resource_specific_results.is_empty() {
            list(xml, "ResourceSpecificResults", &self.resource_specific_results);
        }
    }
}

impl Elements for SimulateCustomPolicy {
    fn write(&self, xml: &mut Xml<'_>) {
        page(xml, "EvaluationResults", &self.evaluation_results, self.marker.as_deref());
    }
}

impl Elements for SimulatePrincipalPolicy {
    fn write(&self, xml: &mut Xml<'_>) {
        page(xml, "EvaluationResults", &self.evaluation_results, self.marker.as_deref());
    }
}
