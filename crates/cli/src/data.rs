//! Data directories: which one a world's server uses, and what is in one when no server runs.

use crate::serve::{files, master_key};
use clap::Args;
use rolecall_store::{Embedded, MasterKey, Store, StoreError};
use std::{
    fmt::Write,
    io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// Letters of a world's name that its data directory's name begins with.
const LONGEST_NAME: usize = 64;

/// Whose data.
#[derive(Debug, Clone, Args)]
pub(crate) struct Of {
    /// A directory with world.toml: the data of the server that `rolecall enter` runs for it.
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) world: Option<PathBuf>,
    /// The data directory, where it is another [default with --world: one of the user's state, keyed by the world's path].
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) data: Option<PathBuf>,
}

/// Why there is no data.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataFailure {
    #[error("the world {path} cannot be found: {source}")]
    NoWorld { path: PathBuf, source: io::Error },
    #[error("say whose data with --world DIR or --data DIR")]
    NotSaid,
    #[error("there is no home directory to keep data in; name a directory with --data")]
    NoHome,
    #[error("there is nothing in {0}: no server has used it yet")]
    Nothing(PathBuf),
    #[error(transparent)]
    MasterKey(#[from] master_key::MasterKeyError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Of {
    /// The data directory.
    pub(crate) fn directory(&self) -> Result<PathBuf, DataFailure> {
        match (&self.data, &self.world) {
            (Some(data), _) => Ok(data.clone()),
            (None, Some(world)) => of_world(&canonical(world)?),
            (None, None) => Err(DataFailure::NotSaid),
        }
    }
}

/// The world's directory as its canonical path.
pub(crate) fn canonical(world: &Path) -> Result<PathBuf, DataFailure> {
    world.canonicalize().map_err(|source| DataFailure::NoWorld { path: world.to_owned(), source })
}

/// Where the server of a world keeps everything when nobody says where: a directory of the user's state, named as the
/// world's is and told apart by its whole path.
pub(crate) fn of_world(canonical: &Path) -> Result<PathBuf, DataFailure> {
    let name = canonical.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let mut own: String = name.chars().filter(is_plain).take(LONGEST_NAME).collect();
    // Writing into a String has no way to fail.
    let _ = write!(own, "-{:016x}", hash(canonical.as_os_str().as_bytes()));
    files::state_directory().map(|state| state.join("worlds").join(own)).ok_or(DataFailure::NoHome)
}

/// FNV-1a (RFC 9923): the same in every release, as a directory's name has to be.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

/// The log in a data directory that no server uses. Makes nothing where there is none.
pub(crate) fn open(data: &Path, master_key_file: Option<&Path>) -> Result<Arc<dyn Store>, DataFailure> {
    if !Embedded::rests_in(data) {
        return Err(DataFailure::Nothing(data.to_owned()));
    }
    let key = master_key::find(master_key_file, data)?;
    Ok(open_store(data, &key)?)
}

/// Opens the store. A process that ends lets go of what it holds in no order of its own: for a moment it may have given
/// up its socket and not yet its data.
pub(crate) fn open_store(data: &Path, key: &MasterKey) -> Result<Arc<dyn Store>, StoreError> {
    const PATIENCE: Duration = Duration::from_secs(1);
    const BETWEEN: Duration = Duration::from_millis(20);
    let mut left = PATIENCE;
    loop {
        match rolecall_server::open_store(data, key) {
            Err(StoreError::InUse { .. }) if !left.is_zero() => {
                std::thread::sleep(BETWEEN);
                left = left.saturating_sub(BETWEEN);
            }
            opened => return opened,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worlds_directory_is_called_the_same_by_every_release() {
        assert_eq!(
            [hash(b""), hash(b"a"), hash(b"foobar")],
            [0xcbf29ce484222325, 0xaf63dc4c8601ec8c, 0x85944171f73967e8]
        );
    }
}
