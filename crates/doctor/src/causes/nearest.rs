//! Which statement was meant for a request that none let in.

use super::Found;
use crate::Caller;
use rolecall_kernel::Weighing;
use rolecall_names::Arn;
use rolecall_policy::{PolicyType, Step};

/// How far `step` was from letting the request in: what would have to be changed, in the eyes of whoever wrote it.
///
/// A statement that names this very role or caller was meant for them, even where it allows something else; one on
/// another role is the further away the less alike the two are.
pub(super) fn distance(step: &Step, found: Option<&Found<'_>>, weighing: &Weighing, caller: &Caller) -> usize {
    let view = found.and_then(|found| found.policy.document.statement(usize::from(step.statement)));
    let mut distance = step.unmet.count_ones() as usize;
    if step.misses.action() {
        let unlike =
            view.and_then(|view| view.actions().map(|(action, _)| unlike_action(action, &weighing.action)).min());
        let meant = match step.document.policy {
            PolicyType::Resource => found.is_some_and(|found| names_caller(found, step, caller)),
            _ => view.is_some_and(|view| view.resources().any(|(value, _)| names(value, &weighing.resource))),
        };
        distance += 250 + unlike.unwrap_or_default() + if meant { 0 } else { 300 };
    }
    if step.misses.principal() {
        distance += 300;
    }
    if step.misses.resource() {
        let unlike =
            view.and_then(|view| view.resources().map(|(value, _)| unlikeness(value, &weighing.resource)).min());
        distance += 300 + unlike.unwrap_or(100) * 2;
    }
    distance
}

/// Another way to assume a role is nearer than what goes along with it, and that nearer than another service.
fn unlike_action(allowed: &str, asked: &str) -> usize {
    let begins = |text: &str| text.split_at_checked("sts:assume".len()).map(|(begin, _)| begin.to_ascii_lowercase());
    let service = |text: &str| text.split(':').next().unwrap_or_default().to_ascii_lowercase();
    match (begins(allowed) == begins(asked), service(allowed) == service(asked)) {
        (true, _) => 0,
        (false, true) => 60,
        (false, false) => 120,
    }
}

/// Whether a pattern is about this resource, more than about all of them.
fn names(pattern: &str, resource: &str) -> bool {
    let literal = pattern.split(['*', '?', '$']).next().unwrap_or_default();
    !literal.is_empty() && resource.starts_with(literal) && (literal.len() == pattern.len()) == (literal == resource)
}

/// How much of two texts differs behind what they begin with alike, in hundredths.
fn unlikeness(value: &str, resource: &str) -> usize {
    let alike = value.bytes().zip(resource.bytes()).take_while(|(one, other)| one == other).count();
    let longer = value.len().max(resource.len()).max(1);
    (longer - alike) * 100 / longer
}

/// Whether the statement of a trust policy is about the caller or its account.
fn names_caller(found: &Found<'_>, step: &Step, caller: &Caller) -> bool {
    let mut named = found.policy.document.principals().filter(|named| named.statement == usize::from(step.statement));
    named.any(|named| {
        let account = Arn::parse(named.value).ok().and_then(|arn| arn.account_id());
        named.value == caller.principal_arn
            || named.value == caller.arn
            || named.value == caller.account.to_string()
            || (named.value.ends_with(":root") && account == Some(caller.account))
            || named.value == "*"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_speak_of_a_role_are_told_from_those_that_speak_of_all() {
        let role = "arn:aws:iam::111111111111:role/target";
        for (pattern, expected) in [
            (role, true),
            ("arn:aws:iam::111111111111:role/*", true),
            ("arn:aws:iam::111111111111:role/${aws:username}", true),
            ("arn:aws:iam::111111111111:role/tar", false),
            ("arn:aws:iam::222222222222:role/*", false),
            ("*", false),
        ] {
            assert_eq!(names(pattern, role), expected, "{pattern}");
        }
    }

    #[test]
    fn roles_are_the_less_alike_the_earlier_their_arns_part() {
        let role = "arn:aws:iam::111111111111:role/target";
        let near = unlikeness("arn:aws:iam::111111111111:role/targes", role);
        let far = unlikeness("arn:aws:iam::999999999999:role/target", role);
        assert!(near < far && far < unlikeness("x", role) && unlikeness(role, role) == 0);
    }
}
