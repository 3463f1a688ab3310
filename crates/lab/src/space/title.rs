//! What a process is called in a list of processes.

use nix::sys::prctl;
use std::{ffi::CStr, fs};

/// Calls this process by another name than `rolecall`. Must be called while it has one thread.
///
/// Who signals everything that is called `rolecall` means the visit, and not init, which would take it for a signal that
/// the whole process group has got.
pub(super) fn call(name: &CStr) {
    let _ = prctl::set_name(name);
    if let Some((start, end)) = arguments() {
        let name = name.to_bytes_with_nul();
        let length = end.saturating_sub(start);
        let (all, shown) = (length, name.len().min(length.saturating_sub(1)));
        // SAFETY: the kernel says where it has put this process's arguments, which stay there, writable, for as long as
        // it lives; the standard library reads them on demand and finds other text there. There is no other thread.
        #[expect(unsafe_code, reason = "a process is listed by the memory that its arguments are in")]
        unsafe {
            let at = start as *mut u8;
            at.write_bytes(0, all);
            at.copy_from_nonoverlapping(name.as_ptr(), shown);
        }
    }
}

/// Where the kernel put the arguments. Source: `proc_pid_stat(5)`, fields 48 and 49.
fn arguments() -> Option<(usize, usize)> {
    const ARG_START: usize = 48;
    /// The first field behind the name, which may have anything in it.
    const BEHIND_NAME: usize = 3;
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split_ascii_whitespace().skip(ARG_START - BEHIND_NAME);
    let start = fields.next()?.parse().ok()?;
    let end = fields.next()?.parse().ok()?;
    (0 < start && start < end).then_some((start, end))
}
