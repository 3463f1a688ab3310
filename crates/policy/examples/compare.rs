//! Compares the engine with the naive evaluator on as many cases as asked for:
//! `cargo run --release -p rolecall-policy --example compare -- 10000000 [SEED]`
#![expect(clippy::print_stdout, clippy::indexing_slicing, reason = "a tool of the tests")]

#[path = "../tests/judge/mod.rs"]
mod judge;
#[path = "../tests/support/mod.rs"]
mod support;

use judge::generate::{Choices, case};
use std::{collections::BTreeMap, process::ExitCode};

/// SplitMix64, for bytes that are the same on every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>().unwrap_or(0));
    let count = arguments.next().unwrap_or(1_000_000);
    let mut random = Random(arguments.next().unwrap_or(1));
    let mut verdicts = [0u64; 3];
    let mut differences: BTreeMap<_, u64> = BTreeMap::new();
    for number in 0..count {
        let length = random.next() % 64;
        let bytes: Vec<u8> = (0..length).flat_map(|_| random.next().to_le_bytes()).collect();
        let (asked, given) = case(&mut Choices(&bytes));
        let decision = support::decide(&asked, &given);
        let engine = (decision.verdict.as_str(), decision.decided_by.as_str());
        let naive = judge::naive::decide(&asked, &given);
        if engine != naive {
            let met = differences.entry((engine, naive)).or_default();
            *met += 1;
            // One of each kind is enough to look at.
            if *met == 1 {
                println!("case {number}: engine {engine:?}, naive {naive:?}\n{asked:#?}\n{given:#?}");
            }
        }
        verdicts[decision.verdict as usize] += 1;
    }
    for ((engine, naive), times) in &differences {
        println!("{times} times: engine {engine:?}, naive {naive:?}");
    }
    if !differences.is_empty() {
        return ExitCode::FAILURE;
    }
    println!("{count} cases agree: {verdicts:?} allowed, implicitly denied, explicitly denied");
    ExitCode::SUCCESS
}
