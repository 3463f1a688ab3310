//! Namespaces: the lab's network, the client's network, and the command that runs in it.
//!
//! ```text
//! host ── server, helper (the way out, where one is allowed)
//!  └─ lab: user namespace, network namespace L      this process: DNS, credentials, signals
//!      └─ init: pid, mount, uts, network namespace C     reaps; ends with the command, and everything in it ends too
//!          └─ the command
//! ```
//!
//! Whatever dies, the rest follows: init and the helper are killed with the lab, the kernel kills what is left in a pid
//! namespace with its init, and a namespace is gone with the last process in it.

mod ids;
mod init;
mod reap;
mod signals;
mod terminal;
mod title;

pub use init::Ended;
pub(crate) use init::Program;

use crate::{error::EnterError, mounts::Shown};
use ids::Ids;
use nix::{
    errno::Errno,
    sched::{CloneFlags, unshare},
    sys::{
        prctl,
        signal::{SigSet, Signal},
        signalfd::SignalFd,
        wait::waitpid,
    },
    unistd::{ForkResult, Pid, fork},
};
use std::{
    fmt::Display,
    io::{Read, Write},
    os::unix::net::UnixStream,
    time::Duration,
};
use terminal::Terminal;
use tokio::io::unix::AsyncFd;

/// A room of its own: this process is in the lab's namespaces, and init waits to be told to go on.
pub(crate) struct Space {
    init: Option<Pid>,
    go: UnixStream,
    ended: UnixStream,
    told: Option<Ended>,
    /// Given back when everything inside has ended.
    terminal: Option<Terminal>,
}

/// What stays outside, in the host's network.
pub(crate) struct Outside {
    line: UnixStream,
    process: Pid,
}

impl Outside {
    /// The line to it.
    pub(crate) fn line(&self) -> &UnixStream {
        &self.line
    }
}

/// Begins a process that stays outside and runs `work` there, and puts this one into a user and a network namespace of
/// its own. Must be called before there is a second thread.
///
/// # Errors
/// [`EnterError`] where the kernel does not let it.
pub(crate) fn leave_host(work: impl FnOnce(UnixStream)) -> Result<Outside, EnterError> {
    signals::hold();
    let ids = Ids::of_this_process()?;
    let (mine, theirs) = UnixStream::pair().map_err(EnterError::system("make a socket pair"))?;
    let parent = nix::unistd::getpid();
    // SAFETY: there is one thread, so the child's memory is whole and it may do whatever this process may.
    #[expect(unsafe_code, reason = "a process can be divided by the system call alone")]
    let forked = unsafe { fork() }.map_err(EnterError::system("fork"))?;
    match forked {
        ForkResult::Child => {
            drop(mine);
            let _ = prctl::set_pdeathsig(Signal::SIGKILL);
            // Signals stay held: it is of the terminal's process group, and has to outlive a Ctrl-C that the command does.
            outside(theirs, parent, &ids, work);
            leave(0)
        }
        ForkResult::Parent { child } => {
            drop(theirs);
            let outside = Outside { line: mine, process: child };
            let entered = enter_user_namespace(&outside);
            if entered.is_err() {
                let _ = nix::sys::signal::kill(child, Signal::SIGKILL);
                let _ = waitpid(child, None);
            }
            entered.map(|()| outside)
        }
    }
}

fn enter_user_namespace(outside: &Outside) -> Result<(), EnterError> {
    unshare(CloneFlags::CLONE_NEWUSER).map_err(EnterError::no_user_namespace)?;
    let mut line = outside.line();
    line.write_all(b"m").map_err(EnterError::system("speak to the process outside"))?;
    let mut answer = [0];
    line.read_exact(&mut answer).map_err(EnterError::system("hear from the process outside"))?;
    if answer != [0] {
        return Err(EnterError::no_mapping(Errno::from_raw(i32::from(u8::from_ne_bytes(answer)))));
    }
    unshare(CloneFlags::CLONE_NEWNET).map_err(EnterError::no_network_namespace)
}

/// Writes the other process's maps when asked to, then does its work.
fn outside(line: UnixStream, parent: Pid, ids: &Ids, work: impl FnOnce(UnixStream)) {
    let mut asked = [0];
    if (&line).read_exact(&mut asked).is_err() {
        return;
    }
    let answer = match ids.write(parent) {
        Ok(()) => 0,
        Err(error) => u8::try_from(error.raw_os_error().unwrap_or(1)).unwrap_or(1),
    };
    if (&line).write_all(&[answer]).is_ok() && answer == 0 {
        work(line);
    }
}

impl Space {
    /// Begins init, which prepares its own namespaces with `prepare` and then waits for [`Space::run`].
    ///
    /// # Errors
    /// [`EnterError`] where the kernel does not let it.
    pub(crate) fn begin(
        program: Program,
        prepare: impl FnOnce() -> Result<Shown, EnterError>,
    ) -> Result<Self, EnterError> {
        let terminal = Terminal::of_foreground();
        let pair = || UnixStream::pair().map_err(EnterError::system("make a socket pair"));
        let ((go, waits), (ended, tells)) = (pair()?, pair()?);
        // Nobody but init may hold its ends, or the lab would never notice that it is gone.
        let mut parts = Some((program, prepare, waits, tells));
        let (go_copy, ended_copy) = (&go, &ended);
        let body = move || {
            let Some((program, prepare, waits, tells)) = parts.take() else { return 125 };
            init::close(go_copy);
            init::close(ended_copy);
            init::run(program, prepare, &waits, &tells)
        };
        let flags =
            CloneFlags::CLONE_NEWPID | CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWUTS;
        let init = divide(flags, body).map_err(EnterError::no_namespaces)?;
        Ok(Self { init: Some(init), go, ended, told: None, terminal })
    }

    /// Init's process id, by which its network namespace is named.
    pub(crate) fn init(&self) -> u32 {
        self.init.map_or(0, |init| init.as_raw().unsigned_abs())
    }

    /// Has init go on to `step`, and waits until that is done.
    ///
    /// # Errors
    /// What init says.
    pub(crate) fn go_on(&mut self) -> Result<(), EnterError> {
        self.go.write_all(b"g").map_err(EnterError::system("speak to init"))?;
        init::heard(&mut self.ended)
    }

    /// Waits for the command's end; hands signals on meanwhile, and stops when it does.
    ///
    /// # Errors
    /// [`EnterError`] when signals cannot be waited for.
    pub(crate) async fn ended(mut self, outside: &Outside, tell: fn(&dyn Display)) -> Result<Ended, EnterError> {
        /// Who sends a signal to this process and to its group, as `timeout` does, means one.
        const TOGETHER: Duration = Duration::from_millis(3);
        let listen = EnterError::system("listen for signals");
        let children = registered(signals::of_children().map_err(&listen)?)?;
        let signals = registered(signals::for_command().map_err(&listen)?)?;
        let words = self.ended.set_nonblocking(true).and_then(|()| self.ended.try_clone());
        let words = words.and_then(tokio::net::UnixStream::from_std);
        let words = words.map_err(EnterError::system("hear from init"))?;
        let wait = EnterError::system("wait for signals");
        loop {
            tokio::select! {
                ready = children.readable() => {
                    ready.map_err(&wait)?.clear_ready();
                    while signals::next(children.get_ref()).is_some() {}
                    while let Some((pid, _)) = reap::next() {
                        if Some(pid) == self.init {
                            // Its number may be somebody else's from now on.
                            self.init = None;
                        } else if pid == outside.process {
                            tell(&"the process outside has ended: no host is reached through --allow any more");
                        }
                    }
                }
                ready = signals.readable() => {
                    tokio::time::sleep(TOGETHER).await;
                    ready.map_err(&wait)?.clear_ready();
                    while let Some(signal) = signals::next(signals.get_ref()) {
                        // Signals have small numbers.
                        self.say(u8::try_from(signal as i32).unwrap_or(0));
                    }
                }
                ready = words.readable() => ready.map_err(EnterError::system("hear from init"))?,
            }
            // What it had told before it ended is still there to be read.
            let mut told = [0; init::Told::LENGTH];
            while words.try_read(&mut told).is_ok_and(|length| length == told.len()) {
                match init::Told::read(told) {
                    Some(init::Told::Ended(ended)) => self.told = Some(ended),
                    Some(init::Told::Stopped) => self.say(init::STILL),
                    Some(init::Told::StillStopped) => self.stop(),
                    None => {}
                }
            }
            if self.init.is_none() {
                return Ok(self.told.unwrap_or(Ended::Signaled(Signal::SIGKILL as i32)));
            }
        }
    }

    /// Says a word to init; one that is gone is noticed by its end.
    fn say(&mut self, word: u8) {
        let _ = self.go.write_all(&[word]);
    }

    /// Stops as the command has, so that whoever waits learns of it. What has this process go on is handed on to the
    /// command as every signal is.
    fn stop(&self) {
        if let (Some(terminal), Some(init)) = (&self.terminal, self.init) {
            terminal.take_from_inside(init);
        }
        let _ = nix::sys::signal::raise(Signal::SIGSTOP);
    }
}

/// Has the runtime wait for a descriptor of signals.
fn registered(signals: SignalFd) -> Result<AsyncFd<SignalFd>, EnterError> {
    // SAFETY: what is registered owns its descriptor, which stays open and the same for as long as it is there.
    #[expect(unsafe_code, reason = "tokio cannot know that a signal descriptor is its own")]
    let registered = unsafe { AsyncFd::register(signals) };
    registered.map_err(EnterError::system("wait for signals"))
}

impl Drop for Space {
    fn drop(&mut self) {
        if let Some(init) = self.init {
            let _ = nix::sys::signal::kill(init, Signal::SIGKILL);
            let _ = waitpid(init, None);
        }
    }
}

/// A child process in namespaces of its own.
fn divide(flags: CloneFlags, mut body: impl FnMut() -> isize) -> Result<Pid, Errno> {
    const STACK: usize = 8 * 1024 * 1024;
    let mut stack = vec![0_u8; STACK];
    let callback: Box<dyn FnMut() -> isize + '_> = Box::new(&mut body);
    // SAFETY: there is one thread, so the child's memory is whole; memory is not shared with the child, so the stack
    // it runs on is a copy of its own, as large as a thread's usually is.
    #[expect(unsafe_code, reason = "a process in other namespaces is made by the system call alone")]
    unsafe {
        nix::sched::clone(callback, &mut stack, flags, Some(Signal::SIGCHLD as i32))
    }
}

/// Collects whatever children have ended, of which nothing else is to be known.
pub(crate) fn reap() {
    while reap::next().is_some() {}
}

/// Ends this process at once, a child that must not run what its parent would at its end.
fn leave(status: i32) -> ! {
    // SAFETY: `_exit` ends the process; nothing runs after it.
    #[expect(unsafe_code, reason = "a forked child ends without its parent's clean-up")]
    unsafe {
        nix::libc::_exit(status)
    }
}

/// Ends as the command did: with its status, or by the signal that ended it.
#[must_use]
pub fn end_alike(ended: Ended) -> u8 {
    match ended {
        Ended::Exited(status) => status,
        Ended::Signaled(signal) => {
            if let Ok(known) = Signal::try_from(signal) {
                // Whoever waits should learn of the signal, not find a core of the wrong process.
                let _ = nix::sys::resource::setrlimit(nix::sys::resource::Resource::RLIMIT_CORE, 0, 0);
                signals::default(known);
                let mut one = SigSet::empty();
                one.add(known);
                let _ = one.thread_unblock();
                let _ = nix::sys::signal::raise(known);
            }
            u8::try_from(128 + signal).unwrap_or(u8::MAX)
        }
    }
}
