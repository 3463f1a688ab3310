//! What is seen of the files of AWS's tools: credentials of the host have no place where AWS hands them out, and what the
//! AWS CLI keeps of this world's sessions none in the host's cache.

use super::{bind, empty, write};
use crate::error::EnterError;
use nix::mount::{MntFlags, umount2};
use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

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

/// The largest `config` that is read; a larger one is empty inside.
const MOST_CONFIG: u64 = 1024 * 1024;
/// More entries than `~/.aws` has.
const MOST_ENTRIES: usize = 256;

/// The settings of a `config` alone. Python's tools take a colon for an equals sign, too, and indented lines for more of the
/// value before them.
fn settings(config: &str) -> String {
    let mut dropping = false;
    let kept = config.lines().filter(|line| {
        let more = line.starts_with([' ', '\t']);
        let name = line.split(['=', ':']).next().unwrap_or_default().trim().to_ascii_lowercase();
        let gives = CREDENTIALS.contains(&name.as_str()) || name.starts_with("sso_");
        dropping = gives || (more && dropping);
        !dropping
    });
    kept.flat_map(|line| [line, "\n"]).collect()
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
    pub(crate) directories: Vec<PathBuf>,
    pub(crate) config: Option<PathBuf>,
    /// Files that old versions of botocore look for keys in. Source: botocore, `BotoProvider`.
    pub(crate) boto: Vec<PathBuf>,
    pub(crate) seen: Aws,
}

impl Files {
    /// Shows them as they are to be seen, by means of the directory `own`.
    pub(super) fn show(&self, own: &Path) -> Result<(), EnterError> {
        let mut directories: Vec<PathBuf> =
            self.directories.iter().filter_map(|path| path.canonicalize().ok()).collect();
        directories.retain(|path| path.is_dir());
        directories.sort();
        directories.dedup();
        // Read before anything is out of sight that it may be in.
        let named = self.config.as_ref().filter(|_| self.seen == Aws::Settings);
        let named = named.and_then(|path| path.canonicalize().ok());
        let named = named.and_then(|path| settings_in(&path).map(|text| (path, text)));
        for directory in &directories {
            match self.seen {
                Aws::Settings => show_settings(directory)?,
                Aws::AllButCache => show_all_but_cache(directory, own)?,
            }
        }
        if self.seen == Aws::Settings {
            for file in self.boto.iter().filter_map(|path| path.canonicalize().ok()) {
                bind(Path::new("/dev/null"), &file)?;
            }
        }
        let Some((path, text)) = named else { return Ok(()) };
        if directories.iter().any(|directory| path.starts_with(directory)) {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(EnterError::path("make", parent))?;
            }
            return write(&path, &text);
        }
        let stand_in = own.join(".config");
        write(&stand_in, &text)?;
        bind(&stand_in, &path)
    }
}

fn show_settings(directory: &Path) -> Result<(), EnterError> {
    let config = directory.join("config");
    let text = settings_in(&config);
    empty(directory)?;
    text.map_or(Ok(()), |text| write(&config, &text))
}

fn show_all_but_cache(directory: &Path, own: &Path) -> Result<(), EnterError> {
    let cli = directory.join("cli");
    let (entries, of_cli) =
        (entries(directory, "cli")?, if cli.is_dir() { Some(entries(&cli, "cache")?) } else { None });
    let whole = own.join(".aws");
    fs::create_dir(&whole).map_err(EnterError::path("make", &whole))?;
    bind(directory, &whole)?;
    empty(directory)?;
    // What is behind a link may be out of sight now, and seen in the other place.
    let seen = |path: PathBuf| match path.strip_prefix(directory) {
        Ok(rest) => whole.join(rest),
        Err(_) => path,
    };
    for (name, path) in entries {
        show(&seen(path), &directory.join(name))?;
    }
    if let Some(of_cli) = of_cli {
        fs::create_dir(&cli).map_err(EnterError::path("make", &cli))?;
        for (name, path) in of_cli {
            show(&seen(path), &cli.join(name))?;
        }
    }
    umount2(&whole, MntFlags::MNT_DETACH).map_err(EnterError::path("unmount", &whole))?;
    let _ = fs::remove_dir(&whole);
    Ok(())
}

/// The names in a directory but one, and what is behind each, through links.
fn entries(directory: &Path, but: &str) -> Result<Vec<(std::ffi::OsString, PathBuf)>, EnterError> {
    let listed = fs::read_dir(directory).map_err(EnterError::path("read", directory))?;
    let wanted = listed.flatten().filter(|entry| entry.file_name() != OsStr::new(but)).take(MOST_ENTRIES);
    Ok(wanted.filter_map(|entry| Some((entry.file_name(), entry.path().canonicalize().ok()?))).collect())
}

/// Has a file or a directory be seen at another path, where nothing is yet.
fn show(source: &Path, target: &Path) -> Result<(), EnterError> {
    if source.is_dir() {
        fs::create_dir(target).map_err(EnterError::path("make", target))?;
    } else if source.is_file() {
        write(target, "")?;
    } else {
        return Ok(());
    }
    bind(source, target)
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

    #[test]
    fn keys_do_not_come_along_in_another_form() {
        let config = "[default]\naws_access_key_id: AKIA\ncredential_process : /bin/false\n\
                      aws_secret_access_key =\n    secret\n\t more\nregion = eu-west-1\ns3 =\n  addressing_style = path\n";
        assert_eq!(settings(config), "[default]\nregion = eu-west-1\ns3 =\n  addressing_style = path\n");
    }
}
