//! Where, in the history of one client, what it calls by default became another.

use crate::{
    Client, Mode,
    table::{Default, rows},
};

/// A change of what a client calls by default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The first version that does what versions after it do.
    pub version: String,
    /// What was called by default before that version.
    pub before: Mode,
    /// What it and later ones call.
    pub after: Mode,
    /// Where this is known from.
    pub source: &'static str,
    /// What about it is not settled, where something is not.
    pub uncertain: Option<&'static str>,
}

/// The change of default between two versions of one client, whichever of them is the later; `None` where both do the
/// same, or they are of two clients.
#[must_use]
pub fn turn(one: &Client, other: &Client) -> Option<Turn> {
    let (earlier, later) = if one.compare(other)?.is_le() { (one, other) } else { (other, one) };
    let (before, after) = (earlier.row().habits.mode, later.row().habits.mode);
    if before == after {
        return None;
    }
    let start = |client: &Client| (client.generation(), client.row().from);
    let between = rows().filter(|row| row.kind == later.kind() && row.habits.mode == after).filter(|row| {
        let from = (row.generation, row.from);
        start(earlier) < from && from <= start(later)
    });
    let first = between.min_by_key(|row| (row.generation, row.from))?;
    let uncertain = first.uncertain().or_else(|| earlier.row().uncertain());
    Some(Turn {
        version: first.from.to_string(),
        before: before.into(),
        after: after.into(),
        source: first.source,
        uncertain,
    })
}

impl From<Default> for Mode {
    fn from(default: Default) -> Self {
        match default {
            Default::Legacy => Self::Global,
            Default::Regional => Self::Regional,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(one: &str, other: &str) -> Option<String> {
        turn(&Client::parse(one).unwrap(), &Client::parse(other).unwrap()).map(|turn| turn.version)
    }

    #[test]
    fn the_version_that_moved_the_default_is_told_in_either_direction() {
        for (one, other, version) in [
            ("boto3==1.39.17", "boto3==1.43.11", Some("1.40.0")),
            ("boto3==1.43.11", "boto3==1.39.17", Some("1.40.0")),
            ("boto3==1.40.0", "boto3==1.43.11", None),
            ("awscli==1.41.17", "awscli==2.13.0", Some("1.42.0")),
            ("boto3==1.39.17", "botocore==1.40.0", None),
        ] {
            assert_eq!(turned(one, other).as_deref(), version, "{one} {other}");
        }
    }
}
