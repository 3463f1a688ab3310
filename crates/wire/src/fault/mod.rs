//! What goes wrong, in AWS's words.

mod code;
mod write;

pub use code::{Blame, FaultCode};
use std::{borrow::Cow, fmt};

/// A refused request: AWS's code and the sentence that goes with it. [`FaultCode`] has the status and whose fault it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    /// Which of AWS's codes.
    pub code: FaultCode,
    /// AWS's sentence.
    pub message: Cow<'static, str>,
}

impl Fault {
    /// A fault with a sentence of its own.
    #[must_use]
    pub fn new(code: FaultCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into() }
    }

    /// A fault with the sentence that AWS always uses for the code.
    #[must_use]
    pub fn from_code(code: FaultCode) -> Self {
        Self { code, message: Cow::Borrowed(code.text()) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.code, self.message)
    }
}
