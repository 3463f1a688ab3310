//! What AWS refuses to save, and in which words.
//!
//! Each kind of document has its own rules and its own order of looking for what is wrong. Where AWS does not write
//! them down, they follow what AWS was seen to answer; `docs/decisions/policy-undocumented.md` names the sources.

mod identity;
mod malformed;
mod organization;
mod size;
mod trust;

pub use malformed::{Malformed, Reason, ResourceRule};
pub use size::Quota;

use crate::condition::Test;
use crate::document::{Statement, SyntaxError};
use crate::{Document, ParseError, Span};

/// What a document is to be saved as; each kind has its own rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An inline or managed policy of a user, group or role.
    Identity,
    /// A role's trust policy.
    Trust,
    /// A policy passed when a session is made.
    Session,
    /// A permissions boundary (a managed policy by itself).
    Boundary,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
    /// A VPC endpoint's policy.
    VpcEndpoint,
}

/// Reads `text` and demands what AWS demands of a document that is saved as `kind`.
///
/// Sizes are another matter ([`Quota`]), and so is whether the principals of a trust policy exist
/// ([`Malformed::unknown_principal`]).
///
/// # Errors
/// The first rule broken, in AWS's order.
pub fn check(kind: Kind, text: &str) -> Result<Document, Malformed> {
    let broken = |(reason, span)| Malformed { kind, reason, span };
    let document = Document::parse(text).map_err(|ParseError { error, span }| broken((Reason::Syntax(error), span)))?;
    let checked = match kind {
        Kind::Identity | Kind::Boundary => identity::check(&document, true),
        Kind::Session => identity::check(&document, false),
        Kind::Trust => trust::check(&document),
        Kind::ServiceControl => organization::service_control(&document),
        Kind::ResourceControl => organization::resource_control(&document),
        Kind::VpcEndpoint => organization::vpc_endpoint(&document),
    };
    match checked {
        Ok(()) => Ok(document),
        Err(reason) => Err(broken(reason)),
    }
}

/// A rule broken, and where.
type Broken = (Reason, Span);

/// White space in front of the document.
fn leading_space(document: &Document) -> Result<(), Broken> {
    if document.text().starts_with('{') {
        return Ok(());
    }
    Err((Reason::LeadingSpace, Span::new(0, 1)))
}

/// An operator that does not exist may stand there as long as it has no keys.
fn operators(document: &Document, statement: &Statement) -> Result<(), Broken> {
    let unknown = document.conditions(statement.conditions).iter().find(|condition| condition.operator.is_none());
    unknown.map_or(Ok(()), |condition| Err((Reason::Operator, condition.operator_span)))
}

/// Values that a date operator cannot compare.
fn dates(document: &Document, statement: &Statement) -> Result<(), Broken> {
    for condition in document.conditions(statement.conditions) {
        if !matches!(condition.operator.map(|operator| operator.test), Some(Test::Date(_))) {
            continue;
        }
        for value in document.values(condition.values) {
            if !crate::condition::date::is_date(document.resolve(value.text)) {
                return Err((Reason::Date, value.span));
            }
        }
    }
    Ok(())
}

/// The first `Sid` that another statement before it has.
fn repeated_sid(document: &Document) -> Option<Span> {
    let mut sids: Vec<(&str, Span)> = document
        .statements()
        .iter()
        .filter_map(|statement| statement.sid)
        .map(|(text, span)| (document.resolve(text), span))
        .filter(|(sid, _)| !sid.is_empty())
        .collect();
    sids.sort_unstable_by_key(|(sid, span)| (*sid, span.start));
    sids.array_windows().filter(|[(sid, _), (next, _)]| sid == next).map(|[_, (_, span)]| *span).min_by_key(|s| s.start)
}

/// The syntax error that stands for a `Statement` without any.
fn is_empty_statement(error: SyntaxError) -> bool {
    error == SyntaxError::NoStatement
}
