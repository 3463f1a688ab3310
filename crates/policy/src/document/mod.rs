//! A policy document, read once into a form that is cheap to evaluate.

mod compile;
mod model;
mod principal;
mod read;
mod repeated;
mod syntax;
mod view;

pub(crate) use model::{Condition, List, Net, Pattern, PrincipalEntry, Range, Statement, Value};
pub(crate) use principal::{Grant, Who, grant};
pub use principal::{PrincipalKind, PrincipalValue};
pub use syntax::{ParseError, SyntaxError};
pub use view::{ConditionView, StatementView};

use crate::Span;
use crate::pattern::template::{Piece, Pieces};
use model::Text;

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

/// A policy document with the places of everything in it.
///
/// It owns its text, is immutable, and can be shared between threads.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    text: Box<str>,
    /// Strings that do not stand in the text as they are: unescaped, or brought to lower case.
    extra: Box<str>,
    version: Option<Version>,
    statements: Box<[Statement]>,
    values: Box<[Value]>,
    conditions: Box<[Condition]>,
    principals: Box<[PrincipalEntry]>,
    nets: Box<[Net]>,
}

impl Document {
    /// The longest text that is read, in bytes. AWS's own limits are far below it.
    pub const MAX_BYTES: usize = 1 << 20;

    /// Reads `text`. Lenient in what does not make a document unreadable: [`crate::check()`] says what AWS would
    /// refuse.
    ///
    /// # Errors
    /// [`ParseError`] when the text is not JSON, or not of the form of a policy.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        read::read(text)
    }

    /// The text it was read from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The language version: what `Version` says, and 2008-10-17 where it says nothing.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version.unwrap_or(Version::V2008)
    }

    /// How many statements it has.
    #[must_use]
    pub fn statement_count(&self) -> usize {
        self.statements.len()
    }

    /// The statement at `index`.
    #[must_use]
    pub fn statement(&self, index: usize) -> Option<StatementView<'_>> {
        self.statements.get(index).map(|statement| StatementView { document: self, statement })
    }

    /// Bytes it takes up in memory, for caches with a bound.
    #[must_use]
    pub fn memory(&self) -> usize {
        size_of::<Self>()
            + self.text.len()
            + self.extra.len()
            + size_of_val(&*self.statements)
            + size_of_val(&*self.values)
            + size_of_val(&*self.conditions)
            + size_of_val(&*self.principals)
            + size_of_val(&*self.nets)
    }

    /// Every value in its `Principal` and `NotPrincipal` elements, in the order of the text.
    pub fn principals(&self) -> impl Iterator<Item = PrincipalValue<'_>> {
        self.statements.iter().enumerate().flat_map(move |(index, statement)| {
            let list = statement.principal.unwrap_or_default();
            self.principal_list(list).iter().map(move |entry| PrincipalValue {
                kind: entry.kind,
                value: self.resolve(entry.value),
                statement: index,
                negated: list.not,
                span: entry.span,
            })
        })
    }

    /// The text with those principals replaced for which `replacement` has another value, and otherwise byte for
    /// byte. This is how a saved trust policy trades ARNs for unique ids, and back when it is shown.
    #[must_use]
    pub fn replace_principals(&self, mut replacement: impl FnMut(&PrincipalValue<'_>) -> Option<String>) -> String {
        let mut out = String::with_capacity(self.text.len());
        let mut done = 0;
        for principal in self.principals() {
            if let Some(new) = replacement(&principal) {
                out.push_str(Span::new(done, principal.span.start).of(&self.text));
                escape(&new, &mut out);
                done = principal.span.end;
            }
        }
        out.push_str(Span::new(done, self.text.len() as u32).of(&self.text));
        out
    }

    /// Every condition key it asks for, in conditions and as a variable, in no promised order and as often as it is
    /// asked for: what IAM calls context keys (`GetContextKeysForCustomPolicy`).
    pub fn context_keys(&self) -> impl Iterator<Item = &str> {
        let conditions = self.conditions.iter().map(|condition| self.resolve(condition.key));
        let templates = self.values.iter().filter(|value| value.pattern == Pattern::Template);
        let variables =
            templates.flat_map(|value| Pieces::new(self.resolve(value.text))).filter_map(|piece| match piece {
                Piece::Text(_) | Piece::Variable("*" | "?" | "$", None) => None,
                Piece::Variable(key, _) => Some(key),
            });
        conditions.chain(variables)
    }

    pub(crate) fn declared_version(&self) -> Option<Version> {
        self.version
    }

    pub(crate) fn statements(&self) -> &[Statement] {
        &self.statements
    }

    pub(crate) fn conditions(&self, range: Range) -> &[Condition] {
        self.conditions.get(range.get()).unwrap_or_default()
    }

    pub(crate) fn values(&self, range: Range) -> &[Value] {
        self.values.get(range.get()).unwrap_or_default()
    }

    pub(crate) fn principal_list(&self, list: List) -> &[PrincipalEntry] {
        self.principals.get(list.range.get()).unwrap_or_default()
    }

    pub(crate) fn net(&self, index: u32) -> Option<&Net> {
        self.nets.get(index as usize)
    }

    #[inline]
    pub(crate) fn resolve(&self, text: Text) -> &str {
        text.of(&self.text, &self.extra)
    }
}

/// Writes `value` as the inside of a JSON string.
fn escape(value: &str, out: &mut String) {
    use std::fmt::Write as _;
    for character in value.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\0'..='\x1f' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            other => out.push(other),
        }
    }
}
