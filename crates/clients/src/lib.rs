//! What each SDK and command-line tool makes of its settings: the endpoint it calls, the session name it chooses, and the
//! chain of credentials it goes through.
//!
//! [`endpoint()`] and [`plan()`] are functions of a client's version and its [`Settings`] alone. Which settings a client
//! reads, and in which order, is a table with a source for each row.
//!
//! This crate must not know the machine it runs on, a network, or who is allowed what.

mod cache;
mod client;
mod endpoint;
mod error;
mod family;
mod history;
mod ini;
mod nearest;
mod place;
mod plan;
mod settings;
mod slips;
mod table;
mod version;

pub use client::{Client, UnknownClient};
pub use endpoint::{Endpoint, EndpointKind, Mode, Signing, endpoint};
pub use error::{ClientError, Refusal};
pub use history::{Turn, turn};
pub use place::{At, Because, Span, Text};
pub use plan::{ExplicitCall, Hop, Pattern, Plan, SessionName, Source, plan};
pub use settings::{MAX_CONFIG_BYTES, OptionValue, Provided, Settings};
pub use slips::{Slip, slips};
pub use table::Takes;
