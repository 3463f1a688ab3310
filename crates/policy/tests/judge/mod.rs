//! The second opinion: a naive evaluator, and a generator of requests and policies to compare it with the engine on.
//!
//! Shared by the tests, by `cargo run --example compare`, and by the fuzz target `decide`.
#![allow(clippy::allow_attributes, reason = "`expect` would not hold in every binary that has this module")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

pub(crate) mod generate;
pub(crate) mod naive;
