//! Connections over which nobody has proved anything yet: there is room for so many, and the newest have it.
//!
//! Whoever opens connections by the thousand and leaves them half open pushes out his own. A connection over which a
//! call was let in is no stranger's any more and stays.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::Notify;

/// All of them.
#[derive(Debug)]
pub(crate) struct Strangers {
    room: usize,
    present: Mutex<Present>,
}

#[derive(Debug, Default)]
struct Present {
    came: u64,
    /// In the order they came.
    waiting: BTreeMap<u64, Arc<Notify>>,
}

impl Strangers {
    pub(crate) fn new(room: usize) -> Arc<Self> {
        Arc::new(Self { room: room.max(1), present: Mutex::default() })
    }

    /// Takes one more in. Where there is no room the oldest is asked to leave.
    pub(crate) fn admit(self: &Arc<Self>) -> Stranger {
        let leave = Arc::new(Notify::new());
        let mut present = self.present();
        let number = present.came;
        present.came += 1;
        let oldest = if present.waiting.len() < self.room { None } else { present.waiting.pop_first() };
        present.waiting.insert(number, leave.clone());
        drop(present);
        if let Some((_, oldest)) = oldest {
            // Kept for one who is not listening just now.
            oldest.notify_one();
        }
        Stranger { strangers: self.clone(), number, known: AtomicBool::new(false), leave }
    }

    fn present(&self) -> MutexGuard<'_, Present> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever is behind one connection.
#[derive(Debug)]
pub(crate) struct Stranger {
    strangers: Arc<Strangers>,
    number: u64,
    known: AtomicBool,
    leave: Arc<Notify>,
}

impl Stranger {
    /// Notes that a call was let in: from now on the connection is nobody's to take.
    pub(crate) fn is_let_in(&self) {
        if !self.known.swap(true, Ordering::Relaxed) {
            self.strangers.present().waiting.remove(&self.number);
        }
    }

    /// Whether a call was let in.
    pub(crate) fn is_known(&self) -> bool {
        self.known.load(Ordering::Relaxed)
    }

    /// Returns when the connection is to be given up.
    pub(crate) async fn asked_to_leave(&self) {
        self.leave.notified().await;
        if self.is_known() {
            // It was let in while it was being asked.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.strangers.present().waiting.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    async fn must_leave(stranger: &Stranger) -> bool {
        tokio::time::timeout(Duration::from_millis(1), stranger.asked_to_leave()).await.is_ok()
    }

    #[tokio::test]
    async fn the_oldest_leaves_for_the_newest() {
        let strangers = Strangers::new(2);
        let (first, second, third) = (strangers.admit(), strangers.admit(), strangers.admit());
        assert!(must_leave(&first).await);
        assert!(!must_leave(&second).await);
        assert!(!must_leave(&third).await);
    }

    #[tokio::test]
    async fn whoever_was_let_in_or_has_gone_takes_no_room() {
        let strangers = Strangers::new(2);
        let (known, second) = (strangers.admit(), strangers.admit());
        known.is_let_in();
        drop(strangers.admit());
        let _third = strangers.admit();
        assert!(!must_leave(&known).await && !must_leave(&second).await);
        let _fourth = strangers.admit();
        assert!(!must_leave(&known).await && must_leave(&second).await);
    }
}
