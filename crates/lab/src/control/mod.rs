//! One server for a world: how `enter`, `events` and `outage` speak with it.
//!
//! The server listens on a socket in its data directory. A request is a line of JSON and has one reply, a line too; a
//! listening socket may come with it. What a connection brought is taken away when it ends.

mod begin;
pub mod client;
mod line;
mod lock;
mod message;
pub mod server;

use std::{fs::File, os::fd::AsRawFd, path::PathBuf};

pub use message::{EventsWanted, Handed, OutageState, Request, Switched};

/// The socket's name in the data directory.
const SOCKET: &str = "control.sock";

/// The path of the socket, short however long the directory's is: sockets' paths have 107 bytes at most (unix(7)).
fn short_path(directory: &File) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}/{SOCKET}", directory.as_raw_fd()))
}
