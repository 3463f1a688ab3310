//! What stands against an answer: the client refuses its settings, or the question cannot be used.

use crate::At;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The client itself stops.
    #[error("{}", .0.text)]
    Refused(Refusal),
    /// The client has no such option.
    #[error("{client} has no option `{name}` that matters to STS{}", nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default())]
    UnknownOption {
        /// The client's name.
        client: &'static str,
        /// The option as it was given.
        name: String,
        /// The option that was probably meant.
        nearest: Option<&'static str>,
    },
    /// An option has a value of the wrong kind.
    #[error("the option `{name}` takes {expected}")]
    OptionValue {
        /// The option.
        name: &'static str,
        /// What it takes.
        expected: &'static str,
    },
    /// A text is longer than any configuration file.
    #[error("the file is larger than {} bytes", crate::MAX_CONFIG_BYTES)]
    TooLarge {
        /// An empty place at the beginning of the text.
        at: At,
    },
}

/// What a client says when it will not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The name of the exception or error, as the client's code has it.
    pub name: &'static str,
    /// The client's own words. What they tell of the machine (a path) is left as the client's default.
    pub text: String,
    /// The setting it speaks of.
    pub at: At,
    /// Where these words are from.
    pub source: &'static str,
}

impl ClientError {
    /// The client's refusal, when it is one.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}
