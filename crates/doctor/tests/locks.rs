//! Lock files as data: each kind before and after an upgrade, with its pins; and broken ones with what they are told.
//!
//! `tests/locks/CASE/{old,new}/FILE` has its pins in `tests/locks/CASE/pins.txt`, and `tests/bad-locks/FILE` its problem in
//! `tests/bad-locks/problems.txt`. They are written anew when the environment variable `BLESS` is set; their diff is the review.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a case that cannot be read has failed"
)]

use rolecall_doctor::lock::{self, Lock, OpenKind};
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
