//! Places of a world that programs can stand in: namespaces, DNS, credentials, and the way to the server.
//!
//! This crate must not know what a request means or who is let in: it carries bytes and says where they came from.

pub mod control;
pub mod credentials;
mod error;
mod links;
mod mounts;
mod names;
mod others;
mod outside;
mod space;
mod trust;

pub use error::EnterError;
pub use outside::{Allowed, NotAHost};
