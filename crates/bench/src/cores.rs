//! Which core does what: the server has one to itself, the load the other.

use anyhow::{Context, Result};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// The two cores of a measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cores {
    pub(crate) server: usize,
    pub(crate) load: usize,
}

impl Cores {
    /// The first two cores this process may run on; one core twice where there is only one.
    pub(crate) fn choose() -> Result<Self> {
        let allowed = sched_getaffinity(None).context("which cores may be used")?;
        let mut usable = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core));
        let server = usable.next().context("no core may be used")?;
        Ok(Self { server, load: usable.next().unwrap_or(server) })
    }

    pub(crate) fn are_apart(self) -> bool {
        self.server != self.load
    }
}

/// Runs `then` with this thread, and every process it starts, on `core` alone; then lets it roam as before.
pub(crate) fn pinned<R>(core: usize, then: impl FnOnce() -> R) -> Result<R> {
    let before = sched_getaffinity(None)?;
    let mut only = CpuSet::new();
    only.set(core);
    sched_setaffinity(None, &only)?;
    let outcome = then();
    sched_setaffinity(None, &before)?;
    Ok(outcome)
}

/// How many processes wanted to run in the last minute, on average.
pub(crate) fn load_average() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}
