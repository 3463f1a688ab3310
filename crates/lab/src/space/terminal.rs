//! The terminal, which an interactive program inside may take for its own group and not give back.

use nix::{
    errno::Errno,
    sys::signal::{SigSet, SigmaskHow, Signal, killpg},
    unistd::{Pid, getpgrp, tcgetpgrp, tcsetpgrp},
};
use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::OpenOptionsExt,
};

/// The terminal of this process, whose group was in the foreground.
pub(super) struct Terminal {
    file: File,
    group: Pid,
}

impl Terminal {
    /// `None` for who has no terminal, or is in the background of it.
    pub(super) fn of_foreground() -> Option<Self> {
        let mut how = OpenOptions::new();
        let file = how.read(true).write(true).custom_flags(nix::libc::O_NOCTTY).open("/dev/tty").ok()?;
        let group = getpgrp();
        // Not made at all otherwise: it would be given back.
        (tcgetpgrp(&file).ok()? == group).then(|| Self { file, group })
    }

    /// Gives it back to the group that had it, if it is a program's that runs in the place whose init is `init`.
    pub(super) fn take_from_inside(&self, init: Pid) {
        let namespace = |process: Pid| fs::read_link(format!("/proc/{process}/ns/pid")).ok();
        if let Ok(holder) = tcgetpgrp(&self.file)
            && holder != self.group
            && namespace(holder).is_some_and(|of_holder| namespace(init).as_ref() == Some(&of_holder))
        {
            self.take();
        }
    }

    /// Gives it back to the group that had it, if the group that has it is gone. What is left to somebody else, such as the
    /// shell outside that has put this process into the background, stays theirs.
    fn take_from_dead(&self) {
        if let Ok(holder) = tcgetpgrp(&self.file)
            && holder != self.group
            && killpg(holder, None) == Err(Errno::ESRCH)
        {
            self.take();
        }
    }

    fn take(&self) {
        // Who is in the background is stopped for this, unless the signal is held back.
        let one: SigSet = [Signal::SIGTTOU].into_iter().collect();
        if let Ok(before) = one.thread_swap_mask(SigmaskHow::SIG_BLOCK) {
            let _ = tcsetpgrp(&self.file, self.group);
            let _ = before.thread_set_mask();
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.take_from_dead();
    }
}
