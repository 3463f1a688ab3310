//! The terminal, which an interactive program inside may take for its own group and not give back.

use nix::{
    sys::signal::{SigSet, Signal},
    unistd::{Pid, getpgrp, tcgetpgrp, tcsetpgrp},
};
use std::{
    fs::{File, OpenOptions},
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
        (tcgetpgrp(&file).ok()? == group).then_some(Self { file, group })
    }
}

impl Drop for Terminal {
    /// Gives it back to the group that had it.
    fn drop(&mut self) {
        if tcgetpgrp(&self.file) == Ok(self.group) {
            return;
        }
        // Who is in the background is stopped for this, unless the signal is held back.
        let mut one = SigSet::empty();
        one.add(Signal::SIGTTOU);
        if let Ok(before) = one.thread_swap_mask(nix::sys::signal::SigmaskHow::SIG_BLOCK) {
            let _ = tcsetpgrp(&self.file, self.group);
            let _ = before.thread_set_mask();
        }
    }
}
