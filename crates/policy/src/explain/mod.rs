//! From a trace to words: every statement weighed, what of it did not match, and the request's values beside the
//! policy's.
//!
//! Nothing is judged anew: the indexes of the trace are followed back into the documents.

mod render;

pub use render::diagnose;

use crate::condition::{self, Outcome};
use crate::document::{ConditionView, StatementView};
use crate::{Decision, Document, DocumentRef, Policies, PolicyType, Request, Step, Values};

/// A statement that was weighed, with its reasons.
#[derive(Debug, Clone)]
pub struct Weighed<'a> {
    /// What the trace says.
    pub step: Step,
    /// The document it stands in.
    pub document: &'a Document,
    /// The statement.
    pub statement: StatementView<'a>,
    /// Its conditions; none where the action did not match, because then they were not looked at.
    pub conditions: Vec<WeighedCondition<'a>>,
}

/// One condition of a weighed statement.
#[derive(Debug, Clone, Copy)]
pub struct WeighedCondition<'a> {
    /// The condition.
    pub condition: ConditionView<'a>,
    /// What the request holds under its key; `None` when the key is absent.
    pub held: Option<Values<'a>>,
    /// Whether it holds.
    pub met: bool,
}

/// The trace of `decision` in full, in the order of weighing. `request` and `policies` are those it was made from.
#[must_use]
pub fn explain<'a>(decision: &Decision, request: &Request<'a>, policies: &Policies<'a>) -> Vec<Weighed<'a>> {
    decision.trace.iter().filter_map(|step| weighed(*step, request, policies)).collect()
}

fn weighed<'a>(step: Step, request: &Request<'a>, policies: &Policies<'a>) -> Option<Weighed<'a>> {
    let document = policies.document(step.document)?;
    let statement = document.statement(usize::from(step.statement))?;
    let conditions = if step.misses.action() {
        Vec::new()
    } else {
        let met = |index: usize, view: &ConditionView<'a>| match index {
            0..31 => step.unmet >> index & 1 == 0,
            // Bit 31 speaks for all further ones together.
            _ => step.unmet >> 31 == 0 || condition::weigh(document, view.condition(), request.context) == Outcome::Met,
        };
        let conditions = statement.conditions().enumerate();
        conditions
            .map(|(index, view)| WeighedCondition {
                condition: view,
                held: request.context.get(crate::Key::new(view.key())),
                met: met(index, &view),
            })
            .collect()
    };
    Some(Weighed { step, document, statement, conditions })
}

impl<'a> Policies<'a> {
    /// The document a step of a trace refers to.
    #[must_use]
    pub fn document(&self, reference: DocumentRef) -> Option<&'a Document> {
        let (level, index) = (usize::from(reference.level), usize::from(reference.index));
        match reference.policy {
            PolicyType::ServiceControl => self.scp.get(level)?.get(index).copied(),
            PolicyType::ResourceControl => self.rcp.get(level)?.get(index).copied(),
            PolicyType::Identity => self.identity.get(index).copied(),
            PolicyType::Session => self.session?.get(index).copied(),
            PolicyType::VpcEndpoint => self.vpc_endpoint,
            PolicyType::Resource => self.resource,
            PolicyType::Boundary => self.boundary,
        }
    }
}
