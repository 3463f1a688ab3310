//! Service and resource control policies, and the policies of VPC endpoints.
//!
//! Sources: AWS Organizations User Guide, "SCP syntax" (the whole language since 2025, save principals) and "RCP
//! syntax"; AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies".

use crate::check::identity::actions;
use crate::check::{Broken, Reason, dates, operators, repeated_sid};
use crate::document::{Effect, List, Statement, Who};
use crate::{Document, Span, Version};

pub(super) fn service_control(document: &Document) -> Result<(), Broken> {
    version(document)?;
    for statement in document.statements() {
        if statement.principal.is_some() {
            return Err((Reason::PrincipalForbidden, statement.span));
        }
        complete(document, statement)?;
    }
    last(document)
}

/// A customer's own resource control policy: `RCPFullAWSAccess`, the only one that allows, is AWS's.
pub(super) fn resource_control(document: &Document) -> Result<(), Broken> {
    version(document)?;
    for statement in document.statements() {
        if statement.effect == Effect::Allow {
            return Err((Reason::AllowForbidden, statement.effect_span));
        }
        let Some(list) = statement.principal else { return Err((Reason::NoPrincipal, statement.span)) };
        let entries = document.principal_list(list);
        if let Some(named) = entries.iter().find(|entry| entry.who != Who::Everyone) {
            return Err((Reason::PrincipalNotStar, named.span));
        }
        if list.not || entries.is_empty() || matches!(statement.action, Some(List { not: true, .. })) {
            return Err((Reason::ElementForbidden, statement.span));
        }
        complete(document, statement)?;
    }
    last(document)
}

pub(super) fn vpc_endpoint(document: &Document) -> Result<(), Broken> {
    for statement in document.statements() {
        if statement.principal.is_none() {
            return Err((Reason::NoPrincipal, statement.span));
        }
        complete(document, statement)?;
    }
    last(document)
}

fn version(document: &Document) -> Result<(), Broken> {
    if document.declared_version() == Some(Version::V2012) { Ok(()) } else { Err((Reason::Version, Span::new(0, 1))) }
}

fn complete(document: &Document, statement: &Statement) -> Result<(), Broken> {
    if !matches!(statement.effect_span.of(document.text()), "Allow" | "Deny") {
        return Err((Reason::EffectCase, statement.effect_span));
    }
    if statement.action.is_none_or(|list| list.range.is_empty()) {
        return Err((Reason::NoActions, statement.span));
    }
    if statement.resource.is_none_or(|list| list.range.is_empty()) {
        return Err((Reason::NoResources, statement.span));
    }
    operators(document, statement)?;
    dates(document, statement)
}

fn last(document: &Document) -> Result<(), Broken> {
    if let Some(span) = repeated_sid(document) {
        return Err((Reason::SidRepeated, span));
    }
    actions(document)
}
