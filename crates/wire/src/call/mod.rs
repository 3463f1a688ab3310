//! The calls: one struct an operation, its fields named as AWS names the members.
//!
//! What AWS requires has a plain type, what may be left out is an [`Option`], and a list left out is empty.

mod rules;
mod sts;

pub use sts::*;

use crate::shape::{Check, Element, Place, Rule, Shape, shape};

/// A call of one of the operations.
#[expect(clippy::large_enum_variant, reason = "a call is made once a request and moved, never kept")]
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    /// `AssumeRole`.
    AssumeRole(AssumeRole),
    /// `GetCallerIdentity`.
    GetCallerIdentity(GetCallerIdentity),
    /// `GetSessionToken`.
    GetSessionToken(GetSessionToken),
    /// `GetAccessKeyInfo`.
    GetAccessKeyInfo(GetAccessKeyInfo),
}

shape! {
    /// A tag. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html>
    Tag {
        /// The key: 1 to 128 characters.
        key: String = "Key" rules::TAG_KEY,
        /// The value: up to 256 characters, possibly none.
        value: String = "Value" rules::TAG_VALUE,
    }
}

impl Element for Tag {
    fn read(place: &Place<'_>, _: &'static Rule, check: &mut Check) -> Option<Self> {
        Shape::read(place, check)
    }
}
