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

files! { roles users keys inline managed attached boundaries tags devices account trust sessions refused }

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
