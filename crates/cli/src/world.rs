//! Worlds on disk, for the verbs that read one and change nothing.

use rolecall_doctor::{Case, RunError};
use rolecall_world::{At, FileError, MAX_WORLD_BYTES, World};
use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Why a world cannot be used: each problem on a line of its own, with file, line and column.
#[derive(Debug, thiserror::Error)]
#[error("the world in {path} cannot be used:\n{problems}")]
pub(crate) struct Unusable {
    path: PathBuf,
    problems: String,
}

impl Unusable {
    pub(crate) fn new(path: &Path, problems: String) -> Self {
        Self { path: path.to_owned(), problems: problems.trim_end().to_owned() }
    }

    /// A call that cannot be run.
    pub(crate) fn call(path: &Path, world: &World, at: At, name: &str, error: &RunError) -> Self {
        Self::new(path, format!("{}: the call {name} cannot be run: {error}", world.files.locate(at)))
    }
}

/// Reads the world in `directory`.
pub(crate) fn read(directory: &Path) -> Result<World, Unusable> {
    World::read(&|name| read_text(&directory.join(name)))
        .map_err(|problems| Unusable::new(directory, problems.to_string()))
}

/// Makes a world ready to have its calls run, now.
pub(crate) fn ready<'w>(directory: &Path, world: &'w World) -> Result<Case<'w>, Unusable> {
    Case::new(world, rolecall_server::now()).map_err(|error| Unusable::new(directory, error.to_string()))
}

fn unreadable(error: &io::Error) -> FileError {
    const EIO: i32 = 5;
    FileError::Unreadable(error.raw_os_error().unwrap_or(EIO))
}

/// A file of a world, as [`World::read`] asks for it.
pub(crate) fn read_text(path: &Path) -> Result<String, FileError> {
    let file = fs::File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => FileError::Missing,
        _ => unreadable(&error),
    })?;
    let mut bytes = Vec::new();
    // One byte more than any file may have tells one that is too large from one that just fits.
    file.take(MAX_WORLD_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() > MAX_WORLD_BYTES {
        return Err(FileError::TooLarge);
    }
    String::from_utf8(bytes).map_err(|_| FileError::NotText)
}
