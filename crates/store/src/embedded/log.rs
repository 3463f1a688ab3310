//! What the threads of a store share: the queue, the view, the medium, and the keys.

use super::{
    index::Hashing,
    mark::Mark,
    queue::{Job, Queue},
    vault::Vault,
    view::View,
};
use crate::{
    Damage, Extractor, Pledge, Seq, StoreError,
    event_id::EventIds,
    medium::{MediumError, Op},
};
use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

/// The shared part of a store.
pub(super) struct Log<M> {
    pub(super) medium: M,
    /// The file, for messages.
    pub(super) path: PathBuf,
    pub(super) mark: Mark,
    /// What the mark said when the store was opened.
    pub(super) marked: Seq,
    pub(super) vault: Vault,
    pub(super) ids: EventIds,
    pub(super) hashing: Hashing,
    pub(super) extract: Extractor,
    /// Where both are locked, before the view.
    pub(super) queue: Mutex<Queue>,
    /// Wakes the committer: there is work, or room for more events.
    pub(super) work: Condvar,
    pub(super) view: Mutex<View>,
    /// Wakes the sealer: there are events to put into blocks, or it is time to go.
    pub(super) durable: Condvar,
    pub(super) last_change: watch::Sender<Seq>,
}

impl<M> Log<M> {
    pub(super) fn lock_queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn lock_view(&self) -> MutexGuard<'_, View> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The view as it is now.
    pub(super) fn snapshot(&self) -> View {
        self.lock_view().clone()
    }

    /// Hands `ops` to the committer and waits until they are durable.
    pub(super) fn submit(&self, ops: Vec<Op>) -> Result<(), StoreError> {
        let done = Pledge::default();
        let answer = done.commit(0);
        let mut queue = self.lock_queue();
        if let Some(error) = queue.refusal() {
            return Err(error);
        }
        queue.jobs.push(Job { ops, done });
        let wake = std::mem::take(&mut queue.idle);
        drop(queue);
        if wake {
            self.work.notify_one();
        }
        answer.wait().map(drop)
    }

    /// Commits what waits without waiting for more.
    pub(super) fn flush(&self) {
        let wake = self.lock_queue().flush();
        if wake {
            self.work.notify_one();
        }
    }

    /// Takes no writes from now on.
    pub(super) fn shut(&self, error: StoreError) {
        let mut queue = self.lock_queue();
        queue.fail(&error);
        for job in std::mem::take(&mut queue.jobs) {
            drop(job.done.settle(Err(error.clone())));
        }
        queue.shut = Some(error);
        drop(queue);
        self.lock_view().closing = true;
        self.durable.notify_all();
    }

    /// Tells the committer that events have gone from memory.
    pub(super) fn made_room(&self) {
        // Whoever looks for room holds the queue, so after this it has either seen the room or is waiting.
        drop(self.lock_queue());
        self.work.notify_one();
    }

    /// Why a read or a write failed, for people.
    pub(super) fn failed(&self, error: MediumError) -> StoreError {
        failed(&self.path, error)
    }

    pub(super) fn io(&self, source: io::Error) -> StoreError {
        StoreError::Io { path: self.path.clone(), source: Arc::new(source) }
    }

    pub(super) fn damaged(&self, seq: u64, damage: Damage) -> StoreError {
        StoreError::Damaged { path: self.path.clone(), seq: Seq(seq), damage }
    }
}

pub(super) fn failed(path: &Path, error: MediumError) -> StoreError {
    let (MediumError::Unwritten(source) | MediumError::Broken(source)) = error;
    StoreError::Medium { path: path.to_owned(), source }
}

/// Takes no more writes, and tells the threads to finish.
pub(super) fn close<M>(log: &Log<M>) {
    log.lock_queue().closing = true;
    log.work.notify_all();
    log.lock_view().closing = true;
    log.durable.notify_all();
}
