//! A layer between the store and SQLite that delays commits, fails them, and keeps count of what is on disk.

use rolecall_store::medium::{Medium, MediumError, Op, Order, Sqlite, Table};
use std::{
    io,
    ops::{ControlFlow, RangeInclusive},
    path::Path,
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

/// What becomes of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Done,
    /// Refused before anything is written, as a full disk does.
    Full,
    /// Not written, and never to be trusted again.
    BrokenBefore,
    /// On disk, yet the sync reported an error.
    BrokenAfter,
}

#[derive(Default)]
struct Inner {
    /// Decided for each commit by its number; `Done` beyond.
    fates: Vec<Fate>,
    delay: Duration,
    /// Commits wait here while this is set.
    held: bool,
    commits: usize,
    /// The last sequence number of any batch whose commit has returned from the disk.
    synced: u64,
    waiting: usize,
}

/// The layer's hand.
#[derive(Clone, Default)]
pub(crate) struct Fault {
    inner: Arc<Mutex<Inner>>,
    changed: Arc<Condvar>,
}

impl Fault {
    pub(crate) fn next(&self, fates: &[Fate]) {
        let mut inner = self.inner.lock().unwrap();
        inner.commits = 0;
        inner.fates = fates.to_vec();
    }

    pub(crate) fn delay(&self, delay: Duration) {
        self.inner.lock().unwrap().delay = delay;
    }

    pub(crate) fn hold(&self) {
        self.inner.lock().unwrap().held = true;
    }

    pub(crate) fn release(&self) {
        self.inner.lock().unwrap().held = false;
        self.changed.notify_all();
    }

    /// Waits until a commit is held.
    pub(crate) fn wait_for_held(&self) {
        let inner = self.inner.lock().unwrap();
        drop(self.changed.wait_while(inner, |inner| inner.waiting == 0).unwrap());
    }

    pub(crate) fn synced(&self) -> u64 {
        self.inner.lock().unwrap().synced
    }

    pub(crate) fn commits(&self) -> usize {
        self.inner.lock().unwrap().commits
    }

    pub(crate) fn layer(&self) -> impl FnOnce(&Path) -> Result<Layer, MediumError> + use<> {
        let fault = self.clone();
        move |path| Ok(Layer { below: Sqlite::open(path)?, fault })
    }
}

pub(crate) struct Layer {
    below: Sqlite,
    fault: Fault,
}

fn error(kind: io::ErrorKind) -> Arc<dyn std::error::Error + Send + Sync> {
    Arc::new(io::Error::from(kind))
}

impl Medium for Layer {
    fn commit(&self, ops: &[Op]) -> Result<(), MediumError> {
        let mut inner = self.fault.inner.lock().unwrap();
        let fate = inner.fates.get(inner.commits).copied().unwrap_or(Fate::Done);
        inner.commits += 1;
        let delay = inner.delay;
        inner.waiting += 1;
        self.fault.changed.notify_all();
        let mut inner = self.fault.changed.wait_while(inner, |inner| inner.held).unwrap();
        inner.waiting -= 1;
        drop(inner);
        std::thread::sleep(delay);
        match fate {
            Fate::Full => return Err(MediumError::Unwritten(error(io::ErrorKind::StorageFull))),
            Fate::BrokenBefore => return Err(MediumError::Broken(error(io::ErrorKind::Other))),
            Fate::BrokenAfter => {
                self.below.commit(ops)?;
                return Err(MediumError::Broken(error(io::ErrorKind::Other)));
            }
            Fate::Done => self.below.commit(ops)?,
        }
        let mut inner = self.fault.inner.lock().unwrap();
        for op in ops {
            if let Op::Put { table: Table::Event | Table::Block | Table::Change, value, .. } = op {
                // Where a row's head says which record is the last of its batch.
                let end = value[29..37].try_into().map(u64::from_le_bytes).unwrap();
                inner.synced = inner.synced.max(end);
            }
        }
        Ok(())
    }

    fn get(&self, table: Table, key: u64) -> Result<Option<Vec<u8>>, MediumError> {
        self.below.get(table, key)
    }

    fn scan(
        &self,
        table: Table,
        keys: RangeInclusive<u64>,
        order: Order,
        visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), MediumError> {
        self.below.scan(table, keys, order, visit)
    }
}
