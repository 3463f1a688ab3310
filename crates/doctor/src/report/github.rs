//! Annotations of GitHub Actions.
//!
//! Source: GitHub documentation, "Workflow commands for GitHub Actions"; what is escaped, and how, is in actions/toolkit,
//! `packages/core/src/command.ts`.

use super::{Finding, Level, Report, plain};
use std::fmt::Write as _;

/// Annotations are shown up to 64 KiB; a step's first ten of each level are shown at all.
const MAX_MESSAGE: usize = 8 << 10;

/// A workflow command for each finding.
pub(super) fn render(report: &Report) -> String {
    let mut told = String::new();
    for finding in report.findings() {
        let command = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        let mut properties = String::new();
        if let Some(at) = &finding.at {
            let _ = write!(properties, "file={},line={},col={},", property(&at.file), at.line, at.column);
        }
        let title = property(finding.rule.code);
        let _ = writeln!(told, "::{command} {properties}title={title}::{}", data(&message(finding, report)));
    }
    told
}

fn message(finding: &Finding, report: &Report) -> String {
    let mut message = finding.message.clone();
    for detail in &finding.details {
        let _ = write!(message, "\n{detail}");
    }
    if finding.level == Level::Error {
        for section in &report.sections {
            let _ = write!(message, "\n{}", section.heading);
            for item in &section.items {
                let _ = write!(message, "\n- {item}");
            }
        }
    }
    message.truncate(message.floor_char_boundary(MAX_MESSAGE));
    message
}

fn data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    text.chars().map(plain).collect()
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("100 %\r\na: b, c"), "100 %25%0D%0Aa: b, c");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }
}
