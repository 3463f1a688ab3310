//! Names and lists in sentences.

use crate::Case;
use rolecall_names::AccountId;
use rolecall_world::{Place, PlaceKind};

/// A cause or a reason as a sentence: with a capital, unless it begins with a name, and a full stop.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    let first = text.split(' ').next().unwrap_or_default();
    let mut out = String::with_capacity(text.len() + 1);
    let mut letters = text.chars();
    match letters.next() {
        Some(letter) if first.chars().all(|letter| letter.is_ascii_lowercase()) => {
            out.push(letter.to_ascii_uppercase());
            out.push_str(letters.as_str());
        }
        _ => out.push_str(text),
    }
    if !out.ends_with(['.', '!', '?', ':']) {
        out.push('.');
    }
    out
}

/// `a, b and c`.
pub(super) fn all(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// `account b (222222222222)`; of one that has no name here its digits.
pub(super) fn account(case: &Case<'_>, id: AccountId) -> String {
    format!("account {}", named(case, id))
}

/// `b (222222222222)`.
pub(super) fn named(case: &Case<'_>, id: AccountId) -> String {
    let name = case.account_name(id);
    if name == id.to_string() { name } else { format!("{name} ({id})") }
}

/// What a place is.
pub(super) fn kind(place: &Place) -> &'static str {
    match place.kind {
        PlaceKind::Ec2 => "an EC2 instance",
        PlaceKind::Lambda => "a Lambda function",
        PlaceKind::EcsTask => "an ECS task",
        PlaceKind::EksPod => "an EKS pod",
        PlaceKind::OnPremises => "a machine on premises",
        PlaceKind::Internet => "a machine on the internet",
    }
}

/// The name at the end of an ARN: `role-b` of a role's.
pub(super) fn last(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_begin_with_a_capital_unless_with_a_name() {
        for (text, expected) in [
            ("the trust policy names a", "The trust policy names a."),
            ("boto3 1.40.0 calls", "boto3 1.40.0 calls."),
            ("aws-cli 2.31.0 calls", "aws-cli 2.31.0 calls."),
            ("IpAddress wants x", "IpAddress wants x."),
            ("Done.", "Done."),
            ("", "."),
        ] {
            assert_eq!(sentence(text), expected);
        }
    }

    #[test]
    fn lists_end_with_and() {
        assert_eq!(all(&["a", "b", "c"]), "a, b and c");
        assert_eq!(all(&["a"]), "a");
    }
}
