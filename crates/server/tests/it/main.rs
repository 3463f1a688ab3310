//! The server as a caller meets it, over real sockets, on a store whose disk the tests hold in their hands.

#[cfg(test)]
mod admin;
#[cfg(test)]
mod durable;
#[cfg(test)]
mod house;
#[cfg(test)]
mod proxy;
#[cfg(test)]
mod tls;

/// The store's own fault layer: delays commits, fails them, and counts what is on disk.
#[cfg(test)]
#[expect(dead_code, reason = "the tests it was written for use more of it")]
#[path = "../../../store/tests/it/support/fault.rs"]
mod fault;

/// The kernel's test signer, written from AWS's description alone.
#[cfg(test)]
#[expect(dead_code, reason = "the tests it was written for use more of it")]
#[path = "../../../kernel/tests/all/sign.rs"]
mod sign;
