//! Principals named by a document, and whether they are the one who asks.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal".

use crate::document::model::{List, PrincipalEntry, Text};
use crate::pattern::has_wildcard;
use crate::{Document, Span};
use rolecall_names::{AccountId, Partition, Principal, Session, UniqueId};

/// The kind of a principal in a `Principal` or `NotPrincipal` element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrincipalKind {
    /// `AWS`, or the bare `"*"`.
    Aws,
    /// `Service`
    Service,
    /// `Federated`
    Federated,
    /// `CanonicalUser`
    CanonicalUser,
}

impl PrincipalKind {
    /// The name it has in a document.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Service => "Service",
            Self::Federated => "Federated",
            Self::CanonicalUser => "CanonicalUser",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::Aws, Self::Service, Self::Federated, Self::CanonicalUser].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// One value of a `Principal` or `NotPrincipal` element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrincipalValue<'a> {
    /// What it is listed under.
    pub kind: PrincipalKind,
    /// The value: an ARN, twelve digits, `*`, a unique id, a service, a provider.
    pub value: &'a str,
    /// The statement's place in the document.
    pub statement: usize,
    /// Whether it stands in `NotPrincipal`.
    pub negated: bool,
    /// The string between its quotation marks, as it stands in the text.
    pub span: Span,
}

/// Whom a value names, settled when the document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// `*`
    Everyone,
    /// Twelve digits, or `…:root`.
    Account,
    /// `…:user/path/name`
    User,
    /// `…:role/path/name`
    Role,
    /// `…:assumed-role/name/session`
    Session,
    /// `…:federated-user/name`
    FederatedUser,
    /// `AIDA…`, `AROA…`
    Id,
    /// A service or a provider, compared as it stands.
    Literal,
    /// Nobody: not a principal that exists.
    Nobody,
}

/// How far an `Allow` in a resource's policy carries in the resource's own account, weakest first.
///
/// Source: IAM User Guide, "Evaluating identity-based policies with resource-based policies", and the rows of
/// "Permissions boundaries for IAM entities" on what an implicit deny in a boundary or session policy limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grant {
    /// To the account: its own policies must allow too.
    Delegated,
    /// To the role or to the user behind a federated user: boundary and session policies still limit.
    Limited,
    /// To exactly the one who asks, or to everyone: nothing but a deny stands against it.
    Full,
}

pub(super) fn entry(kind: PrincipalKind, value: Text, text: &str, span: Span) -> PrincipalEntry {
    let mut entry = PrincipalEntry { kind, who: Who::Nobody, partition: None, account: None, name: value, value, span };
    if text == "*" {
        entry.who = Who::Everyone;
        return entry;
    }
    if kind != PrincipalKind::Aws {
        entry.who = if kind == PrincipalKind::CanonicalUser { Who::Nobody } else { Who::Literal };
        return entry;
    }
    if let Ok(account) = text.parse() {
        entry.who = Who::Account;
        entry.account = Some(account);
    } else if text.parse::<UniqueId>().is_ok() {
        entry.who = Who::Id;
    } else if let Some((partition, account, who, rest)) = named(text) {
        entry.who = who;
        entry.partition = Some(partition);
        entry.account = Some(account);
        entry.name = value.skip(text.len() - rest.len());
    }
    entry
}

/// Partition, account, kind and what is left of an ARN that can be a principal.
fn named(text: &str) -> Option<(Partition, AccountId, Who, &str)> {
    let arn = rolecall_names::Arn::parse(text).ok()?;
    let (who, rest) = match arn.service {
        "iam" if arn.resource == "root" => (Who::Account, ""),
        "iam" => [("user", Who::User), ("role", Who::Role)].iter().find_map(|(kind, who)| {
            arn.resource.strip_prefix(kind).filter(|rest| rest.starts_with('/')).map(|rest| (*who, rest))
        })?,
        "sts" => [("assumed-role/", Who::Session), ("federated-user/", Who::FederatedUser)]
            .iter()
            .find_map(|(kind, who)| arn.resource.strip_prefix(kind).map(|rest| (*who, rest)))?,
        _ => return None,
    };
    // A principal is named in full: a wildcard in its name names nobody.
    let plain = arn.region.is_empty() && !has_wildcard(rest);
    plain.then_some((Partition::from_name(arn.partition)?, arn.account_id()?, who, rest))
}

/// Whether the `Principal` or `NotPrincipal` list of a statement takes in `principal`, and with what force.
///
/// `denies` and `bounded` (the principal has a permissions boundary) matter to `NotPrincipal` alone: with `Deny` it
/// spares only those whose account, role and session are all listed, and nobody who has a boundary.
pub(crate) fn grant(
    document: &Document,
    list: List,
    principal: &Principal,
    denies: bool,
    bounded: bool,
) -> Option<Grant> {
    let entries = document.principal_list(list);
    if !list.not {
        return entries.iter().filter_map(|entry| names(document, entry, principal)).max();
    }
    let spared = if denies {
        !bounded && every_identity_listed(document, entries, principal)
    } else {
        entries.iter().any(|entry| names(document, entry, principal).is_some())
    };
    (!spared).then_some(Grant::Full)
}

/// Whether `entry` names `principal`, and how closely.
fn names(document: &Document, entry: &PrincipalEntry, principal: &Principal) -> Option<Grant> {
    let name = document.resolve(entry.name);
    let here = || {
        entry.account == principal.account() && (entry.partition.is_none() || entry.partition == principal.partition())
    };
    let named = |yes: bool, grant| yes.then_some(grant);
    match (entry.who, principal) {
        (Who::Everyone, _) => named(listed_under(entry.kind, principal), Grant::Full),
        (Who::Account, Principal::Root { .. }) => named(here(), Grant::Full),
        (Who::Account, _) => named(principal.account().is_some() && here(), Grant::Delegated),
        (Who::User, Principal::User { path, name: user, .. }) => {
            named(here() && name.strip_prefix(&**path) == Some(&**user), Grant::Full)
        }
        (Who::User, Principal::FederatedUser { issuer, .. }) => {
            named(document.resolve(entry.value) == &**issuer, Grant::Limited)
        }
        (Who::Role, Principal::Role(session)) => named(here() && is_role(name, session), Grant::Limited),
        (Who::Session, Principal::Role(session)) => named(here() && is_session(name, session), Grant::Full),
        (Who::FederatedUser, Principal::FederatedUser { name: user, .. }) => {
            named(here() && name == &**user, Grant::Full)
        }
        (Who::Id, Principal::User { id, .. }) => named(document.resolve(entry.value) == id.as_str(), Grant::Full),
        (Who::Id, Principal::Role(session)) => {
            named(document.resolve(entry.value) == session.role_id.as_str(), Grant::Limited)
        }
        (Who::Literal, Principal::Service { name }) => {
            named(entry.kind == PrincipalKind::Service && document.resolve(entry.value) == &**name, Grant::Full)
        }
        (Who::Literal, Principal::Federated { provider }) => {
            named(entry.kind == PrincipalKind::Federated && document.resolve(entry.value) == &**provider, Grant::Full)
        }
        _ => None,
    }
}

/// `"*"` and `{"AWS": "*"}` are everyone; under another name it is everyone of that kind.
fn listed_under(kind: PrincipalKind, principal: &Principal) -> bool {
    match kind {
        PrincipalKind::Aws => true,
        PrincipalKind::Service => matches!(principal, Principal::Service { .. }),
        PrincipalKind::Federated => matches!(principal, Principal::Federated { .. }),
        PrincipalKind::CanonicalUser => false,
    }
}

fn is_role(name: &str, session: &Session) -> bool {
    name.strip_prefix(&*session.role_path) == Some(&*session.role_name)
}

fn is_session(name: &str, session: &Session) -> bool {
    name.strip_prefix(&*session.role_name).and_then(|rest| rest.strip_prefix('/')) == Some(&*session.name)
}

/// For `NotPrincipal` with `Deny`: the account, the user or role, and the session must each be listed.
fn every_identity_listed(document: &Document, entries: &[PrincipalEntry], principal: &Principal) -> bool {
    let any = |who: &[Who]| {
        entries.iter().any(|entry| who.contains(&entry.who) && names(document, entry, principal).is_some())
    };
    if any(&[Who::Everyone]) {
        return true;
    }
    match principal {
        Principal::Root { .. } => any(&[Who::Account]),
        Principal::User { .. } => any(&[Who::Account]) && any(&[Who::User, Who::Id]),
        Principal::Role(_) => any(&[Who::Account]) && any(&[Who::Role, Who::Id]) && any(&[Who::Session]),
        Principal::FederatedUser { .. } => any(&[Who::Account]) && any(&[Who::FederatedUser]),
        Principal::Service { .. } | Principal::Federated { .. } => any(&[Who::Literal]),
        Principal::Anonymous => false,
    }
}
