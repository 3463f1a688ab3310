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
        let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(data.join(NAME))?;
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => Ok(Some(Self(lock))),
            Err((_, nix::errno::Errno::EWOULDBLOCK)) => Ok(None),
            Err((_, errno)) => Err(errno.into()),
        }
    }

    /// Takes it, and waits for it so long.
    pub(super) fn take(data: &Path, patience: Duration) -> io::Result<Option<Self>> {
        let mut left = patience;
        loop {
            if let Some(lock) = Self::try_take(data)? {
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
