//! Lock files as data: each kind before and after an upgrade, with its pins; and broken ones with what they are told.
//!
//! `tests/locks/CASE/{old,new}/FILE` has its pins in `tests/locks/CASE/pins.txt`, what an upgrade from the one to the
//! other is told in `tests/locks/CASE/upgrade.txt`, and `tests/bad-locks/FILE` its problem in
//! `tests/bad-locks/problems.txt`. They are written anew when the environment variable `BLESS` is set; their diff is the review.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a case that cannot be read has failed"
)]

use rolecall_doctor::{
    lock::{self, File, Lock, OpenKind},
    report::{self, Form, Upgrade},
};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// Compares with what the file holds, or writes it when blessed; `None` when they are the same.
fn difference(file: &Path, found: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the one who runs the tests blesses what they find")]
    if std::env::var_os("BLESS").is_some() {
        fs::write(file, found).unwrap();
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    (expected != found).then(|| format!("{}:\n--- expected\n{expected}--- found\n{found}", file.display()))
}

/// Reads one side of a case, and holds every place to what stands there.
fn side(case: &Path, side: &str) -> (String, Lock) {
    let file = entries(&case.join(side)).remove(0);
    let text = fs::read_to_string(&file).unwrap();
    let lock = lock::read(file.to_str().unwrap(), &text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let lines: Vec<&str> = text.lines().collect();
    for pin in &lock.pinned {
        let at: String = lines[pin.line as usize - 1].chars().skip(pin.column as usize - 1).collect();
        assert!(at.starts_with(&pin.version), "{}: {pin:?} stands at {at}", file.display());
    }
    (name(&file).to_owned(), lock)
}

#[test]
fn every_kind_of_lock_file_tells_its_pins() {
    let mut differences = Vec::new();
    for case in entries(&tests().join("locks")) {
        let mut told = String::new();
        for which in ["old", "new"] {
            let (file, lock) = side(&case, which);
            for pin in &lock.pinned {
                let lock::Pinned { ecosystem, name, version, line, column } = pin;
                writeln!(told, "{which}/{file}:{line}:{column}: {ecosystem} {name} {version}").unwrap();
            }
            for lock::Open { what, line, column } in &lock.open {
                match what {
                    OpenKind::Include(path) => writeln!(told, "{which}/{file}:{line}:{column}: includes {path}"),
                    OpenKind::Loose { ecosystem, name, range } => {
                        writeln!(told, "{which}/{file}:{line}:{column}: {ecosystem} {name} open: {range}")
                    }
                }
                .unwrap();
            }
        }
        differences.extend(difference(&case.join("pins.txt"), &told));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn a_file_that_is_not_of_its_form_is_told_where() {
    let folder = tests().join("bad-locks");
    let mut told = String::new();
    for file in entries(&folder).iter().filter(|file| name(file) != "problems.txt") {
        let error = lock::read(name(file), &fs::read_to_string(file).unwrap()).expect_err(name(file));
        writeln!(told, "{}:{error}", name(file)).unwrap();
    }
    if let Some(difference) = difference(&folder.join("problems.txt"), &told) {
        panic!("{difference}");
    }
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_no_pin() {
    for case in entries(&tests().join("locks")) {
        let file = entries(&case.join("new")).remove(0);
        let text = fs::read_to_string(&file).unwrap();
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        let (plain, windows) = (lock::read(name(&file), &text).unwrap(), lock::read(name(&file), &windows));
        assert_eq!(windows.as_ref(), Ok(&plain), "{}", file.display());
    }
}

/// What comes of the step from one side of a case to another.
fn step(case: &Path, from: &str, to: &str) -> Upgrade {
    let (old, new) = (side(case, from), side(case, to));
    let (old_path, new_path) = (format!("{from}/{}", old.0), format!("{to}/{}", new.0));
    lock::upgrade(File { path: &old_path, lock: &old.1 }, File { path: &new_path, lock: &new.1 })
}

/// The clients that move in each case, by what is known of them and not by what the code makes of it: client, version
/// before and after, the version between them that moved the default, and the default before and after.
///
/// Sources: the changelogs of botocore 1.40.0, the AWS CLI 1.42.0 and 2.0.0, aws-sdk-core 3.92.0, aws-sdk-php 3.351.12, and
/// the SDKs' reference guide for the generations of the others.
const MOVES: &[(&str, &[[&str; 6]])] = &[
    ("bundler", &[["aws-sdk-ruby", "3.91.1", "3.92.0", "3.92.0", "global", "regional"]]),
    ("cargo", &[["aws-sdk-rust", "1.80.0", "1.124.0", "", "regional", "regional"]]),
    ("composer", &[["aws-sdk-php", "3.351.11", "3.351.12", "3.351.12", "global", "regional"]]),
    (
        "dockerfile",
        &[
            ["boto3", "1.39.17", "1.40.0", "1.40.0", "global", "regional"],
            ["botocore", "1.39.17", "1.40.0", "1.40.0", "global", "regional"],
            ["aws-cli", "1.41.17", "1.42.0", "1.42.0", "global", "regional"],
            ["aws-cli", "2.15.57", "2.22.10", "", "regional", "regional"],
            ["aws-cli", "2.12.0", "2.13.0", "", "regional", "regional"],
            ["aws-cli", "2.12.0", "2.13.0", "", "regional", "regional"],
        ],
    ),
    ("go", &[["aws-sdk-go", "v1.55.5", "v1.52.0", "2.0.0", "global", "regional"]]),
    ("go-replace", &[["aws-sdk-go", "v1.25.0", "v1.55.5", "", "global", "global"]]),
    ("gradle", &[["aws-sdk-java", "1.12.780", "2.31.0", "2.0.0", "global", "regional"]]),
    ("maven", &[["aws-sdk-java", "2.29.0", "2.31.0", "", "regional", "regional"]]),
    ("npm-1", &[["aws-sdk-js", "2.1692.0", "3.540.0", "3.0.0", "global", "regional"]]),
    ("npm-2", &[["aws-sdk-js", "2.1692.0", "3.540.0", "3.0.0", "global", "regional"]]),
    ("npm-3", &[["aws-sdk-js", "2.1692.0", "3.540.0", "3.0.0", "global", "regional"]]),
    (
        "npm-several",
        &[
            ["aws-sdk-js", "3.540.0", "3.600.0", "", "regional", "regional"],
            ["aws-sdk-js", "2.1000.0", "2.1400.0", "", "global", "global"],
        ],
    ),
    ("nuget", &[["aws-sdk-net", "3.7.300.10", "4.0.1.2", "4.0.0", "global", "regional"]]),
    (
        "pdm",
        &[
            ["aws-cli", "1.41.17", "1.42.0", "1.42.0", "global", "regional"],
            ["botocore", "1.39.17", "1.40.0", "1.40.0", "global", "regional"],
        ],
    ),
    ("pip-compile", PYTHON),
    (
        "pipenv",
        &[
            ["boto3", "1.39.17", "1.43.11", "1.40.0", "global", "regional"],
            ["botocore", "1.39.17", "1.43.127", "1.40.0", "global", "regional"],
            ["aws-cli", "1.41.17", "1.46.3", "1.42.0", "global", "regional"],
        ],
    ),
    ("pnpm-5", &[["aws-sdk-js", "2.1692.0", "3.540.0", "3.0.0", "global", "regional"]]),
    ("pnpm-6", &[["aws-sdk-js", "2.1692.0", "3.540.0", "3.0.0", "global", "regional"]]),
    ("pnpm-9", &[["aws-sdk-js", "2.1692.0", "3.540.0", "3.0.0", "global", "regional"]]),
    (
        "poetry",
        &[
            ["boto3", "1.39.17", "1.43.11", "1.40.0", "global", "regional"],
            ["botocore", "1.39.17", "1.43.11", "1.40.0", "global", "regional"],
        ],
    ),
    ("pylock", PYTHON),
    (
        "requirements",
        &[
            ["boto3", "1.39.17", "1.40.0", "1.40.0", "global", "regional"],
            ["aws-cli", "1.41.17", "1.42.0", "1.42.0", "global", "regional"],
        ],
    ),
    ("terraform", &[["terraform-aws", "4.67.0", "5.31.0", "", "regional", "regional"]]),
    ("uv", PYTHON),
    ("yarn-berry", &[["aws-sdk-js", "2.1692.0", "3.540.0", "3.0.0", "global", "regional"]]),
    ("yarn-classic", &[["aws-sdk-js", "2.1692.0", "3.540.0", "3.0.0", "global", "regional"]]),
];

const PYTHON: &[[&str; 6]] = &[
    ["boto3", "1.39.17", "1.43.11", "1.40.0", "global", "regional"],
    ["botocore", "1.39.17", "1.43.127", "1.40.0", "global", "regional"],
];

fn moves(upgrade: &Upgrade) -> Vec<[&str; 6]> {
    let moves = upgrade.clients.iter().map(|client| {
        let boundary = client.boundary.as_deref().unwrap_or_default();
        [&*client.client, &client.from, &client.to, boundary, &client.before, &client.after]
    });
    moves.collect()
}

#[test]
fn the_moves_found_are_those_that_are_known() {
    let cases = entries(&tests().join("locks"));
    let names: Vec<&str> = cases.iter().map(|case| name(case)).collect();
    assert_eq!(names, MOVES.iter().map(|(case, _)| *case).collect::<Vec<_>>());
    for (case, (_, expected)) in cases.iter().zip(MOVES) {
        assert_eq!(moves(&step(case, "old", "new")), *expected, "{}", case.display());
        // The other way round everything is the other way round, but for the boundary.
        let back = step(case, "new", "old");
        let mut turned = moves(&back);
        for row in &mut turned {
            row.swap(1, 2);
            row.swap(4, 5);
        }
        let mut expected = expected.to_vec();
        turned.sort_unstable();
        expected.sort_unstable();
        assert_eq!(turned, expected, "{}", case.display());
        assert_eq!(moves(&step(case, "new", "new")), [[""; 6]; 0], "{}", case.display());
    }
}

#[test]
fn every_upgrade_is_told_in_reviewed_words() {
    let mut differences = Vec::new();
    for case in entries(&tests().join("locks")) {
        let upgrade = step(&case, "old", "new");
        let line = |at: &report::Spot| {
            let text = fs::read_to_string(case.join(&at.file)).unwrap();
            text.lines().nth(at.line as usize - 1).map(str::to_owned)
        };
        let told = report::render(Form::Text, &upgrade.report(&line), &upgrade);
        assert!(told.lines().all(|line| line.chars().count() <= 80), "{told}");
        differences.extend(difference(&case.join("upgrade.txt"), &told));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
