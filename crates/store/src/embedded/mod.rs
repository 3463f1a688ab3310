//! The log in a directory of this machine.
//!
//! ```text
//! append ─▶ queue ─▶ committer ─▶ medium: one synced commit a batch ─▶ view ─▶ answers
//!                        ▲                                              │
//!                        └──── blocks, segments, index ◀──── sealer ◀───┘
//! ```
//! A batch of events rests first as it came. The sealer compresses some hundred events at a time into a block, and
//! some ten thousand into a segment with an index, and hands the rows to the committer, whose next commit carries them.

mod block;
mod coding;
mod committer;
mod frames;
mod harvest;
mod index;
mod log;
mod mark;
mod queue;
mod reader;
mod recover;
mod sealer;
mod segment;
mod vault;
mod view;

use crate::{
    AppendError, Commit, Damage, Extractor, Found, Generation, Genesis, LastUsed, Lookup, MasterKey, Page, RingKey,
    Seq, Status, Store, StoreError, Write,
    medium::{Medium, MediumError, Op, Sqlite, Table},
};
use log::{Log, failed};
use mark::Mark;
use rolecall_names::AccessKeyId;
use std::{
    fs::{self, DirBuilder, File, TryLockError},
    io,
    ops::ControlFlow,
    os::unix::fs::DirBuilderExt,
    path::Path,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread::{self, JoinHandle},
};
use tokio::sync::watch;
use vault::{LAYOUT, RING, VIEWS, Vault, WRAPPED, Wrapped};

/// Files of a store's directory.
const LOG: &str = "log.db";
const MARK: &str = "mark";
const LOCK: &str = "lock";

/// A store in a directory. Dropping it writes what waits, and stops its two threads.
pub struct Embedded<M: Medium = Sqlite> {
    log: Arc<Log<M>>,
    threads: Vec<JoinHandle<()>>,
    /// Held while a row of keys is read, changed and written.
    keys: Mutex<()>,
    /// Held for as long as the store is open.
    _lock: File,
}

impl Embedded {
    /// Opens the store in `dir`, or makes one there from `genesis`. `extract` must be the same function each time.
    ///
    /// # Errors
    /// [`StoreError`]: the directory cannot be used, another process has it, the master key is another one, the log
    /// is damaged, or something that was acknowledged is gone.
    pub fn open(dir: &Path, master: &MasterKey, genesis: &Genesis, extract: Extractor) -> Result<Self, StoreError> {
        Self::open_on(dir, Sqlite::open, master, genesis, extract)
    }

    /// Whether a store was made in `dir`.
    #[must_use]
    pub fn rests_in(dir: &Path) -> bool {
        dir.join(LOG).is_file()
    }
}

impl<M: Medium> Embedded<M> {
    /// Opens a store whose rows are kept by what `medium` makes of the log's path.
    ///
    /// # Errors
    /// As [`Embedded::open`].
    pub fn open_on(
        dir: &Path,
        medium: impl FnOnce(&Path) -> Result<M, MediumError>,
        master: &MasterKey,
        genesis: &Genesis,
        extract: Extractor,
    ) -> Result<Self, StoreError> {
        DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|error| unusable(dir, error))?;
        let lock = lock(&dir.join(LOCK))?;
        let path = dir.join(LOG);
        let (mark, marked) = Mark::open(&dir.join(MARK))?;
        if marked > Seq(0) && !path.exists() {
            // Before a new log is begun in the place of the one that is missing.
            return Err(StoreError::Lost { path, found: Seq(0), expected: marked, mark: mark.path().to_owned() });
        }
        let medium = medium(&path).map_err(|error| failed(&path, error))?;
        let vault = unlock(&medium, &path, master, genesis)?;
        let damaged = |damage| StoreError::Damaged { path: path.clone(), seq: Seq(0), damage };
        let row = medium.get(Table::Meta, VIEWS).map_err(|error| failed(&path, error))?;
        let (ids, hashing) = vault.views(&row.ok_or_else(|| damaged(Damage::Gap))?).map_err(damaged)?;
        let log = Arc::new(Log {
            medium,
            path,
            mark,
            marked,
            vault,
            ids,
            hashing,
            extract,
            queue: Mutex::default(),
            work: Condvar::new(),
            view: Mutex::default(),
            durable: Condvar::new(),
            last_change: watch::Sender::new(Seq(0)),
        });
        let at = recover::recover(&log)?;
        let mut store = Self { log, threads: Vec::new(), keys: Mutex::default(), _lock: lock };
        store.spawn(dir, "store-commit", move |log| committer::run(log, at))?;
        store.spawn(dir, "store-seal", sealer::run)?;
        Ok(store)
    }

    fn spawn(&mut self, dir: &Path, name: &str, run: impl FnOnce(&Log<M>) + Send + 'static) -> Result<(), StoreError> {
        let log = Arc::clone(&self.log);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || run(&log));
        self.threads.push(thread.map_err(|error| unusable(dir, error))?);
        Ok(())
    }

    /// Puts `new` in the place of the master key that the store was opened with; durable on return.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written; then the old key goes on to be the one.
    pub fn rotate(&self, new: &MasterKey) -> Result<(), StoreError> {
        let _alone = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let row = self.meta(WRAPPED)?;
        let wrapped = Wrapped::decode(&row).map_err(|damage| self.log.damaged(0, damage))?;
        let wrapped = self.log.vault.rewrap(&wrapped, new).encode();
        self.log.submit(vec![Op::put(Table::Meta, WRAPPED, wrapped)])
    }

    fn meta(&self, key: u64) -> Result<Vec<u8>, StoreError> {
        self.log.row(Table::Meta, key)?.ok_or_else(|| self.log.damaged(0, Damage::Gap))
    }
}

impl<M: Medium> Drop for Embedded<M> {
    fn drop(&mut self) {
        log::close(&self.log);
        for thread in self.threads.drain(..) {
            drop(thread.join());
        }
    }
}

fn unusable(path: &Path, source: io::Error) -> StoreError {
    StoreError::Io { path: path.to_owned(), source: Arc::new(source) }
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let file = File::options().write(true).create(true).truncate(false).open(path);
    let file = file.map_err(|error| unusable(path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => Err(unusable(path, error)),
    }
}

/// The vault of the store, which begins here when the medium is empty.
fn unlock<M: Medium>(medium: &M, path: &Path, master: &MasterKey, genesis: &Genesis) -> Result<Vault, StoreError> {
    let Some(row) = medium.get(Table::Meta, WRAPPED).map_err(|error| failed(path, error))? else {
        let (vault, rows) = Vault::begin(master, genesis);
        let ops: Vec<Op> = rows.into_iter().map(|(key, row)| Op::put(Table::Meta, key, row)).collect();
        medium.commit(&ops).map_err(|error| failed(path, error))?;
        // The file's name must last as long as what is in it.
        let dir = path.parent().unwrap_or(path);
        fs::File::open(dir).and_then(|dir| dir.sync_all()).map_err(|error| unusable(dir, error))?;
        return Ok(vault);
    };
    let damaged = |damage| StoreError::Damaged { path: path.to_owned(), seq: Seq(0), damage };
    let wrapped = Wrapped::decode(&row).map_err(damaged)?;
    if wrapped.layout != LAYOUT {
        return Err(StoreError::Format { path: path.to_owned(), found: wrapped.layout, known: LAYOUT });
    }
    Vault::unwrap(&wrapped, master).map_err(|_| StoreError::WrongMasterKey { path: path.to_owned() })
}

impl<M: Medium> Store for Embedded<M> {
    fn append(&self, write: Write) -> Result<Commit, AppendError> {
        if write.changes.is_empty() && write.events.is_empty() {
            return Ok(Commit::answered(Ok(Seq(self.log.lock_view().committed))));
        }
        let mut queue = self.log.lock_queue();
        let commit = queue.push(write)?;
        let wake = queue.wakes();
        drop(queue);
        if wake {
            self.log.work.notify_one();
        }
        Ok(commit)
    }

    fn flush(&self) {
        self.log.flush();
    }

    fn generation(&self) -> Generation {
        Generation(self.log.lock_queue().generation)
    }

    fn replay(&self, after: Seq, visit: &mut dyn FnMut(Seq, &[u8]) -> ControlFlow<()>) -> Result<Seq, StoreError> {
        self.log.replay(after, visit)
    }

    fn follow(&self) -> watch::Receiver<Seq> {
        self.log.last_change.subscribe()
    }

    fn lookup(&self, lookup: &Lookup) -> Result<Page, StoreError> {
        self.log.lookup(lookup)
    }

    fn events(&self, visit: &mut dyn FnMut(Found) -> ControlFlow<()>) -> Result<(), StoreError> {
        self.log.events(visit)
    }

    fn last_used(&self, key: &AccessKeyId) -> Result<Option<LastUsed>, StoreError> {
        self.log.last_used(key)
    }

    fn event_id(&self, seq: Seq) -> u128 {
        self.log.ids.id(seq)
    }

    fn event_seq(&self, event_id: u128) -> Option<Seq> {
        self.log.ids.seq(event_id)
    }

    fn ring(&self) -> Result<Vec<RingKey>, StoreError> {
        self.log.vault.open_ring(&self.meta(RING)?).map_err(|damage| self.log.damaged(0, damage))
    }

    fn add_ring_key(&self, key: RingKey) -> Result<(), StoreError> {
        let _alone = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let mut ring = self.ring()?;
        if ring.iter().any(|known| known.id == key.id) {
            return Err(StoreError::RingKeyExists { id: key.id });
        }
        ring.push(key);
        self.log.submit(vec![Op::put(Table::Meta, RING, self.log.vault.seal_ring(&ring))])
    }

    fn status(&self) -> Status {
        let (queued, shut) = {
            let queue = self.log.lock_queue();
            (queue.batch.records, queue.shut.clone())
        };
        let view = self.log.lock_view();
        Status { committed: Seq(view.committed), unindexed: view.raw_events, queued, shut }
    }
}
