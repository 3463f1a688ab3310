//! Signals: those for the command are handed on to it, once.

use nix::{
    errno::Errno,
    sys::{
        signal::{SigSet, Signal},
        signalfd::{SfdFlags, SignalFd},
    },
};
use std::time::{Duration, Instant};

/// What may be sent to `rolecall` and is meant for the command.
const HANDED_ON: [Signal; 6] =
    [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM, Signal::SIGUSR1, Signal::SIGUSR2];

/// What was told by a signal.
pub(super) enum Told {
    /// A child ended.
    Child,
    /// Something for the command.
    ForCommand(Signal),
}

fn all() -> SigSet {
    HANDED_ON.into_iter().chain([Signal::SIGCHLD]).collect()
}

/// Holds signals back, in this process and the children it will have.
pub(super) fn hold() {
    // The mask of one's own thread can be changed.
    let _ = all().thread_block();
}

/// Lets them come again.
pub(super) fn let_go() {
    let _ = all().thread_unblock();
}

/// As it is in a new process.
pub(super) fn default(signal: Signal) {
    // SAFETY: the default disposition runs no code of this process.
    #[expect(unsafe_code, reason = "dispositions are set by the system call alone")]
    let _ = unsafe { nix::sys::signal::signal(signal, nix::sys::signal::SigHandler::SigDfl) };
}

/// A descriptor that tells what is held back.
pub(super) fn listen() -> Result<SignalFd, Errno> {
    SignalFd::with_flags(&all(), SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)
}

/// The next one, if there is one.
pub(super) fn next(signals: &SignalFd) -> Option<Told> {
    loop {
        let info = signals.read_signal().ok().flatten()?;
        match i32::try_from(info.ssi_signo).ok().and_then(|number| Signal::try_from(number).ok()) {
            Some(Signal::SIGCHLD) => return Some(Told::Child),
            Some(signal) => return Some(Told::ForCommand(signal)),
            None => {}
        }
    }
}

/// Signals that were seen here a moment ago.
///
/// A signal to the whole process group, such as the terminal's Ctrl-C, reaches the command by itself, and this process and
/// `rolecall`, which hands it on: then it would come twice. The kernel does not tell what was sent to a group, but it has
/// sent it here before it has sent it to `rolecall`, the older one, whose word thus finds it noted.
#[derive(Default)]
pub(super) struct Seen(Vec<(Signal, Instant)>);

impl Seen {
    /// For so long: a word of `rolecall` is here in much less, and a signal to this process alone stands for no group.
    const A_MOMENT: Duration = Duration::from_millis(500);

    /// Notes what has come.
    #[expect(clippy::disallowed_methods, reason = "a moment passes in real time, and nothing else depends on it")]
    pub(super) fn look(&mut self, signals: &SignalFd) {
        while let Some(told) = next(signals) {
            if let Told::ForCommand(signal) = told {
                self.0.retain(|(known, _)| *known != signal);
                self.0.push((signal, Instant::now()));
            }
        }
    }

    /// Whether it was, which is forgotten by that.
    pub(super) fn take(&mut self, signal: Signal) -> bool {
        self.0.retain(|(_, when)| when.elapsed() < Self::A_MOMENT);
        let before = self.0.len();
        self.0.retain(|(known, _)| *known != signal);
        self.0.len() < before
    }
}
