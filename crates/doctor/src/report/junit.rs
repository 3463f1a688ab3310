//! JUnit's XML: a suite for the verb, a test case for each thing that was looked at.
//!
//! There is no standard; this is the part that Jenkins, GitLab, Azure and GitHub's reporters agree on (testmoapp/junitxml
//! gathers it).

use super::{Case, Level, Report};
use std::fmt::Write as _;

/// The report as XML.
pub(super) fn render(report: &Report) -> String {
    let (tests, failures) = (report.cases.len(), report.cases.iter().filter(|case| case.fails()).count());
    let name = escaped(&format!("rolecall {}", report.verb));
    let mut told = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(told, "<testsuites name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">");
    let _ = writeln!(
        told,
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">"
    );
    for case in &report.cases {
        write_case(&mut told, report, case);
    }
    told.push_str("  </testsuite>\n</testsuites>\n");
    told
}

fn write_case(told: &mut String, report: &Report, case: &Case) {
    let _ =
        write!(told, "    <testcase classname=\"rolecall.{}\" name=\"{}\"", escaped(report.verb), escaped(&case.name));
    if let Some(at) = case.findings.iter().find_map(|finding| finding.at.as_ref()) {
        let _ = write!(told, " file=\"{}\" line=\"{}\"", escaped(&at.file), at.line);
    }
    if case.findings.is_empty() && case.remark.is_none() {
        told.push_str("/>\n");
        return;
    }
    told.push_str(">\n");
    let mut errors = case.findings.iter().filter(|finding| finding.level == Level::Error).peekable();
    // A test case has one failure: the first error's, with the others in its text.
    if let Some(first) = errors.peek() {
        let (code, message) = (escaped(first.rule.code), escaped(&first.message));
        let _ = write!(told, "      <failure type=\"{code}\" message=\"{message}\">");
        for finding in errors {
            if let Some(at) = &finding.at {
                let _ = write!(told, "{}:{}:{}: ", escaped(&at.file), at.line, at.column);
            }
            let _ = writeln!(told, "{}", escaped(&finding.message));
            for detail in &finding.details {
                let _ = writeln!(told, "{}", escaped(detail));
            }
        }
        for section in &report.sections {
            let _ = writeln!(told, "{}", escaped(&section.heading));
            for item in &section.items {
                let _ = writeln!(told, "- {}", escaped(item));
            }
        }
        told.push_str("</failure>\n");
    }
    let mut others = case.findings.iter().filter(|finding| finding.level != Level::Error).peekable();
    if others.peek().is_some() || case.remark.is_some() {
        told.push_str("      <system-out>");
        if let Some(remark) = &case.remark {
            let _ = writeln!(told, "{}", escaped(remark));
        }
        for finding in others {
            let _ = writeln!(told, "{}: {}", finding.level.as_str(), escaped(&finding.message));
        }
        told.push_str("</system-out>\n");
    }
    told.push_str("    </testcase>\n");
}

/// Text for an element or an attribute. What XML cannot hold, not even as a reference, is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\n' | '\t' => escaped.push(letter),
            // Source: XML 1.0, section 2.2, "Characters".
            '\u{0}'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(letter),
        }
    }
    escaped
}
