//! What each member of a call must satisfy, and reading calls by it.
//!
//! A call's struct and its table of [`Member`]s come from one `shape!`, so what the table says is what is checked.

mod check;
mod node;
mod pattern;
mod read;
mod rule;
mod tell;

pub(crate) use check::{Check, Path};
pub(crate) use node::{Place, Scalar};
pub use pattern::Pattern;
pub(crate) use read::{Element, Field, Scalars, decode, part_of, required, structure};
pub use rule::{List, Member, Rule, Text};

/// A call's input or a part of one: made of members.
pub(crate) trait Shape: Sized {
    /// Reads every member, noting each that breaks its rule; `None` when one did.
    fn read(place: &Place<'_>, check: &mut Check) -> Option<Self>;
}

/// Declares a struct and, beside each field, its name on the wire, its rule, and after `=>` the code it is refused with
/// where that is not `ValidationError`.
macro_rules! shape {
    ($(#[$doc:meta])* $name:ident { $( $(#[$field_doc:meta])* $field:ident: $type:ty = $($required:ident)? $member:literal $rule:expr $(=> $fault:ident)?, )* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $( $(#[$field_doc])* pub $field: $type, )*
        }

        impl $name {
            /// The members on the wire, with what each must satisfy.
            pub const MEMBERS: &'static [$crate::shape::Member] = &[
                $( $crate::shape::shape!(@member $type, $($required)? $member, $rule $(, $fault)?), )*
            ];
        }

        impl $crate::shape::Shape for $name {
            fn read(place: &$crate::shape::Place<'_>, check: &mut $crate::shape::Check) -> Option<Self> {
                // A call without members uses neither.
                let _ = (&place, &check);
                $(
                    let $field = {
                        const MEMBER: &$crate::shape::Member = &$crate::shape::shape!(@member $type, $($required)? $member, $rule $(, $fault)?);
                        <$type as $crate::shape::Field>::read(place, MEMBER, check)
                    };
                )*
                Some(Self { $( $field: $field?, )* })
            }
        }
    };
    (@member $type:ty, required $member:literal, $rule:expr) => {
        $crate::shape::Member { name: $member, required: true, rule: $rule, fault: $crate::FaultCode::ValidationError }
    };
    (@member $type:ty, $member:literal, $rule:expr) => {
        $crate::shape::shape!(@member $type, $member, $rule, ValidationError)
    };
    (@member $type:ty, $member:literal, $rule:expr, $fault:ident) => {
        $crate::shape::Member {
            name: $member,
            required: <$type as $crate::shape::Field>::REQUIRED,
            rule: $rule,
            fault: $crate::FaultCode::$fault,
        }
    };
}
pub(crate) use shape;

/// Declares an enum of the only values a string may have.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $( $(#[$value_doc:meta])* $value:ident $text:literal, )* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[$value_doc])* $value, )*
        }

        impl $name {
            pub(crate) const RULE: $crate::shape::Rule = $crate::shape::Rule::one_of(&[$($text),*]);

            /// The value on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$value => $text,)* }
            }
        }

        impl $crate::shape::Scalars for $name {
            fn read(
                scalar: $crate::shape::Scalar<'_>,
                path: &$crate::shape::Path<'_>,
                rule: &'static $crate::shape::Rule,
                check: &mut $crate::shape::Check,
            ) -> Option<Self> {
                match String::read(scalar, path, rule, check)?.as_str() {
                    $($text => Some(Self::$value),)*
                    _ => None,
                }
            }
        }

        impl $crate::shape::Field for $name {
            const REQUIRED: bool = true;

            fn read(
                place: &$crate::shape::Place<'_>,
                member: &'static $crate::shape::Member,
                check: &mut $crate::shape::Check,
            ) -> Option<Self> {
                $crate::shape::required(place, member, check)
            }
        }
    };
}
pub(crate) use choice;

/// Lets structures made by `shape!` stand in lists.
macro_rules! elements {
    ($($name:ident)*) => {$(
        impl $crate::shape::Element for $name {
            fn read(place: &$crate::shape::Place<'_>, _: &'static $crate::shape::Rule, check: &mut $crate::shape::Check) -> Option<Self> {
                $crate::shape::structure(place, check)?;
                $crate::shape::Shape::read(place, check)
            }
        }
    )*};
}
pub(crate) use elements;

/// Lets structures made by `shape!` be members that may be left out.
macro_rules! part {
    ($($name:ident)*) => {$(
        impl $crate::shape::Field for Option<$name> {
            const REQUIRED: bool = false;

            fn read(place: &$crate::shape::Place<'_>, member: &'static $crate::shape::Member, check: &mut $crate::shape::Check) -> Option<Self> {
                $crate::shape::part_of(place, member, check)
            }
        }
    )*};
}
pub(crate) use part;
