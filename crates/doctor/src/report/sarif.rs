//! SARIF 2.1.0, as far as code scanning reads it.
//!
//! Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; GitHub documentation, "SARIF support
//! for code scanning".

use super::{Finding, Level, Report, Rule, Spot};
use serde_json::{Value, json};
use std::fmt::Write as _;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The whole log: one run, with the rules that were broken and a result for each finding.
pub(super) fn document(report: &Report) -> Value {
    let mut rules: Vec<(Rule, Level)> = Vec::new();
    // Code scanning makes an alert of every result, which somebody then has to close: notes are none.
    let findings = || report.findings().filter(|finding| finding.level > Level::Note);
    for finding in findings() {
        match rules.iter_mut().find(|(rule, _)| rule.code == finding.rule.code) {
            Some((_, level)) => *level = finding.level.max(*level),
            None => rules.push((finding.rule, finding.level)),
        }
    }
    let results: Vec<Value> = findings().map(|finding| result(finding, &rules)).collect();
    let help = help(report);
    let told: Vec<Value> = rules.iter().map(|(rule, level)| described(*rule, *level, &help)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "Rolecall", "version": env!("CARGO_PKG_VERSION"), "rules": told } },
            "automationDetails": { "id": format!("rolecall/{}/", report.verb) },
            // Ours are counted in characters; what SARIF supposes is UTF-16.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn described(rule: Rule, level: Level, help: &str) -> Value {
    json!({
        "id": rule.code,
        "name": pascal(rule.code),
        "shortDescription": { "text": rule.meaning },
        "fullDescription": { "text": rule.meaning },
        "help": { "text": if help.is_empty() { rule.meaning } else { help } },
        "defaultConfiguration": { "level": level.as_str() },
    })
}

fn help(report: &Report) -> String {
    let mut help = String::new();
    for section in &report.sections {
        let _ = writeln!(help, "{}", section.heading);
        for item in &section.items {
            let _ = writeln!(help, "- {item}");
        }
    }
    help
}

fn result(finding: &Finding, rules: &[(Rule, Level)]) -> Value {
    let index = rules.iter().position(|(rule, _)| rule.code == finding.rule.code);
    let mut text = format!("{}.", finding.message);
    for detail in &finding.details {
        let _ = write!(text, "\n{detail}.");
    }
    let mut result = json!({
        "ruleId": finding.rule.code,
        "level": finding.level.as_str(),
        "message": { "text": text },
    });
    if let (Some(index), Some(result)) = (index, result.as_object_mut()) {
        result.insert("ruleIndex".to_owned(), json!(index));
    }
    if let (Some(at), Some(result)) = (&finding.at, result.as_object_mut()) {
        result.insert("locations".to_owned(), json!([location(at, finding)]));
    }
    result
}

fn location(at: &Spot, finding: &Finding) -> Value {
    let mut region = json!({ "startLine": at.line, "startColumn": at.column });
    if let (Some(excerpt), Some(region)) = (&finding.excerpt, region.as_object_mut()) {
        region.insert("endColumn".to_owned(), json!(at.column.saturating_add(excerpt.length)));
    }
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri(&at.file) }, "region": region } })
}

/// A path as a relative reference: forward slashes, and everything else that a URI gives a meaning escaped.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let path = path.strip_prefix("./").unwrap_or(&path);
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// `DefaultEndpointMoved` for `default-endpoint-moved`.
fn pascal(code: &str) -> String {
    let mut name = String::new();
    for word in code.split('-') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_relative_references() {
        assert_eq!(uri("./a b/ü:c.lock"), "a%20b/%C3%BC%3Ac.lock");
        assert_eq!(uri(r"services\api\uv.lock"), "services/api/uv.lock");
    }

    #[test]
    fn codes_become_names() {
        assert_eq!(pascal("default-endpoint-moved"), "DefaultEndpointMoved");
    }
}
