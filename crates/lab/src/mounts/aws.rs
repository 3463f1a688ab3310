//! What is seen of the files of AWS's tools: credentials of the host have no place where AWS hands them out, and what the
//! AWS CLI keeps of this world's sessions none in the host's cache.

use super::{
    covers::{Covers, bind, is_same, unbind},
    settings::{profiles, settings},
    write,
};
use crate::error::EnterError;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io,
    os::{fd::AsRawFd, unix::fs::OpenOptionsExt},
    path::{Component, Path, PathBuf},
};

/// What is seen of `~/.aws`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aws {
    /// Everything but the AWS CLI's cache.
    AllButCache,
    /// The settings of `config`, without what gives credentials.
    Settings,
}

/// The largest `config` that is read; a larger one is empty inside.
const MOST_CONFIG: u64 = 1024 * 1024;
/// More entries than `~/.aws` has.
const MOST_ENTRIES: usize = 256;

/// More links, one to the other, than anybody has in a directory.
const MOST_LINKS: usize = 8;

/// A directory or a file that is covered, as it is underneath.
#[derive(Debug)]
struct Beneath {
    path: PathBuf,
    held: File,
}

impl Beneath {
    fn open(path: &Path) -> Result<Self, EnterError> {
        let held = OpenOptions::new().read(true).custom_flags(nix::libc::O_PATH).open(path);
        Ok(Self { path: path.to_owned(), held: held.map_err(EnterError::path("look at", path))? })
    }

    /// A path to it that no mount is in the way of.
    fn reach(&self) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}", self.held.as_raw_fd()))
    }

    /// The same to what is in it by that name, through links that would lead to what covers it.
    fn find(&self, name: &Path) -> PathBuf {
        let mut name = name.to_owned();
        for _ in 0..MOST_LINKS {
            let Ok(target) = fs::read_link(self.reach().join(&name)) else { break };
            let from = self.path.join(name.parent().unwrap_or(Path::new("")));
            match plain(&from.join(target)).strip_prefix(&self.path) {
                Ok(rest) => name = rest.to_owned(),
                Err(_) => break,
            }
        }
        self.reach().join(name)
    }
}

/// A path without a way back in it.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, component| {
        match component {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            other => plain.push(other),
        }
        plain
    })
}

/// The settings in a file; `None` for no file.
fn settings_in(path: &Path) -> Option<String> {
    let found = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let bytes = if found.len() <= MOST_CONFIG { fs::read(path) } else { Err(io::ErrorKind::FileTooLarge.into()) };
    Some(bytes.map(|bytes| settings(&String::from_utf8_lossy(&bytes))).unwrap_or_default())
}

/// The user's files: the directories `.aws` in their homes, and the file that `AWS_CONFIG_FILE` names.
#[derive(Debug)]
pub(crate) struct Files {
    directories: Vec<PathBuf>,
    config: Option<PathBuf>,
    boto: Vec<PathBuf>,
    seen: Aws,
    /// What is covered, by its path without links.
    beneath: HashMap<PathBuf, Beneath>,
    /// The settings that were read, by where they are seen.
    read: HashMap<PathBuf, String>,
    /// What is seen of what is beneath, by where.
    through: HashSet<PathBuf>,
}

impl Files {
    /// Those that are there; what is not is made by whoever is inside. `boto` are files that old versions of botocore
    /// look for keys in. Source: botocore, `BotoProvider`.
    pub(crate) fn new(seen: Aws, directories: Vec<PathBuf>, config: Option<PathBuf>, boto: Vec<PathBuf>) -> Self {
        Self {
            directories: directories.into_iter().filter(|path| path.is_dir()).collect(),
            config: config.filter(|path| path.is_file()),
            boto: boto.into_iter().filter(|path| path.exists()).collect(),
            seen,
            beneath: HashMap::new(),
            read: HashMap::new(),
            through: HashSet::new(),
        }
    }

    /// Whether a profile by that name is among what is seen of the user's settings.
    pub(crate) fn has_profile(&self, name: &str) -> bool {
        if self.seen == Aws::AllButCache {
            return true;
        }
        let usual = || self.directories.first().map(|directory| directory.join("config"));
        let read = self.config.clone().or_else(usual).and_then(|path| settings_in(&path));
        read.is_some_and(|text| profiles(&text).contains(name))
    }

    /// Every path that is covered, or that is read for what is seen.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let configs = self.directories.iter().map(|directory| directory.join("config"));
        let others = self.directories.iter().chain(&self.config).chain(&self.boto).cloned();
        configs.chain(others).collect()
    }

    /// Directories in which every name matters.
    pub(super) fn directories(&self) -> Vec<PathBuf> {
        match self.seen {
            Aws::Settings => Vec::new(),
            Aws::AllButCache => self.directories.iter().flat_map(|at| [at.clone(), at.join("cli")]).collect(),
        }
    }

    /// Shows them as they are to be seen, by means of the directory `own`, as they are by now.
    pub(super) fn show(&mut self, own: &Path, covers: &mut Covers) -> Result<(), EnterError> {
        let mut directories: Vec<PathBuf> =
            self.directories.iter().filter_map(|path| path.canonicalize().ok()).collect();
        directories.retain(|path| path.is_dir());
        directories.sort();
        directories.dedup();
        let named = self.config.as_ref().filter(|_| self.seen == Aws::Settings);
        let named = named.and_then(|path| {
            path.canonicalize().ok().or_else(|| Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?)))
        });
        for directory in &directories {
            if !covers.hold(directory) {
                self.beneath.insert(directory.clone(), Beneath::open(directory)?);
                covers.empty(directory)?;
                self.read.retain(|at, _| !at.starts_with(directory));
                self.through.retain(|at| !at.starts_with(directory));
            }
            match self.seen {
                Aws::Settings => self.follow_settings(directory, Path::new("config"))?,
                Aws::AllButCache => self.follow(directory)?,
            }
        }
        if self.seen == Aws::AllButCache {
            return Ok(());
        }
        for file in self.boto.iter().filter_map(|path| path.canonicalize().ok()) {
            if !covers.hold(&file) {
                covers.bind(Path::new("/dev/null"), &file)?;
            }
        }
        let Some(path) = named else { return Ok(()) };
        let within = directories.iter().find_map(|at| Some((at, path.strip_prefix(at).ok()?)));
        match within {
            Some((directory, name)) => self.follow_settings(directory, name),
            None => self.show_named(own, path, covers),
        }
    }

    fn show_named(&mut self, own: &Path, path: PathBuf, covers: &mut Covers) -> Result<(), EnterError> {
        let stand_in = own.join(".config");
        if covers.hold(&path) {
            let Some(text) = self.beneath.get(&path).and_then(|beneath| settings_in(&beneath.reach())) else {
                return Ok(());
            };
            if self.read.get(&path) == Some(&text) {
                return Ok(());
            }
            write(&stand_in, &text)?;
            self.read.insert(path, text);
            return Ok(());
        }
        let Some(text) = settings_in(&path) else { return Ok(()) };
        self.beneath.insert(path.clone(), Beneath::open(&path)?);
        write(&stand_in, &text)?;
        covers.bind(&stand_in, &path)?;
        self.read.insert(path, text);
        Ok(())
    }

    /// Has the settings be seen that are in a file of a covered directory.
    fn follow_settings(&mut self, directory: &Path, name: &Path) -> Result<(), EnterError> {
        let Some(beneath) = self.beneath.get(directory) else { return Ok(()) };
        let (seen, text) = (directory.join(name), settings_in(&beneath.find(name)));
        if self.read.get(&seen) == text.as_ref() {
            return Ok(());
        }
        match text {
            Some(text) => {
                if let Some(parent) = seen.parent() {
                    fs::create_dir_all(parent).map_err(EnterError::path("make", parent))?;
                }
                write(&seen, &text)?;
                self.read.insert(seen, text);
            }
            None => {
                let _ = fs::remove_file(&seen);
                self.read.remove(&seen);
            }
        }
        Ok(())
    }

    /// Has everything be seen that is in a covered directory, but the AWS CLI's cache.
    fn follow(&mut self, directory: &Path) -> Result<(), EnterError> {
        let Some(beneath) = self.beneath.get(directory) else { return Ok(()) };
        let mut wanted = BTreeMap::new();
        for name in names(&beneath.reach(), "cli")? {
            wanted.insert(directory.join(&name), beneath.find(Path::new(&name)));
        }
        let cli = beneath.find(Path::new("cli"));
        if cli.is_dir() {
            fs::create_dir_all(directory.join("cli")).map_err(EnterError::path("make", directory))?;
            for name in names(&cli, "cache")? {
                wanted.insert(directory.join("cli").join(&name), beneath.find(&Path::new("cli").join(&name)));
            }
        }
        for gone in self.through.extract_if(|at| at.starts_with(directory) && !wanted.contains_key(at)) {
            unbind(&gone);
            let _ = if gone.is_dir() { fs::remove_dir(&gone) } else { fs::remove_file(&gone) };
        }
        for (seen, source) in wanted {
            if source.exists() && !is_same(&source, &seen) {
                if self.through.contains(&seen) {
                    unbind(&seen);
                }
                show(&source, &seen)?;
                self.through.insert(seen);
            }
        }
        Ok(())
    }
}

/// The names in a directory but one.
fn names(directory: &Path, but: &str) -> Result<Vec<OsString>, EnterError> {
    let listed = fs::read_dir(directory).map_err(EnterError::path("read", directory))?;
    let names = listed.flatten().map(|entry| entry.file_name()).filter(|name| name != but);
    Ok(names.take(MOST_ENTRIES).collect())
}

/// Has a file or a directory be seen at another path, where nothing is but what was seen there before.
fn show(source: &Path, target: &Path) -> Result<(), EnterError> {
    if source.is_dir() == target.is_file() {
        let _ = if target.is_file() { fs::remove_file(target) } else { fs::remove_dir(target) };
    }
    if source.is_dir() {
        fs::create_dir_all(target).map_err(EnterError::path("make", target))?;
    } else if source.is_file() {
        OpenOptions::new().append(true).create(true).open(target).map_err(EnterError::path("make", target))?;
    } else {
        return Ok(());
    }
    bind(source, target)
}
