//! One pure function: a directory, a request and its circumstances in, an outcome out.
//!
//! This crate must not know a socket, a clock, a source of randomness, or where changes and events are kept.
//!
//! [`handle`] is the pipeline that every operation goes through, in this order: arrive (which endpoint),
//! authenticate (who signed), validate (what is asked), authorize (may they), issue (the reply, and what changes),
//! describe (the record).

mod arrive;
mod authenticate;
mod authorize;
mod circumstances;
mod cloudtrail;
mod dispatch;
pub mod event;
mod facts;
mod iam;
mod managed;
mod memo;
pub mod mfa;
mod outcome;
mod pipeline;
pub mod session;
mod sight;
mod sts;
mod trail;
mod witness;
mod work;

pub use arrive::{Endpoint, Lost, arrive};
pub use circumstances::{Circumstances, Entropy, Way};
pub use memo::Memo;
pub use outcome::{Answer, Outcome, View};
pub use pipeline::handle;
/// An HTTP request as it was read: nothing decoded, nothing trusted.
pub use rolecall_sigv4::Request as HttpRequest;
pub use sight::Sight;
pub use witness::{Fact, Weighing, Witness};

/// An id as AWS writes it: 32 hex digits in five groups.
#[must_use]
pub fn uuid(id: u128) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let mut out = String::with_capacity(36);
    for (place, byte) in id.to_be_bytes().into_iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        for half in [byte >> 4, byte & 15] {
            out.extend(DIGITS.get(usize::from(half)));
        }
    }
    out
}
