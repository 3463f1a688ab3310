//! What the tests share.

use rolecall_names::Instant;
use rolecall_world::{FileError, Problems, World};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// A world's files by their paths.
pub(crate) type Files = BTreeMap<String, String>;

/// Every file of an example.
pub(crate) fn files(name: &str) -> Files {
    files_in(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name))
}

/// Every file below a folder.
pub(crate) fn files_in(root: &Path) -> Files {
    let mut found = Files::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

pub(crate) fn read(files: &Files) -> Result<World, Problems> {
    World::read(&|path: &str| files.get(path).cloned().ok_or(FileError::Missing))
}

pub(crate) fn world(files: &Files) -> World {
    read(files).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The time it is in these tests, for calls that do not say.
pub(crate) fn now() -> Instant {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

/// The world of an example.
pub(crate) fn example_world(name: &str) -> World {
    world(&files(name))
}

/// Compares with what the file holds, or writes it when blessed.
pub(crate) fn golden(file: &Path, found: &str) {
    #[expect(clippy::disallowed_methods, reason = "the one who runs the tests blesses what they find")]
    if std::env::var_os("BLESS").is_some() {
        fs::write(file, found).unwrap();
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    assert_eq!(found, expected, "{}", file.display());
}

/// Compares with what `tests/texts/NAME` holds, or writes it when blessed; `None` when they are the same.
pub(crate) fn difference(name: &str, found: &str) -> Option<String> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/texts").join(name);
    #[expect(clippy::disallowed_methods, reason = "the one who runs the tests blesses what they find")]
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, found).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    (expected != found).then(|| format!("{}:\n--- expected\n{expected}--- found\n{found}", file.display()))
}
