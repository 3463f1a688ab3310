//! The calls of IAM. <https://docs.aws.amazon.com/IAM/latest/APIReference/>
//!
//! A `marker` is the one that the page before ended with; `max_items` bounds a page, 100 when left out.

mod account;
mod attach;
mod inline;
mod key;
mod managed;
mod mfa;
mod role;
mod simulate;
mod tag;
mod user;

pub use account::*;
pub use attach::*;
pub use inline::*;
pub use key::*;
pub use managed::*;
pub use mfa::*;
pub use role::*;
pub use simulate::*;
pub use tag::*;
pub use user::*;

use super::{Tag, rules};
