//! Session tags: those passed, those inherited, and what may not be passed together.

use crate::session::Session;
use rolecall_directory::Tag;
use rolecall_wire::{Fault, FaultCode, call};
use std::sync::Arc;

/// The tags a session will carry.
pub(super) struct SessionTags {
    /// All of them, the inherited first.
    pub(super) all: Vec<Tag>,
    /// The keys handed on to the next session.
    pub(super) transitive: Vec<Arc<str>>,
    /// How many were inherited.
    pub(super) inherited: usize,
}

impl SessionTags {
    /// Joins what `input` passes with what `session` hands on.
    ///
    /// Texts: recorded from AWS (facts of record, 2025), the last one also reported by users of AWS.
    /// Source of the rule: IAM User Guide, "Pass session tags in AWS STS", "Chaining roles with session tags".
    pub(super) fn join(input: &call::AssumeRole, session: Option<&Session>) -> Result<Self, Fault> {
        let refused = |text| Err(Fault::new(FaultCode::InvalidParameterValue, text));
        let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
        for (place, tag) in input.tags.iter().enumerate() {
            if input.tags.iter().skip(place + 1).any(|other| same(&other.key, &tag.key)) {
                return refused("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
            }
        }
        if input.transitive_tag_keys.iter().any(|key| !input.tags.iter().any(|tag| same(&tag.key, key))) {
            return refused("The specified transitive tag key must be included in the requested tags.");
        }
        let mut all: Vec<Tag> = Vec::new();
        let mut transitive: Vec<Arc<str>> = Vec::new();
        if let Some(session) = session {
            let handed_on = |tag: &&Tag| session.transitive.iter().any(|key| same(key, &tag.key));
            all.extend(session.tags.iter().filter(handed_on).cloned());
            transitive.extend(session.transitive.iter().cloned());
        }
        let inherited = all.len();
        if input.tags.iter().any(|tag| all.iter().any(|known| same(&known.key, &tag.key))) {
            return refused(
                "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key \
                 from the calling session.",
            );
        }
        all.extend(input.tags.iter().map(|tag| Tag { key: (&*tag.key).into(), value: (&*tag.value).into() }));
        transitive.extend(input.transitive_tag_keys.iter().map(|key| Arc::from(&**key)));
        Ok(Self { all, transitive, inherited })
    }

    /// The tags inherited.
    pub(super) fn inherited(&self) -> &[Tag] {
        self.all.get(..self.inherited).unwrap_or_default()
    }
}
