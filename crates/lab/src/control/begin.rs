//! A server that is begun for a visit.

use super::client::ControlError;
use nix::{
    libc,
    sys::{
        signal::SigSet,
        stat::{Mode, umask},
    },
};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom},
    os::{
        fd::AsFd,
        unix::{fs::OpenOptionsExt, process::CommandExt},
    },
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    time::Duration,
};

/// How long a server may take to begin.
const BEGINNING: Duration = Duration::from_secs(60);
/// How much of a server's last words is told.
const LAST_WORDS: u64 = 2_000;

/// Begins a server, and waits until it answers. Without what is returned it ends, unless somebody has come to it.
pub(super) fn start(data: &Path, world: &Path, exe: &Path) -> Result<ChildStdin, ControlError> {
    let log_path = data.join("server.log");
    let failed = |source| ControlError::Data { path: log_path.clone(), source };
    // Written at its end, because the server empties it when it becomes too long.
    let log = OpenOptions::new().create(true).append(true).mode(0o600).open(&log_path).map_err(&failed)?;
    log.set_len(0).map_err(failed)?;
    let mut command = Command::new(exe);
    command.arg("serve").arg("--world").arg(world).arg("--data").arg(data).args(["--listen", "127.0.0.1:0"]);
    command.args(["--ends-with-visitors"]);
    // In a group of its own, which the terminal's Ctrl-C does not reach.
    command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
    inherits_nothing(&mut command);
    let mut child = command.spawn().map_err(|source| ControlError::Data { path: exe.to_owned(), source })?;
    if ready(&mut child)
        && let Some(begun) = child.stdin.take()
    {
        return Ok(begun);
    }
    let _ = child.kill();
    let _ = child.wait();
    Err(ControlError::Stillborn { last_words: last_words(&log_path) })
}

/// Others use the server longer than its first visitor does: it holds neither that one's directory nor pipes that
/// somebody waits for the end of, and makes files as anybody does.
fn inherits_nothing(command: &mut Command) {
    command.current_dir("/");
    let open = fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let open: Vec<i32> =
        open.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter(|fd| *fd > 2).collect();
    let close = move || {
        for descriptor in &open {
            // SAFETY: a flag is set at a number; where nothing is open, nothing happens.
            #[expect(unsafe_code, reason = "descriptors of whoever called have no owner here")]
            unsafe {
                libc::fcntl(*descriptor, libc::F_SETFD, libc::FD_CLOEXEC);
            }
        }
        // What it makes for others to read, such as its authority, is theirs to read.
        umask(Mode::S_IWGRP | Mode::S_IWOTH);
        // The process outside of a place holds signals back, which a server is ended by.
        Ok(SigSet::empty().thread_set_mask()?)
    };
    // SAFETY: between fork and exec it calls the kernel alone, and allocates nothing.
    #[expect(unsafe_code, reason = "only in the child: the command in the place is to inherit them")]
    unsafe {
        command.pre_exec(close);
    }
}

/// Whether the server says that it is ready, before it ends or the time does.
fn ready(child: &mut Child) -> bool {
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    let Some(mut out) = child.stdout.take() else { return false };
    let timeout = PollTimeout::try_from(BEGINNING).unwrap_or(PollTimeout::MAX);
    let mut wanted = [PollFd::new(out.as_fd(), PollFlags::POLLIN)];
    if !matches!(poll(&mut wanted, timeout), Ok(1..)) {
        return false;
    }
    let mut word = [0; 5];
    out.read_exact(&mut word).is_ok() && &word == b"ready"
}

fn last_words(log: &Path) -> String {
    let read = || {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(LAST_WORDS)))?;
        let mut bytes = Vec::new();
        file.take(LAST_WORDS).read_to_end(&mut bytes)?;
        Ok::<_, io::Error>(bytes)
    };
    let bytes = read().unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let said = text.trim();
    if said.is_empty() { format!("it said nothing (its log is {})", log.display()) } else { said.to_owned() }
}
