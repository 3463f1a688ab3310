//! Statements and conditions, for those who show them.

use crate::document::{Condition, List, Statement};
use crate::{Document, Effect, Span};

/// One statement, for those who show it.
#[derive(Debug, Clone, Copy)]
pub struct StatementView<'a> {
    pub(super) document: &'a Document,
    pub(super) statement: &'a Statement,
}

impl<'a> StatementView<'a> {
    /// Where it stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.statement.span
    }

    /// Whether it allows or denies.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.statement.effect
    }

    /// Its `Sid`.
    #[must_use]
    pub fn sid(&self) -> Option<&'a str> {
        self.statement.sid.map(|(text, _)| self.document.resolve(text))
    }

    /// The values of its `Action` or `NotAction`.
    pub fn actions(&self) -> impl Iterator<Item = (&'a str, Span)> {
        self.list(self.statement.action)
    }

    /// The values of its `Resource` or `NotResource`.
    pub fn resources(&self) -> impl Iterator<Item = (&'a str, Span)> {
        self.list(self.statement.resource)
    }

    /// Its conditions, one for each key of each operator.
    pub fn conditions(&self) -> impl Iterator<Item = ConditionView<'a>> {
        let document = self.document;
        document
            .conditions(self.statement.conditions)
            .iter()
            .map(move |condition| ConditionView { document, condition })
    }

    /// Where its elements stand, for marking them.
    pub(crate) fn element_spans(&self) -> Elements {
        let document = self.document;
        let around = |first: Option<Span>, last: Option<Span>| {
            let (first, last) = (first?, last?);
            // The values' spans leave out their quotation marks.
            Some(Span::new(first.start.saturating_sub(1), last.end + 1))
        };
        let values = |list: Option<List>| {
            let values = document.values(list?.range);
            around(values.first().map(|value| value.span), values.last().map(|value| value.span))
        };
        let principals = document.principal_list(self.statement.principal.unwrap_or_default());
        Elements {
            effect: self.statement.effect_span,
            action: values(self.statement.action),
            resource: values(self.statement.resource),
            principal: around(principals.first().map(|entry| entry.span), principals.last().map(|entry| entry.span)),
        }
    }

    fn list(&self, list: Option<List>) -> impl Iterator<Item = (&'a str, Span)> {
        let document = self.document;
        document
            .values(list.unwrap_or_default().range)
            .iter()
            .map(move |value| (value.span.of(document.text()), value.span))
    }
}

/// Where the elements of a statement stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Elements {
    pub(crate) effect: Span,
    pub(crate) action: Option<Span>,
    pub(crate) resource: Option<Span>,
    pub(crate) principal: Option<Span>,
}

/// One condition key under one operator, for those who show it.
#[derive(Debug, Clone, Copy)]
pub struct ConditionView<'a> {
    document: &'a Document,
    condition: &'a Condition,
}

impl<'a> ConditionView<'a> {
    pub(crate) fn condition(&self) -> &'a Condition {
        self.condition
    }

    /// The operator as the document spells it.
    #[must_use]
    pub fn operator(&self) -> &'a str {
        self.condition.operator_span.of(self.document.text())
    }

    /// The condition key as the document spells it.
    #[must_use]
    pub fn key(&self) -> &'a str {
        self.document.resolve(self.condition.key)
    }

    /// The values.
    pub fn values(&self) -> impl Iterator<Item = &'a str> {
        let document = self.document;
        document.values(self.condition.values).iter().map(move |value| document.resolve(value.text))
    }

    /// Where the key stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.condition.key_span
    }
}
