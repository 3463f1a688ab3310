//! Conditions: one key under one operator against what the request holds.
//!
//! Each family of operators has its own file; the rules that all share (missing keys, sets, negation) are here.
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Conditions with multiple context keys or
//! values", "Set operators for multivalued context keys".

pub(crate) mod address;
mod binary;
pub(crate) mod date;
mod number;
mod operator;
mod string;

pub(crate) use operator::{Operator, Order, Set, Test};

use crate::document::{Condition, Value};
use crate::{Context, Document, Values};
use std::cell::Cell;

/// Whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Met,
    /// The request's value is not what the policy wants.
    Different,
    /// The request has no such key.
    Absent,
    /// Nothing can be said: the operator does not exist, or the pattern is beyond what is looked for.
    Unknown,
}

impl Outcome {
    const fn of(met: bool, otherwise: Self) -> Self {
        if met { Self::Met } else { otherwise }
    }
}

/// What the policy's values say to one value of the request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Match,
    NoMatch,
    /// No match, and one of the values holds a variable that the request cannot fill.
    Unresolved,
    /// No match, and of one of the values it cannot be said.
    Beyond,
}

/// Weighs `condition` of `document`.
pub(crate) fn weigh(document: &Document, condition: &Condition, context: &Context<'_>) -> Outcome {
    let Some(operator) = condition.operator else { return Outcome::Unknown };
    let held = context.find(document.resolve(condition.key), condition.key_hash).filter(|values| !values.is_empty());
    let values = document.values(condition.values);
    if operator.test == Test::Null {
        let wanted = if held.is_none() { "true" } else { "false" };
        let met = values.iter().any(|value| document.resolve(value.text).eq_ignore_ascii_case(wanted));
        return Outcome::of(met, if held.is_none() { Outcome::Absent } else { Outcome::Different });
    }
    let beyond = Cell::new(false);
    let holds = |value: &str| match find(document, operator.test, values, value, context) {
        Found::Match => !operator.negated,
        Found::NoMatch => operator.negated,
        // A statement whose variable cannot be filled does not apply, negated or not.
        Found::Unresolved => false,
        Found::Beyond => {
            beyond.set(true);
            false
        }
    };
    let outcome = match (operator.set, held) {
        (Set::None, None) => Outcome::of(operator.negated || operator.if_exists, Outcome::Absent),
        (Set::None, Some(Values::One(value))) => Outcome::of(holds(value), Outcome::Different),
        (Set::None, Some(Values::Many(_))) => Outcome::Different,
        (Set::All, None) => Outcome::Met,
        (Set::All, Some(held)) if is_null(held) => Outcome::Met,
        (Set::All, Some(held)) => Outcome::of(held.iter().all(holds), Outcome::Different),
        (Set::Any, None) => Outcome::Absent,
        (Set::Any, Some(held)) if is_null(held) => Outcome::Different,
        (Set::Any, Some(held)) => Outcome::of(held.iter().any(holds), Outcome::Different),
    };
    if beyond.get() { Outcome::Unknown } else { outcome }
}

/// Whether `values` are what the set operators call a null data set: an empty string and nothing else.
///
/// Source: IAM User Guide, "Creating a condition with multiple keys or values": `ForAllValues` is true, `ForAnyValue`
/// false, where the values "resolve to a null data set, such as an empty string".
fn is_null(values: Values<'_>) -> bool {
    matches!(values, Values::One("") | Values::Many([""]))
}

/// Whether one of `values` matches `held`, negation aside.
fn find(document: &Document, test: Test, values: &[Value], held: &str, context: &Context<'_>) -> Found {
    let texts = || values.iter().map(|value| document.resolve(value.text));
    let met = match test {
        Test::Numeric(order) => number::any(order, texts(), held),
        Test::Date(order) => date::any(order, texts(), held),
        Test::Binary => binary::any(texts(), held),
        Test::Address => address::any(document, values, held),
        Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike | Test::Arn | Test::Bool => {
            return string::find(document, test, values, held, context);
        }
        Test::Null => false,
    };
    if met { Found::Match } else { Found::NoMatch }
}
