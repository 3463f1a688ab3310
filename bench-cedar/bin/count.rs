//! How often both engines touch the heap. A process of its own: counting costs time.

use allocation_counter::measure;

fn main() {
    let (rolecall, cedar) = rolecall_bench_cedar::with_both(0, |rolecall, cedar| {
        let count = |ask: &dyn Fn() -> bool| {
            measure(|| {
                let _ = std::hint::black_box(ask());
            })
            .count_total
        };
        (count(rolecall), count(cedar))
    });
    println!("one decision, allocations\t{rolecall}\t{cedar}");
}
