//! Policies of users, groups and roles, boundaries, and session policies.
//!
//! The order of the rules, and which of them AWS sums up as "legacy parsing", is taken from the answers of AWS that
//! the moto project recorded in its test cases for policy documents.

use crate::check::malformed::IAM_PATHS;
use crate::check::{Broken, Reason, ResourceRule, dates, leading_space, operators, repeated_sid};
use crate::document::{List, Statement, Value};
use crate::{Document, Span, Version};
use rolecall_names::Partition;

pub(super) fn check(document: &Document, needs_version: bool) -> Result<(), Broken> {
    let statements = document.statements();
    for statement in statements {
        operators(document, statement)?;
    }
    if needs_version && document.declared_version() != Some(Version::V2012) {
        return Err((Reason::Version, Span::new(0, 1)));
    }
    if let Some((statement, list)) = statements.iter().find_map(|statement| Some((statement, statement.principal?))) {
        let named = document.principal_list(list).first();
        return Err((Reason::PrincipalForbidden, named.map_or(statement.span, |entry| entry.span)));
    }
    leading_space(document)?;
    let mut first = None;
    for statement in statements {
        if !matches!(statement.effect_span.of(document.text()), "Allow" | "Deny") {
            return Err((Reason::EffectCase, statement.effect_span));
        }
        dates(document, statement)?;
    }
    for not in [false, true] {
        for statement in statements {
            let wrong = resources(document, statement.resource.filter(|list| list.not == not), first.is_none())?;
            first = first.or(wrong);
        }
    }
    if let Some(span) = repeated_sid(document) {
        return Err((Reason::SidRepeated, span));
    }
    for (text, span) in statements.iter().filter_map(|statement| statement.sid) {
        if !document.resolve(text).bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err((Reason::SidCharacters, span));
        }
    }
    present(statements, |statement| statement.action, Reason::NoActions)?;
    present(statements, |statement| statement.resource, Reason::NoResources)?;
    if let Some(broken) = first {
        return Err(broken);
    }
    actions(document)
}

fn present(
    statements: &[Statement],
    element: impl Fn(&Statement) -> Option<List>,
    reason: Reason,
) -> Result<(), Broken> {
    let bare = statements.iter().find(|statement| element(statement).is_none_or(|list| list.range.is_empty()));
    bare.map_or(Ok(()), |statement| Err((reason, statement.span)))
}

pub(super) fn actions(document: &Document) -> Result<(), Broken> {
    for not in [false, true] {
        for statement in document.statements() {
            let list = statement.action.filter(|list| list.not == not).unwrap_or_default();
            for value in document.values(list.range) {
                action(document.resolve(value.text)).map_err(|reason| (reason, value.span))?;
            }
        }
    }
    Ok(())
}

fn action(text: &str) -> Result<(), Reason> {
    match text.split_once(':') {
        None if text == "*" => Ok(()),
        None => Err(Reason::ActionWithoutVendor),
        Some((_, rest)) if rest.contains(':') => Err(Reason::ActionColons),
        Some((vendor, _)) => {
            let valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
            if vendor == "*" || vendor.bytes().all(valid) { Ok(()) } else { Err(Reason::ActionVendor) }
        }
    }
}

/// Of several wrong resources AWS names the one that sorts first. One that fails "legacy parsing" is named before
/// all of them, unless a wrong one came before it.
fn resources(document: &Document, list: Option<List>, legacy: bool) -> Result<Option<Broken>, Broken> {
    let values = document.values(list.unwrap_or_default().range);
    let text = |value: &Value| document.resolve(value.text);
    let wrong = values
        .iter()
        .filter_map(|value| resource(text(value)).map(|rule| (text(value), (Reason::Resource(rule), value.span))))
        .min_by_key(|(text, _)| *text)
        .map(|(_, broken)| broken);
    if wrong.is_none()
        && legacy
        && let Some(value) = values.iter().find(|value| fails_legacy_parsing(text(value)))
    {
        return Err((Reason::Resource(ResourceRule::Legacy), value.span));
    }
    Ok(wrong)
}

fn fails_legacy_parsing(text: &str) -> bool {
    let parts = || text.split(':');
    text != "*" && ((parts().count() < 6 && text.contains("::")) || parts().nth(2) == Some(""))
}

fn resource(text: &str) -> Option<ResourceRule> {
    if text == "*" {
        return None;
    }
    let mut parts = text.splitn(6, ':');
    let (_, Some(partition)) = (parts.next(), parts.next()) else { return Some(ResourceRule::NotArn) };
    if Partition::from_name(partition).is_none() && !wild(partition) {
        return Some(ResourceRule::Partition);
    }
    let Some(service) = parts.next() else { return Some(ResourceRule::Vendor) };
    if wild(service) {
        return Some(ResourceRule::Vendor);
    }
    let region = parts.next().unwrap_or_default();
    let account = parts.next().unwrap_or_default();
    let kind = parts.next();
    match service {
        // An access point's ARN has both a Region and an account; a bucket's has neither.
        "s3" if !region.is_empty() && account.is_empty() => Some(ResourceRule::Region),
        "iam" if !region.is_empty() => Some(ResourceRule::Region),
        "iam" => kind.filter(|kind| !is_iam(kind)).map(|_| ResourceRule::IamPath),
        _ => None,
    }
}

fn is_iam(kind: &str) -> bool {
    // `root` came with `sts:AssumeRoot`, after the message was written.
    kind == "root" || kind.starts_with(['*', '$']) || IAM_PATHS.iter().any(|path| kind.starts_with(path))
}

fn wild(part: &str) -> bool {
    crate::pattern::has_wildcard(part)
}
