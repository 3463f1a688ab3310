//! Noting what breaks a rule, and saying so as AWS does.
//!
//! The wordings, with their sources, are in `docs/decisions/wire-validation.md`.

use super::{List, Member, Text};
use crate::{Fault, FaultCode, Service};
use std::fmt::{self, Write};

/// What was found wrong so far.
#[derive(Debug)]
pub(crate) struct Check {
    service: Service,
    violations: Vec<String>,
    /// The code for the first violation.
    code: FaultCode,
    /// What IAM refuses in a sentence of its own, when nothing else is wrong.
    sentence: Option<String>,
    malformed: Option<Fault>,
}

/// Where a value stands: its member below the list elements that hold it, `tags.1.member.key`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Path<'a> {
    Call,
    Member(&'a Path<'a>, &'static Member),
    Element(&'a Path<'a>, u64),
}

impl Path<'_> {
    /// The code that the call's own member, of which this is a part, is refused with.
    fn code(&self) -> FaultCode {
        match self {
            Self::Call => FaultCode::ValidationError,
            Self::Member(Path::Call, member) => member.fault,
            Self::Member(above, _) | Self::Element(above, _) => above.code(),
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call => Ok(()),
            Self::Member(above, member) => {
                if !matches!(above, Self::Call) {
                    write!(f, "{above}.")?;
                }
                let mut letters = member.name.chars();
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
    pub(crate) fn new(service: Service) -> Self {
        let code = FaultCode::ValidationError;
        Self { service, violations: Vec::new(), code, sentence: None, malformed: None }
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
                Some(Fault::new(self.code, format!("{count} validation error{plural} detected: {all}")))
            }
        }
    }

    /// A value that is no value of its type: nothing else is said about the request.
    pub(crate) fn malformed(&mut self, message: &'static str) {
        self.malformed.get_or_insert_with(|| Fault::new(FaultCode::MalformedInput, message));
    }

    /// Notes a violation. STS and CloudTrail repeat the value, IAM does not.
    fn violation(&mut self, value: Option<&dyn fmt::Display>, path: &Path<'_>, constraint: &dyn fmt::Display) {
        if self.violations.is_empty() {
            self.code = path.code();
        }
        let shown = match (self.service, value) {
            (Service::Iam, _) | (_, None) => String::new(),
            (Service::Sts | Service::CloudTrail, Some(value)) => format!("'{}' ", shortened(value.to_string())),
        };
        self.violations
            .push(format!("Value {shown}at '{path}' failed to satisfy constraint: Member must {constraint}"));
    }

    pub(crate) fn missing(&mut self, path: &Path<'_>) {
        if self.violations.is_empty() {
            self.code = path.code();
        }
        let null = if self.service == Service::Iam { "" } else { "null " };
        self.violations.push(format!("Value {null}at '{path}' failed to satisfy constraint: Member must not be null"));
    }

    pub(crate) fn integer(&mut self, value: i64, path: &Path<'_>, min: i32, max: i32) -> Option<i32> {
        if value < i64::from(min) {
            self.violation(Some(&value), path, &format_args!("have value greater than or equal to {min}"));
        } else if value > i64::from(max) {
            self.violation(Some(&value), path, &format_args!("have value less than or equal to {max}"));
        } else {
            return i32::try_from(value).ok();
        }
        None
    }

    pub(crate) fn text(&mut self, value: &str, path: &Path<'_>, rule: &Text) -> Option<()> {
        let mut good = Some(());
        for constraint in Constraint::all(rule).into_iter().flatten().filter(|constraint| !constraint.holds(value)) {
            good = None;
            match constraint.sentence().filter(|_| self.service == Service::Iam) {
                Some(sentence) => {
                    self.sentence
                        .get_or_insert_with(|| format!("The specified value for {path} is invalid. {sentence}"));
                }
                None => self.violation(Some(&value), path, &constraint),
            }
        }
        good
    }

    /// The length of a list, whatever is in it.
    pub(crate) fn list(&mut self, count: usize, path: &Path<'_>, rule: &List) -> Option<()> {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        if let Some(max) = rule.max.filter(|max| count > *max) {
            self.violation(None, path, &Constraint::Max(max));
        } else if let Some(min) = rule.min.filter(|min| count < *min) {
            self.violation(None, path, &Constraint::Min(min));
        } else {
            return Some(());
        }
        None
    }

    /// The elements of a list of strings: one that breaks the rule is told as the list's fault, with the whole rule.
    pub(crate) fn texts(&mut self, values: &[String], path: &Path<'_>, rule: &Text) -> Option<()> {
        let holds = |value: &String| Constraint::all(rule).iter().flatten().all(|constraint| constraint.holds(value));
        if values.iter().all(holds) {
            return Some(());
        }
        let mut whole = String::from("satisfy constraint: [");
        for constraint in Constraint::all(rule).into_iter().flatten() {
            // Writing to a String cannot fail.
            let _ = write!(whole, "Member must {constraint}, ");
        }
        whole.push_str("Member must not be null]");
        self.violation(Some(&format_args!("[{}]", values.join(", "))), path, &whole);
        None
    }
}

/// The longest value a fault repeats whole, in bytes. Twice as long as any that its rule allows but a policy.
const LONGEST_TOLD: usize = 4096;

fn shortened(mut value: String) -> String {
    if value.len() > LONGEST_TOLD {
        value.truncate(value.floor_char_boundary(LONGEST_TOLD));
        value.push('…');
    }
    value
}

/// One of the things a string must satisfy.
#[derive(Debug, Clone, Copy)]
enum Constraint {
    Max(u32),
    Min(u32),
    Pattern(super::Pattern),
    OneOf(&'static [&'static str]),
}

impl Constraint {
    /// What the rule asks for, in the order AWS tells it.
    fn all(rule: &Text) -> [Option<Self>; 4] {
        [
            rule.max.map(Self::Max),
            rule.min.map(Self::Min),
            rule.pattern.map(Self::Pattern),
            (!rule.one_of.is_empty()).then_some(Self::OneOf(rule.one_of)),
        ]
    }

    fn holds(&self, value: &str) -> bool {
        // A character is one to four bytes, so most values need no counting.
        match self {
            Self::Max(max) => value.len() <= *max as usize || value.chars().count() <= *max as usize,
            Self::Min(min) => value.len() >= 4 * *min as usize || value.chars().count() >= *min as usize,
            Self::Pattern(pattern) => pattern.matches(value),
            Self::OneOf(values) => values.contains(&value),
        }
    }

    fn sentence(&self) -> Option<&'static str> {
        match self {
            Self::Pattern(pattern) => pattern.sentence(),
            Self::Max(_) | Self::Min(_) | Self::OneOf(_) => None,
        }
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Max(max) => write!(f, "have length less than or equal to {max}"),
            Self::Min(min) => write!(f, "have length greater than or equal to {min}"),
            Self::Pattern(pattern) => write!(f, "satisfy regular expression pattern: {}", pattern.text()),
            Self::OneOf(values) => write!(f, "satisfy enum value set: [{}]", values.join(", ")),
        }
    }
}
