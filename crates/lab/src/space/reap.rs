//! Children that ended, by whatever signal: a real-time one has no name, and is one all the same.

use super::Ended;
use nix::{errno::Errno, libc, unistd::Pid};

/// The next child that ended and how; `None` when none has.
pub(super) fn next() -> Option<(Pid, Ended)> {
    loop {
        let mut status = 0;
        // SAFETY: the kernel writes the status into a variable of this function's own, and nothing else.
        #[expect(unsafe_code, reason = "the library's own call knows no real-time signals")]
        let pid = unsafe { libc::waitpid(-1, &raw mut status, libc::WNOHANG) };
        match pid {
            -1 if Errno::last() == Errno::EINTR => {}
            ..=0 => return None,
            _ if libc::WIFEXITED(status) => {
                let code = u8::try_from(libc::WEXITSTATUS(status)).unwrap_or(u8::MAX);
                return Some((Pid::from_raw(pid), Ended::Exited(code)));
            }
            _ if libc::WIFSIGNALED(status) => {
                return Some((Pid::from_raw(pid), Ended::Signaled(libc::WTERMSIG(status))));
            }
            _ => {}
        }
    }
}
