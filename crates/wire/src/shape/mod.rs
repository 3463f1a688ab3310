//! What each member of a call must satisfy, and reading calls by it.
//!
//! A call's struct and its table of [`Member`]s come from one `shape!`, so what the table says is what is checked.

mod check;
mod node;
mod pattern;
mod read;
mod rule;

pub(crate) use check::Check;
pub(crate) use node::Place;
pub use pattern::Pattern;
pub(crate) use read::{Element, Field, decode};
pub use rule::{List, Member, Rule, Text};

/// A call's input or a part of one: made of members.
pub(crate) trait Shape: Sized {
    /// Reads every member, noting each that breaks its rule; `None` when one did.
    fn read(place: &Place<'_>, check: &mut Check) -> Option<Self>;
}

/// Declares a struct and, beside each field, its name on the wire and its rule.
macro_rules! shape {
    ($(#[$doc:meta])* $name:ident { $( $(#[$field_doc:meta])* $field:ident: $type:ty = $($required:ident)? $member:literal $rule:expr, )* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $( $(#[$field_doc])* pub $field: $type, )*
        }

        impl $name {
            /// The members on the wire, with what each must satisfy.
            pub const MEMBERS: &'static [$crate::shape::Member] = &[
                $( $crate::shape::shape!(@member $type, $($required)? $member, $rule), )*
            ];
        }

        impl $crate::shape::Shape for $name {
            fn read(place: &$crate::shape::Place<'_>, check: &mut $crate::shape::Check) -> Option<Self> {
                // A call without members uses neither.
                let _ = (&place, &check);
                $(
                    let $field = {
                        const MEMBER: &$crate::shape::Member = &$crate::shape::shape!(@member $type, $($required)? $member, $rule);
                        <$type as $crate::shape::Field>::read(place, MEMBER, check)
                    };
                )*
                Some(Self { $( $field: $field?, )* })
            }
        }
    };
    (@member $type:ty, required $member:literal, $rule:expr) => {
        $crate::shape::Member { name: $member, required: true, rule: $rule }
    };
    (@member $type:ty, $member:literal, $rule:expr) => {
        $crate::shape::Member { name: $member, required: <$type as $crate::shape::Field>::REQUIRED, rule: $rule }
    };
}
pub(crate) use shape;
