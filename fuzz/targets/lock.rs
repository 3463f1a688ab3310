//! Any text, taken for any kind of lock file: reading it never panics, and every place lies in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rolecall_doctor::lock::{self, Kind, LockError};

const KINDS: [Kind; 16] = [
    Kind::Requirements,
    Kind::PipfileLock,
    Kind::PythonToml,
    Kind::CargoLock,
    Kind::NpmLock,
    Kind::YarnClassic,
    Kind::YarnBerry,
    Kind::PnpmLock,
    Kind::GoMod,
    Kind::GemfileLock,
    Kind::ComposerLock,
    Kind::NuGetLock,
    Kind::GradleLock,
    Kind::Pom,
    Kind::TerraformLock,
    Kind::Dockerfile,
];

fuzz_target!(|text: &str| {
    // The first letter says which kind, so that the corpus can be read: `a` is a requirements file, `p` a Dockerfile.
    let Some(first) = text.chars().next() else { return };
    let Some(kind) = (first as usize).checked_sub('a' as usize).and_then(|kind| KINDS.get(kind)) else { return };
    let body = &text[1..];
    let lines: Vec<&str> = body.split('\n').collect();
    let lies_within = |line: u32, column: u32| {
        let text = lines[line as usize - 1];
        assert!((1..=text.chars().count() + 1).contains(&(column as usize)), "{line}:{column}");
    };
    match lock::read_as(*kind, body) {
        Ok(lock) => {
            lock.pinned.iter().for_each(|pin| lies_within(pin.line, pin.column));
            lock.open.iter().for_each(|open| lies_within(open.line, open.column));
            assert!(lock::compare(&lock, &lock).moves.is_empty());
        }
        Err(LockError::Malformed { line, column, .. }) => lies_within(line, column),
        Err(_) => {}
    }
});
