//! The store as a whole: the contract, the embedded store's own promises, and what it does when the disk fails it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed, which is its job")]

mod contract;
mod embedded;
mod faults;
mod support;
mod views;
