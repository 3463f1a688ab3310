//! What can be wrong with the form of a document, in words for people.

use crate::Span;

/// Why a text is not a policy document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct ParseError {
    /// What is wrong.
    pub error: SyntaxError,
    /// Where.
    pub span: Span,
}

/// What can be wrong with the form of a document. The text of each says what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SyntaxError {
    /// The text ends in the middle.
    #[error("the document ends too early")]
    EndOfText,
    /// No JSON value begins here.
    #[error("expected a JSON value")]
    Value,
    /// No member name begins here.
    #[error("expected a name in double quotation marks")]
    Name,
    /// No colon behind a member's name.
    #[error("expected `:`")]
    Colon,
    /// An object goes on without a comma.
    #[error("expected `,` or `}}`")]
    CommaOrBrace,
    /// An array goes on without a comma.
    #[error("expected `,` or `]`")]
    CommaOrBracket,
    /// A backslash that begins no escape, or half a surrogate pair.
    #[error("this is not an escape that JSON knows")]
    Escape,
    /// A control character in a string.
    #[error("control characters in a string must be written as escapes")]
    ControlCharacter,
    /// Something follows the document.
    #[error("expected the end of the document")]
    TrailingText,
    /// Arrays and objects nest too deep.
    #[error("arrays and objects may nest 32 deep")]
    TooDeep,
    /// The text is longer than [`crate::Document::MAX_BYTES`].
    #[error("a document may have 1,048,576 bytes")]
    TooLong,
    /// More statements, values or conditions than a document can hold.
    #[error("a document may have 65,535 statements")]
    TooMany,
    /// The document is no object.
    #[error("a policy is a JSON object")]
    NotObject,
    /// No such element in a policy.
    #[error("expected `Version`, `Id` or `Statement`")]
    UnknownElement,
    /// The same element, operator or key twice.
    #[error("this stands here for the second time")]
    Duplicate,
    /// No such version.
    #[error("expected \"2012-10-17\" or \"2008-10-17\"")]
    Version,
    /// Not a string where only one can be.
    #[error("expected a string")]
    StringExpected,
    /// The document has no `Statement`.
    #[error("a policy needs a `Statement`")]
    NoStatement,
    /// `Statement` is neither an object nor a list of some.
    #[error("expected a statement (an object) or a list of statements")]
    Statement,
    /// No such element in a statement.
    #[error(
        "expected `Sid`, `Effect`, `Principal`, `NotPrincipal`, `Action`, `NotAction`, `Resource`, `NotResource` \
         or `Condition`"
    )]
    UnknownStatementElement,
    /// The statement has no `Effect`.
    #[error("a statement needs an `Effect`")]
    NoEffect,
    /// Neither allow nor deny.
    #[error("expected \"Allow\" or \"Deny\"")]
    Effect,
    /// An element and its complement together.
    #[error("an element and its `Not…` form cannot stand in one statement")]
    Both,
    /// Neither a string nor a list of strings.
    #[error("expected a string or a list of strings")]
    Strings,
    /// Neither `"*"` nor an object.
    #[error("expected \"*\" or an object such as {{ \"AWS\": … }}")]
    Principal,
    /// No such kind of principal.
    #[error("expected `AWS`, `Service`, `Federated` or `CanonicalUser`")]
    PrincipalKind,
    /// `Condition` is no object.
    #[error("expected an object of condition operators")]
    Condition,
    /// An operator's keys are no object.
    #[error("expected an object of condition keys")]
    ConditionKeys,
    /// Neither a string, number or truth value nor a list of them.
    #[error("expected a string, a number, true or false, or a list of them")]
    ConditionValue,
}

impl SyntaxError {
    /// Whether the text is not JSON at all, rather than JSON that is no policy.
    #[must_use]
    pub const fn is_json(self) -> bool {
        matches!(
            self,
            Self::EndOfText
                | Self::Value
                | Self::Name
                | Self::Colon
                | Self::CommaOrBrace
                | Self::CommaOrBracket
                | Self::Escape
                | Self::ControlCharacter
                | Self::TrailingText
                | Self::TooDeep
                | Self::TooLong
        )
    }
}
