//! Where, in the history of one client, what it calls by default became another.

use crate::{
    Client, Mode,
    table::{Default, Row, rows},
};

/// A change of what a client calls by default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The first version, in the generation of the later of the two, that does what the later one does.
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
    let mut first = later.row();
    // Each generation has a history of its own: the fourth of .NET is older than the release in which the third turned.
    let before_it = |row: &Row| {
        rows().find(|it| it.kind == row.kind && it.generation == row.generation && it.below == Some(row.from))
    };
    while let Some(row) = before_it(first).filter(|row| row.habits.mode == after) {
        first = row;
    }
    // Packages of a generation may count from nought: the generation itself is then what turned it.
    let whole = first.generation > earlier.generation() && first.from.major() < first.generation;
    let version = if whole { format!("{}.0.0", first.generation) } else { first.from.to_string() };
    let uncertain = first.uncertain().or_else(|| earlier.row().uncertain());
    Some(Turn { version, before: before.into(), after: after.into(), source: first.source, uncertain })
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
            ("awscli==1.41.17", "awscli==1.46.3", Some("1.42.0")),
            ("awscli==1.41.17", "awscli==2.13.0", Some("2.0.0")),
            ("aws-sdk-core==2.11.400", "aws-sdk-core==3.99.0", Some("3.92.0")),
            ("aws-sdk-core==2.11.474", "aws-sdk-core==3.99.0", None),
            ("aws-sdk-core==3.80.0", "aws-sdk-core==2.11.474", Some("3.0.0")),
            ("AWSSDK.Core==3.7.302.5", "AWSSDK.Core==4.0.0.11", Some("4.0.0")),
            ("boto3==1.39.17", "botocore==1.40.0", None),
        ] {
            assert_eq!(turned(one, other).as_deref(), version, "{one} {other}");
        }
    }
}
