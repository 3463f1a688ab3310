//! Why a call fails, what a change of client does to it, and fixes that are proven.
//!
//! The doctor derives the very request that STS would see and has the server's own kernel answer it. It has no
//! evaluator of its own: causes are read from the kernel's trace and the network's journey, and a fix is proven by
//! running every call again in the world that the fix makes. [`lock`] reads lock files and finds the clients that moved,
//! [`report`] tells findings in the forms that CI systems read.
//!
//! This crate must not know a file system, a clock, or how anything it says is shown on a screen.

mod case;
mod causes;
mod check;
mod client_says;
mod edit;
mod explain;
mod fixes;
pub mod json;
pub mod lock;
pub mod record;
pub mod replay;
pub mod report;
mod run;
pub mod text;
mod upgrade;

pub use case::{Case, CaseError};
pub use causes::{Cause, Code};
pub use check::Checked;
pub use edit::{Edit, apply};
pub use explain::Explanation;
pub use fixes::{Actor, Effect, Fix};
pub use run::{Caller, Ended, HopRun, OfRecord, Run, RunError, vpc_endpoint};
pub use upgrade::Upgraded;
