//! Sockets, TLS, HTTP, the clock and chance, around the kernel and the store.
//!
//! This crate must not know what a request means: the kernel says what it brings about, the store keeps it, and only
//! then does the answer leave.

mod admin;
mod chance;
mod clock;
mod connections;
mod deployment;
mod http;
mod limits;
mod meters;
mod proxy;
mod shared;
mod strangers;
mod tls;
mod views;

pub use chance::{draw, entropy};
pub use clock::now;
pub use connections::{Adopted, Adopter, Proxy, Running, ServeError, Settings, serve};
pub use deployment::{Deployment, Endpoints, OpenError, attributes, open_store};
pub use limits::Limits;
pub use proxy::{Command, Header, ProxyError};
pub use tls::{Certificates, TlsError};
