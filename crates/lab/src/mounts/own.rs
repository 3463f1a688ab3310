//! A directory in memory that is a visit's own, and covering what is the host's by what is in it.
//!
//! Nothing is written by a path that the host can change, nor through a link that somebody inside has made: everything is
//! made through descriptors, under names that nothing had before, and then mounted as a whole.

use crate::error::EnterError;
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use rustix::fs::{Mode, OFlags, fchmod, mkdirat, openat};
use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::{
        fd::AsRawFd,
        unix::fs::{MetadataExt, OpenOptionsExt},
    },
    path::{Path, PathBuf},
};

const NONE: Option<&str> = None;
const FILE: Mode = Mode::from_raw_mode(0o644);
const DIRECTORY: Mode = Mode::from_raw_mode(0o755);

/// The directory, held.
#[derive(Debug)]
pub(super) struct Own {
    root: File,
    made: usize,
}

impl Own {
    /// Mounts it over an empty directory.
    pub(super) fn over(at: &Path) -> Result<Self, EnterError> {
        let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
        const WHAT: &str = "mount an empty directory over";
        let mounted = mount(Some("rolecall"), at, Some("tmpfs"), flags, Some("mode=0755,size=64m"));
        mounted.map_err(EnterError::path(WHAT, at))?;
        let outside = at.parent().and_then(|parent| parent.metadata().ok()).map(|parent| parent.dev());
        let root = held(at).and_then(|root| {
            // Put elsewhere in between, it would be somebody else's.
            let is_ours = Some(root.metadata()?.dev()) != outside;
            if is_ours { Ok(root) } else { Err(io::ErrorKind::NotFound.into()) }
        });
        Ok(Self { root: root.map_err(EnterError::path(WHAT, at))?, made: 0 })
    }

    /// Whether it is what is seen at a path.
    pub(super) fn is_seen_at(&self, path: &Path) -> bool {
        is_seen(&self.root, path)
    }

    /// A file by a name.
    pub(super) fn named(&self, name: &str, text: &str) -> Result<File, EnterError> {
        write_new(&self.root, Path::new(name), text)
    }

    /// A file by any name. It keeps one: nothing can be mounted over what has none, as a visit within this one would.
    pub(super) fn file(&mut self, text: &str) -> Result<File, EnterError> {
        let name = self.name();
        self.named(&name, text)
    }

    /// An empty directory.
    pub(super) fn directory(&mut self) -> Result<File, EnterError> {
        let name = self.name();
        directory_in(&self.root, Path::new(&name))
    }

    fn name(&mut self) -> String {
        self.made += 1;
        format!(".{}", self.made)
    }
}

/// Makes a file where nothing is, and the directories on its way below a held one.
pub(super) fn write_new(directory: &File, path: &Path, text: &str) -> Result<File, EnterError> {
    let failed = || EnterError::path::<io::Error>("write", path);
    let (name, way) = (path.file_name().unwrap_or_default(), path.parent());
    let mut at = directory.try_clone().map_err(failed())?;
    for step in way.into_iter().flat_map(Path::iter) {
        at = directory_in(&at, Path::new(step))?;
    }
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let written = openat(&at, name, flags, FILE).map_err(io::Error::from).and_then(|file| {
        let mut file = File::from(file);
        // Whatever mask this process was begun with: a resolver's file is for every user.
        fchmod(&file, FILE)?;
        file.write_all(text.as_bytes())?;
        Ok(file)
    });
    written.map_err(failed())
}

/// A directory in a held one, made where there is none.
fn directory_in(directory: &File, name: &Path) -> Result<File, EnterError> {
    let made = match mkdirat(directory, name, DIRECTORY) {
        Ok(()) | Err(rustix::io::Errno::EXIST) => {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            // Whatever mask this process was begun with, as for files.
            openat(directory, name, flags, Mode::empty()).map(File::from).and_then(|made| {
                fchmod(&made, DIRECTORY)?;
                Ok(made)
            })
        }
        Err(errno) => Err(errno),
    };
    let made = made.map_err(io::Error::from);
    made.map_err(EnterError::path("make", name))
}

/// A file or a directory, held as it is.
pub(super) fn held(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(nix::libc::O_PATH).open(path)
}

/// Covers a path by something held, unless it does. It does not any more when somebody on the host has put another file in
/// place of the covered one: the kernel takes the mount away then, which is in another namespace (`detach_mounts`).
pub(super) fn cover(source: &File, target: &Path) -> Result<(), EnterError> {
    if is_seen(source, target) {
        return Ok(());
    }
    let source = PathBuf::from(format!("/proc/self/fd/{}", source.as_raw_fd()));
    let mounted = mount(Some(&source), target, NONE, MsFlags::MS_BIND, NONE);
    mounted.map_err(EnterError::path("mount something over", target))
}

/// Covers a path by something else than what covers it, which may be nowhere any more: nothing can be mounted over that.
pub(super) fn cover_anew(last: &File, source: &File, target: &Path) -> Result<(), EnterError> {
    if is_seen(last, target) && !is_seen(source, target) {
        umount2(target, MntFlags::MNT_DETACH).map_err(EnterError::path("uncover", target))?;
    }
    cover(source, target)
}

/// Whether something held is what is seen at a path.
fn is_seen(held: &File, path: &Path) -> bool {
    let (Ok(held), Ok(seen)) = (held.metadata(), path.metadata()) else { return false };
    (held.dev(), held.ino()) == (seen.dev(), seen.ino())
}
