//! What the file system looks like from inside: resolver files, authorities, and nothing that would lead around the
//! network.

mod around;
mod aws;
mod covers;
mod settings;
mod watch;

pub(crate) use aws::{Aws, Files};

use crate::error::EnterError;
use covers::Covers;
use nix::mount::{MsFlags, mount};
use std::{
    fs,
    os::fd::{AsFd, BorrowedFd},
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
    pub(crate) aws: Files,
}

/// A view as it is seen, and kept so.
pub(crate) struct Shown {
    view: View,
    covers: Covers,
    watch: Option<Watch>,
}

impl Shown {
    /// Ready to be read when something may have to be covered again; `None` where that cannot be learned but by looking.
    pub(crate) fn changes(&self) -> Option<BorrowedFd<'_>> {
        self.watch.as_ref().map(AsFd::as_fd)
    }

    /// Covers again what is not covered any more, and what has come since. What cannot be covered now may be when it
    /// changes the next time.
    pub(crate) fn mend(&mut self) {
        if let Some(watch) = &mut self.watch {
            if !watch.noticed() {
                return;
            }
            // First, so that nothing happens between looking there and watching it.
            watch.look_at(self.view.paths(), self.view.aws.directories());
        }
        let _ = self.view.cover(&mut self.covers);
    }
}

const NONE: Option<&str> = None;

impl View {
    /// Makes it so, in this process's mount namespace alone.
    pub(crate) fn make(mut self) -> Result<Shown, EnterError> {
        let here = nix::unistd::getcwd();
        // What the host mounts and takes away goes on being seen; what is done here is seen nowhere else.
        mount(NONE, "/", NONE, MsFlags::MS_REC | MsFlags::MS_SLAVE, NONE)
            .map_err(EnterError::system("part from the host's mounts"))?;
        // Before anything is covered: a change in between is noticed.
        let mut watch = Watch::begin(around::VARLINK.1);
        if let Some(watch) = &mut watch {
            watch.look_at(self.paths(), self.aws.directories());
        }
        let mut covers = Covers::default();
        self.cover(&mut covers)?;
        // Without this a program's own /proc is the host's, in which it has other numbers; it can live with that where
        // a container does not let it be mounted anew.
        let _ = mount(Some("proc"), "/proc", Some("proc"), MsFlags::MS_NOSUID | MsFlags::MS_NODEV, NONE);
        // By its name again: what it was is underneath what is seen there now.
        if let Ok(here) = here {
            let _ = nix::unistd::chdir(&here);
        }
        Ok(Shown { view: self, covers, watch })
    }

    /// Every path that is covered, if something is there.
    fn paths(&self) -> Vec<PathBuf> {
        let made = self.made.iter().map(|(target, _)| target);
        let stand_ins = self.stand_ins.iter().flat_map(|(ours, theirs)| [ours, theirs]);
        let all = made.chain(stand_ins).chain([&self.own]).cloned().chain(self.aws.paths());
        all.chain(around::may_be(&self.runtimes, &self.homes)).collect()
    }

    /// Covers what is not covered; all that can be, though something cannot.
    fn cover(&mut self, covers: &mut Covers) -> Result<(), EnterError> {
        // Without it, what is written there would be the host's.
        self.cover_own(covers)?;
        let (mut done, mut masked) = (Vec::new(), Vec::new());
        for around in around::there(&self.runtimes, &self.homes) {
            let is_directory = around.is_dir();
            if !covers.hold(&around) {
                done.push(match is_directory {
                    true => covers.empty(&around),
                    false => covers.bind(Path::new("/dev/null"), &around),
                });
            }
            masked.extend(is_directory.then_some(around));
        }
        for (number, (target, text)) in self.made.iter().enumerate() {
            done.push(self.cover_by_text(covers, &masked, number, target, text));
        }
        for (ours, theirs) in &self.stand_ins {
            // Another visit may have made it anew; better an old one than none.
            if !covers::is_same(ours, theirs) && (ours.exists() || !covers.hold(theirs)) {
                done.push(covers.bind(ours, theirs));
            }
        }
        done.push(self.aws.show(&self.own, covers));
        done.into_iter().collect()
    }

    fn cover_own(&self, covers: &mut Covers) -> Result<(), EnterError> {
        if covers.hold(&self.own) {
            return Ok(());
        }
        covers.empty(&self.own)?;
        self.kept.iter().try_for_each(|(name, text)| write(&self.own.join(name), text))
    }

    fn cover_by_text(
        &self,
        covers: &mut Covers,
        masked: &[PathBuf],
        number: usize,
        target: &Path,
        text: &str,
    ) -> Result<(), EnterError> {
        let Some(target) = real(target) else {
            // Without the others there are defaults, which do; without this one nobody is asked.
            let needed = target == Path::new("/etc/resolv.conf");
            return if needed { Err(EnterError::Dangling(target.to_owned())) } else { Ok(()) };
        };
        // What is masked is this view's own; anywhere else a new file would be the host's.
        let is_ours = masked.iter().any(|masked| target.starts_with(masked));
        match (target.exists(), is_ours) {
            (false, true) => write(&target, text),
            (false, false) => Err(EnterError::Dangling(target)),
            (true, true) => Ok(()),
            (true, false) if covers.hold(&target) => Ok(()),
            (true, false) => {
                // It stays there: nothing can be mounted over what has no name, as a visit within this one would.
                let file = self.own.join(format!(".{number}"));
                write(&file, text)?;
                covers.bind(&file, &target)
            }
        }
    }
}

fn write(path: &Path, text: &str) -> Result<(), EnterError> {
    fs::write(path, text).map_err(EnterError::path("write", path))
}

/// The file behind a path's links; for a link to a file that is not there, where it would be. `None` when there is nothing.
fn real(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok().or_else(|| {
        let target = path.parent()?.join(fs::read_link(path).ok()?);
        Some(target.parent()?.canonicalize().ok()?.join(target.file_name()?))
    })
}
