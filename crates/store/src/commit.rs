//! How a writer learns that its write is durable.
//!
//! All writes of a batch are answered by one event, so they share one answer. To wake them one by one from the thread
//! that synced would, on one core, let the first of them run, write again and fall asleep before the next is woken: two
//! changes of thread for each write. So only one is woken, and when it looks at its answer it wakes the others from
//! its own thread, where that costs next to nothing. Whoever gave the answer makes up for it if that does not happen.

use crate::{Seq, StoreError};
use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

/// What becomes of a write: the sequence number of its last record, or why it is not written.
pub type Answer = Result<Seq, StoreError>;

#[derive(Debug, Default)]
struct Shared {
    /// For the batch: the sequence number that offsets count from.
    answer: OnceLock<Answer>,
    /// One for each write that waits; `None` where it went away.
    sleepers: Mutex<Vec<Option<Waker>>>,
}

impl Shared {
    fn sleepers(&self) -> MutexGuard<'_, Vec<Option<Waker>>> {
        self.sleepers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake_all(&self) {
        let sleepers = std::mem::take(&mut *self.sleepers());
        for sleeper in sleepers.into_iter().flatten() {
            sleeper.wake();
        }
    }
}

/// Writes under way together: the end that will answer them. Dropped unanswered, it answers [`StoreError::Closed`].
#[derive(Debug, Default)]
pub struct Pledge(Arc<Shared>);

impl Pledge {
    /// A write of this batch, whose last record stands `offset` behind the batch's first.
    pub fn commit(&self, offset: u64) -> Commit {
        Commit { shared: Arc::clone(&self.0), offset, place: None }
    }

    /// Answers all writes of the batch. `answer` tells the sequence number of the batch's first record.
    pub fn settle(self, answer: Answer) -> Settled {
        // A pledge is settled once: this and the drop are the only places, and this one comes first.
        drop(self.0.answer.set(answer));
        let mut sleepers = self.0.sleepers();
        let first = std::iter::from_fn(|| sleepers.pop()).flatten().next();
        drop(sleepers);
        if let Some(first) = first {
            first.wake();
        }
        Settled(Arc::clone(&self.0))
    }
}

impl Drop for Pledge {
    fn drop(&mut self) {
        if self.0.answer.set(Err(StoreError::Closed)).is_ok() {
            self.0.wake_all();
        }
    }
}

/// A batch that is answered. One of its writers has been woken to wake the others; those that it has not woken by then
/// are woken when this is dropped.
#[derive(Debug)]
#[must_use = "dropped at once, it wakes every writer from here"]
pub struct Settled(Arc<Shared>);

impl Drop for Settled {
    fn drop(&mut self) {
        self.0.wake_all();
    }
}

/// A write under way. Dropping it does not take the write back.
#[derive(Debug)]
#[must_use = "a write is durable only when this is done"]
pub struct Commit {
    shared: Arc<Shared>,
    offset: u64,
    /// Where among the sleepers this write's waker is.
    place: Option<usize>,
}

impl Commit {
    /// A write that is answered already.
    pub(crate) fn answered(answer: Answer) -> Self {
        let pledge = Pledge::default();
        let commit = pledge.commit(0);
        drop(pledge.settle(answer));
        commit
    }

    /// Waits on this thread, which must not be one that drives async code.
    ///
    /// # Errors
    /// [`StoreError`] when the write is not durable.
    pub fn wait(mut self) -> Answer {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        loop {
            match Pin::new(&mut self).poll(&mut context) {
                Poll::Ready(answer) => return answer,
                Poll::Pending => thread::park(),
            }
        }
    }
}

impl Future for Commit {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        let shared = Arc::clone(&self.shared);
        if shared.answer.get().is_none() {
            let mut sleepers = shared.sleepers();
            // Looked at again under the lock: an answer given in between has woken nobody who is not yet in the list.
            if shared.answer.get().is_none() {
                match self.place.and_then(|place| sleepers.get_mut(place)) {
                    Some(sleeper) => *sleeper = Some(context.waker().clone()),
                    None => {
                        self.place = Some(sleepers.len());
                        sleepers.push(Some(context.waker().clone()));
                    }
                }
                return Poll::Pending;
            }
        }
        shared.wake_all();
        let answer = shared.answer.get().cloned().unwrap_or(Err(StoreError::Closed));
        Poll::Ready(answer.map(|Seq(base)| Seq(base + self.offset)))
    }
}

impl Drop for Commit {
    fn drop(&mut self) {
        let Some(place) = self.place else { return };
        let mut sleepers = self.shared.sleepers();
        if self.shared.answer.get().is_none() {
            if let Some(sleeper) = sleepers.get_mut(place) {
                *sleeper = None;
            }
            return;
        }
        drop(sleepers);
        // It may be the one that was woken to wake the others.
        self.shared.wake_all();
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn poll(commit: &mut Commit, count: &Arc<Count>) -> Poll<Answer> {
        Pin::new(commit).poll(&mut Context::from_waker(&Waker::from(Arc::clone(count))))
    }

    #[test]
    fn one_is_woken_and_wakes_the_others() {
        let (pledge, count) = (Pledge::default(), Arc::new(Count::default()));
        let mut commits: Vec<Commit> = (0..10).map(|offset| pledge.commit(offset)).collect();
        for commit in &mut commits {
            assert!(poll(commit, &count).is_pending());
            assert!(poll(commit, &count).is_pending());
        }
        let settled = pledge.settle(Ok(Seq(100)));
        assert_eq!(count.0.load(Ordering::SeqCst), 1);
        let last = commits.pop().unwrap();
        assert_eq!(last.wait().unwrap(), Seq(109));
        assert_eq!(count.0.load(Ordering::SeqCst), 10);
        for (commit, seq) in commits.iter_mut().zip(100..) {
            assert!(matches!(poll(commit, &count), Poll::Ready(Ok(Seq(found))) if found == seq));
        }
        drop(settled);
        assert_eq!(count.0.load(Ordering::SeqCst), 10);
    }

    #[test]
    fn others_are_woken_when_the_one_goes_away_and_when_it_does_not_look() {
        for goes_away in [true, false] {
            let (pledge, count) = (Pledge::default(), Arc::new(Count::default()));
            let mut commits = [pledge.commit(0), pledge.commit(1), pledge.commit(2)];
            for commit in &mut commits {
                assert!(poll(commit, &count).is_pending());
            }
            let settled = pledge.settle(Ok(Seq(1)));
            if goes_away {
                drop(commits);
            } else {
                drop(settled);
            }
            assert_eq!(count.0.load(Ordering::SeqCst), 3);
        }
    }

    #[test]
    fn who_goes_away_early_is_not_woken_and_does_not_keep_the_others_waiting() {
        let (pledge, count) = (Pledge::default(), Arc::new(Count::default()));
        let mut commits: Vec<Commit> = (0..3).map(|offset| pledge.commit(offset)).collect();
        for commit in &mut commits {
            assert!(poll(commit, &count).is_pending());
        }
        drop(commits.pop());
        let settled = pledge.settle(Ok(Seq(1)));
        assert_eq!(count.0.load(Ordering::SeqCst), 1);
        assert!(poll(&mut commits[1], &count).is_ready());
        assert_eq!(count.0.load(Ordering::SeqCst), 2);
        drop(settled);
    }

    #[test]
    fn a_pledge_that_is_not_kept_says_so() {
        let pledge = Pledge::default();
        let commit = pledge.commit(0);
        let waiting = thread::spawn(|| commit.wait());
        thread::sleep(Duration::from_millis(10));
        drop(pledge);
        assert!(matches!(waiting.join().unwrap(), Err(StoreError::Closed)));
    }

    #[test]
    fn many_threads_all_hear_of_it() {
        for _ in 0..50 {
            let pledge = Pledge::default();
            let waiting: Vec<_> = (0..8)
                .map(|offset| (offset, pledge.commit(offset)))
                .map(|(n, c)| (n, thread::spawn(|| c.wait())))
                .collect();
            let settled = pledge.settle(Ok(Seq(5)));
            for (offset, thread) in waiting {
                assert_eq!(thread.join().unwrap().unwrap(), Seq(5 + offset));
            }
            drop(settled);
        }
    }
}
