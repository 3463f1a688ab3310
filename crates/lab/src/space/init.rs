//! The first process of the inner pid namespace: it prepares, begins the command, and ends with it.

use super::{leave, reap, signals, title};
use crate::error::EnterError;
use nix::{
    errno::Errno,
    sys::{
        prctl,
        signal::{Signal, kill},
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

// What init tells, a byte and, where there is one, a text or a number.
const DONE: u8 = 0;
const FAILED: u8 = 1;
const EXITED: u8 = 2;
const SIGNALED: u8 = 3;
const NOT_BEGUN: u8 = 4;

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

/// Reads how the command ended; init is gone, so nothing more will come.
pub(super) fn told_end(line: &mut UnixStream) -> Ended {
    let mut told = [0; 2];
    match line.read_exact(&mut told) {
        Ok(()) => match told {
            [EXITED, status] => Ended::Exited(status),
            [SIGNALED, signal] => Ended::Signaled(i32::from(signal)),
            _ => Ended::Signaled(Signal::SIGKILL as i32),
        },
        Err(_) => Ended::Signaled(Signal::SIGKILL as i32),
    }
}

/// Closes what a child has of its parent's.
pub(super) fn close(line: &UnixStream) {
    let _ = nix::unistd::close(line.as_fd().as_raw_fd());
}

/// What init does. Returns when preparing failed; else it ends with the command.
pub(super) fn run(
    program: Program,
    prepare: impl FnOnce() -> Result<(), EnterError>,
    go: &UnixStream,
    tell: &UnixStream,
) -> isize {
    let _ = prctl::set_pdeathsig(Signal::SIGKILL);
    title::call(c"place");
    let step = |result: Result<(), EnterError>| match result {
        Ok(()) => {
            let _ = (&*tell).write_all(&[DONE]);
            true
        }
        Err(error) => {
            let _ = (&*tell).write_all(&[FAILED]);
            let _ = (&*tell).write_all(error.to_string().as_bytes());
            false
        }
    };
    let mut word = [0];
    // Until the lab has made the link there is nothing to prepare; a lab that is gone says nothing.
    if (&*go).read_exact(&mut word).is_err() || !step(prepare()) {
        return 125;
    }
    if (&*go).read_exact(&mut word).is_err() {
        return 125;
    }
    let (told, failed) = match UnixStream::pair() {
        Ok(pair) => pair,
        Err(_) => return 125,
    };
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
            step(Ok(()));
            watch(child, go, tell)
        }
        Err(errno) => {
            step(Err(EnterError::system("fork")(errno)));
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

/// Reaps whatever ends, hands on the signals that `rolecall` tells of, and tells how the command ended.
fn watch(command: Pid, told: &UnixStream, tell: &UnixStream) -> isize {
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    let Ok(signals) = signals::listen() else { return 125 };
    let mut seen = signals::Seen::default();
    loop {
        seen.look(&signals);
        while let Some((pid, ended)) = reap::next() {
            if pid == command {
                let told = match ended {
                    Ended::Exited(status) => [EXITED, status],
                    Ended::Signaled(signal) => [SIGNALED, u8::try_from(signal).unwrap_or(9)],
                };
                let _ = (&*tell).write_all(&told);
                return 0;
            }
        }
        let mut wanted =
            [PollFd::new(signals.as_fd(), PollFlags::POLLIN), PollFd::new(told.as_fd(), PollFlags::POLLIN)];
        match poll(&mut wanted, PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(_) => return 125,
        }
        let [_, word] = wanted.map(|one| one.any().unwrap_or_default());
        if !word {
            continue;
        }
        let mut number = [0];
        match (&*told).read(&mut number) {
            Ok(1..) => {}
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            // Without the lab there is no place.
            Ok(0) | Err(_) => return 125,
        }
        // What has come here since the last look came before the word did.
        seen.look(&signals);
        let Ok(signal) = Signal::try_from(i32::from(number[0])) else { continue };
        // A command that has gone into a group of its own has got nothing.
        let is_with_us = getpgid(Some(command)).is_ok_and(|group| group == getpgrp());
        if !(seen.take(signal) && is_with_us) {
            let _ = kill(command, signal);
        }
    }
}
