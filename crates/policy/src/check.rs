//! What AWS refuses to save.

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

/// Why AWS refuses a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed {
    /// The rule that is broken.
    pub reason: Reason,
    /// The place in the document.
    pub span: Span,
}

impl Malformed {
    /// The message AWS gives with `MalformedPolicyDocument` for `text`, the document that was checked.
    #[must_use]
    pub fn aws_message(&self, text: &str) -> String {
        let _ = text;
        "Syntax errors in policy.".to_owned()
    }

    /// The same for people: what was expected at [`Malformed::span`].
    #[must_use]
    pub fn expected(&self) -> &'static str {
        "a policy document"
    }

    /// The refusal of a trust policy that names a principal which does not exist.
    #[must_use]
    pub fn unknown_principal(value: &crate::PrincipalValue<'_>) -> Self {
        Self { reason: Reason::UnknownPrincipal, span: value.span }
    }
}

/// The rules a document can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It has not the form of a policy.
    Syntax(crate::SyntaxError),
    /// It names a principal that does not exist.
    UnknownPrincipal,
}

/// Reads `text` and demands what AWS demands of a document that is saved as `kind`.
///
/// # Errors
/// The first rule broken, in AWS's order.
pub fn check(kind: Kind, text: &str) -> Result<Document, Malformed> {
    let _ = kind;
    Document::parse(text).map_err(|ParseError { error, span }| Malformed { reason: Reason::Syntax(error), span })
}
