//! AWS's Query and JSON protocols: bytes to calls, replies and faults to bytes.
//!
//! This crate must not know accounts, policies, signatures or a clock.
//!
//! A request goes [`Input::read`] -> [`Input::operation`] -> [`Operation::decode`] -> [`Call`]; what the call brings
//! about leaves through [`Reply::write`] or [`Fault::write`]. Every step answers a [`Fault`] in AWS's words when the
//! request cannot be used.

pub mod call;
mod fault;
mod input;
mod json;
mod operation;
mod params;
pub mod reply;
mod service;
pub mod shape;
mod xml;

pub use fault::{Blame, Fault, FaultCode};
pub use input::{Input, MAX_BODY};
pub use operation::{Call, Operation};
pub use params::{MAX_PARAMETERS, Params};
pub use reply::Reply;
pub use service::{ERROR_TYPE_HEADER, Protocol, REQUEST_ID_HEADER, Service, TARGET_HEADER};
