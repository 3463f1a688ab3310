//! IAM policies: documents with source positions, what AWS refuses to save, evaluation, and the reasons.
//!
//! This crate must not know HTTP, a clock, or who has an account.
//!
//! [`decide`] is the whole of it: a [`Request`] and the [`Policies`] that apply to it make a [`Decision`],
//! with a compact [`Trace`] that is always on. There is no second way to a verdict.

mod check;
mod condition;
mod context;
mod decide;
mod document;
mod explain;
mod json;
mod key;
mod pattern;
mod position;
mod request;
mod trace;

pub use check::{Kind, Malformed, Quota, Reason, ResourceRule, check};
pub use context::{Context, Entry, Values};
pub use decide::decide;
pub use document::{
    ConditionView, Document, Effect, ParseError, PrincipalKind, PrincipalValue, StatementView, SyntaxError, Version,
};
pub use explain::{Weighed, WeighedCondition, diagnose, explain};
pub use key::{Key, keys};
pub use position::{Places, Position, Span};
pub use request::{Policies, Request};
pub use trace::{DecidedBy, Decision, DocumentRef, Misses, PolicyType, Step, Trace, Verdict};
