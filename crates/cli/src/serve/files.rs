//! Places on disk: the data directory, files only their owner may read, and how many descriptors there are.

use std::{
    fs, io,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// `$XDG_STATE_HOME/rolecall`, else `~/.local/state/rolecall` (XDG Base Directory Specification).
#[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
pub(crate) fn state_directory() -> Option<PathBuf> {
    let named = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    named("XDG_STATE_HOME").or_else(|| Some(named("HOME")?.join(".local/state"))).map(|state| state.join("rolecall"))
}

/// Makes `directory` and its parents, its own to its owner alone.
pub(super) fn make_private(directory: &Path) -> io::Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

/// Writes `bytes` to `path`, readable by its owner alone, whole or not at all.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    // A left-over of a start that was cut off may have looser permissions.
    let _ = fs::remove_file(&beside);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

/// Raises the limit on open files as far as this process may, and cuts `wanted` connections down to what then fits.
pub(super) fn room_for(wanted: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    /// For the log, listeners, the terminal.
    const RESERVED: u64 = 64;
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let current = if setrlimit(Resource::Nofile, raised).is_ok() { limit.maximum } else { limit.current };
    match current {
        None => wanted,
        Some(files) => {
            let fits = usize::try_from(files.saturating_sub(RESERVED)).unwrap_or(usize::MAX).max(1);
            if fits < wanted {
                tracing::warn!(connections = fits, "the limit on open files leaves room for fewer connections");
            }
            wanted.min(fits)
        }
    }
}
