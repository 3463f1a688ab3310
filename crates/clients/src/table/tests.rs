//! `docs/clients.md`: the table for people, written by this test when it is told to (`BLESS=1`) and held to it else.

use super::{Confidence, Default, NoRegion, Read, Row, Version, rows};
use std::{fmt::Write as _, fs, path::Path};

const HEAD: &str = "# What is known of clients

The table behind `rolecall endpoint`, one row per client and range of versions. It is written from the code: to change it, change
`crates/clients/src/table` and run its tests with `BLESS=1`.

*Default* is the endpoint called from the Regions that were enabled by default in 2019, where nothing says otherwise. *Said otherwise by* and
*Region from* list what is looked at, in that order. *Sure* says how sure the row is: `run`, the client itself is run by the tests and
compared; `code`, its code was read; `documented`; else what is not settled.

| client | versions | default | said otherwise by | Region from | without a Region | session name | sure | source |
|---|---|---|---|---|---|---|---|---|
";

#[test]
#[expect(clippy::disallowed_methods, reason = "a test asks whether to write the page")]
fn the_page_shows_the_table() {
    let mut page = HEAD.to_owned();
    let all: Vec<&Row> = rows().collect();
    // What rows differ by beside their versions need not be in the page.
    for alike in all.chunk_by(|one, next| (one.kind, line(one, "")) == (next.kind, line(next, ""))) {
        let [first, .., last] = alike else {
            page.push_str(&line(alike[0], &versions(alike[0].from, alike[0].below)));
            continue;
        };
        page.push_str(&line(first, &versions(first.from, last.below)));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/clients.md");
    if std::env::var("BLESS").is_ok() {
        fs::write(&path, &page).unwrap();
    }
    let held = fs::read_to_string(&path).unwrap_or_default();
    assert!(held == page, "docs/clients.md is not what the table says: run with BLESS=1 and look at the difference");
}

fn versions(from: Version, below: Option<Version>) -> String {
    match below {
        Some(below) => format!("{from} to below {below}"),
        None => format!("{from} and later"),
    }
}

fn line(row: &Row, versions: &str) -> String {
    let habits = &row.habits;
    let default = match habits.mode {
        Default::Legacy => "global",
        Default::Regional => "Regional",
    };
    let sure = match row.confidence {
        Confidence::Ran => "run",
        Confidence::Code => "code",
        Confidence::Documented => "documented",
        Confidence::Uncertain(what) => what,
    };
    let without = match habits.no_region {
        NoRegion::Global => "the global endpoint".to_owned(),
        NoRegion::Region(name) => name.to_owned(),
        NoRegion::Refuse(..) => "an error".to_owned(),
    };
    let mut line = String::new();
    let _ = writeln!(
        line,
        "| {} | {versions} | {default} | {} | {} | {without} | `{}` | {sure} | {} |",
        row.kind.name(),
        reads(habits.mode_reads),
        reads(habits.region),
        habits.session_name.text(),
        row.source,
    );
    line
}

fn reads(reads: &[Read]) -> String {
    let told: Vec<String> = reads
        .iter()
        .map(|read| match read {
            Read::Code => "code".to_owned(),
            Read::Option(name) => format!("option `{name}`"),
            Read::Env(name) => format!("`{name}`"),
            Read::Profile(key) => format!("profile `{key}`"),
            Read::Metadata => "the metadata service".to_owned(),
            Read::Services(key) => format!("services section `{key}`"),
        })
        .collect();
    if told.is_empty() { "–".to_owned() } else { told.join(", ") }
}
