//! The first process of the inner pid namespace: it prepares, begins the command, and ends with it.

use super::{leave, reap, signals, title};
use crate::{error::EnterError, mounts::Shown};
use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::{
        prctl,
        signal::{Signal, kill},
        signalfd::SignalFd,
        wait::{Id, WaitPidFlag, WaitStatus, waitid},
    },
    unistd::{ForkResult, Pid, execvpe, fork, getpgid, getpgrp},
};
use rustix::thread::{CapabilitySet, remove_capability_from_bounding_set};
use std::{
    ffi::{CString, OsString},
    io::{Read, Write},
    os::{
        fd::{AsFd, AsRawFd},
        unix::{ffi::OsStringExt, net::UnixStream},
    },
};

/// What is run inside.
#[derive(Debug)]
pub(crate) struct Program {
    command: Vec<CString>,
    environment: Vec<CString>,
}

impl Program {
    /// # Errors
    /// [`EnterError::Nul`] for a word that no program can be given.
    pub(crate) fn new(
        command: impl IntoIterator<Item = OsString>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, EnterError> {
        let word = |word: OsString| CString::new(word.into_vec()).map_err(|_| EnterError::Nul);
        let pair = |(name, value): (OsString, OsString)| {
            let mut whole = name.into_vec();
            whole.push(b'=');
            whole.extend(value.into_vec());
            CString::new(whole).map_err(|_| EnterError::Nul)
        };
        Ok(Self {
            command: command.into_iter().map(word).collect::<Result<_, _>>()?,
            environment: environment.into_iter().map(pair).collect::<Result<_, _>>()?,
        })
    }
}

/// How the command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with that status.
    Exited(u8),
    /// By a signal.
    Signaled(i32),
}

// What init tells before the command runs, a byte and, where there is one, a text or a number.
const DONE: u8 = 0;
const FAILED: u8 = 1;
const NOT_BEGUN: u8 = 4;
// And from then on, a byte and a number.
const EXITED: u8 = 2;
const SIGNALED: u8 = 3;
const STOPPED: u8 = 5;
const STILL_STOPPED: u8 = 6;
/// What init is asked beside being told signals: whether the command is stopped still.
pub(super) const STILL: u8 = u8::MAX;

/// What init tells of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// It ended.
    Ended(Ended),
    /// It stopped. By the time this is heard it may go on again.
    Stopped,
    /// It is stopped, as had been asked.
    StillStopped,
}

impl Told {
    pub(super) const LENGTH: usize = 2;

    pub(super) fn read(told: [u8; Self::LENGTH]) -> Option<Self> {
        match told {
            [EXITED, status] => Some(Self::Ended(Ended::Exited(status))),
            [SIGNALED, signal] => Some(Self::Ended(Ended::Signaled(i32::from(signal)))),
            [STOPPED, _] => Some(Self::Stopped),
            [STILL_STOPPED, _] => Some(Self::StillStopped),
            _ => None,
        }
    }
}

/// The most that is read of an error's text.
const MAX_TEXT: u64 = 16 * 1024;

/// Reads whether a step is done.
pub(super) fn heard(line: &mut UnixStream) -> Result<(), EnterError> {
    let mut kind = [0];
    line.read_exact(&mut kind).map_err(|_| EnterError::InitGone)?;
    if kind == [DONE] {
        return Ok(());
    }
    if kind == [NOT_BEGUN] {
        let mut code = [0; 4];
        line.read_exact(&mut code).map_err(|_| EnterError::InitGone)?;
        return Err(EnterError::NotBegun(Errno::from_raw(i32::from_ne_bytes(code))));
    }
    let mut text = String::new();
    let _ = line.take(MAX_TEXT).read_to_string(&mut text);
    Err(EnterError::Inside(text))
}

/// Closes what a child has of its parent's.
pub(super) fn close(line: &UnixStream) {
    let _ = nix::unistd::close(line.as_fd().as_raw_fd());
}

/// Tells how a step went; what came of it.
fn step<T>(mut tell: &UnixStream, result: Result<T, EnterError>) -> Option<T> {
    let (kind, text) = match &result {
        Ok(_) => (DONE, String::new()),
        Err(error) => (FAILED, error.to_string()),
    };
    let _ = tell.write_all(&[kind]);
    let _ = tell.write_all(text.as_bytes());
    result.ok()
}

/// What init does. Returns when preparing failed; else it ends with the command.
pub(super) fn run(
    program: Program,
    prepare: impl FnOnce() -> Result<Shown, EnterError>,
    go: &UnixStream,
    tell: &UnixStream,
) -> isize {
    let _ = prctl::set_pdeathsig(Signal::SIGKILL);
    title::call(c"place");
    let mut word = [0];
    // Until the lab has made the link there is nothing to prepare; a lab that is gone says nothing.
    if (&*go).read_exact(&mut word).is_err() {
        return 125;
    }
    let Some(shown) = step(tell, prepare()) else { return 125 };
    if (&*go).read_exact(&mut word).is_err() {
        return 125;
    }
    let Ok((told, failed)) = UnixStream::pair() else { return 125 };
    let (Ok(signals), Ok(children)) = (signals::for_command(), signals::of_children()) else { return 125 };
    // What has come by now no command has got.
    while signals::next(&signals).is_some() {}
    // SAFETY: init has one thread, so the child's memory is whole.
    #[expect(unsafe_code, reason = "a process can be divided by the system call alone")]
    let forked = unsafe { fork() };
    match forked {
        Ok(ForkResult::Child) => {
            drop(told);
            signals::let_go();
            // Ignored by this program's own runtime; no other expects that.
            signals::default(Signal::SIGPIPE);
            let begun = match program.command.first() {
                Some(name) => forgo_ways_out().and_then(|()| execvpe(name, &program.command, &program.environment)),
                None => Err(Errno::ENOENT),
            };
            let error = begun.err().unwrap_or(Errno::EIO);
            let _ = (&failed).write_all(&(error as i32).to_ne_bytes());
            leave(127)
        }
        Ok(ForkResult::Parent { child }) => {
            drop(failed);
            let mut code = [0; 4];
            // Closed by the program's beginning, or told why it did not begin.
            if (&told).read_exact(&mut code).is_ok() {
                let _ = (&*tell).write_all(&[NOT_BEGUN]);
                let _ = (&*tell).write_all(&code);
                return 125;
            }
            step(tell, Ok(()));
            Watch { command: child, signals, children, go, tell, shown }.watch()
        }
        Err(errno) => {
            step::<()>(tell, Err(EnterError::system("fork")(errno)));
            125
        }
    }
}

/// Has no program from here on, root's neither, what it takes to uncover the files that are covered here, or to have init
/// do something for it.
fn forgo_ways_out() -> Result<(), Errno> {
    for capability in [CapabilitySet::SYS_ADMIN, CapabilitySet::SYS_PTRACE] {
        let forgone = remove_capability_from_bounding_set(capability);
        forgone.map_err(|errno| Errno::from_raw(errno.raw_os_error()))?;
    }
    Ok(())
}

struct Watch<'s> {
    command: Pid,
    signals: SignalFd,
    children: SignalFd,
    go: &'s UnixStream,
    tell: &'s UnixStream,
    shown: Shown,
}

/// After how many milliseconds init looks what is to be covered again, where it is not told.
const LOOK: u16 = 1_000;

impl Watch<'_> {
    fn tell(&self, what: u8, number: u8) {
        let _ = (&*self.tell).write_all(&[what, number]);
    }

    /// Reaps whatever ends, hands on the signals that `rolecall` tells of, tells what becomes of the command, and keeps
    /// covered what is.
    fn watch(&mut self) -> isize {
        let (mut seen, mut stopped) = (signals::Seen::default(), false);
        loop {
            seen.look(&self.signals);
            while signals::next(&self.children).is_some() {}
            while let Some((pid, ended)) = reap::next() {
                if pid == self.command {
                    match ended {
                        Ended::Exited(status) => self.tell(EXITED, status),
                        Ended::Signaled(signal) => self.tell(SIGNALED, u8::try_from(signal).unwrap_or(9)),
                    }
                    return 0;
                }
            }
            let before = std::mem::replace(&mut stopped, self.is_stopped());
            if stopped && !before {
                self.tell(STOPPED, 0);
            }
            let words = [self.go.as_fd(), self.signals.as_fd(), self.children.as_fd()];
            let words = words.map(|one| PollFd::new(one, PollFlags::POLLIN)).into_iter();
            let mut wanted: Vec<_> = words.chain(self.shown.changes()).collect();
            let is_told = self.shown.is_told();
            let ready = match poll(&mut wanted, if is_told { PollTimeout::NONE } else { LOOK.into() }) {
                Ok(ready) => ready,
                Err(Errno::EINTR) => 0,
                Err(_) => return 125,
            };
            let word = wanted.first().and_then(PollFd::any).unwrap_or_default();
            let is_mount = |one: &PollFd<'_>| one.revents().is_some_and(|found| found.contains(PollFlags::POLLPRI));
            let mounts = wanted.iter().any(is_mount);
            self.shown.mend(mounts || (ready == 0 && !is_told));
            if word && !self.obey(&mut seen) {
                return 125;
            }
        }
    }

    /// Does what is said. `false` when nobody is there any more: without the lab there is no place.
    fn obey(&self, seen: &mut signals::Seen) -> bool {
        let mut word = [0];
        match (&*self.go).read(&mut word) {
            Ok(1..) => {}
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => return true,
            Ok(0) | Err(_) => return false,
        }
        if word == [STILL] {
            if self.is_stopped() {
                self.tell(STILL_STOPPED, 0);
            }
            return true;
        }
        let Ok(signal) = Signal::try_from(i32::from(word[0])) else { return true };
        // What has come here since the last look came before the word did.
        seen.look(&self.signals);
        // A command that has gone into a group of its own has got nothing.
        let is_with_us = getpgid(Some(self.command)).is_ok_and(|group| group == getpgrp());
        if !(seen.take(signal) && is_with_us) {
            let _ = kill(self.command, signal);
        }
        true
    }

    /// Whether the command is stopped at this moment: it is not any more as soon as a signal has it go on, whether it has
    /// noticed that or not.
    fn is_stopped(&self) -> bool {
        let flags = WaitPidFlag::WSTOPPED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
        matches!(waitid(Id::Pid(self.command), flags), Ok(WaitStatus::Stopped(..)))
    }
}
