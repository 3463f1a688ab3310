//! The compiled form: flat arrays, and indexes into them and into the text.

use crate::Span;
use crate::condition::Operator;
use crate::document::{Effect, PrincipalKind, Who};
use rolecall_names::{AccountId, Partition};

/// A string: a piece of the document's text, or of the strings kept beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text {
    start: u32,
    /// The length, with the top bit set for strings beside the text.
    length: u32,
}

impl Text {
    const EXTRA: u32 = 1 << 31;

    pub(crate) const fn in_text(span: Span) -> Self {
        Self { start: span.start, length: span.end - span.start }
    }

    pub(crate) const fn in_extra(start: usize, end: usize) -> Self {
        Self { start: start as u32, length: (end - start) as u32 | Self::EXTRA }
    }

    /// The string without its first `count` bytes.
    pub(crate) const fn skip(self, count: usize) -> Self {
        Self { start: self.start + count as u32, length: self.length - count as u32 }
    }

    #[inline]
    pub(crate) fn of<'a>(self, text: &'a str, extra: &'a str) -> &'a str {
        let source = if self.length & Self::EXTRA == 0 { text } else { extra };
        let length = self.length & !Self::EXTRA;
        source.get(self.start as usize..(self.start + length) as usize).unwrap_or_default()
    }
}

/// A run of entries in one of the arrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Range {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Range {
    pub(crate) const fn get(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// The values of an element, or of its `Not…` form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct List {
    pub(crate) not: bool,
    pub(crate) range: Range,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Statement {
    pub(crate) span: Span,
    pub(crate) effect: Effect,
    pub(crate) effect_span: Span,
    pub(crate) sid: Option<(Text, Span)>,
    pub(crate) principal: Option<List>,
    pub(crate) action: Option<List>,
    pub(crate) resource: Option<List>,
    pub(crate) conditions: Range,
}

/// An action, a resource, or a value in a condition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Value {
    pub(crate) text: Text,
    pub(crate) span: Span,
    pub(crate) pattern: Pattern,
}

/// How a value is compared, settled when the document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// `*`
    Any,
    /// Byte for byte.
    Exact,
    /// `*` and `?` anywhere, the text as a whole.
    Glob,
    /// `*` and `?` inside the six parts of an ARN.
    Arn,
    /// A policy variable stands in it: what it is compares only once the request is known.
    Template,
    /// The address range at this index.
    Net(u32),
    /// Matches nothing: not what its operator compares.
    Never,
}

/// One key under one operator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Condition {
    /// `None` for an operator that does not exist.
    pub(crate) operator: Option<Operator>,
    pub(crate) operator_span: Span,
    pub(crate) key: Text,
    pub(crate) key_hash: u32,
    pub(crate) key_span: Span,
    pub(crate) values: Range,
}

/// A value of `Principal` or `NotPrincipal`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PrincipalEntry {
    pub(crate) kind: PrincipalKind,
    pub(crate) who: Who,
    pub(crate) partition: Option<Partition>,
    pub(crate) account: Option<AccountId>,
    /// What is left of an ARN behind its kind: `/path/name`, `/role/session`.
    pub(crate) name: Text,
    pub(crate) value: Text,
    pub(crate) span: Span,
}

/// An address range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Net {
    pub(crate) v6: bool,
    pub(crate) mask: u128,
    pub(crate) bits: u128,
}
