//! Noting what breaks a rule, and saying so as AWS does.

use super::{List, Text};
use crate::{Fault, FaultCode};
use std::fmt::{self, Write};

/// What was found wrong so far.
#[derive(Debug)]
pub(crate) struct Check {
    violations: Vec<String>,
    /// Names that IAM refuses in a sentence of its own, without counting.
    sentence: Option<String>,
    malformed: Option<Fault>,
}

/// Where a value stands: the member's name below the list elements that hold it, `tags.1.member.key`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Path<'a> {
    Call,
    Member(&'a Path<'a>, &'static str),
    Element(&'a Path<'a>, u64),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call => Ok(()),
            Self::Member(above, name) => {
                if !matches!(above, Self::Call) {
                    write!(f, "{above}.")?;
                }
                let mut letters = name.chars();
                if let Some(first) = letters.next() {
                    f.write_char(first.to_ascii_lowercase())?;
                }
                f.write_str(letters.as_str())
            }
            Self::Element(above, index) => write!(f, "{above}.{index}.member"),
        }
    }
}

impl Check {
    pub(crate) fn new() -> Self {
        Self { violations: Vec::new(), sentence: None, malformed: None }
    }

    /// The fault to answer, if anything was found.
    pub(crate) fn finish(self) -> Option<Fault> {
        if self.malformed.is_some() {
            return self.malformed;
        }
        match self.violations.len() {
            0 => self.sentence.map(|sentence| Fault::new(FaultCode::ValidationError, sentence)),
            count => {
                let plural = if count == 1 { "" } else { "s" };
                let all = self.violations.join("; ");
                Some(Fault::new(
                    FaultCode::ValidationError,
                    format!("{count} validation error{plural} detected: {all}"),
                ))
            }
        }
    }

    /// A value that is no value of its type: nothing else is said about the request.
    pub(crate) fn malformed(&mut self, fault: Fault) {
        self.malformed.get_or_insert(fault);
    }

    pub(crate) fn missing(&mut self, path: &Path<'_>) {
        self.violations.push(format!("Value null at '{path}' failed to satisfy constraint: Member must not be null"));
    }

    fn violation(&mut self, value: &dyn fmt::Display, path: &Path<'_>, constraint: fmt::Arguments<'_>) {
        self.violations
            .push(format!("Value '{value}' at '{path}' failed to satisfy constraint: Member must {constraint}"));
    }

    pub(crate) fn integer(&mut self, value: i64, path: &Path<'_>, min: i32, max: i32) -> Option<i32> {
        if value < i64::from(min) {
            self.violation(&value, path, format_args!("have value greater than or equal to {min}"));
        } else if value > i64::from(max) {
            self.violation(&value, path, format_args!("have value less than or equal to {max}"));
        } else {
            return i32::try_from(value).ok();
        }
        None
    }

    pub(crate) fn text(&mut self, value: &str, path: &Path<'_>, rule: &Text) -> Option<()> {
        let mut good = Some(());
        // Bytes bound characters from above, so most values need no counting.
        let short = |min: u32| value.len() < 4 * min as usize && value.chars().count() < min as usize;
        if let Some(min) = rule.min.filter(|min| short(*min)) {
            self.violation(&value, path, format_args!("have length greater than or equal to {min}"));
            good = None;
        }
        let long = |max: u32| value.len() > max as usize && value.chars().count() > max as usize;
        if let Some(max) = rule.max.filter(|max| long(*max)) {
            self.violation(&value, path, format_args!("have length less than or equal to {max}"));
            good = None;
        }
        if let Some(pattern) = rule.pattern.filter(|pattern| !pattern.matches(value)) {
            let text = pattern.text();
            self.violation(&value, path, format_args!("satisfy regular expression pattern: {text}"));
            good = None;
        }
        if !rule.one_of.is_empty() && !rule.one_of.contains(&value) {
            let values = rule.one_of.join(", ");
            self.violation(&value, path, format_args!("satisfy enum value set: [{values}]"));
            good = None;
        }
        good
    }

    pub(crate) fn list(&mut self, count: usize, path: &Path<'_>, rule: &List) -> Option<()> {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        if let Some(max) = rule.max.filter(|max| count > *max) {
            self.violations.push(format!(
                "Value at '{path}' failed to satisfy constraint: Member must have length less than or equal to {max}"
            ));
        } else if let Some(min) = rule.min.filter(|min| count < *min) {
            self.violations.push(format!(
                "Value at '{path}' failed to satisfy constraint: Member must have length greater than or equal to {min}"
            ));
        } else {
            return Some(());
        }
        None
    }
}
