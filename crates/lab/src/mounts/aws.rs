//! What is seen of the files of AWS's tools: credentials of the host have no place where AWS hands them out, and what the
//! AWS CLI keeps of this world's sessions none in the host's cache.

use super::settings::{profiles, settings};
use crate::bounded;
use nix::unistd::{User, geteuid};
use std::{
    collections::HashSet,
    ffi::{OsStr, OsString},
    fs::{self, DirBuilder},
    os::unix::{
        ffi::{OsStrExt, OsStringExt},
        fs::{DirBuilderExt, MetadataExt},
    },
    path::{Path, PathBuf},
};

/// The largest `config` that is read; a larger one is empty inside.
const MOST_CONFIG: u64 = 1024 * 1024;

/// What is seen of the user's files.
#[derive(Debug)]
pub(crate) struct Aws {
    /// Directories of which nothing is seen, but for a `config` that says that.
    pub(super) directories: Vec<(PathBuf, Option<String>)>,
    /// Files of which nothing is seen.
    pub(super) files: Vec<PathBuf>,
    /// What is said instead of the file that `AWS_CONFIG_FILE` names.
    pub(crate) named: Option<String>,
    /// The profiles that there are; `None` where all of the user's are.
    profiles: Option<HashSet<String>>,
}

impl Aws {
    /// Everything but what the AWS CLI keeps in the homes.
    pub(crate) fn all_but_caches(homes: &[PathBuf]) -> Self {
        let caches = in_homes(homes, &[".aws", "cli", "cache"]).into_iter().map(|cache| (cache, None));
        Self { directories: caches.collect(), files: Vec::new(), named: None, profiles: None }
    }

    /// The settings of the homes and of the file that `AWS_CONFIG_FILE` names in that environment, as they are at the
    /// beginning, without what gives credentials.
    pub(crate) fn settings(homes: &[PathBuf], environment: &[(OsString, OsString)]) -> Self {
        let directories = in_homes(homes, &[".aws"]).into_iter().map(|directory| {
            let said = settings_in(&directory.join("config"));
            (directory, said)
        });
        let directories: Vec<_> = directories.collect();
        let named = environment.iter().find(|(name, _)| name == "AWS_CONFIG_FILE").map(|(_, path)| path);
        // What cannot be read says nothing; by its own name it might say everything later.
        let named = named.map(|path| settings_in(&expanded(path, homes, environment)).unwrap_or_default());
        let said = named.as_ref().or_else(|| directories.first()?.1.as_ref());
        let profiles = Some(said.map(|said| profiles(said)).unwrap_or_default());
        // Old versions of botocore look for keys in them. Source: botocore, `BotoProvider`.
        let boto = homes.iter().map(|home| home.join(".boto")).chain([PathBuf::from("/etc/boto.cfg")]);
        Self { files: boto.collect(), directories, named, profiles }
    }

    /// Whether a profile by that name is among what is seen of the user's settings.
    pub(crate) fn has_profile(&self, name: &str) -> bool {
        self.profiles.as_ref().is_none_or(|profiles| profiles.contains(name))
    }
}

/// A directory in each home, made in the first where it is not: what is not there cannot be covered, and would be the
/// host's if it was made inside. Only in a home of the user's own: elsewhere it would be in the way of whose it is.
fn in_homes(homes: &[PathBuf], names: &[&str]) -> Vec<PathBuf> {
    if let Some(home) = homes.first()
        && home.metadata().is_ok_and(|home| home.uid() == geteuid().as_raw())
    {
        // Without it nobody else can make it either.
        let _ = DirBuilder::new().mode(0o700).recursive(true).create(home.join(PathBuf::from_iter(names)));
    }
    homes.iter().map(|home| home.join(PathBuf::from_iter(names))).collect()
}

/// The settings in a file; `None` for no file.
fn settings_in(path: &Path) -> Option<String> {
    match bounded::read(path, MOST_CONFIG) {
        Ok(bytes) => Some(settings(&String::from_utf8_lossy(&bytes))),
        Err(_) => fs::metadata(path).ok().map(|_| String::new()),
    }
}

/// A path as AWS's tools read it in `AWS_CONFIG_FILE`: a home at its beginning, and, in Python's, variables.
///
/// Source: botocore, `raw_config_parse`.
fn expanded(path: &OsStr, homes: &[PathBuf], environment: &[(OsString, OsString)]) -> PathBuf {
    let value = |wanted: &[u8]| environment.iter().find(|(name, _)| name.as_bytes() == wanted).map(|(_, value)| value);
    let (mut whole, mut left) = (Vec::new(), path.as_bytes());
    while let Some(dollar) = left.iter().position(|byte| *byte == b'$') {
        let (before, after) = left.split_at(dollar);
        whole.extend_from_slice(before);
        let after = after.strip_prefix(b"$").unwrap_or(after);
        let braced =
            after.strip_prefix(b"{").and_then(|rest| Some(rest.split_at(rest.iter().position(|b| *b == b'}')?)));
        let (name, rest) = match braced {
            Some((name, rest)) => (name, rest.strip_prefix(b"}").unwrap_or(rest)),
            None => after.split_at(
                after.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_').unwrap_or(after.len()),
            ),
        };
        match value(name) {
            Some(value) => {
                whole.extend_from_slice(value.as_bytes());
                left = rest;
            }
            None => {
                whole.push(b'$');
                left = after;
            }
        }
    }
    whole.extend_from_slice(left);
    let whole = PathBuf::from(OsString::from_vec(whole));
    let Some(first) = whole.iter().next().and_then(|first| first.as_bytes().strip_prefix(b"~")) else { return whole };
    let of_user = || User::from_name(std::str::from_utf8(first).ok()?).ok().flatten().map(|user| user.dir);
    let home = if first.is_empty() { homes.first().cloned() } else { of_user() };
    home.map_or_else(|| whole.clone(), |home| whole.iter().skip(1).fold(home, |at, name| at.join(name)))
}

#[cfg(test)]
mod tests {
    use super::{Aws, expanded, settings_in};
    use std::{ffi::OsStr, fs, path::PathBuf};

    #[test]
    fn a_path_is_read_as_botocore_reads_it() {
        let environment = [("A", "/a"), ("B_1", "b")].map(|(name, value)| (name.into(), value.into()));
        let homes = [PathBuf::from("/me")];
        for (path, read) in [
            ("~/own/config", "/me/own/config"),
            ("~", "/me"),
            ("$A/${B_1}.c", "/a/b.c"),
            ("$NONE/$", "$NONE/$"),
            ("${A", "${A"),
            ("rel/$B_1-x", "rel/b-x"),
            ("~nobody-by-that-name/x", "~nobody-by-that-name/x"),
        ] {
            assert_eq!(expanded(OsStr::new(path), &homes, &environment), PathBuf::from(read), "{path}");
        }
    }

    #[test]
    fn what_is_no_file_says_nothing_and_is_not_waited_for() {
        let directory = tempfile::tempdir().unwrap();
        let fifo = directory.path().join("fifo");
        nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert_eq!(settings_in(&fifo).as_deref(), Some(""));
        assert_eq!(settings_in(directory.path()).as_deref(), Some(""));
        assert_eq!(settings_in("/dev/zero".as_ref()).as_deref(), Some(""));
        assert_eq!(settings_in(&directory.path().join("absent")), None);
    }

    #[test]
    fn a_home_of_ones_own_has_what_is_covered_there() {
        let home = tempfile::tempdir().unwrap();
        let homes = [home.path().to_owned(), home.path().join("absent")];
        let caches = Aws::all_but_caches(&homes).directories;
        assert!(home.path().join(".aws/cli/cache").is_dir() && caches.len() == 2);
        assert!(!homes[1].exists());
        fs::write(home.path().join(".aws/config"), "[default]\nregion = r\naws_access_key_id = AKIA\n").unwrap();
        let seen = Aws::settings(&homes, &[("AWS_CONFIG_FILE".into(), "/absent".into())]);
        assert_eq!(seen.directories[0].1.as_deref(), Some("[default]\nregion = r\n"));
        assert_eq!(seen.named.as_deref(), Some(""));
        assert!(!seen.has_profile("default"));
        assert!(Aws::settings(&homes, &[]).has_profile("default"));
    }
}
