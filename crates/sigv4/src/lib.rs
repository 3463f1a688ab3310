//! Checks AWS Signature Version 4 on requests to services that are not S3, in headers and in presigned URLs.
//!
//! This crate must not know accounts, policies or a clock: the secret, the endpoint and the time are arguments.
//!
//! A request is checked in the order AWS checks it (recorded from AWS in the comments of dynalite's `index.js`,
//! github.com/mhart/dynalite): [`parse`], [`check_time`], [`check_scope`], the caller's own look-up of the key,
//! then [`verify`] with a [`SigningKey`] that the caller may keep.

mod canonical;
mod date;
mod encode;
mod key;
mod parse;
mod presented;
mod refusal;
mod request;
mod scope;
mod time;
mod verify;

pub use key::SigningKey;
pub use parse::parse;
pub use presented::{Algorithm, Presented, Scope};
pub use refusal::{Fault, Missing, Quoted, Refusal};
pub use request::Request;
pub use scope::{Endpoint, ScopeFaults, check_scope};
pub use time::{SKEW_SECONDS, check_time};
pub use verify::{sign, verify};

/// The most headers a request may carry, and the most `SignedHeaders` may name.
///
/// With these bounds the search for signed headers takes a few microseconds at worst.
pub const MAX_HEADERS: usize = 128;

/// The most parameters a query string may carry.
pub const MAX_QUERY_PARAMETERS: usize = 1024;
