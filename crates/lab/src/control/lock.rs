//! The lock that keeps a server from ending while somebody comes, and two from being begun.

use nix::fcntl::{Flock, FlockArg};
use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    time::Duration,
};

const NAME: &str = "control.lock";
const BETWEEN: Duration = Duration::from_millis(10);

/// Held while somebody begins a server or comes to one, and by a server that ends.
pub(super) struct Lock(#[expect(dead_code, reason = "it is held by being there")] Flock<File>);

impl Lock {
    /// Takes it if nobody has it.
    pub(super) fn try_take(data: &Path) -> io::Result<Option<Self>> {
        Self::of(OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(data.join(NAME))?)
    }

    fn of(file: File) -> io::Result<Option<Self>> {
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => Ok(Some(Self(lock))),
            Err((_, nix::errno::Errno::EWOULDBLOCK)) => Ok(None),
            Err((_, errno)) => Err(errno.into()),
        }
    }

    /// Takes it, and waits for it so long.
    pub(super) fn take(data: &Path, patience: Duration) -> io::Result<Option<Self>> {
        Self::patiently(patience, || Self::try_take(data))
    }

    /// Takes it where it has ever been, and makes nothing where it has not: nobody has used that directory.
    pub(super) fn take_if_there(data: &Path, patience: Duration) -> io::Result<Option<Self>> {
        Self::patiently(patience, || Self::of(OpenOptions::new().write(true).open(data.join(NAME))?))
    }

    fn patiently(patience: Duration, mut take: impl FnMut() -> io::Result<Option<Self>>) -> io::Result<Option<Self>> {
        let mut left = patience;
        loop {
            if let Some(lock) = take()? {
                return Ok(Some(lock));
            }
            if left.is_zero() {
                return Ok(None);
            }
            std::thread::sleep(BETWEEN);
            left = left.saturating_sub(BETWEEN);
        }
    }
}
