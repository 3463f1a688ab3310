//! Somebody who looks on while questions are weighed: how the doctor learns why.
//!
//! The pipeline is the same with and without; a witness is told what was decided anyway.

use crate::authorize::Question;
use rolecall_names::AccountId;
use rolecall_policy::{Decision, Document, DocumentRef, Policies, Values};
use std::{cell::RefCell, sync::Arc};

/// What one condition key held in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A single-valued key.
    One(Box<str>),
    /// A multivalued key.
    Many(Vec<Box<str>>),
}

/// A question that was weighed: what was asked, by which documents it was judged, and what it came to.
#[derive(Debug, Clone)]
pub struct Weighing {
    /// `sts:AssumeRole`.
    pub action: Box<str>,
    /// The ARN of what it was to be done to.
    pub resource: Box<str>,
    /// Whose resource it is.
    pub resource_account: AccountId,
    /// The condition keys of the request; of two entries with the same key the first counts.
    pub facts: Vec<(String, Fact)>,
    /// Every document that was weighed.
    pub documents: Vec<(DocumentRef, Arc<Document>)>,
    /// The verdict with its trace.
    pub decision: Decision,
}

impl Weighing {
    /// The document a step of the trace refers to.
    #[must_use]
    pub fn document(&self, reference: DocumentRef) -> Option<&Arc<Document>> {
        self.documents.iter().find(|(known, _)| *known == reference).map(|(_, document)| document)
    }
}

/// Notes every question that is weighed while it looks on.
#[derive(Debug, Default)]
pub struct Witness(RefCell<Vec<Weighing>>);

impl Witness {
    /// What was weighed, in the order of asking.
    #[must_use]
    pub fn into_inner(self) -> Vec<Weighing> {
        self.0.into_inner()
    }

    pub(crate) fn note(&self, question: &Question<'_>, policies: &Policies<'_>, decision: &Decision) {
        let mut documents: Vec<(DocumentRef, Arc<Document>)> = Vec::new();
        for step in &decision.trace {
            let known = documents.last().is_some_and(|(known, _)| *known == step.document);
            if !known && let Some(document) = policies.document(step.document) {
                documents.push((step.document, Arc::new(document.clone())));
            }
        }
        let facts = question.context.entries().iter().map(|(key, values)| {
            let fact = match values {
                Values::One(value) => Fact::One((*value).into()),
                Values::Many(values) => Fact::Many(values.iter().map(|value| (*value).into()).collect()),
            };
            (key.to_string(), fact)
        });
        self.0.borrow_mut().push(Weighing {
            action: question.action.into(),
            resource: question.resource.into(),
            resource_account: question.resource_account,
            facts: facts.collect(),
            documents,
            decision: decision.clone(),
        });
    }
}
