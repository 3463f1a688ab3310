//! The case files, and the demand that every operation is among them: answered once and refused once.

use crate::script::{Seen, check};
use rolecall_wire::Operation;

macro_rules! files {
    ($($name:ident)*) => {
        const FILES: &[(&str, &str)] = &[$((stringify!($name), include_str!(concat!("cases/", stringify!($name), ".txt")))),*];

        $(
            #[test]
            fn $name() {
                check(stringify!($name), include_str!(concat!("cases/", stringify!($name), ".txt")));
            }
        )*
    };
}

files! { roles users keys inline managed versions attached boundaries tags devices account trust sessions simulate refused }

/// Nobody needs permission for these two (API Reference, the page of each), so that a policy cannot refuse them.
/// `tokens.rs` has what does.
const NEEDS_NO_PERMISSION: &str = "GetCallerIdentity";

#[test]
fn every_operation_has_a_case_that_is_allowed_and_one_that_is_refused_and_recorded() {
    let mut all = Seen::default();
    for (name, text) in FILES {
        let seen = check(name, text);
        all.answered.extend(seen.answered);
        all.refused.extend(seen.refused);
    }
    for operation in Operation::ALL {
        let name = operation.name();
        assert!(all.answered.contains(name), "{name} is allowed in no case");
        assert!(all.refused.contains(name) || name == NEEDS_NO_PERMISSION, "{name} is refused in no case");
    }
}

/// Values that are right for some member and odd for every other.
const ODD: &[&str] = &[
    "",
    "x",
    "/",
    "1",
    "v1",
    "v2Token",
    "Inactive",
    "123456",
    "nobody",
    "AKIAIOSFODNN7EXAMPLE",
    "arn:aws:iam::aws:policy/",
    "arn:aws:iam::aws:policy/ReadOnlyAccess",
    "arn:aws:iam::111111111111:policy/x",
    "arn:aws:iam:::::::::::::::::",
    "arn:aws:iam::111111111111:mfa/x",
    "arn:aws:iam::999999999999:role/x",
    "bmFtZQ",
    "\u{ff}\u{ff}\u{ff}\u{ff}",
    "{\"Version\":\"2012-10-17\",\"Statement\":[]}",
    crate::house::ALLOW_ALL,
];

#[test]
fn odd_values_in_every_member_are_answered_or_refused_and_recorded() {
    for operation in Operation::ALL {
        for odd in ODD {
            let mut house = crate::house::House::new();
            // One odd value for all, then for each member alone, the others being a name that is right for most.
            for alone in std::iter::once(None).chain(operation.members().iter().map(|member| Some(member.name))) {
                let parameters: Vec<(String, &str)> = operation
                    .members()
                    .iter()
                    .flat_map(|member| {
                        let value = if alone.is_none_or(|name| name == member.name) { *odd } else { "nobody" };
                        match member.name {
                            "Tags" => {
                                vec![("Tags.member.1.Key".to_owned(), value), ("Tags.member.1.Value".to_owned(), value)]
                            }
                            "TagKeys" => vec![("TagKeys.member.1".to_owned(), value)],
                            name => vec![(name.to_owned(), value)],
                        }
                    })
                    .collect();
                let borrowed: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (&**name, *value)).collect();
                let said = house.call("admin", operation.name(), &borrowed);
                let place = format!("{} {odd} {alone:?}", operation.name());
                assert_ne!(said.status, 500, "{place}");
                assert!(
                    said.fault.is_none() || !said.message().is_empty() || said.code() == "SerializationException",
                    "{place}"
                );
                // Whoever deletes their own key or user is not there for the next call.
                assert!(said.events.len() == 1 || said.code() == "InvalidClientTokenId", "{place}: {:?}", said.fault);
            }
        }
    }
}
