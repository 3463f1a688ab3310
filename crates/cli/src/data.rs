//! Data directories: which one a world's server uses, and what is in one when no server runs.

use crate::serve::{files, master_key};
use clap::Args;
use rolecall_store::{Store, StoreError};
use std::{
    fmt::Write,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

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
    let mut hash = DefaultHasher::new();
    canonical.hash(&mut hash);
    let name = canonical.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut own: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).collect();
    // Writing into a String has no way to fail.
    let _ = write!(own, "-{:016x}", hash.finish());
    files::state_directory().map(|state| state.join("worlds").join(own)).ok_or(DataFailure::NoHome)
}

/// The log in a data directory that no server uses.
pub(crate) fn open(data: &Path) -> Result<Arc<dyn Store>, DataFailure> {
    if !data.is_dir() || std::fs::read_dir(data).is_ok_and(|mut entries| entries.next().is_none()) {
        return Err(DataFailure::Nothing(data.to_owned()));
    }
    let key = master_key::find(None, data)?;
    Ok(rolecall_server::open_store(data, &key)?)
}
