//! Which of a file's records is meant.

use super::{Found, Record};
use std::fmt::Write as _;

/// So many records are listed where one has to be chosen.
const LISTED: usize = 10;

/// A record in a list to choose from, one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed(Box<str>);

/// Why it is not clear which record is meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// None is an `AssumeRole`.
    #[error("{}", none(.others))]
    None {
        /// How many records of other operations there are, the most frequent first.
        others: Vec<(String, usize)>,
    },
    /// Several are, and none was asked for.
    #[error("it holds {count} records of AssumeRole; say which one is meant by its eventID:{}", lines(.listed))]
    Several {
        /// How many.
        count: usize,
        /// The first of them.
        listed: Vec<Listed>,
    },
    /// None has the id that was asked for.
    #[error("no AssumeRole in it has an eventID or requestID that begins with {wanted}; it holds:{}", lines(.listed))]
    NoSuch {
        /// The id asked for.
        wanted: Box<str>,
        /// The first of those that are there.
        listed: Vec<Listed>,
    },
}

fn none(others: &[(String, usize)]) -> String {
    let mut text = if others.is_empty() {
        "it holds no record at all".to_owned()
    } else {
        let told: Vec<String> = others.iter().map(|(name, count)| format!("{name} ({count})")).collect();
        format!("none of its records is an AssumeRole; it holds {}", told.join(", "))
    };
    text.push_str(". ");
    text.push_str(WHERE_TO_LOOK);
    text
}

/// Source: IAM User Guide, "Logging IAM and AWS STS API calls with AWS CloudTrail": denied calls across accounts are in
/// the caller's history alone; and the change of the global endpoint in 2025: its calls are recorded in us-east-1.
const WHERE_TO_LOOK: &str = "A refused AssumeRole is recorded in the caller's account alone, not in the role's, and in \
                             the Region whose endpoint was called: us-east-1 for the global one";

fn lines(listed: &[Listed]) -> String {
    listed.iter().fold(String::new(), |mut text, listed| {
        let _ = write!(text, "\n  {}", listed.0);
        text
    })
}

impl Found {
    /// The record that is meant: the one whose `eventID` or `requestID` begins with `wanted`; without one the only
    /// `AssumeRole` there is, or the only refused one. Of two records that one call left in two accounts it is the
    /// caller's, which says more.
    ///
    /// # Errors
    /// [`ChoiceError`] when there is none or more than one.
    pub fn choose(&self, wanted: Option<&str>) -> Result<&Record, ChoiceError> {
        let mut calls = Vec::new();
        for record in &self.records {
            match calls.iter_mut().find(|known: &&mut &Record| same_call(known, record)) {
                Some(known) if is_foreign(known) && !is_foreign(record) => *known = record,
                Some(_) => {}
                None => calls.push(record),
            }
        }
        if calls.is_empty() {
            let mut others: Vec<(String, usize)> =
                self.others.iter().map(|(name, count)| (name.clone(), *count)).collect();
            others.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
            others.truncate(LISTED);
            return Err(ChoiceError::None { others });
        }
        let listed = |calls: &[&Record]| calls.iter().take(LISTED).map(|record| listed(record)).collect();
        if let Some(wanted) = wanted {
            let meant: Vec<&Record> = calls.iter().copied().filter(|record| is_called(record, wanted)).collect();
            return match *meant {
                [] => Err(ChoiceError::NoSuch { wanted: wanted.into(), listed: listed(&calls) }),
                [one] => Ok(one),
                _ => Err(ChoiceError::Several { count: meant.len(), listed: listed(&meant) }),
            };
        }
        let refused: Vec<&Record> = calls.iter().copied().filter(|record| !record.is_success()).collect();
        match (&*calls, &*refused) {
            ([one], _) | (_, [one]) => Ok(one),
            _ => Err(ChoiceError::Several { count: calls.len(), listed: listed(&calls) }),
        }
    }
}

/// Whether two records are of one call, in the histories of two accounts or twice in one.
fn same_call(one: &Record, other: &Record) -> bool {
    let same = |one: &Option<Box<str>>, other: &Option<Box<str>>| one.is_some() && one == other;
    same(&one.event_id, &other.event_id)
        || same(&one.shared_event_id, &other.shared_event_id)
        || same(&one.request_id, &other.request_id)
}

/// Whether it is the record in the role's account, which tells of the caller no more than account and id.
fn is_foreign(record: &Record) -> bool {
    record.identity.arn.is_none()
}

fn is_called(record: &Record, wanted: &str) -> bool {
    let begins = |id: &Option<Box<str>>| {
        id.as_deref().and_then(|id| id.get(..wanted.len())).is_some_and(|head| head.eq_ignore_ascii_case(wanted))
    };
    !wanted.is_empty() && (begins(&record.event_id) || begins(&record.request_id))
}

fn listed(record: &Record) -> Listed {
    let id = record.event_id.as_deref().or(record.request_id.as_deref()).unwrap_or("(no eventID)");
    let came = record.failure.as_ref().map_or("allowed", |failure| &failure.code);
    let role = record.role_arn().unwrap_or("(no roleArn)");
    Listed(format!("{id}  {}  {}  {came}  {role}", record.time, record.region).into())
}
