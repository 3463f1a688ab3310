//! Records of AWS CloudTrail: what one of a real `AssumeRole` says, what two beside each other show, and the call that
//! a record becomes in a world.

mod agent;
mod choose;
mod difference;
mod model;
mod read;
mod shape;
mod tell;
mod what;

pub use agent::Agent;
pub use choose::{ChoiceError, Listed};
pub use difference::{Comparison, Difference, compare};
pub use model::{EndpointType, Failure, Identity, Issuer, Record, Request, Session, Source, Tag};
pub use read::{Found, MAX_BYTES, MAX_RECORDS, ReadError, read};
pub(crate) use tell::wrapped;
pub use tell::{comparison_json, comparison_text, record_json};
pub use what::What;
