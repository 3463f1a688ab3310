//! Covering one path by another, and knowing again what was covered.

use crate::error::EnterError;
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use std::{
    collections::HashMap,
    fs::{File, OpenOptions},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

const NONE: Option<&str> = None;

/// What covers which path, of those without links.
#[derive(Debug, Default)]
pub(super) struct Covers(HashMap<PathBuf, Cover>);

/// A file or a directory that covers another, held so that nothing else can come by its numbers.
#[derive(Debug)]
struct Cover {
    _held: File,
    numbers: (u64, u64),
}

impl Covers {
    /// Whether what is seen at that path is what covers it. It is not any more when somebody on the host has put another
    /// file in place of the covered one: the kernel takes the mount away then, which is in another namespace
    /// (`vfs_rename`, `detach_mounts`).
    pub(super) fn hold(&self, target: &Path) -> bool {
        self.0.get(target).is_some_and(|cover| Some(cover.numbers) == numbers(target))
    }

    /// Covers a path by a file or a directory, in place of what covers it.
    pub(super) fn bind(&mut self, from: &Path, to: &Path) -> Result<(), EnterError> {
        if self.hold(to) {
            unbind(to);
        }
        bind(from, to)?;
        self.note(to)
    }

    /// Covers a directory by an empty one.
    pub(super) fn empty(&mut self, at: &Path) -> Result<(), EnterError> {
        let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
        mount(Some("rolecall"), at, Some("tmpfs"), flags, Some("mode=0755,size=16m"))
            .map_err(EnterError::path("mount an empty directory over", at))?;
        self.note(at)
    }

    fn note(&mut self, target: &Path) -> Result<(), EnterError> {
        let held = OpenOptions::new().read(true).custom_flags(nix::libc::O_PATH).open(target);
        let held = held.and_then(|held| held.metadata().map(|found| (held, found)));
        let (held, found) = held.map_err(EnterError::path("look at", target))?;
        self.0.retain(|target, _| target.exists());
        self.0.insert(target.to_owned(), Cover { _held: held, numbers: (found.dev(), found.ino()) });
        Ok(())
    }
}

/// What a file is known by.
fn numbers(path: &Path) -> Option<(u64, u64)> {
    path.metadata().ok().map(|found| (found.dev(), found.ino()))
}

/// Whether there is a file that is seen at both paths.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    numbers(one).is_some_and(|found| Some(found) == numbers(other))
}

/// Has a file or a directory be seen at another path.
pub(super) fn bind(from: &Path, to: &Path) -> Result<(), EnterError> {
    mount(Some(from), to, NONE, MsFlags::MS_BIND, NONE).map_err(EnterError::path("mount something over", to))
}

/// Has what was there be seen again.
pub(super) fn unbind(at: &Path) {
    let _ = umount2(at, MntFlags::MNT_DETACH);
}
