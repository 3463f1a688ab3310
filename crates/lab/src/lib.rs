//! Places of a world that programs can stand in: namespaces, DNS, credentials, and the way to the server.
//!
//! This crate must not know what a request means or who is let in: it carries bytes and says where they came from.

mod bounded;
pub mod control;
pub mod credentials;
mod enter;
mod error;
mod links;
mod mounts;
mod names;
mod others;
mod outages;
mod outside;
mod reach;
mod rejoin;
mod source;
mod space;
mod stand;
mod trust;

pub use enter::{Visit, enter};
pub use error::{EnterError, NOT_FOUND};
pub use outside::{Allowed, MOST as MOST_ALLOWED, NotAHost};
pub use space::{Ended, end_alike};
