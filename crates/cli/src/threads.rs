//! The same thing done to many, on every core.

use std::num::NonZero;

/// Does `one` for each of `all`, on as many threads as there are cores, and gives the results in their order, or the
/// first failure in that order.
pub(crate) fn each<C: Sync, T: Send, E: Send>(all: &[C], one: impl Fn(&C) -> Result<T, E> + Sync) -> Result<Vec<T>, E> {
    let threads = std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    let share = all.len().div_ceil(threads.get()).max(1);
    let run = |part: &[C]| -> Vec<Result<T, E>> { part.iter().map(&one).collect() };
    let results: Vec<Result<T, E>> = std::thread::scope(|scope| {
        let threads: Vec<_> = all.chunks(share).map(|part| scope.spawn(|| run(part))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    results.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::each;

    #[test]
    fn results_come_in_their_order_and_so_does_the_first_failure() {
        let numbers: Vec<u32> = (0..1000).collect();
        assert_eq!(each(&numbers, |number| Ok::<_, u32>(number * 2)).unwrap().get(999), Some(&1998));
        assert_eq!(each(&numbers, |number| if *number < 300 { Ok(*number) } else { Err(*number) }), Err(300));
        assert_eq!(each(&[] as &[u32], |number| Ok::<_, ()>(*number)), Ok(Vec::new()));
    }
}
