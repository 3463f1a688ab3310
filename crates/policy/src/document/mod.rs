//! A policy document, read once into a form that is cheap to evaluate.

use crate::Span;

/// The `Version` element: which dialect of the policy language a document is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// `2008-10-17`, also what a document without a version is in: `${…}` is plain text.
    V2008,
    /// `2012-10-17`.
    V2012,
}

/// The `Effect` of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// `Allow`
    Allow,
    /// `Deny`
    Deny,
}

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

/// Why a text is not a policy document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct ParseError {
    /// What is wrong.
    pub error: SyntaxError,
    /// Where.
    pub span: Span,
}

/// What can be wrong with the form of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SyntaxError {
    /// The text is not JSON.
    #[error("this is not JSON")]
    Json,
}

/// A policy document with the places of everything in it.
///
/// It owns its text, is immutable, and can be shared between threads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    text: Box<str>,
}

impl Document {
    /// Reads `text`. Lenient in what does not make a document unreadable: [`crate::check`] says what AWS would refuse.
    ///
    /// # Errors
    /// [`ParseError`] when the text is not JSON, or not of the form of a policy.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Ok(Self { text: text.into() })
    }

    /// The text it was read from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The language version.
    #[must_use]
    pub fn version(&self) -> Version {
        Version::V2012
    }

    /// How many statements it has.
    #[must_use]
    pub fn statement_count(&self) -> usize {
        0
    }

    /// Bytes it takes up in memory, for caches with a bound.
    #[must_use]
    pub fn memory(&self) -> usize {
        size_of::<Self>() + self.text.len()
    }

    /// Every value in its `Principal` and `NotPrincipal` elements, in the order of the text.
    pub fn principals(&self) -> impl Iterator<Item = PrincipalValue<'_>> {
        std::iter::empty()
    }

    /// The text with the principals replaced for which `replacement` has another value, and otherwise byte for byte.
    #[must_use]
    pub fn replace_principals(&self, mut replacement: impl FnMut(&PrincipalValue<'_>) -> Option<String>) -> String {
        let _ = self.principals().filter_map(|value| replacement(&value)).count();
        self.text.to_string()
    }
}
