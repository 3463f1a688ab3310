//! The index is a view: taken away or damaged, it is made again from the log, and answers are right all the while.

use crate::support::{Dice, account, event, extract, fault::Fault, genesis, master};
use rolecall_names::{AccessKeyId, Instant};
use rolecall_store::{
    AttributeKind, Embedded, Lookup, Seq, Store, Write,
    medium::{Medium, Op, Order, Sqlite, Table},
};
use std::{ops::ControlFlow, path::Path, thread, time::Duration};
use tempfile::TempDir;

/// Enough for one segment and some blocks of the next.
const EVENTS: u64 = 40_000;

fn open(dir: &Path) -> Embedded {
    Embedded::open(dir, &master(), &genesis(), extract).unwrap()
}

fn fill(dir: &Path) {
    let store = open(dir);
    let mut commits = Vec::new();
    for number in 0..EVENTS {
        let key = AccessKeyId::long_term(account(1), number / 10_000);
        let attributes = [
            (AttributeKind::Username, &*format!("user-{}", number % 1000)),
            (AttributeKind::AccessKeyId, key.as_str()),
            (AttributeKind::EventSource, "sts.amazonaws.com"),
        ];
        let row = event(1, "us-east-1", number as i64, &attributes);
        commits.push(store.append(Write { events: vec![row], ..Write::default() }).unwrap());
        if commits.len() == 1000 {
            for commit in commits.drain(..) {
                commit.wait().unwrap();
            }
        }
    }
    settle(&store);
}

/// Waits until the sealer has nothing to do.
fn settle(store: &impl Store) {
    for _ in 0..1000 {
        if store.status().unindexed < 256 {
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn rows(dir: &Path, table: Table) -> usize {
    let medium = Sqlite::open(&dir.join("log.db")).unwrap();
    let mut count = 0;
    let mut visit = |_, _: &[u8]| {
        count += 1;
        ControlFlow::Continue(())
    };
    medium.scan(table, 0..=u64::MAX, Order::Rising, &mut visit).unwrap();
    count
}

fn change_rows(dir: &Path, ops: &[Op]) {
    Sqlite::open(&dir.join("log.db")).unwrap().commit(ops).unwrap();
}

fn everything() -> Lookup {
    Lookup {
        account: account(1),
        region: "us-east-1".parse().unwrap(),
        attribute: None,
        start: Instant::from_seconds(0),
        end: Instant::from_seconds(EVENTS as i64),
        limit: 100,
        after: None,
    }
}

fn check(store: &impl Store) {
    for user in [0, 7, 999] {
        let attribute = Some((AttributeKind::Username, format!("user-{user}")));
        let lookup = Lookup { attribute, ..everything() };
        let page = store.lookup(&lookup).unwrap();
        let expected: Vec<Seq> = (0..40).rev().map(|turn| Seq(turn * 1000 + user + 1)).collect();
        assert_eq!(page.events.iter().map(|found| found.seq).collect::<Vec<_>>(), expected);
    }
    for number in 0..4 {
        let used = store.last_used(&AccessKeyId::long_term(account(1), number)).unwrap().unwrap();
        assert_eq!(used.time, Instant::from_seconds(number as i64 * 10_000 + 9_999));
        assert_eq!(used.service, "sts");
    }
    assert_eq!(store.last_used(&AccessKeyId::long_term(account(1), 9)).unwrap(), None);
}

#[test]
fn a_view_that_is_missing_or_damaged_is_made_again() {
    let dir = TempDir::new().unwrap();
    fill(dir.path());
    assert_eq!(rows(dir.path(), Table::Segment), 1);
    assert_eq!(rows(dir.path(), Table::Index), 64);
    assert!(rows(dir.path(), Table::Block) > 128);
    assert!(rows(dir.path(), Table::Event) < 256);
    assert_eq!(rows(dir.path(), Table::Use), 5);
    check(&open(dir.path()));
    let everything = |table| Op::Delete { table, keys: 0..=u64::MAX };
    let damage = (64..128).map(|key| Op::put(Table::Index, key, vec![1; 99])).collect();
    let cases: [Vec<Op>; 4] = [
        vec![everything(Table::Index)],
        vec![everything(Table::Use)],
        vec![everything(Table::Index), everything(Table::Use)],
        damage,
    ];
    for ops in cases {
        change_rows(dir.path(), &ops);
        let store = open(dir.path());
        check(&store);
        for _ in 0..400 {
            if rows(dir.path(), Table::Index) == 64 && rows(dir.path(), Table::Use) == 5 {
                break;
            }
            thread::sleep(Duration::from_millis(10));
        }
        check(&store);
        drop(store);
        assert_eq!(rows(dir.path(), Table::Index), 64);
        assert_eq!(rows(dir.path(), Table::Use), 5);
        check(&open(dir.path()));
    }
}

#[test]
fn a_block_that_is_missing_is_reported() {
    let dir = TempDir::new().unwrap();
    fill(dir.path());
    let mut keys = Vec::new();
    let mut visit = |key, _: &[u8]| {
        keys.push(key);
        ControlFlow::Continue(())
    };
    let medium = Sqlite::open(&dir.path().join("log.db")).unwrap();
    medium.scan(Table::Block, 0..=u64::MAX, Order::Rising, &mut visit).unwrap();
    drop(medium);
    let last = *keys.last().unwrap();
    change_rows(dir.path(), &[Op::Delete { table: Table::Block, keys: keys[3]..=keys[3] }]);
    let store = open(dir.path());
    let lookup = Lookup { end: Instant::from_seconds(1500), limit: 5000, ..everything() };
    assert!(store.lookup(&lookup).unwrap_err().to_string().contains("a row before this one is missing"));
    drop(store);
    change_rows(dir.path(), &[Op::Delete { table: Table::Block, keys: last..=last }]);
    assert!(Embedded::open(dir.path(), &master(), &genesis(), extract).is_err());
}

#[test]
fn batches_of_every_size_are_found_again_in_their_order() {
    let dir = TempDir::new().unwrap();
    let fault = Fault::default();
    let mut dice = Dice(3);
    let mut number = 0;
    for _ in 0..6 {
        let store = Embedded::open_on(dir.path(), fault.layer(), &master(), &genesis(), extract).unwrap();
        for _ in 0..10 {
            // What queues while a commit is held is one batch; large ones are compressed at once and small ones not.
            fault.hold();
            let size = [1, 3, 70, 300, 700][dice.below(5) as usize];
            let mut commits = Vec::new();
            for place in 0..size {
                number += 1;
                let changes = if place % 50 == 7 { vec![vec![0; 9]] } else { Vec::new() };
                let rows = vec![event(1, "us-east-1", number, &[(AttributeKind::Username, &number.to_string())])];
                commits.push(store.append(Write { generation: store.generation(), changes, events: rows }).unwrap());
                if place == 0 {
                    fault.wait_for_held();
                }
            }
            fault.release();
            for commit in commits {
                commit.wait().unwrap();
            }
        }
        drop(store);
        let store = open(dir.path());
        let mut lookup = everything();
        let mut times = Vec::new();
        loop {
            let page = store.lookup(&lookup).unwrap();
            times.extend(page.events.iter().map(|found| found.time.seconds()));
            match page.next {
                Some(next) => lookup.after = Some(next),
                None => break,
            }
        }
        assert_eq!(times, (1..=number).rev().collect::<Vec<_>>());
        for wanted in [1, number / 3, number / 2, number] {
            let attribute = Some((AttributeKind::Username, wanted.to_string()));
            let page = store.lookup(&Lookup { attribute, ..everything() }).unwrap();
            assert_eq!(page.events.len(), 1);
            assert_eq!(page.events[0].time.seconds(), wanted);
        }
    }
}
