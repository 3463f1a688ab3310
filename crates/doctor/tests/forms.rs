//! Every form of a report: one report that has everything, as reviewed files, and any report at all, as what may not break.
//!
//! `tests/forms/report.*` are written anew when the environment variable `BLESS` is set; their diff is the review.
#![expect(clippy::panic, reason = "a case that cannot be read has failed")]

use proptest::prelude::*;
use quick_xml::{Reader, events::Event};
use rolecall_doctor::report::{self, Case, Excerpt, Finding, Form, Level, Report, Rule, Section, Spot};
use std::{fs, path::Path};

const FORMS: [(Form, &str); 5] =
    [(Form::Text, "txt"), (Form::Json, "json"), (Form::Sarif, "sarif"), (Form::Junit, "xml"), (Form::Github, "github")];

const MISMATCH: Rule =
    Rule { code: "source-address-mismatch", meaning: "A condition on the caller's address does not hold." };
const UNREACHABLE: Rule = Rule { code: "endpoint-unreachable", meaning: "The endpoint cannot be reached." };

fn finding(rule: Rule, level: Level, message: &str, at: Option<(&str, u32, u32)>) -> Finding {
    let at = at.map(|(file, line, column)| Spot { file: file.to_owned(), line, column });
    Finding { rule, level, message: message.to_owned(), at, excerpt: None, details: Vec::new() }
}

/// A report with everything that a report can have.
fn everything() -> Report {
    let mut denied =
        finding(MISMATCH, Level::Error, "the call daily-batch is denied", Some(("./a b/ü,x:y.json", 12, 3)));
    let line = "\t\t\"aws:SourceIp\": \"203.0.113.10/32\" <&> 100%".to_owned();
    denied.excerpt = Some(Excerpt { line, length: 14 });
    denied.details = vec!["the policy asks for 203.0.113.10/32; the request has 10.0.1.20".to_owned(), "x".repeat(90)];
    let mut far = finding(UNREACHABLE, Level::Error, "and\nso \u{7}\u{1b}[31mon", Some((r"c:\d\world.toml", 1, 999)));
    far.excerpt = Some(Excerpt { line: "z".repeat(2000), length: 3 });
    let case = |name: &str, findings| Case { name: name.to_owned(), findings, remark: None };
    Report {
        verb: "check",
        cases: vec![
            case("daily <batch>", vec![denied, far]),
            case("nightly", Vec::new()),
            Case {
                name: "monthly".to_owned(),
                findings: Vec::new(),
                remark: Some("monthly <works> as before".to_owned()),
            },
            case("weekly", vec![finding(UNREACHABLE, Level::Warning, "it will not work in Virginia's absence", None)]),
            case("yearly", vec![finding(MISMATCH, Level::Note, "it works", Some(("world.toml", 3, 1)))]),
        ],
        sections: vec![Section {
            heading: "What to do".to_owned(),
            items: vec![
                "ask for aws:SourceVpce in the trust policy of role-b, which account 222222222222 must do".to_owned(),
            ],
        }],
        summary: "1 of 5 calls is not as expected.".to_owned(),
    }
}

#[test]
fn a_report_with_everything_has_its_reviewed_forms() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/forms");
    for (form, ending) in FORMS {
        let found = report::render(form, &everything(), &["the verb's own document"]);
        let file = folder.join(format!("report.{ending}"));
        #[expect(clippy::disallowed_methods, reason = "the one who runs the tests blesses what they find")]
        if std::env::var_os("BLESS").is_some() {
            fs::write(&file, &found).unwrap();
        }
        assert_eq!(fs::read_to_string(&file).unwrap_or_default(), found, "{}", file.display());
    }
}

/// The names of the elements of an XML document that is well-formed, in order.
fn elements(text: &str) -> Vec<String> {
    let mut reader = Reader::from_str(text);
    let mut names = Vec::new();
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}: {text}")) {
            Event::Start(tag) | Event::Empty(tag) => {
                assert!(tag.attributes().all(|attribute| attribute.is_ok()), "{text}");
                names.push(tag.name().as_ref().to_owned());
            }
            Event::Eof => return names,
            _ => {}
        }
    }
}

fn any_finding() -> impl Strategy<Value = Finding> {
    let level = prop_oneof![Just(Level::Note), Just(Level::Warning), Just(Level::Error)];
    let rule = prop_oneof![Just(MISMATCH), Just(UNREACHABLE)];
    let at = prop::option::of(("(?s).{0,20}", 1..u32::MAX, 1..u32::MAX));
    let excerpt = prop::option::of(("(?s).{0,200}", any::<u32>()));
    (rule, level, "(?s).{0,120}", at, excerpt, prop::collection::vec("(?s).{0,60}", 0..3)).prop_map(
        |(rule, level, message, at, excerpt, details)| {
            let at = at.map(|(file, line, column)| Spot { file, line, column });
            let excerpt = excerpt.map(|(line, length)| Excerpt { line, length });
            Finding { rule, level, message, at, excerpt, details }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_breaks_a_form(
        cases in prop::collection::vec(
            ("(?s).{0,30}", prop::collection::vec(any_finding(), 0..4), prop::option::of("(?s).{0,30}")),
            0..4,
        ),
        items in prop::collection::vec("(?s).{0,60}", 0..3),
    ) {
        let cases: Vec<Case> = cases.into_iter().map(|(name, findings, remark)| Case { name, findings, remark }).collect();
        let sections = vec![Section { heading: "Look".to_owned(), items }];
        let report = Report { verb: "check", cases, sections, summary: String::new() };
        let findings = report.findings().count();
        let rendered = |form| report::render(form, &report, &());
        prop_assert_eq!(rendered(Form::Github).matches('\n').count(), findings);
        let sarif: serde_json::Value = serde_json::from_str(&rendered(Form::Sarif)).unwrap();
        let notes = report.findings().filter(|finding| finding.level == Level::Note).count();
        prop_assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len() + notes, findings);
        let junit = elements(&rendered(Form::Junit));
        let of = |name: &str| junit.iter().filter(|element| *element == name).count();
        prop_assert_eq!(of("testcase"), report.cases.len());
        prop_assert_eq!(of("failure"), report.cases.iter().filter(|case| case.fails()).count());
        // Nothing that is told moves the cursor of a terminal.
        let moves = |letter: char| letter.is_control() && letter != '\n';
        prop_assert!(!rendered(Form::Text).contains(moves) && !rendered(Form::Github).contains(moves));
    }
}
