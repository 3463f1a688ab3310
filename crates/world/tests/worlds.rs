//! Worlds as data: good ones with the changes they ask for, bad ones with every problem they have.
//!
//! `tests/worlds/good/NAME` has a `changes.json`, `tests/worlds/bad/NAME` a `problems.txt`; both are written anew when
//! the environment variable `BLESS` is set, and their diff is the review.
#![expect(clippy::unwrap_used, reason = "a case that cannot be read has failed")]

use rolecall_directory::Directory;
use rolecall_names::Instant;
use rolecall_world::{FileError, World};
use std::{
    fs,
    path::{Path, PathBuf},
};

const NOW: Instant = Instant::from_seconds(1_724_920_800);

/// The worlds of a kind, in the order of their names.
fn worlds(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/worlds").join(kind);
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

fn read(folder: &Path) -> Result<World, rolecall_world::Problems> {
    World::read(&|path| {
        let bytes = fs::read(folder.join(path)).map_err(|_| FileError::Missing)?;
        String::from_utf8(bytes).map_err(|_| FileError::NotText)
    })
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

#[test]
fn a_good_world_asks_for_its_changes() {
    let mut differences = Vec::new();
    for folder in worlds("good") {
        let world = read(&folder).unwrap_or_else(|problems| panic!("{}\n{problems}", folder.display()));
        let changes = world.changes(&Directory::default(), NOW).unwrap();
        let found = serde_json::to_string_pretty(&changes).unwrap() + "\n";
        differences.extend(difference(&folder.join("changes.json"), &found));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn a_bad_world_is_told_all_its_problems() {
    let mut differences = Vec::new();
    for folder in worlds("bad") {
        let problems = read(&folder).expect_err(&folder.display().to_string());
        differences.extend(difference(&folder.join("problems.txt"), &problems.to_string()));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn a_world_applied_twice_asks_for_nothing() {
    for folder in worlds("good") {
        let world = read(&folder).unwrap();
        let directory = world.directory(NOW).unwrap();
        assert_eq!(world.changes(&directory, NOW.plus_seconds(60)).unwrap(), [], "{}", folder.display());
    }
}
