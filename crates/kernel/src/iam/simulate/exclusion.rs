//! Policies that a simulation is to leave out.
//!
//! Source: IAM API Reference, `PolicyIdentifier` and `InlinePolicyIdentifierType`.

use super::invalid;
use rolecall_names::Arn;
use rolecall_wire::{
    Fault,
    call::{AttachmentType, ExcludedPolicyType, InlinePolicyIdentifier, PolicyIdentifier},
};

/// What is left out.
#[derive(Default)]
pub(super) struct Exclusions<'a> {
    all_inline: bool,
    aws_managed: bool,
    user_managed: bool,
    pub(super) boundary: bool,
    pub(super) service_control: bool,
    arns: Vec<&'a str>,
    inline: Vec<&'a InlinePolicyIdentifier>,
}

/// Each entry says one thing; resource control policies cannot be left out, as on AWS.
pub(super) fn read(list: &[PolicyIdentifier]) -> Result<Exclusions<'_>, Fault> {
    let mut out = Exclusions::default();
    for identifier in list {
        match (identifier.policy_type, identifier.policy_arn.as_deref(), &identifier.inline_policy_identifier) {
            (Some(kind), None, None) => match kind {
                ExcludedPolicyType::Inline => out.all_inline = true,
                ExcludedPolicyType::AwsManaged => out.aws_managed = true,
                ExcludedPolicyType::UserManaged => out.user_managed = true,
                ExcludedPolicyType::Boundary => out.boundary = true,
                ExcludedPolicyType::ServiceControl => out.service_control = true,
                ExcludedPolicyType::ResourceControl => {}
            },
            (None, Some(arn), None) if names_policies(arn) => out.arns.push(arn),
            (None, Some(arn), None) => return Err(invalid(format!("Invalid policy identifier: {arn}"))),
            (None, None, Some(inline)) if stars(&inline.attachment_name) <= 1 => out.inline.push(inline),
            (None, None, Some(inline)) => {
                return Err(invalid(format!("Invalid policy identifier: {}", inline.attachment_name)));
            }
            _ => return Err(invalid("A policy identifier has exactly one member.")),
        }
    }
    Ok(out)
}

fn stars(pattern: &str) -> usize {
    pattern.matches('*').count()
}

/// Whether wildcards stand in the name alone, and are not too many.
fn names_policies(arn: &str) -> bool {
    Arn::parse(arn).is_ok_and(|parts| {
        let before = arn.len() - parts.resource.len();
        parts.service == "iam"
            && parts.resource.starts_with("policy/")
            && stars(arn) <= 1
            && !arn.get(..before).is_some_and(|head| head.contains(['*', '?']))
    })
}

impl Exclusions<'_> {
    pub(super) fn managed(&self, arn: &str) -> bool {
        let of_aws = Arn::parse(arn).is_ok_and(|arn| arn.account == "aws");
        let by_type = if of_aws { self.aws_managed } else { self.user_managed };
        by_type || self.arns.iter().any(|pattern| matches(pattern, arn))
    }

    /// Whether the inline policy `policy` of a `noun` (`user`, `role`) called `name` is left out.
    pub(super) fn inline(&self, noun: &str, name: &str, policy: &str) -> bool {
        let kind = |kind: AttachmentType| kind.as_str() == noun;
        self.all_inline
            || self.inline.iter().any(|left_out| {
                kind(left_out.attachment_type)
                    && left_out.policy_name == policy
                    && matches(&left_out.attachment_name, name)
            })
    }
}

/// Whether `text` fits `pattern`, which has one `*` at most.
fn matches(pattern: &str, text: &str) -> bool {
    let fits = |pattern: &str, text: &str| {
        pattern.chars().count() == text.chars().count()
            && pattern.chars().zip(text.chars()).all(|(wanted, found)| wanted == '?' || wanted == found)
    };
    let Some((head, tail)) = pattern.split_once('*') else { return fits(pattern, text) };
    let characters: Vec<char> = text.chars().collect();
    let (first, last) = (head.chars().count(), tail.chars().count());
    let part = |range: std::ops::Range<usize>| characters.get(range).map(|part| part.iter().collect::<String>());
    let behind = characters.len().checked_sub(last).filter(|behind| *behind >= first);
    behind.is_some_and(|behind| {
        part(0..first).is_some_and(|text| fits(head, &text))
            && part(behind..characters.len()).is_some_and(|text| fits(tail, &text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_star_and_any_number_of_question_marks() {
        for (pattern, text, fit) in [
            ("app", "app", true),
            ("app", "apps", false),
            ("a*", "a", true),
            ("a*p", "ap", true),
            ("a*a", "a", false),
            ("*-?x", "a-éx", true),
            ("?", "é", true),
            ("?", "", false),
        ] {
            assert_eq!(matches(pattern, text), fit, "{pattern} {text}");
        }
    }
}
