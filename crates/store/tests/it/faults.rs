//! What the store does when the disk is slow, full, failing, or loses what was written to it.

use crate::support::{
    Dice, account, events, extract,
    fault::{Fate, Fault, Layer},
    genesis, master, numbered,
};
use rolecall_names::Instant;
use rolecall_store::{AppendError, Damage, Embedded, Lookup, RingKey, Seq, Store, StoreError, Write};
use std::{
    fs,
    ops::ControlFlow,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Duration,
};
use tempfile::TempDir;
use zeroize::Zeroizing;

fn faulty(dir: &TempDir, fault: &Fault) -> Embedded<Layer> {
    Embedded::open_on(dir.path(), fault.layer(), &master(), &genesis(), extract).unwrap()
}

fn plain(dir: &Path) -> Result<Embedded, StoreError> {
    Embedded::open(dir, &master(), &genesis(), extract)
}

fn change(store: &impl Store, text: &str) -> Write {
    Write { generation: store.generation(), changes: vec![text.as_bytes().to_vec()], events: vec![numbered(0)] }
}

fn changes(store: &impl Store) -> Vec<String> {
    let mut all = Vec::new();
    store
        .replay(Seq(0), &mut |_, change| {
            all.push(String::from_utf8(change.to_vec()).unwrap());
            ControlFlow::Continue(())
        })
        .unwrap();
    all
}

#[test]
fn no_acknowledgement_precedes_a_finished_sync() {
    let dir = TempDir::new().unwrap();
    let fault = Fault::default();
    let store = faulty(&dir, &fault);
    let acknowledged = AtomicU64::new(0);
    let mut dice = Dice(5);
    fault.next(&std::array::from_fn::<_, 200, _>(|_| if dice.below(4) == 0 { Fate::Full } else { Fate::Done }));
    fault.delay(Duration::from_micros(300));
    let refused = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for number in 0..300 {
                    match store.append(events(vec![numbered(number)])).unwrap().wait() {
                        Ok(seq) => {
                            assert!(seq.0 <= fault.synced(), "{seq} answered, {} synced", fault.synced());
                            acknowledged.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(StoreError::Unwritten { .. }) => drop(refused.fetch_add(1, Ordering::Relaxed)),
                        Err(other) => panic!("{other}"),
                    }
                }
            });
        }
    });
    assert!(refused.load(Ordering::Relaxed) > 50);
    let acknowledged = acknowledged.load(Ordering::Relaxed);
    assert_eq!(store.status().committed, Seq(acknowledged), "what was refused takes no number");
    drop(store);
    assert_eq!(plain(dir.path()).unwrap().status().committed, Seq(acknowledged));
}

#[test]
fn while_a_sync_is_under_way_nothing_is_answered_and_what_queues_is_one_batch() {
    let dir = TempDir::new().unwrap();
    let fault = Fault::default();
    let store = faulty(&dir, &fault);
    fault.next(&[]);
    fault.hold();
    let first = store.append(events(vec![numbered(1)])).unwrap();
    fault.wait_for_held();
    let rest: Vec<_> = (0..200).map(|number| store.append(events(vec![numbered(number)])).unwrap()).collect();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut first = std::pin::pin!(first);
    thread::sleep(Duration::from_millis(30));
    assert!(first.as_mut().poll(&mut context).is_pending());
    assert_eq!(store.status().committed, Seq(0));
    fault.release();
    for (commit, seq) in rest.into_iter().zip(2..) {
        assert_eq!(commit.wait().unwrap(), Seq(seq));
    }
    assert!(first.as_mut().poll(&mut context).is_ready());
    assert_eq!(fault.commits(), 2);
}

#[test]
fn a_batch_waits_for_company_until_those_who_write_have_run_dry() {
    let dir = TempDir::new().unwrap();
    let fault = Fault::default();
    let store = faulty(&dir, &fault);
    let before = fault.commits();
    // Written one by one, with as much time between them as another thread needs to take each away alone.
    let commits: Vec<_> = (0..200)
        .map(|number| {
            let commit = store.append(events(vec![numbered(number)])).unwrap();
            thread::yield_now();
            commit
        })
        .collect();
    store.flush();
    for commit in commits {
        commit.wait().unwrap();
    }
    assert!(fault.commits() - before <= 50, "{} commits for 200 writes", fault.commits() - before);
}

#[test]
fn a_write_that_nobody_follows_up_is_committed_all_the_same() {
    let dir = TempDir::new().unwrap();
    let store = faulty(&dir, &Fault::default());
    for number in 0..3 {
        store.append(events(vec![numbered(number)])).unwrap().wait().unwrap();
    }
}

#[test]
fn the_queue_is_bounded() {
    let dir = TempDir::new().unwrap();
    let fault = Fault::default();
    let store = faulty(&dir, &fault);
    fault.hold();
    let mut taken = 0u64;
    let mut commits = Vec::new();
    let refused = loop {
        match store.append(events(vec![numbered(taken)])) {
            Ok(commit) => commits.push(commit),
            Err(refused) => break refused,
        }
        taken += 1;
        assert!(taken < 100_000);
    };
    assert!(matches!(refused, AppendError::Overloaded));
    fault.release();
    for commit in commits {
        commit.wait().unwrap();
    }
    store.append(events(vec![numbered(0)])).unwrap().wait().unwrap();
}

#[test]
fn a_failed_batch_takes_with_it_what_queued_behind_and_what_was_computed_from_it() {
    let dir = TempDir::new().unwrap();
    let fault = Fault::default();
    let store = faulty(&dir, &fault);
    store.append(change(&store, "kept")).unwrap().wait().unwrap();
    fault.next(&[Fate::Full]);
    fault.hold();
    let lost = store.append(change(&store, "lost")).unwrap();
    fault.wait_for_held();
    let behind = store.append(change(&store, "computed from the lost one")).unwrap();
    let late = change(&store, "computed before the failure was known");
    fault.release();
    assert!(matches!(lost.wait(), Err(StoreError::Unwritten { .. })));
    assert!(matches!(behind.wait(), Err(StoreError::Unwritten { .. })));
    assert!(matches!(store.append(late), Err(AppendError::Refused(StoreError::Superseded))));
    store.append(events(vec![numbered(1)])).unwrap().wait().unwrap();
    store.append(change(&store, "after")).unwrap().wait().unwrap();
    assert_eq!(changes(&store), ["kept", "after"]);
    drop(store);
    assert_eq!(changes(&plain(dir.path()).unwrap()), ["kept", "after"]);
}

#[test]
fn after_a_failed_sync_the_store_is_shut_until_it_is_opened_again() {
    for fate in [Fate::BrokenBefore, Fate::BrokenAfter] {
        let dir = TempDir::new().unwrap();
        let fault = Fault::default();
        let store = faulty(&dir, &fault);
        store.append(change(&store, "kept")).unwrap().wait().unwrap();
        fault.next(&[fate]);
        fault.hold();
        let first = store.append(change(&store, "unsure")).unwrap();
        fault.wait_for_held();
        let behind = store.append(events(vec![numbered(0)])).unwrap();
        fault.release();
        for commit in [first, behind] {
            assert!(matches!(commit.wait(), Err(StoreError::Shut { .. })));
        }
        let refused = store.append(events(vec![numbered(0)])).err().unwrap();
        assert!(refused.to_string().contains("shut"), "{refused}");
        assert!(store.status().shut.is_some());
        let ring_key = RingKey { id: 2, created: Instant::from_seconds(0), key: Zeroizing::new([0; 32]) };
        assert!(matches!(store.add_ring_key(ring_key), Err(StoreError::Shut { .. })));
        drop(store);
        let store = plain(dir.path()).unwrap();
        let there = changes(&store);
        assert_eq!(there[0], "kept");
        // Nothing was promised about the other, only that it is there whole or not at all.
        assert_eq!(there.len() == 2, fate == Fate::BrokenAfter);
        store.append(change(&store, "on")).unwrap().wait().unwrap();
    }
}

#[test]
fn a_full_disk_does_not_stop_the_sealer_for_good() {
    let dir = TempDir::new().unwrap();
    let fault = Fault::default();
    let store = faulty(&dir, &fault);
    fault.next(&[[Fate::Done; 3].as_slice(), &[Fate::Full; 12], &[Fate::Done; 2], &[Fate::Full; 2]].concat());
    let mut written = 0;
    while written < 3_000 {
        let commits: Vec<_> = (0..50).map(|number| store.append(events(vec![numbered(number)])).unwrap()).collect();
        written += commits.into_iter().filter_map(|commit| commit.wait().ok()).count();
    }
    for _ in 0..500 {
        if store.status().unindexed < 256 {
            return;
        }
        // The sealer tries again with the next commit that goes through.
        store.append(events(vec![numbered(0)])).unwrap().wait().unwrap();
        thread::sleep(Duration::from_millis(2));
    }
    panic!("{:?}", store.status());
}

/// Writes `count` events one by one and leaves the files as a crash would: the write-ahead log not yet copied.
fn crashed(count: u64) -> TempDir {
    let (dir, copy) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let store = plain(dir.path()).unwrap();
    for number in 1..=count {
        store.append(events(vec![numbered(number)])).unwrap().wait().unwrap();
    }
    for name in ["log.db", "log.db-wal", "mark"] {
        fs::copy(dir.path().join(name), copy.path().join(name)).unwrap();
    }
    copy
}

fn last_event(store: &impl Store) -> u64 {
    store.status().committed.0
}

#[test]
fn a_torn_tail_that_was_not_acknowledged_is_dropped_and_the_log_goes_on() {
    for cut in [1, 100, 4_000, 20_000] {
        let dir = crashed(60);
        fs::remove_file(dir.path().join("mark")).unwrap();
        let wal = dir.path().join("log.db-wal");
        let length = fs::metadata(&wal).unwrap().len();
        fs::File::options().write(true).open(&wal).unwrap().set_len(length - cut).unwrap();
        let store = plain(dir.path()).unwrap();
        let end = last_event(&store);
        assert!((1..60).contains(&end), "cut {cut}: {end}");
        assert_eq!(store.append(events(vec![numbered(0)])).unwrap().wait().unwrap(), Seq(end + 1));
    }
}

#[test]
fn acknowledged_records_that_are_gone_are_reported() {
    let dir = crashed(60);
    let wal = dir.path().join("log.db-wal");
    let mut bytes = fs::read(&wal).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&wal, bytes).unwrap();
    match plain(dir.path()).err().unwrap() {
        StoreError::Lost { found, expected: Seq(60), mark, .. } => {
            assert!(found < Seq(60));
            // Whoever accepts the loss can go on, as the message says.
            fs::remove_file(mark).unwrap();
            assert_eq!(plain(dir.path()).unwrap().status().committed, found);
        }
        other => panic!("{other}"),
    }
}

#[test]
fn a_log_that_is_missing_is_not_begun_anew() {
    let dir = TempDir::new().unwrap();
    plain(dir.path()).unwrap().append(events(vec![numbered(0)])).unwrap().wait().unwrap();
    fs::remove_file(dir.path().join("log.db")).unwrap();
    let refused = plain(dir.path()).err().unwrap();
    assert!(matches!(refused, StoreError::Lost { found: Seq(0), expected: Seq(1), .. }), "{refused}");
    assert!(!dir.path().join("log.db").exists());
}

fn everything(store: &impl Store) -> Vec<Vec<u8>> {
    let lookup = Lookup {
        account: account(1),
        region: "us-east-1".parse().unwrap(),
        attribute: None,
        start: Instant::from_seconds(0),
        end: Instant::from_seconds(1 << 40),
        limit: 1 << 20,
        after: None,
    };
    store.lookup(&lookup).unwrap().events.into_iter().map(|found| found.body).collect()
}

#[test]
fn a_flipped_bit_in_a_row_is_reported_wherever_it_is() {
    let dir = TempDir::new().unwrap();
    let store = plain(dir.path()).unwrap();
    for number in 0..40 {
        let mut write = change(&store, &format!("change number {number}"));
        write.events[0].body = vec![b'e'; 3000];
        store.append(write).unwrap().wait().unwrap();
    }
    drop(store);
    let path = dir.path().join("log.db");
    let whole = fs::read(&path).unwrap();
    let places: Vec<usize> =
        whole.windows(100).enumerate().filter(|(_, bytes)| *bytes == [b'e'; 100]).map(|(at, _)| at).collect();
    let mut reported = 0;
    for at in places.iter().step_by(places.len() / 25) {
        let mut bytes = whole.clone();
        bytes[*at] ^= 4;
        fs::write(&path, bytes).unwrap();
        match plain(dir.path()) {
            Err(StoreError::Damaged { damage, .. }) => {
                assert_eq!(damage, Damage::Checksum);
                reported += 1;
            }
            // Pages hold what is left of rows that have moved; there a bit is nothing.
            Ok(store) => {
                assert!(everything(&store).len() == 40 && everything(&store).iter().all(|body| *body == [b'e'; 3000]))
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert!(reported > 5, "{reported}");
    fs::write(&path, whole).unwrap();
    plain(dir.path()).unwrap();
}
