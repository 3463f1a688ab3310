//! How long both engines take, in turns, so that whatever else the machine does befalls both.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// The best times of one call of each, over rounds in which they take turns.
fn best<A, B>(calls: u32, mut one: impl FnMut() -> A, mut other: impl FnMut() -> B) -> (Duration, Duration) {
    let mut time = (Duration::MAX, Duration::MAX);
    for _ in 0..40 {
        let start = Instant::now();
        (0..calls).for_each(|_| {
            let _ = black_box(one());
        });
        time.0 = time.0.min(start.elapsed() / calls);
        let start = Instant::now();
        (0..calls).for_each(|_| {
            let _ = black_box(other());
        });
        time.1 = time.1.min(start.elapsed() / calls);
    }
    time
}

fn main() {
    for (label, more, calls) in [("one decision", 0, 5_000), ("beside 1,000 statements", 1_000, 20)] {
        let (rolecall, cedar) = rolecall_bench_cedar::with_both(more, |rolecall, cedar| best(calls, rolecall, cedar));
        println!("{label}, ns\t{}\t{}", rolecall.as_nanos(), cedar.as_nanos());
    }
    let (ours, theirs) = (rolecall_bench_cedar::many_statements(1_000), rolecall_bench_cedar::many_permits(1_000));
    let (rolecall, cedar) =
        best(2, || rolecall_policy::Document::parse(&ours), || theirs.parse::<cedar_policy::PolicySet>());
    let speed = |text: &str, time: Duration| text.len() as f64 / time.as_secs_f64() / 1e6;
    println!("reading 1,000 statements, MB/s\t{:.1}\t{:.1}", speed(&ours, rolecall), speed(&theirs, cedar));
}
