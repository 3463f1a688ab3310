//! Versions as registries write them, in the order in which they came out.

use std::{cmp::Ordering, fmt};

/// A release: up to four numbers, and whether it is one that came before them (`2.0.0rc1`, `2.0.0-rc.1`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Version {
    numbers: [u32; 4],
    before: bool,
}

impl Version {
    /// `major.minor.patch`, for tables.
    pub(crate) const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { numbers: [major, minor, patch, 0], before: false }
    }

    /// The first number, which often names a generation.
    pub(crate) const fn major(self) -> u32 {
        self.numbers[0]
    }

    /// Reads `1.40.0`, `v1.40.0`, `3.7`, `4.0.60.0`, `2.0.0rc1`; `None` for anything that does not begin with a number.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('v').unwrap_or(text);
        let mut numbers = [0; 4];
        let mut rest = text;
        let mut before = false;
        for (place, number) in numbers.iter_mut().enumerate() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (these, after) = rest.split_at(digits);
            match these.parse() {
                Ok(read) => *number = read,
                // `1.40.` and `1.40.x` are no versions, `1.40rc1` has ended before this.
                Err(_) => return None,
            }
            match after.strip_prefix('.') {
                Some(after) if place < 3 && after.starts_with(|first: char| first.is_ascii_digit()) => rest = after,
                _ => {
                    before = is_before(after)?;
                    break;
                }
            }
        }
        Some(Self { numbers, before })
    }
}

/// What may follow the numbers: nothing, a build (`+…`), a post-release, or a word that makes it a pre-release.
fn is_before(suffix: &str) -> Option<bool> {
    if suffix.len() > 64 || !suffix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+_".contains(&byte)) {
        return None;
    }
    if suffix.is_empty() || suffix.starts_with('+') || suffix.starts_with(".post") {
        return Some(false);
    }
    // Behind a dot only the words of a registry; `1.x` is a wish, not a version.
    const WORDS: [&str; 6] = ["dev", "rc", "alpha", "beta", "pre", "a"];
    let good = match suffix.strip_prefix('.') {
        Some(word) => WORDS.iter().any(|known| word.starts_with(known)),
        None => suffix.trim_start_matches(['-', '_']).starts_with(|first: char| first.is_ascii_alphabetic()),
    };
    good.then_some(true)
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then(other.before.cmp(&self.before))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch, fourth] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        if fourth > 0 { write!(f, ".{fourth}") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_stand_in_the_order_of_their_releases() {
        let ordered =
            ["0.9", "1.9.0", "1.13.2", "1.39.17", "1.40.0rc1", "1.40.0", "1.40.0.1", "v1.40.1", "2", "2.0.1-rc.1"];
        for pair in ordered.windows(2) {
            assert!(Version::parse(pair[0]).unwrap() < Version::parse(pair[1]).unwrap(), "{pair:?}");
        }
        assert_eq!(Version::parse("1.40"), Version::parse("1.40.0+build.7"));
        assert_eq!(Version::parse("1.40.0.post1"), Version::parse("1.40.0"));
    }

    #[test]
    fn what_is_no_version_is_none() {
        for text in ["", "latest", "1.x", "1.", "^1.2", "1.2.3.4.5", "1 2", "99999999999", "1.2-3", ">=1"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }
}
