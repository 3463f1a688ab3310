//! The master key, under which long-term secrets and the key ring rest.

use super::files;
use base64::{Engine, engine::general_purpose::STANDARD};
use rolecall_store::MasterKey;
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

const VARIABLE: &str = "ROLECALL_MASTER_KEY";
const CREDENTIAL: &str = "rolecall-master-key";

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MasterKeyError {
    #[error("{path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error(
        "{origin}: a master key is 32 bytes, as they are, in base64 or in hex; these are {length} bytes of something else"
    )]
    Unusable { origin: String, length: usize },
}

/// The key from `file`, else from the environment, else from systemd's credentials, else one that is made beside the
/// data.
#[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
pub(crate) fn find(file: Option<&Path>, data: &Path) -> Result<MasterKey, MasterKeyError> {
    if let Some(path) = file {
        return from_file(path);
    }
    if let Ok(text) = std::env::var(VARIABLE) {
        return parsed(VARIABLE.to_owned(), &Zeroizing::new(text.into_bytes()));
    }
    let credential =
        std::env::var_os("CREDENTIALS_DIRECTORY").map(|directory| PathBuf::from(directory).join(CREDENTIAL));
    if let Some(path) = credential.filter(|path| path.exists()) {
        return from_file(&path);
    }
    beside(&data.join("master.key"))
}

fn from_file(path: &Path) -> Result<MasterKey, MasterKeyError> {
    let bytes = fs::read(path).map_err(|source| MasterKeyError::File { path: path.to_owned(), source })?;
    parsed(path.display().to_string(), &Zeroizing::new(bytes))
}

/// A key beside the data: made once, and told plainly what it is worth.
fn beside(path: &Path) -> Result<MasterKey, MasterKeyError> {
    if !path.exists() {
        let key = Zeroizing::new(rolecall_server::draw::<32>());
        let text = Zeroizing::new(format!("{}\n", STANDARD.encode(*key)));
        files::write_private(path, text.as_bytes())
            .map_err(|source| MasterKeyError::File { path: path.to_owned(), source })?;
        tracing::warn!(
            path = %path.display(),
            "made a master key beside the data: secrets are safe in a copy of the log alone, not in a copy of the whole \
             directory. Keep it elsewhere with --master-key-file, {VARIABLE} or a systemd credential named {CREDENTIAL}"
        );
    }
    from_file(path)
}

fn parsed(origin: String, bytes: &[u8]) -> Result<MasterKey, MasterKeyError> {
    let text = str::from_utf8(bytes).map(str::trim).unwrap_or_default();
    let key: Option<Zeroizing<[u8; 32]>> = bytes
        .try_into()
        .ok()
        .or_else(|| STANDARD.decode(text).ok().and_then(|key| Zeroizing::new(key).as_slice().try_into().ok()))
        .or_else(|| hex(text))
        .map(Zeroizing::new);
    key.map(|key| MasterKey::new(*key)).ok_or(MasterKeyError::Unusable { origin, length: bytes.len() })
}

fn hex(text: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, place) in key.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(text.get(place..place + 2)?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_in_every_spelling_and_nothing_else_does() {
        let raw = [7u8; 32];
        let hexed = "07".repeat(32);
        for bytes in [
            raw.to_vec(),
            STANDARD.encode(raw).into_bytes(),
            hexed.clone().into_bytes(),
            format!("{hexed}\n").into_bytes(),
        ] {
            assert!(parsed("here".to_owned(), &bytes).is_ok());
        }
        for bytes in [&b""[..], b"short", &[1; 31], "zz".repeat(32).as_bytes()] {
            let error = parsed("here".to_owned(), bytes).err().unwrap().to_string();
            assert!(error.starts_with("here: a master key is 32 bytes"), "{error}");
        }
    }
}
