//! Forms in which findings are told: for people, and for the systems that run checks.
//!
//! A [`Report`] knows nothing of what was looked for. [`render()`] puts it into one of the [`Form`]s; for JSON, where every
//! verb has a document of its own, that document is handed in.

mod changes;
mod github;
mod junit;
mod sarif;
mod text;
mod upgrade;

pub use upgrade::{Breakage, CallChange, ClientChange, Untold, Upgrade};

use serde::Serialize;

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// For people, 80 columns wide.
    Text,
    /// The verb's own document.
    Json,
    /// SARIF 2.1.0, as code scanning reads it.
    Sarif,
    /// JUnit's XML, as most CI systems read it.
    Junit,
    /// Annotations of GitHub Actions: workflow commands, a line each.
    Github,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It works, and somebody may want to know.
    Note,
    /// It may break.
    Warning,
    /// It breaks, or what was forbidden happened.
    Error,
}

impl Level {
    /// `note`, `warning` or `error`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What kind of thing was found. Two findings of one rule have one cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule {
    /// A code in kebab-case: a cause's, or `default-endpoint-moved`.
    pub code: &'static str,
    /// What it means, a sentence.
    pub meaning: &'static str,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spot {
    /// The file's path, as it was given.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
}

/// The line a finding is about, to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The whole line.
    pub line: String,
    /// How many characters of it are meant, from the finding's column on.
    pub length: u32,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of thing.
    pub rule: Rule,
    /// How much it weighs.
    pub level: Level,
    /// A sentence without its full stop.
    pub message: String,
    /// Where; `None` for what is in no file.
    pub at: Option<Spot>,
    /// The line there, where it is known.
    pub excerpt: Option<Excerpt>,
    /// What else is to be said about it, a sentence each.
    pub details: Vec<String>,
}

/// Something that was looked at, with what was found: a client, a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// What was found; without an error among it the case is good.
    pub findings: Vec<Finding>,
    /// What people may want to know although there is nothing to find: a sentence without its full stop.
    pub remark: Option<String>,
}

impl Case {
    /// Whether something is wrong with it.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.findings.iter().any(|finding| finding.level == Level::Error)
    }
}

/// Something to be said once, whatever the number of findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// A sentence that the items go on.
    pub heading: String,
    /// Sentences without their full stops.
    pub items: Vec<String>,
}

/// All that one run of a verb found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The verb: `upgrade`, `check`.
    pub verb: &'static str,
    /// Everything that was looked at, good or not.
    pub cases: Vec<Case>,
    /// What is to be said about all findings.
    pub sections: Vec<Section>,
    /// The whole in a sentence.
    pub summary: String,
}

impl Report {
    /// Every finding, in the order of the cases.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.cases.iter().flat_map(|case| &case.findings)
    }
}

/// The report in a form, or `document` where that form is JSON. It ends with a line end, unless there is nothing to say.
#[must_use]
pub fn render(form: Form, report: &Report, document: &impl Serialize) -> String {
    match form {
        Form::Text => text::render(report),
        Form::Json => pretty(document),
        Form::Sarif => pretty(&sarif::document(report)),
        Form::Junit => junit::render(report),
        Form::Github => github::render(report),
    }
}

/// What holds only strings, numbers and lists can always be written.
fn pretty(document: &impl Serialize) -> String {
    serde_json::to_string_pretty(document).map_or_else(|error| error.to_string(), |text| text + "\n")
}

/// Control characters would move the cursor of a terminal, which a log is read on as well.
fn plain(letter: char) -> char {
    if letter.is_control() { ' ' } else { letter }
}
