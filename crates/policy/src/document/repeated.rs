//! Names that stand twice in one object, found in time that grows with their length.

use smallvec::SmallVec;
use std::hash::{DefaultHasher, Hasher};

/// Names of one hash up to this many are compared each with each.
const FEW: usize = 8;

/// Places of a table that are looked at for one hash. Where more are taken, all are sorted instead.
const LOOKS: usize = 32;

/// The first of some names that another one before it equals, upper and lower case aside. `hashes` are theirs, the same
/// for equal names; `name` gives the name at a place.
pub(super) fn repeated<'n>(
    hashes: impl ExactSizeIterator<Item = u32> + Clone,
    name: impl Fn(usize) -> &'n str,
) -> Option<usize> {
    if hashes.len() < 2 || surely_differ(hashes.clone()) {
        return None;
    }
    // Hash and place in one number: numbers sort many times faster than names.
    let mut hashed: SmallVec<[u64; 16]> = (0..).zip(hashes).map(|(at, hash)| (u64::from(hash) << 32) | at).collect();
    hashed.sort_unstable();
    let place = |number: &u64| usize::try_from(*number & 0xffff_ffff).unwrap_or_default();
    hashed
        .chunk_by(|one, other| one >> 32 == other >> 32)
        .filter(|run| run.len() > 1)
        .filter_map(|run| {
            let places: SmallVec<[usize; FEW]> = run.iter().map(place).collect();
            first_among(&places, &name)
        })
        .min()
}

/// Whether no two hashes are equal, as far as a few looks at a table for each can tell.
fn surely_differ(mut hashes: impl ExactSizeIterator<Item = u32> + Clone) -> bool {
    if hashes.len() <= FEW {
        let all = hashes.clone();
        return hashes.enumerate().all(|(at, hash)| all.clone().take(at).all(|before| before != hash));
    }
    let size = (hashes.len() * 2).next_power_of_two();
    // Zero is a free place; two hashes that differ only in being zero or one are sorted for nothing.
    let mut table = vec![0_u32; size];
    hashes.all(|hash| {
        let hash = hash.max(1);
        // Fibonacci hashing: names that differ in their ends alone have hashes that are near each other.
        let first = (u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize;
        for place in first..first + LOOKS {
            match table.get_mut(place & (size - 1)) {
                Some(free) if *free == 0 => {
                    *free = hash;
                    return true;
                }
                Some(taken) if *taken != hash => {}
                _ => return false,
            }
        }
        false
    })
}

/// The same among `places`, in rising order, whose names share a hash.
fn first_among<'n>(places: &[usize], name: impl Fn(usize) -> &'n str) -> Option<usize> {
    let each_with_each = |places: &[usize]| {
        let same = |one: usize, other: usize| name(one).eq_ignore_ascii_case(name(other));
        let was_there =
            |(before, at): &(usize, &usize)| places.iter().take(*before).any(|earlier| same(*earlier, **at));
        places.iter().enumerate().find(was_there).map(|(_, at)| *at)
    };
    if places.len() <= FEW {
        return each_with_each(places);
    }
    // So many of one short hash are somebody's work. Of a long one nobody finds more than a pair.
    let mut hashed: Vec<(u64, usize)> = places.iter().map(|at| (long_hash(name(*at)), *at)).collect();
    hashed.sort_unstable();
    let runs = hashed.chunk_by(|(one, _), (other, _)| one == other).filter(|run| run.len() > 1);
    runs.filter_map(|run| each_with_each(&run.iter().map(|(_, at)| *at).collect::<Vec<_>>())).min()
}

/// The same for names that differ in upper and lower case alone.
fn long_hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    let lower: SmallVec<[u8; 64]> = name.bytes().map(|byte| byte.to_ascii_lowercase()).collect();
    hasher.write(&lower);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_that_was_there_before(names in prop::collection::vec("[abAB]{0,3}", 0..40), hashes in 1u32..4) {
            let hash = |name: &str| name.to_ascii_lowercase().bytes().map(u32::from).sum::<u32>() % hashes;
            let found = repeated(names.iter().map(|name| hash(name)), |at| &names[at]);
            let plainly = (0..names.len()).find(|at| names[..*at].iter().any(|name| name.eq_ignore_ascii_case(&names[*at])));
            prop_assert_eq!(found, plainly);
        }
    }
}
