//! What botocore looks at before it sends a call: the least lengths and values of the service's model.
//!
//! Source: `service-2.json` of STS in botocore 1.44.5, and `validate.py` for the words.

use super::refusal::refused;
use crate::{At, ClientError, SessionName, Text};
use std::fmt::Write as _;

/// Gathers what is too short.
#[derive(Default)]
pub(super) struct Parameters {
    report: String,
    at: Option<At>,
}

impl Parameters {
    pub(super) fn role_arn(self, arn: &Text) -> Self {
        self.text("RoleArn", Some(arn), 20)
    }

    pub(super) fn session_name(self, name: &SessionName) -> Self {
        match name {
            SessionName::Given(name) => self.text("RoleSessionName", Some(name), 2),
            SessionName::Generated(_) => self,
        }
    }

    pub(super) fn text(mut self, name: &str, text: Option<&Text>, least: usize) -> Self {
        if let Some(text) = text
            && text.value.chars().count() < least
        {
            let length = text.value.chars().count();
            let _ = write!(
                self.report,
                "\nInvalid length for parameter {name}, value: {length}, valid min length: {least}"
            );
            self.at = self.at.or(Some(text.at));
        }
        self
    }

    pub(super) fn duration(mut self, duration: Option<(u32, At)>) -> Self {
        if let Some((seconds, at)) = duration.filter(|(seconds, _)| *seconds < 900) {
            let _ = write!(
                self.report,
                "\nInvalid range for parameter DurationSeconds, value: {seconds}, valid min value: 900"
            );
            self.at = self.at.or(Some(at));
        }
        self
    }

    /// The refusal, if anything is.
    pub(super) fn check(self) -> Result<(), ClientError> {
        match self.at {
            Some(at) => {
                let text = format!("Parameter validation failed:{}", self.report);
                Err(refused("ParamValidationError", text, at))
            }
            None => Ok(()),
        }
    }
}
