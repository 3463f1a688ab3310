//! Refusals in the log: told, but not by the thousand.

use super::arrival::Refusal;
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// How long [`LINES`] have to do.
const SPELL: Duration = Duration::from_secs(10);
/// Lines for each reason within a spell.
const LINES: u32 = 8;

/// What was said of each reason within its spell.
#[derive(Debug, Default)]
pub(crate) struct Complaints {
    spells: Mutex<HashMap<&'static str, Spell>>,
}

#[derive(Debug, Clone, Copy)]
struct Spell {
    began: Instant,
    lines: u32,
    passed_over: u64,
}

impl Complaints {
    /// Logs why a connection from `peer` was closed, unless that reason was told often enough just now.
    pub(crate) fn log(&self, peer: SocketAddr, refusal: &Refusal) {
        if let Some(passed_over) = self.may(refusal.name(), Instant::now()) {
            tracing::warn!(%peer, passed_over, "a connection was closed: {refusal}");
        }
    }

    /// How many of that reason were passed over since the last line, when there may be another one.
    fn may(&self, reason: &'static str, now: Instant) -> Option<u64> {
        let mut spells = self.spells.lock().unwrap_or_else(PoisonError::into_inner);
        let spell = spells.entry(reason).or_insert(Spell { began: now, lines: 0, passed_over: 0 });
        if now.duration_since(spell.began) >= SPELL {
            (spell.began, spell.lines) = (now, 0);
        }
        if spell.lines >= LINES {
            spell.passed_over += 1;
            return None;
        }
        spell.lines += 1;
        Some(std::mem::take(&mut spell.passed_over))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_told_a_few_times_in_a_spell_and_then_how_often_it_was_not() {
        let (complaints, now) = (Complaints::default(), Instant::now());
        for _ in 0..LINES {
            assert_eq!(complaints.may("header", now), Some(0));
        }
        for _ in 0..5 {
            assert_eq!(complaints.may("header", now + SPELL / 2), None);
        }
        assert_eq!(complaints.may("endpoint", now), Some(0), "each reason has lines of its own");
        assert_eq!(complaints.may("header", now + SPELL), Some(5));
        assert_eq!(complaints.may("header", now + SPELL), Some(0));
    }
}
