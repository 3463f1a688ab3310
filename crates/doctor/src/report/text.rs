//! For people: what is wrong, where, why, and what can be done, 80 columns wide.

use super::{Finding, Report, plain};
use std::fmt::Write as _;

const WIDTH: usize = 80;

/// The report as text.
pub(super) fn render(report: &Report) -> String {
    let mut told = String::new();
    for finding in report.findings() {
        write_finding(&mut told, finding);
        told.push('\n');
    }
    let mut remarks = report.cases.iter().filter_map(|case| case.remark.as_deref()).peekable();
    if remarks.peek().is_some() {
        remarks.for_each(|remark| wrap(&mut told, "ok: ", "  ", remark));
        told.push('\n');
    }
    for section in &report.sections {
        wrap(&mut told, "", "", &section.heading);
        for item in &section.items {
            wrap(&mut told, "  - ", "    ", item);
        }
        told.push('\n');
    }
    wrap(&mut told, "", "", &report.summary);
    told
}

fn write_finding(told: &mut String, finding: &Finding) {
    let Finding { rule, level, message, at, excerpt, details } = finding;
    wrap(told, "", "  ", &format!("{}[{}]: {message}", level.as_str(), rule.code));
    let mut margin = " ".to_owned();
    if let Some(at) = at {
        let number = at.line.to_string();
        margin = " ".repeat(number.len());
        let file: String = at.file.chars().map(plain).collect();
        let _ = writeln!(told, "{margin}--> {file}:{}:{}", at.line, at.column);
        if let Some(excerpt) = excerpt {
            // Far to the right there is nothing to show: the file has no line ends.
            let indent = at.column.saturating_sub(1) as usize;
            if indent < WIDTH - 20 {
                let shown: String = excerpt.line.chars().take(WIDTH - margin.len() - 3).map(plain).collect();
                let marked = "^".repeat(excerpt.length.clamp(1, 20) as usize);
                let _ = writeln!(told, "{margin} |\n{number} | {shown}\n{margin} | {}{marked}", " ".repeat(indent));
            }
        }
    }
    for detail in details {
        wrap(told, &format!("{margin} = "), &format!("{margin}   "), detail);
    }
}

/// Writes `text` behind `first`, broken at white space, with `next` before the lines that follow.
fn wrap(told: &mut String, first: &str, next: &str, text: &str) {
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        let word: String = word.chars().map(plain).collect();
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            told.push_str(line.trim_end());
            told.push('\n');
            line = next.to_owned();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(&word);
        empty = false;
    }
    told.push_str(line.trim_end());
    told.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_before_the_eightieth_column() {
        let mut told = String::new();
        wrap(&mut told, "  - ", "    ", &"word ".repeat(40));
        assert!(told.lines().all(|line| line.len() <= WIDTH), "{told}");
        assert!(told.starts_with("  - word") && told.contains("\n    word"));
        let mut told = String::new();
        wrap(&mut told, "", "", &"x".repeat(200));
        assert_eq!(told.len(), 201);
    }
}
