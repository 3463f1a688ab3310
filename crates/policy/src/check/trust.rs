//! Trust policies.
//!
//! Sources: IAM User Guide, "Roles terms and concepts", "AWS JSON policy elements: Principal", "NotPrincipal"; the
//! words are AWS's, as public issue threads and the versitygw project's tests record them.

use crate::check::{Broken, Reason, dates, leading_space, operators, repeated_sid};
use crate::document::{Effect, List, PrincipalEntry, PrincipalKind, Statement, Who};
use crate::{Document, Key, Span};
use rolecall_names::Arn;

const COGNITO: &str = "cognito-identity.amazonaws.com";

pub(super) fn check(document: &Document) -> Result<(), Broken> {
    leading_space(document)?;
    for statement in document.statements() {
        if !matches!(statement.effect_span.of(document.text()), "Allow" | "Deny") {
            return Err((Reason::EffectCase, statement.effect_span));
        }
        principals(document, statement)?;
        operators(document, statement)?;
        dates(document, statement)?;
        actions(document, statement)?;
        match statement.resource {
            None => {}
            Some(List { not: false, .. }) => return Err((Reason::TrustResource, statement.span)),
            Some(List { not: true, .. }) => return Err((Reason::TrustNotResource, statement.span)),
        }
    }
    repeated_sid(document).map_or(Ok(()), |span| Err((Reason::SidRepeated, span)))
}

fn principals(document: &Document, statement: &Statement) -> Result<(), Broken> {
    let Some(list) = statement.principal else { return Err((Reason::NoPrincipal, statement.span)) };
    if list.not {
        return Err((Reason::NotPrincipal { allows: statement.effect == Effect::Allow }, statement.span));
    }
    let entries = document.principal_list(list);
    if entries.is_empty() {
        return Err((Reason::PrincipalEmpty, statement.span));
    }
    for entry in entries {
        principal(document, entry).map_err(|reason| (reason, entry.span))?;
        let cognito = Key::new("cognito-identity.amazonaws.com:aud");
        if document.resolve(entry.value) == COGNITO
            && !document
                .conditions(statement.conditions)
                .iter()
                .any(|condition| cognito.is(document.resolve(condition.key), condition.key_hash))
        {
            return Err((Reason::CognitoCondition, statement.span));
        }
    }
    Ok(())
}

fn principal(document: &Document, entry: &PrincipalEntry) -> Result<(), Reason> {
    let value = document.resolve(entry.value);
    let invalid = Err(Reason::PrincipalValue(entry.kind));
    match (entry.kind, entry.who) {
        (PrincipalKind::Aws, Who::Everyone) if is_bare(document.text(), entry.span) => Err(Reason::PrincipalBareStar),
        (PrincipalKind::Aws, Who::Nobody) | (PrincipalKind::CanonicalUser, _) => invalid,
        (PrincipalKind::Service, Who::Literal) if !is_domain(value) => invalid,
        (PrincipalKind::Federated, Who::Literal) if !is_domain(value) && !is_provider(value) => {
            Err(Reason::FederatedPrincipal)
        }
        _ => Ok(()),
    }
}

/// Whether the `*` is the whole of `Principal`, not a value inside its object.
fn is_bare(text: &str, span: Span) -> bool {
    let before = text.get(..(span.start as usize).saturating_sub(1)).unwrap_or_default().trim_end();
    let name = before.strip_suffix(':').unwrap_or_default().trim_end();
    name.ends_with("\"Principal\"")
}

fn is_domain(value: &str) -> bool {
    value.contains('.')
        && value.split('.').all(|label| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
}

fn is_provider(value: &str) -> bool {
    Arn::parse(value).is_ok_and(|arn| {
        let kind = ["oidc-provider/", "saml-provider/"].iter().find_map(|kind| arn.resource.strip_prefix(kind));
        arn.service == "iam" && arn.account_id().is_some() && kind.is_some_and(|name| !name.is_empty())
    })
}

fn actions(document: &Document, statement: &Statement) -> Result<(), Broken> {
    let Some(list) = statement.action.filter(|list| !list.range.is_empty()) else {
        return Err((Reason::NoActions, statement.span));
    };
    // Actions are kept in lower case.
    let foreign = document.values(list.range).iter().find(|value| !document.resolve(value.text).starts_with("sts:"));
    foreign.map_or(Ok(()), |value| Err((Reason::NotSts, value.span)))
}
