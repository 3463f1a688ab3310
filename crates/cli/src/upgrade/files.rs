//! Lock files from the disk, or from stdin.

use rolecall_doctor::lock::{self, Kind, Lock, LockError, MAX_LOCK_BYTES};
use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

/// A lock file that was read.
pub(super) struct LockFile {
    /// As it was given.
    pub(super) path: String,
    pub(super) text: String,
    pub(super) lock: Lock,
}

/// A lock file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    #[error("{path}: there is no such file")]
    Missing { path: String },
    #[error("{path}: {error}")]
    Unreadable { path: String, error: io::Error },
    #[error("{path}: it is not text in UTF-8")]
    NotText { path: String },
    #[error("{path}:{error}")]
    Malformed { path: String, error: LockError },
    #[error("{path}: {error}")]
    Refused { path: String, error: LockError },
}

/// Reads a lock file before and after. Where the old one's name does not tell what it is, the new one's does.
pub(super) fn pair(old: &Path, new: &Path) -> Result<(LockFile, LockFile), Unusable> {
    let (old, old_text) = text(old)?;
    let (new, new_text) = text(new)?;
    let kind = Kind::of(&old, &old_text).or_else(|| Kind::of(&new, &old_text));
    Ok((parse(old, old_text, kind)?, parse(new, new_text, None)?))
}

fn text(path: &Path) -> Result<(String, String), Unusable> {
    let name = path.to_string_lossy().into_owned();
    let mut bytes = Vec::new();
    // One byte more than may be tells that there are too many.
    let bound = MAX_LOCK_BYTES as u64 + 1;
    let read = if name == "-" {
        io::stdin().lock().take(bound).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(bound).read_to_end(&mut bytes))
    };
    read.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Unusable::Missing { path: name.clone() },
        _ => Unusable::Unreadable { path: name.clone(), error },
    })?;
    let text = String::from_utf8(bytes).map_err(|_| Unusable::NotText { path: name.clone() })?;
    Ok((name, text))
}

fn parse(path: String, text: String, kind: Option<Kind>) -> Result<LockFile, Unusable> {
    let read = match kind {
        Some(kind) => lock::read_as(kind, &text),
        None => lock::read(&path, &text),
    };
    match read {
        Ok(lock) => Ok(LockFile { path, text, lock }),
        Err(error @ LockError::Malformed { .. }) => Err(Unusable::Malformed { path, error }),
        Err(error) => Err(Unusable::Refused { path, error }),
    }
}
