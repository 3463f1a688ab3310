//! What the file system looks like from inside: resolver files, authorities, and nothing that would lead around the
//! network.

use crate::error::EnterError;
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use std::{
    ffi::OsStr,
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
    /// The user's own directory of sockets, where there is one (XDG Base Directory Specification, `XDG_RUNTIME_DIR`).
    pub(crate) runtime: Option<PathBuf>,
    /// The directory of AWS's tools in the user's home, and what of it is seen.
    pub(crate) aws: Option<(PathBuf, Aws)>,
}

/// What is seen of `~/.aws`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aws {
    /// Everything but the AWS CLI's cache.
    AllButCache,
    /// The settings of `config`, without what gives credentials.
    Settings,
}

/// Settings of `config` that are credentials, or make them without asking anybody inside.
///
/// Source: AWS SDKs and Tools Reference Guide, "Settings reference".
const CREDENTIALS: [&str; 6] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "credential_process",
    "web_identity_token_file",
    "login_session",
];

/// The largest `config` that is read.
const MOST_CONFIG: u64 = 1024 * 1024;

/// The settings of a `config` alone.
fn settings(config: &str) -> String {
    let gives = |line: &&str| {
        let name = line.split('=').next().unwrap_or_default().trim().to_ascii_lowercase();
        CREDENTIALS.contains(&name.as_str()) || name.starts_with("sso_")
    };
    config.lines().filter(|line| !gives(line)).flat_map(|line| [line, "\n"]).collect()
}

/// Sockets of services that would answer for the host: names from its resolver, containers in its network.
const AROUND: [&str; 12] = [
    "/run/systemd/resolve",
    "/run/nscd",
    "/var/run/nscd",
    "/run/avahi-daemon",
    "/run/dbus",
    "/run/docker",
    "/run/docker.sock",
    "/run/containerd",
    "/run/podman",
    "/run/crio",
    "/run/snapd.socket",
    "/run/lxd.socket",
];

/// The same in the user's own directory.
const AROUND_USER: [&str; 4] = ["bus", "systemd", "docker.sock", "podman"];

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
        // What the host mounts and takes away goes on being seen; what is done here is seen nowhere else.
        mount(NONE, "/", NONE, MsFlags::MS_REC | MsFlags::MS_SLAVE, NONE)
            .map_err(EnterError::system("part from the host's mounts"))?;
        let mut masked = Vec::new();
        let of_user = self.runtime.iter().flat_map(|runtime| AROUND_USER.map(|name| runtime.join(name)));
        for around in AROUND.map(PathBuf::from).into_iter().chain(of_user) {
            // One place reached by two names is masked once.
            let Ok(around) = around.canonicalize() else { continue };
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
            let Some(target) = real(target) else { continue };
            if !target.exists() {
                // Only into what is masked, which is this view's own: anywhere else it would be the host's.
                if !masked.iter().any(|masked| target.starts_with(masked)) {
                    return Err(EnterError::Dangling(target));
                }
                write(&target, text)?;
                continue;
            }
            let file = self.own.join(format!(".{number}"));
            write(&file, text)?;
            bind(&file, &target)?;
            let _ = fs::remove_file(&file);
        }
        for (ours, theirs) in &self.stand_ins {
            bind(ours, theirs)?;
        }
        if let Some((directory, seen)) = &self.aws {
            self.aws(directory, *seen)?;
        }
        // Without this a program's own /proc is the host's, in which it has other numbers; it can live with that where
        // a container does not let it be mounted anew.
        let _ = mount(Some("proc"), "/proc", Some("proc"), MsFlags::MS_NOSUID | MsFlags::MS_NODEV, NONE);
        Ok(())
    }

    /// The user's `~/.aws`: credentials of the host have no place where AWS hands them out, and what the AWS CLI keeps
    /// of this world's sessions none in the host's cache.
    fn aws(&self, directory: &Path, seen: Aws) -> Result<(), EnterError> {
        if seen == Aws::Settings {
            let config = directory.join("config");
            let read = fs::metadata(&config).is_ok_and(|found| found.is_file() && found.len() <= MOST_CONFIG);
            let text = if read { fs::read_to_string(&config).ok() } else { None };
            empty(directory)?;
            return text.map_or(Ok(()), |text| write(&config, &settings(&text)));
        }
        let whole = self.own.join(".aws");
        fs::create_dir(&whole).map_err(EnterError::path("make", &whole))?;
        bind(directory, &whole)?;
        empty(directory)?;
        copy(&whole, directory, &|name| name != OsStr::new("cli"))?;
        if whole.join("cli").is_dir() {
            let cli = directory.join("cli");
            fs::create_dir(&cli).map_err(EnterError::path("make", &cli))?;
            copy(&whole.join("cli"), &cli, &|name| name != OsStr::new("cache"))?;
        }
        umount2(&whole, MntFlags::MNT_DETACH).map_err(EnterError::path("unmount", &whole))?;
        let _ = fs::remove_dir(&whole);
        Ok(())
    }
}

/// Has the entries of one directory be seen in another.
fn copy(from: &Path, to: &Path, wanted: &dyn Fn(&OsStr) -> bool) -> Result<(), EnterError> {
    /// More than `~/.aws` has.
    const MOST: usize = 256;
    let entries = fs::read_dir(from).map_err(EnterError::path("read", from))?;
    for entry in entries.flatten().filter(|entry| wanted(&entry.file_name())).take(MOST) {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            fs::create_dir(&target).map_err(EnterError::path("make", &target))?;
        } else if source.is_file() {
            write(&target, "")?;
        } else {
            continue;
        }
        bind(&source, &target)?;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::settings;

    #[test]
    fn settings_come_along_and_credentials_do_not() {
        let config = "[default]\nregion = eu-west-1\naws_access_key_id = AKIA\nAWS_Secret_Access_Key=x\n\
                      [profile a]\nsso_session = s\nsts_regional_endpoints = legacy\nrole_arn = arn\n\
                      credential_source = EcsContainer\ncredential_process = /bin/false\n";
        assert_eq!(
            settings(config),
            "[default]\nregion = eu-west-1\n[profile a]\nsts_regional_endpoints = legacy\nrole_arn = arn\n\
             credential_source = EcsContainer\n"
        );
    }
}
