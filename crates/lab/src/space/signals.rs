//! Signals: those for the command are handed on to it, once.

use nix::{
    errno::Errno,
    sys::{
        signal::{SigSet, Signal},
        signalfd::{SfdFlags, SignalFd, siginfo},
    },
};

/// What may be sent to `rolecall` and is meant for the command.
const HANDED_ON: [Signal; 6] =
    [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM, Signal::SIGUSR1, Signal::SIGUSR2];

/// `si_code` of a signal that the kernel itself sent: the terminal's Ctrl-C, which the command gets too, being of the
/// same process group. Source: sigaction(2).
const SI_KERNEL: i32 = 0x80;

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

/// The same, for who has nothing else to do.
pub(super) fn wait() -> Result<SignalFd, Errno> {
    SignalFd::with_flags(&all(), SfdFlags::SFD_CLOEXEC)
}

/// The next one; waits where `signals` does. `None` when it can tell no more.
pub(super) fn next_waiting(signals: &SignalFd) -> Option<Told> {
    loop {
        match signals.read_signal() {
            Ok(Some(info)) => match of(&info) {
                Some(told) => return Some(told),
                None => continue,
            },
            Ok(None) | Err(Errno::EINTR) => {}
            Err(_) => return None,
        }
    }
}

/// The next one, if there is one.
pub(super) fn next(signals: &SignalFd) -> Option<Told> {
    loop {
        let info = signals.read_signal().ok().flatten()?;
        if let Some(told) = of(&info) {
            return Some(told);
        }
    }
}

fn of(info: &siginfo) -> Option<Told> {
    match i32::try_from(info.ssi_signo).ok().and_then(|number| Signal::try_from(number).ok())? {
        Signal::SIGCHLD => Some(Told::Child),
        signal => (info.ssi_code != SI_KERNEL).then_some(Told::ForCommand(signal)),
    }
}
