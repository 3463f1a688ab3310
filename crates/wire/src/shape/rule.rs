//! Rules: the constraints of AWS's service models, as data.

use super::Pattern;
use crate::FaultCode;

/// A member of a call's input.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// The name on the wire.
    pub name: &'static str,
    /// Whether a call without it is refused.
    pub required: bool,
    /// What its value must satisfy.
    pub rule: Rule,
    /// The code with which a call that breaks the rule is refused.
    pub fault: FaultCode,
}

/// What a value must satisfy.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// A string.
    Text(Text),
    /// A whole number within bounds, both included.
    Integer {
        /// The least allowed.
        min: i32,
        /// The greatest allowed.
        max: i32,
    },
    /// `true` or `false`.
    Boolean,
    /// An instant: seconds since 1970 in JSON.
    Timestamp,
    /// A list.
    List(List),
    /// Members under the value's name.
    Structure(&'static [Member]),
}

/// What a string must satisfy; a part left out constrains nothing.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    /// The least number of characters.
    pub min: Option<u32>,
    /// The greatest number of characters.
    pub max: Option<u32>,
    /// What the whole string must match.
    pub pattern: Option<Pattern>,
    /// The only values allowed, unless empty.
    pub one_of: &'static [&'static str],
}

/// What a list must satisfy.
#[derive(Debug, Clone, Copy)]
pub struct List {
    /// The least number of elements.
    pub min: Option<u32>,
    /// The greatest number of elements.
    pub max: Option<u32>,
    /// What each element must satisfy.
    pub of: &'static Rule,
}

impl Rule {
    /// A string of any kind.
    pub(crate) const ANY_TEXT: Self = Self::Text(Text { min: None, max: None, pattern: None, one_of: &[] });

    /// A string of `min` to `max` characters that matches `pattern`.
    pub(crate) const fn text(min: u32, max: u32, pattern: Pattern) -> Self {
        Self::Text(Text { min: Some(min), max: Some(max), pattern: Some(pattern), one_of: &[] })
    }

    /// A string of `min` to `max` characters.
    pub(crate) const fn length(min: u32, max: u32) -> Self {
        Self::Text(Text { min: Some(min), max: Some(max), pattern: None, one_of: &[] })
    }

    /// One of a few strings.
    pub(crate) const fn one_of(values: &'static [&'static str]) -> Self {
        Self::Text(Text { min: None, max: None, pattern: None, one_of: values })
    }

    /// A list of at most `max` elements.
    pub(crate) const fn list(max: u32, of: &'static Self) -> Self {
        Self::List(List { min: None, max: Some(max), of })
    }
}
