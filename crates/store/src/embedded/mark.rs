//! A file beside the log that says up to where writes were acknowledged.
//!
//! A library that finds its journal damaged takes what is before the damage and is silent about what is behind. The
//! mark, written after each sync and before the answers leave, makes that loss plain at the next open. It is not synced
//! itself: after a power cut it may be old, and then says less; it never says more than was on disk.

use crate::{Seq, StoreError};
use std::{
    fs::File,
    io::{self, Read},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::Arc,
};

#[derive(Debug)]
pub(super) struct Mark {
    file: File,
    path: PathBuf,
}

impl Mark {
    /// Opens or makes the file, and tells what it says: 0 in a new one, and in one that a power cut left unreadable.
    pub(super) fn open(path: &Path) -> Result<(Self, Seq), StoreError> {
        let failed = |source: io::Error| StoreError::Io { path: path.to_owned(), source: Arc::new(source) };
        let mut file =
            File::options().read(true).write(true).create(true).truncate(false).open(path).map_err(failed)?;
        let mut said = Vec::new();
        file.by_ref().take(12).read_to_end(&mut said).map_err(failed)?;
        let seq = match said.split_first_chunk::<8>() {
            Some((seq, sum)) if sum == crc32fast::hash(seq).to_le_bytes() => u64::from_le_bytes(*seq),
            _ => 0,
        };
        Ok((Self { file, path: path.to_owned() }, Seq(seq)))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Best effort: without it a loss is less plain, and nothing is lost by that.
    pub(super) fn set(&self, seq: Seq) {
        let seq = seq.0.to_le_bytes();
        let mut said = [0; 12];
        for (place, byte) in said.iter_mut().zip(seq.into_iter().chain(crc32fast::hash(&seq).to_le_bytes())) {
            *place = byte;
        }
        drop(self.file.write_all_at(&said, 0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_set_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("mark");
        let (mark, said) = Mark::open(&path).unwrap();
        assert_eq!(said, Seq(0));
        mark.set(Seq(77));
        mark.set(Seq(78));
        assert_eq!(Mark::open(&path).unwrap().1, Seq(78));
        std::fs::write(&path, [1; 12]).unwrap();
        assert_eq!(Mark::open(&path).unwrap().1, Seq(0));
    }
}
