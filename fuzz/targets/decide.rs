//! The engine against the naive evaluator, on what the tests' generator makes of the bytes.
#![no_main]

#[path = "../../crates/policy/tests/judge/mod.rs"]
mod judge;
#[path = "../../crates/policy/tests/support/mod.rs"]
mod support;

use judge::generate::{Choices, case};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (asked, given) = case(&mut Choices(bytes));
    let decision = support::decide(&asked, &given);
    let engine = (decision.verdict.as_str(), decision.decided_by.as_str());
    assert_eq!(engine, judge::naive::decide(&asked, &given));
});
