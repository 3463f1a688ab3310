//! What the file system looks like from inside: resolver files, authorities, and nothing that would lead around the
//! network.

mod around;
mod aws;

pub(crate) use aws::{Aws, Files};

use crate::error::EnterError;
use nix::mount::{MsFlags, mount};
use std::{
    fs,
    path::{Path, PathBuf},
};

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

const NONE: Option<&str> = None;

fn bind(from: &Path, to: &Path) -> Result<(), EnterError> {
    mount(Some(from), to, NONE, MsFlags::MS_BIND, NONE).map_err(EnterError::path("mount something over", to))
}

fn empty(at: &Path) -> Result<(), EnterError> {
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    mount(Some("rolecall"), at, Some("tmpfs"), flags, Some("mode=0755,size=16m"))
        .map_err(EnterError::path("mount an empty directory over", at))
}

impl View {
    /// Makes it so, in this process's mount namespace alone.
    pub(crate) fn make(&self) -> Result<(), EnterError> {
        let here = nix::unistd::getcwd();
        // What the host mounts and takes away goes on being seen; what is done here is seen nowhere else.
        mount(NONE, "/", NONE, MsFlags::MS_REC | MsFlags::MS_SLAVE, NONE)
            .map_err(EnterError::system("part from the host's mounts"))?;
        let mut masked = Vec::new();
        for around in around::there(&self.runtimes, &self.homes) {
            if around.is_dir() {
                empty(&around)?;
                masked.push(around);
            } else {
                bind(Path::new("/dev/null"), &around)?;
            }
        }
        empty(&self.own)?;
        for (name, text) in &self.kept {
            write(&self.own.join(name), text)?;
        }
        for (number, (target, text)) in self.made.iter().enumerate() {
            let Some(target) = real(target) else {
                // Without the others there are defaults, which do; without this one nobody is asked.
                if target == Path::new("/etc/resolv.conf") {
                    return Err(EnterError::Dangling(target.clone()));
                }
                continue;
            };
            if !target.exists() {
                // Only into what is masked, which is this view's own: anywhere else it would be the host's.
                if !masked.iter().any(|masked| target.starts_with(masked)) {
                    return Err(EnterError::Dangling(target));
                }
                write(&target, text)?;
                continue;
            }
            // It stays there: nothing can be mounted over what has no name, as a visit within this one would.
            let file = self.own.join(format!(".{number}"));
            write(&file, text)?;
            bind(&file, &target)?;
        }
        for (ours, theirs) in &self.stand_ins {
            bind(ours, theirs)?;
        }
        self.aws.show(&self.own)?;
        // Without this a program's own /proc is the host's, in which it has other numbers; it can live with that where
        // a container does not let it be mounted anew.
        let _ = mount(Some("proc"), "/proc", Some("proc"), MsFlags::MS_NOSUID | MsFlags::MS_NODEV, NONE);
        // By its name again: what it was is underneath what is seen there now.
        if let Ok(here) = here {
            let _ = nix::unistd::chdir(&here);
        }
        Ok(())
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
