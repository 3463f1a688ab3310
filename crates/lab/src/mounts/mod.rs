//! What the file system looks like from inside: resolver files, authorities, and nothing that would lead around the
//! network.

mod around;
mod aws;
mod own;
mod settings;
mod watch;

pub(crate) use aws::Aws;

use crate::error::EnterError;
use nix::{
    mount::{MsFlags, mount},
    poll::{PollFd, PollFlags},
};
use own::{Own, cover, cover_anew, held, write_new};
use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, Write},
    os::fd::AsFd,
    path::{Path, PathBuf},
};
use watch::Watch;

/// Files and directories as they are to be seen inside.
#[derive(Debug)]
pub(crate) struct View {
    /// An empty directory that becomes this view's own; nobody else sees what is in it.
    pub(crate) own: PathBuf,
    /// Files that are made for this view, by name, in that directory; they stay there.
    pub(crate) kept: Vec<(&'static str, String)>,
    /// Files that are made for this view, and what they stand in for.
    pub(crate) made: Vec<(PathBuf, String)>,
    /// Files of this machine, and what they stand in for.
    pub(crate) stand_ins: Vec<(PathBuf, PathBuf)>,
    /// The user's own directories of sockets.
    pub(crate) runtimes: Vec<PathBuf>,
    /// The user's homes: what `HOME` says, and what the system does.
    pub(crate) homes: Vec<PathBuf>,
    /// The files of AWS's tools.
    pub(crate) aws: Aws,
}

/// A view as it is seen, and kept so.
pub(crate) struct Shown {
    view: View,
    sources: Sources,
    /// By what they stand in for, those that do.
    stand_ins: HashMap<PathBuf, File>,
    watch: Option<Watch>,
    /// Has something exceptional when a mount has come or gone.
    mounts: Option<File>,
    /// What could not be covered and has been told.
    told: Option<String>,
}

/// What covers the host's files.
struct Sources {
    own: Own,
    null: File,
    /// One for each text of [`View::made`].
    made: Vec<File>,
    /// One for each directory of [`Aws`].
    aws: Vec<File>,
    /// One for each directory that is masked, by its path without links.
    masks: HashMap<PathBuf, File>,
}

impl View {
    /// Makes it so, in this process's mount namespace alone.
    pub(crate) fn make(self) -> Result<Shown, EnterError> {
        let here = nix::unistd::getcwd();
        // What the host mounts and takes away goes on being seen; what is done here is seen nowhere else.
        mount(None::<&str>, "/", None::<&str>, MsFlags::MS_REC | MsFlags::MS_SLAVE, None::<&str>)
            .map_err(EnterError::system("part from the host's mounts"))?;
        // Before anything is covered: a change in between is noticed.
        let mut watch = Watch::begin(around::VARLINK.1);
        if let Some(watch) = &mut watch {
            watch.look_at(&self.paths());
        }
        let sources = Sources::of(&self)?;
        let mut shown = Shown { view: self, sources, stand_ins: HashMap::new(), watch, mounts: None, told: None };
        shown.cover()?;
        // Without this a program's own /proc is the host's, in which it has other numbers; it can live with that where
        // a container does not let it be mounted anew.
        let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
        let _ = mount(Some("proc"), "/proc", Some("proc"), flags, None::<&str>);
        shown.mounts = File::open("/proc/self/mountinfo").ok();
        // By its name again: what it was is underneath what is seen there now.
        if let Ok(here) = here {
            let _ = nix::unistd::chdir(&here);
        }
        Ok(shown)
    }

    /// Every path that is covered, if something is there, and every one that it is covered by.
    fn paths(&self) -> Vec<PathBuf> {
        let made = self.made.iter().map(|(target, _)| target);
        let stand_ins = self.stand_ins.iter().flat_map(|(ours, theirs)| [ours, theirs]);
        let aws = self.aws.directories.iter().map(|(directory, _)| directory).chain(&self.aws.files);
        let all = made.chain(stand_ins).chain(aws).chain([&self.own]).cloned();
        all.chain(around::may_be(&self.runtimes, &self.homes)).collect()
    }
}

impl Sources {
    fn of(view: &View) -> Result<Self, EnterError> {
        let mut own = Own::over(&view.own)?;
        for (name, text) in &view.kept {
            own.named(name, text)?;
        }
        let null = Path::new("/dev/null");
        let null = held(null).map_err(EnterError::path("open", null))?;
        let made = view.made.iter().map(|(_, text)| own.file(text)).collect::<Result<_, _>>()?;
        let mut aws = Vec::new();
        for (_, said) in &view.aws.directories {
            let directory = own.directory()?;
            if let Some(said) = said {
                write_new(&directory, Path::new("config"), said)?;
            }
            aws.push(directory);
        }
        Ok(Self { own, null, made, aws, masks: HashMap::new() })
    }

    /// Has nothing be seen of what is there.
    fn mask(&mut self, target: PathBuf) -> Result<(), EnterError> {
        if !target.is_dir() {
            return cover(&self.null, &target);
        }
        if !self.masks.contains_key(&target) {
            self.masks.insert(target.clone(), self.own.directory()?);
        }
        self.masks.get(&target).map_or(Ok(()), |mask| cover(mask, &target))
    }

    /// Has a text be seen instead of a file.
    fn stand_in(&self, made: &File, text: &str, target: &Path) -> Result<(), EnterError> {
        let Some(target) = real(target) else {
            // Without the others there are defaults, which do; without this one nobody is asked.
            let is_needed = target == Path::new("/etc/resolv.conf");
            return if is_needed { Err(EnterError::Dangling(target.to_owned())) } else { Ok(()) };
        };
        let masked = self.masks.iter().find_map(|(at, mask)| Some((mask, target.strip_prefix(at).ok()?)));
        match masked {
            Some(_) if target.exists() => Ok(()),
            Some((mask, rest)) => write_new(mask, rest, text).map(drop),
            // A new file would be the host's.
            None if !target.exists() => Err(EnterError::Dangling(target)),
            None => cover(made, &target),
        }
    }
}

impl Shown {
    /// What is to be waited for, and how: then something may have to be covered again.
    pub(crate) fn changes(&self) -> impl Iterator<Item = PollFd<'_>> {
        let names = self.watch.as_ref().map(|watch| PollFd::new(watch.as_fd(), PollFlags::POLLIN));
        // Which can be read at any time (`proc_pid_mountinfo(5)`).
        let mounts = self.mounts.as_ref().map(|mounts| PollFd::new(mounts.as_fd(), PollFlags::POLLPRI));
        names.into_iter().chain(mounts)
    }

    /// Whether nothing changes but what is told of.
    pub(crate) fn is_told(&self) -> bool {
        self.mounts.is_some() && self.watch.as_ref().is_some_and(Watch::sees_all)
    }

    /// Covers again what is not covered any more, and what has come since.
    ///
    /// `mounts` is whether something is known to have changed beside names, which are looked at here.
    pub(crate) fn mend(&mut self, mounts: bool) {
        let names = self.watch.as_mut().is_some_and(Watch::read);
        if !(names || mounts) {
            return;
        }
        // At once, and again when nothing can happen any more without being told.
        let _ = self.cover();
        if let Some(watch) = &mut self.watch {
            watch.look_at(&self.view.paths());
        }
        let Err(error) = self.cover() else { return };
        let error = error.to_string();
        if self.told.as_ref() != Some(&error) {
            let _ = writeln!(io::stderr(), "rolecall: the host's files are seen: {error}");
            self.told = Some(error);
        }
    }

    /// Covers what is not covered; all that can be, though something cannot.
    fn cover(&mut self) -> Result<(), EnterError> {
        let view = &self.view;
        let mut done = Vec::new();
        if !self.sources.own.is_seen_at(&view.own) && view.own.is_dir() {
            // What was made in the last one has gone with it.
            match Sources::of(view) {
                Ok(sources) => self.sources = sources,
                Err(error) => done.push(Err(error)),
            }
        }
        for around in around::there(&view.runtimes, &view.homes) {
            done.push(self.sources.mask(around));
        }
        for ((target, text), made) in view.made.iter().zip(&self.sources.made) {
            done.push(self.sources.stand_in(made, text, target));
        }
        for (ours, theirs) in &view.stand_ins {
            // Another visit may have made it anew; better an old one than none.
            let Ok(ours) = held(ours) else { continue };
            let last = self.stand_ins.get(theirs).unwrap_or(&ours);
            done.push(cover_anew(last, &ours, theirs));
            self.stand_ins.insert(theirs.clone(), ours);
        }
        let mut covered = Vec::new();
        for ((directory, _), source) in view.aws.directories.iter().zip(&self.sources.aws) {
            let Some(target) = directory.canonicalize().ok().filter(|target| target.is_dir()) else { continue };
            // Two directories may be one, by a link or because `HOME` says what the system does: by turns they would be
            // covered for ever.
            if !covered.contains(&target) {
                done.push(cover(source, &target));
                covered.push(target);
            }
        }
        let files = view.aws.files.iter().filter_map(|path| path.canonicalize().ok());
        done.extend(files.filter(|target| !target.is_dir()).map(|target| cover(&self.sources.null, &target)));
        done.into_iter().collect()
    }
}

/// The file behind a path's links; for a link to a file that is not there, where it would be. `None` when there is nothing.
fn real(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok().or_else(|| {
        let target = path.parent()?.join(fs::read_link(path).ok()?);
        Some(target.parent()?.canonicalize().ok()?.join(target.file_name()?))
    })
}
