//! Notices that a name somewhere on the way to a path leads elsewhere.

use nix::{
    errno::Errno,
    sys::inotify::{AddWatchFlags, InitFlags, Inotify, WatchDescriptor},
};
use std::{
    collections::{HashMap, HashSet, VecDeque},
    ffi::{OsStr, OsString},
    os::fd::{AsFd, BorrowedFd},
    path::{Component, Path, PathBuf},
};

/// More links than the kernel follows (`path_resolution(7)`).
const MOST_LINKS: usize = 40;

/// A name that leads elsewhere.
const LOOKED_FOR: AddWatchFlags =
    AddWatchFlags::IN_CREATE.union(AddWatchFlags::IN_MOVED_TO).union(AddWatchFlags::IN_ONLYDIR);

/// The directories on the way to some paths, and the names in them that matter.
pub(super) struct Watch {
    inotify: Inotify,
    names: HashMap<WatchDescriptor, HashSet<OsString>>,
    /// Names that begin so matter in every one of the directories.
    begins: &'static str,
    is_blind: bool,
}

impl Watch {
    /// `None` where the user has all the watches that the kernel lets a user have (`fs.inotify.max_user_instances`).
    pub(super) fn begin(begins: &'static str) -> Option<Self> {
        let inotify = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK).ok()?;
        Some(Self { inotify, names: HashMap::new(), begins, is_blind: false })
    }

    /// Has every name on the way to those paths matter, as the way is now.
    pub(super) fn look_at(&mut self, paths: &[PathBuf]) {
        let mut wanted: HashMap<PathBuf, HashSet<OsString>> = HashMap::new();
        for (directory, name) in paths.iter().flat_map(|path| way(path)) {
            wanted.entry(directory).or_default().insert(name);
        }
        for (directory, names) in wanted {
            match self.inotify.add_watch(&directory, LOOKED_FOR) {
                Ok(watch) => self.names.entry(watch).or_default().extend(names),
                // The user has all that the kernel lets a user have (`fs.inotify.max_user_watches`).
                Err(Errno::ENOSPC | Errno::ENOMEM) => self.is_blind = true,
                // What may not be read may be changed by nobody who is not root, or is not there.
                Err(_) => {}
            }
        }
    }

    /// Whether every directory is watched that can be.
    pub(super) fn sees_all(&self) -> bool {
        !self.is_blind
    }

    /// Reads what has happened, some of it at once; whether any of it matters. Never waits.
    pub(super) fn read(&mut self) -> bool {
        let mut matters = false;
        for event in self.inotify.read_events().unwrap_or_default() {
            matters |= match &event.name {
                Some(name) => self.matters(event.wd, name),
                // The directory itself is gone, or more has happened than was told.
                None => true,
            };
            if event.mask.contains(AddWatchFlags::IN_IGNORED) {
                self.names.remove(&event.wd);
            }
        }
        matters
    }

    fn matters(&self, directory: WatchDescriptor, name: &OsStr) -> bool {
        let begins = name.as_encoded_bytes().starts_with(self.begins.as_bytes());
        begins || self.names.get(&directory).is_some_and(|names| names.contains(name))
    }
}

impl AsFd for Watch {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.inotify.as_fd()
    }
}

/// Each name on the way to an absolute path, with the directory that it is looked up in, through links, as far as there
/// is a way.
fn way(path: &Path) -> Vec<(PathBuf, OsString)> {
    let words = |path: &Path| -> VecDeque<OsString> {
        let words = path.components().map(|component| component.as_os_str().to_owned());
        words.collect()
    };
    let (mut left, mut at, mut way, mut links) = (words(path), PathBuf::from("/"), Vec::new(), 0);
    while let Some(word) = left.pop_front() {
        match Path::new(&word).components().next() {
            Some(Component::RootDir) => at = PathBuf::from("/"),
            Some(Component::ParentDir) => {
                at.pop();
            }
            Some(Component::Normal(name)) => {
                way.push((at.clone(), name.to_owned()));
                let next = at.join(name);
                if let Ok(target) = std::fs::read_link(&next) {
                    links += 1;
                    if links > MOST_LINKS {
                        break;
                    }
                    let mut onwards = words(&target);
                    onwards.append(&mut left);
                    left = onwards;
                } else if next.is_dir() {
                    at = next;
                } else {
                    break;
                }
            }
            _ => {}
        }
    }
    way
}

#[cfg(test)]
mod tests {
    use super::{Watch, way};
    use std::{fs, os::unix::fs::symlink, path::Path};

    /// The way below a directory, in words.
    fn below(base: &Path, path: &str) -> Vec<String> {
        let way = way(&base.join(path)).into_iter();
        let found = way.filter_map(|(at, name)| Some(at.strip_prefix(base).ok()?.join(name).display().to_string()));
        found.collect()
    }

    #[test]
    fn the_way_goes_through_links_as_far_as_it_leads() {
        let directory = tempfile::tempdir().unwrap();
        let base = directory.path().canonicalize().unwrap();
        fs::create_dir_all(base.join("run/resolve")).unwrap();
        fs::create_dir(base.join("etc")).unwrap();
        fs::write(base.join("run/resolve/stub"), "").unwrap();
        symlink("../run/resolve/stub", base.join("etc/resolv.conf")).unwrap();
        symlink("loop", base.join("loop")).unwrap();
        assert_eq!(
            below(&base, "etc/resolv.conf"),
            ["etc", "etc/resolv.conf", "run", "run/resolve", "run/resolve/stub"]
        );
        assert_eq!(below(&base, "run/docker/docker.sock"), ["run", "run/docker"]);
        assert_eq!(below(&base, "loop/x").len(), super::MOST_LINKS + 1);
    }

    #[test]
    fn what_matters_is_noticed_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let base = directory.path().canonicalize().unwrap();
        let mut watch = Watch::begin("io.").unwrap();
        watch.look_at(&[base.join("deep/file")]);
        assert!(!watch.read());
        fs::write(base.join("other"), "").unwrap();
        assert!(!watch.read());
        fs::create_dir(base.join("deep")).unwrap();
        assert!(watch.read());
        watch.look_at(&[base.join("deep/file")]);
        fs::write(base.join("new"), "").unwrap();
        assert!(!watch.read());
        fs::rename(base.join("new"), base.join("deep/file")).unwrap();
        assert!(watch.read());
        fs::write(base.join("io.service"), "").unwrap();
        assert!(watch.read());
    }
}
