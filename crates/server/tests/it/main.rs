//! The server as a caller meets it, over real sockets, on a store whose disk the tests hold in their hands.

mod admin;
mod durable;
mod house;
mod tls;

/// The store's own fault layer: delays commits, fails them, and counts what is on disk.
#[path = "../../../store/tests/it/support/fault.rs"]
mod fault;

/// The kernel's test signer, written from AWS's description alone.
#[path = "../../../kernel/tests/all/sign.rs"]
mod sign;
