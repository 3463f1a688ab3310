//! What ails a call, and what an upgrade will change.
//!
//! [`lock`] reads lock files and finds the AWS clients that moved; [`report`] tells findings in the forms that CI systems read.
//!
//! This crate must not know a disk, a clock or a terminal, nor how a request is judged: it asks the kernel.

pub mod lock;
pub mod report;
