//! Signals: those for the command are handed on to it, once.

use nix::{
    errno::Errno,
    sys::{
        signal::{SigSet, Signal},
        signalfd::{SfdFlags, SignalFd},
    },
};
use std::time::{Duration, Instant};

/// What may be sent to `rolecall` and is meant for the command. Those that stop a process stop this one, too, and the rest
/// tell of its own faults.
const HANDED_ON: [Signal; 9] = [
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
    Signal::SIGALRM,
    Signal::SIGCONT,
    Signal::SIGWINCH,
];

fn handed_on() -> SigSet {
    HANDED_ON.into_iter().collect()
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

fn descriptor(of: &SigSet) -> Result<SignalFd, Errno> {
    SignalFd::with_flags(of, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)
}

/// A descriptor that tells what is for the command.
pub(super) fn for_command() -> Result<SignalFd, Errno> {
    descriptor(&handed_on())
}

/// A descriptor that tells when something becomes of a child.
pub(super) fn of_children() -> Result<SignalFd, Errno> {
    descriptor(&[Signal::SIGCHLD].into_iter().collect())
}

/// The next one, if there is one.
pub(super) fn next(signals: &SignalFd) -> Option<Signal> {
    loop {
        let info = signals.read_signal().ok().flatten()?;
        if let Some(signal) = i32::try_from(info.ssi_signo).ok().and_then(|number| Signal::try_from(number).ok()) {
            return Some(signal);
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
        while let Some(signal) = next(signals) {
            let now = Instant::now();
            self.0.retain(|(known, _)| *known != signal);
            self.0.push((signal, now));
            if signal == Signal::SIGCONT {
                // `rolecall` was stopped, and says now what it has got meanwhile.
                for (_, when) in &mut self.0 {
                    *when = now;
                }
            }
        }
    }

    /// Whether it was, which is forgotten by that.
    pub(super) fn take(&mut self, signal: Signal) -> bool {
        let fresh = self.0.iter().any(|(known, when)| *known == signal && when.elapsed() < Self::A_MOMENT);
        self.0.retain(|(known, _)| *known != signal);
        fresh
    }
}
