//! The condition operators by name.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued
//! context keys".

/// What an operator compares, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    StringEquals,
    StringEqualsIgnoreCase,
    StringLike,
    Numeric(Order),
    Date(Order),
    Bool,
    Binary,
    Address,
    Arn,
    Null,
}

/// The relation of the request's value to the policy's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    pub(crate) fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// How an operator goes about the values of a multivalued key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Set {
    /// It does not: only a single-valued key can match.
    None,
    /// `ForAllValues:`
    All,
    /// `ForAnyValue:`
    Any,
}

/// A condition operator with what its prefix and suffix say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operator {
    pub(crate) test: Test,
    /// `…Not…`: holds where no value of the policy matches.
    pub(crate) negated: bool,
    pub(crate) set: Set,
    pub(crate) if_exists: bool,
    /// Tells apart those that do the same, such as `ArnEquals` and `ArnLike`.
    name: u8,
}

#[rustfmt::skip]
const NAMES: [(&str, Test, bool); 27] = [
    ("StringEquals", Test::StringEquals, false), ("StringNotEquals", Test::StringEquals, true),
    ("StringEqualsIgnoreCase", Test::StringEqualsIgnoreCase, false),
    ("StringNotEqualsIgnoreCase", Test::StringEqualsIgnoreCase, true),
    ("StringLike", Test::StringLike, false), ("StringNotLike", Test::StringLike, true),
    ("NumericEquals", Test::Numeric(Order::Equal), false), ("NumericNotEquals", Test::Numeric(Order::Equal), true),
    ("NumericLessThan", Test::Numeric(Order::Less), false),
    ("NumericLessThanEquals", Test::Numeric(Order::LessOrEqual), false),
    ("NumericGreaterThan", Test::Numeric(Order::Greater), false),
    ("NumericGreaterThanEquals", Test::Numeric(Order::GreaterOrEqual), false),
    ("DateEquals", Test::Date(Order::Equal), false), ("DateNotEquals", Test::Date(Order::Equal), true),
    ("DateLessThan", Test::Date(Order::Less), false), ("DateLessThanEquals", Test::Date(Order::LessOrEqual), false),
    ("DateGreaterThan", Test::Date(Order::Greater), false),
    ("DateGreaterThanEquals", Test::Date(Order::GreaterOrEqual), false),
    ("Bool", Test::Bool, false), ("BinaryEquals", Test::Binary, false),
    ("IpAddress", Test::Address, false), ("NotIpAddress", Test::Address, true),
    ("ArnEquals", Test::Arn, false), ("ArnNotEquals", Test::Arn, true),
    ("ArnLike", Test::Arn, false), ("ArnNotLike", Test::Arn, true),
    ("Null", Test::Null, false),
];

impl Operator {
    /// The operator called `name`, in whatever case; `None` when there is none.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let (set, rest) = if let Some(rest) = strip_prefix(name, "ForAllValues:") {
            (Set::All, rest)
        } else if let Some(rest) = strip_prefix(name, "ForAnyValue:") {
            (Set::Any, rest)
        } else {
            (Set::None, name)
        };
        let (if_exists, base) = match strip_suffix(rest, "IfExists") {
            Some(base) => (true, base),
            None => (false, rest),
        };
        let (name, (_, test, negated)) = (0..).zip(&NAMES).find(|(_, (known, ..))| known.eq_ignore_ascii_case(base))?;
        // `Null` asks about existence itself (the same page: "…IfExists condition operators").
        (*test != Test::Null || !if_exists).then_some(Self { test: *test, negated: *negated, set, if_exists, name })
    }
}

fn strip_prefix<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = name.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn strip_suffix<'a>(name: &'a str, suffix: &str) -> Option<&'a str> {
    let (rest, tail) = name.split_at_checked(name.len().checked_sub(suffix.len())?)?;
    tail.eq_ignore_ascii_case(suffix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_with_prefix_and_suffix_in_any_case() {
        let operator = Operator::parse("foranyvalue:STRINGNOTLIKEifexists").unwrap();
        assert_eq!((operator.test, operator.set), (Test::StringLike, Set::Any));
        assert!(operator.negated && operator.if_exists);
        assert_ne!(Operator::parse("ArnEquals"), Operator::parse("ArnLike"));
        for unknown in ["", "StringMatches", "ForAnyValue::StringEquals", "NullIfExists", "IfExists", "StringEqualsé"]
        {
            assert_eq!(Operator::parse(unknown), None, "{unknown}");
        }
    }
}
