//! The name somebody probably meant.

/// Names of more letters than this have no near ones, and no more candidates than this are weighed: a bound on time.
const MAX_LETTERS: usize = 64;
const MAX_CANDIDATES: usize = 1000;

/// The candidate that `name` differs from by the fewest slips of the keyboard, if these are few.
pub(crate) fn nearest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let letters: Vec<char> = name.chars().take(MAX_LETTERS + 1).collect();
    if letters.len() > MAX_LETTERS {
        return None;
    }
    let few = (letters.len() / 3).max(1);
    candidates
        .take(MAX_CANDIDATES)
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= few)
        .map(|candidate| (distance(&letters, candidate), candidate))
        .filter(|(slips, _)| *slips <= few)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

/// Letters left out, put in, exchanged or swapped with their neighbour (optimal string alignment).
fn distance(from: &[char], to: &str) -> usize {
    let to: Vec<char> = to.chars().take(MAX_LETTERS).collect();
    let get = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
    let mut two_above: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in (1..).zip(from) {
        let mut row = Vec::with_capacity(to.len() + 1);
        row.push(line);
        for (column, other) in (1..).zip(&to) {
            let same = usize::from(letter != other);
            let mut best = (get(&above, column) + 1).min(get(&row, column - 1) + 1).min(get(&above, column - 1) + same);
            let swapped =
                line > 1 && column > 1 && from.get(line - 2) == Some(other) && to.get(column - 2) == Some(letter);
            if swapped {
                best = best.min(get(&two_above, column - 2) + 1);
            }
            row.push(best);
        }
        two_above = std::mem::replace(&mut above, row);
    }
    get(&above, to.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_another_word_does_not() {
        let names = ["trust", "policies", "path", "max_session_duration"];
        for (slip, meant) in [
            ("trsut", Some("trust")),
            ("policy", None),
            ("polices", Some("policies")),
            ("max_session_durations", Some("max_session_duration")),
            ("pth", Some("path")),
            ("secret", None),
        ] {
            assert_eq!(nearest(slip, names.into_iter()), meant, "{slip}");
        }
    }

    #[test]
    fn a_name_without_end_is_near_to_nothing() {
        assert_eq!(nearest(&"a".repeat(100_000), ["a"].into_iter()), None);
    }
}
