//! The calls: one struct an operation, its fields named as AWS names the members.
//!
//! What AWS requires has a plain type, what may be left out is an [`Option`], and a list left out is empty.

mod cloudtrail;
mod iam;
mod rules;
mod sts;

pub use cloudtrail::*;
pub use iam::*;
pub use sts::*;

use crate::shape::{elements, shape};

shape! {
    /// A tag. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html>
    Tag {
        /// The key: 1 to 128 characters.
        key: String = "Key" rules::TAG_KEY,
        /// The value: up to 256 characters, possibly none.
        value: String = "Value" rules::TAG_VALUE,
    }
}

elements! { Tag }
