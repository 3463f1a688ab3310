//! AWS's own managed policies: `arn:aws:iam::aws:policy/AdministratorAccess` and the ones that tests attach most.
//!
//! The documents are AWS's, one JSON object a line (AWS Managed Policy Reference Guide).

use rolecall_directory::PolicyText;
use rolecall_names::Partition;
use serde::Deserialize;
use std::{collections::HashMap, sync::LazyLock};

/// A policy of AWS's own.
pub(crate) struct Managed {
    pub(crate) path: String,
    pub(crate) name: String,
    pub(crate) text: PolicyText,
}

#[derive(Deserialize)]
struct Line {
    path: String,
    name: String,
    document: String,
}

static BY_NAME: LazyLock<HashMap<String, Managed>> = LazyLock::new(|| {
    include_str!("../managed/policies.jsonl")
        .lines()
        .filter_map(|line| serde_json::from_str::<Line>(line).ok())
        .map(|Line { path, name, document }| (name.clone(), Managed { path, name, text: PolicyText::new(&document) }))
        .collect()
});

impl Managed {
    pub(crate) fn arn(&self, partition: Partition) -> String {
        format!("arn:{partition}:iam::aws:policy{}{}", self.path, self.name)
    }
}

/// The policy with that ARN, in whichever partition; `None` for an ARN of another kind or an unknown name.
pub(crate) fn find(arn: &str) -> Option<&'static Managed> {
    let arn = rolecall_names::Arn::parse(arn).ok()?;
    if arn.service != "iam" || arn.account != "aws" {
        return None;
    }
    let ("policy", path, name) = arn.kind_path_name()? else { return None };
    BY_NAME.get(name).filter(|policy| policy.path == path)
}

/// The document of [`find`].
pub(crate) fn by_arn(arn: &str) -> Option<&'static PolicyText> {
    find(arn).map(|policy| &policy.text)
}

/// Every one of them, in the order of their names.
pub(crate) fn all() -> Vec<&'static Managed> {
    let mut all: Vec<_> = BY_NAME.values().collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_policy_and_found_by_its_arn() {
        let lines = include_str!("../managed/policies.jsonl").lines().count();
        assert_eq!(all().len(), lines);
        for policy in all() {
            assert!(rolecall_policy::Document::parse(policy.text.as_str()).is_ok(), "{}", policy.name);
            assert!(by_arn(&policy.arn(Partition::Aws)).is_some(), "{}", policy.name);
        }
        assert!(by_arn("arn:aws:iam::aws:policy/service-role/AdministratorAccess").is_none());
        assert!(by_arn("arn:aws:iam::111111111111:policy/AdministratorAccess").is_none());
    }
}
