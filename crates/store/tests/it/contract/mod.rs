//! What every store must do, whatever keeps it: the suite that each implementation runs.

use crate::support::{Dice, account, body, event, events, numbered};
use rolecall_names::{AccessKeyId, Instant, Region};
use rolecall_store::{
    AppendError, AttributeKind, Cursor, EventRow, LastUsed, Lookup, RingKey, Seq, Store, StoreError, Write,
};
use std::ops::ControlFlow;
use zeroize::Zeroizing;

/// A place that keeps a store from one opening to the next; a new one is empty.
pub(crate) trait Ground {
    /// Opens what is kept there. The store opened before is closed.
    fn open(&self) -> Box<dyn Store>;
}

/// Events that reach every form in which a store keeps them, the newest ones included.
const MANY: u64 = 36_000;

/// Runs all of it, each case on new ground.
pub(crate) fn run<G: Ground>(ground: impl Fn() -> G) {
    a_write_is_seen_whole_once_it_is_acknowledged(&ground());
    records_are_numbered_in_the_order_of_their_writes(&ground());
    changes_come_back_in_their_order(&ground());
    changes_are_followed(&ground());
    an_empty_write_is_durable_at_once(&ground());
    a_write_beyond_all_bounds_is_refused(&ground());
    lookups_say_what_a_plain_list_says(&ground());
    every_event_is_shown_the_newest_first(&ground());
    pages_go_on_where_they_ended_while_events_come_in(&ground());
    an_event_is_found_by_its_id_in_its_own_history_alone(&ground());
    the_last_use_of_a_key_is_the_newest_event_that_bears_it(&ground());
    the_ring_grows_and_stays(&ground());
}

fn put(store: &dyn Store, write: Write) -> Seq {
    store.append(write).unwrap().wait().unwrap()
}

fn changes(store: &dyn Store, texts: &[&str]) -> Write {
    let changes = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    Write { generation: store.generation(), changes, events: Vec::new() }
}

fn replayed(store: &dyn Store, after: Seq) -> Vec<(u64, String)> {
    let mut all = Vec::new();
    let last = store.replay(after, &mut |seq, change| {
        all.push((seq.0, String::from_utf8(change.to_vec()).unwrap()));
        ControlFlow::Continue(())
    });
    assert_eq!(last.unwrap().0, all.last().map_or(after.0, |(seq, _)| *seq));
    all
}

fn history(account_number: u64, region: &str) -> Lookup {
    Lookup {
        account: account(account_number),
        region: region.parse::<Region>().unwrap(),
        attribute: None,
        start: Instant::from_millis(i64::MIN),
        end: Instant::from_millis(i64::MAX),
        limit: 50,
        after: None,
    }
}

fn bodies(store: &dyn Store, lookup: &Lookup) -> Vec<Vec<u8>> {
    store.lookup(lookup).unwrap().events.into_iter().map(|found| found.body).collect()
}

fn a_write_is_seen_whole_once_it_is_acknowledged(ground: &impl Ground) {
    let store = ground.open();
    for number in 0..300 {
        let mut write = changes(&*store, &["a change"]);
        write.events = vec![numbered(number), event(2, "eu-west-1", number as i64, &[])];
        let seq = put(&*store, write);
        assert_eq!(bodies(&*store, &history(1, "us-east-1"))[0], numbered(number).body);
        assert_eq!(store.lookup(&history(2, "eu-west-1")).unwrap().events[0].seq, seq);
        assert_eq!(replayed(&*store, Seq(seq.0 - 3)).len(), 1);
        assert_eq!(store.status().committed, seq);
    }
}

fn records_are_numbered_in_the_order_of_their_writes(ground: &impl Ground) {
    let store = ground.open();
    let first = put(&*store, events(vec![numbered(0)]));
    assert_eq!(first, Seq(1));
    let commits: Vec<_> = (0..500)
        .map(|number| {
            let mut write = changes(&*store, if number % 3 == 0 { &["one", "two"] } else { &[] });
            write.events.push(numbered(number));
            store.append(write).unwrap()
        })
        .collect();
    let mut last = first.0;
    for (number, commit) in commits.into_iter().enumerate() {
        last += if number % 3 == 0 { 3 } else { 1 };
        assert_eq!(commit.wait().unwrap(), Seq(last));
    }
    drop(store);
    let store = ground.open();
    assert_eq!(store.status().committed, Seq(last));
    assert_eq!(put(&*store, events(vec![numbered(0)])), Seq(last + 1));
}

fn changes_come_back_in_their_order(ground: &impl Ground) {
    let store = ground.open();
    assert_eq!(replayed(&*store, Seq(0)), []);
    let mut expected = Vec::new();
    for number in 0..200 {
        let (one, two) = (format!("change {number}"), "x".repeat(number * 50));
        let seq = put(&*store, changes(&*store, &[&one, &two])).0;
        expected.extend([(seq - 1, one), (seq, two)]);
        put(&*store, events(vec![numbered(0)]));
    }
    assert_eq!(replayed(&*store, Seq(0)), expected);
    drop(store);
    let store = ground.open();
    assert_eq!(replayed(&*store, Seq(0)), expected);
    for from in [1, 77, 398, 399, 400] {
        let after = expected.get(from - 1).unwrap().0;
        assert_eq!(replayed(&*store, Seq(after)), expected[from..]);
    }
    let mut shown = 0;
    let stopped = store.replay(Seq(0), &mut |_, _| {
        shown += 1;
        if shown == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!((shown, stopped.unwrap().0), (3, expected[2].0));
}

fn changes_are_followed(ground: &impl Ground) {
    let store = ground.open();
    let mut follow = store.follow();
    assert_eq!(*follow.borrow_and_update(), Seq(0));
    put(&*store, events(vec![numbered(0)]));
    assert!(!follow.has_changed().unwrap());
    let seq = put(&*store, changes(&*store, &["one", "two"]));
    assert!(follow.has_changed().unwrap());
    assert_eq!(*follow.borrow_and_update(), seq);
    put(&*store, events(vec![numbered(0)]));
    drop(store);
    assert_eq!(*ground.open().follow().borrow(), seq);
}

fn an_empty_write_is_durable_at_once(ground: &impl Ground) {
    let store = ground.open();
    assert_eq!(put(&*store, Write::default()), Seq(0));
    put(&*store, events(vec![numbered(0)]));
    assert_eq!(put(&*store, Write::default()), Seq(1));
}

fn a_write_beyond_all_bounds_is_refused(ground: &impl Ground) {
    let store = ground.open();
    let huge = EventRow { body: vec![0; 64 << 20], ..numbered(0) };
    assert!(matches!(store.append(events(vec![huge])), Err(AppendError::TooLarge { .. })));
    assert_eq!(put(&*store, events(vec![numbered(0)])), Seq(1));
}

/// The list that lookups are compared with.
struct Known {
    seq: u64,
    row: EventRow,
    attributes: Vec<(AttributeKind, String)>,
}

fn fill(store: &dyn Store, dice: &mut Dice, count: u64) -> Vec<Known> {
    let mut known: Vec<Known> = Vec::new();
    let mut commits = Vec::new();
    while (known.len() as u64) < count {
        let mut rows = Vec::new();
        for _ in 0..1 + dice.below(2) {
            let number = known.len() as u64;
            let mut attributes = vec![
                (AttributeKind::EventName, ["AssumeRole", "GetCallerIdentity"][dice.below(2) as usize].to_owned()),
                (AttributeKind::ReadOnly, "true".to_owned()),
                (AttributeKind::Username, format!("user-{}", dice.below(400))),
                (AttributeKind::ResourceType, "AWS::IAM::Role".to_owned()),
                (AttributeKind::ResourceName, format!("role-{}", dice.below(5))),
                (AttributeKind::ResourceType, "AWS::IAM::AccessKey".to_owned()),
                (AttributeKind::ResourceName, format!("key-{number}")),
            ];
            if dice.below(9) == 0 {
                attributes.push((AttributeKind::EventSource, "rare.amazonaws.com".to_owned()));
            }
            let borrowed: Vec<_> = attributes.iter().map(|(kind, value)| (*kind, value.as_str())).collect();
            let row = EventRow {
                // Clocks go back now and then.
                time: Instant::from_millis((number * 10 + dice.below(200)) as i64),
                body: body(&borrowed),
                ..event(1 + dice.below(3), ["us-east-1", "eu-west-1"][dice.below(2) as usize], 0, &[])
            };
            rows.push(row.clone());
            known.push(Known { seq: number + 1, row, attributes });
        }
        commits.push(store.append(events(rows)).unwrap());
        if commits.len() > 500 {
            for commit in commits.drain(..) {
                commit.wait().unwrap();
            }
        }
    }
    for commit in commits {
        commit.wait().unwrap();
    }
    known
}

/// What a lookup must say, by looking at everything.
fn expected(known: &[Known], lookup: &Lookup) -> Vec<u64> {
    let fits = |known: &&Known| {
        known.row.account == lookup.account
            && known.row.region == lookup.region
            && (lookup.start..=lookup.end).contains(&known.row.time)
            && lookup.attribute.as_ref().is_none_or(|wanted| known.attributes.contains(wanted))
            && lookup.after.is_none_or(|after| known.seq < after.0.0)
    };
    known.iter().rev().filter(fits).map(|known| known.seq).collect()
}

fn random_lookup(dice: &mut Dice, known: &[Known]) -> Lookup {
    let mut lookup = history(1 + dice.below(4), ["us-east-1", "eu-west-1", "eu-north-1"][dice.below(3) as usize]);
    let some = &known[dice.below(known.len() as u64) as usize];
    lookup.attribute = match dice.below(4) {
        0 => None,
        1 => Some((AttributeKind::Username, format!("user-{}", dice.below(401)))),
        2 => Some((AttributeKind::EventSource, some.attributes[dice.below(2) as usize].1.clone())),
        _ => Some(some.attributes[dice.below(some.attributes.len() as u64) as usize].clone()),
    };
    if dice.below(2) == 0 {
        lookup.start = some.row.time;
    }
    if dice.below(2) == 0 {
        let other = &known[dice.below(known.len() as u64) as usize];
        lookup.end = other.row.time;
    }
    if dice.below(3) == 0 {
        lookup.after = Some(Cursor(Seq(some.seq)));
    }
    lookup.limit = 1 + dice.below(60) as usize;
    lookup
}

fn lookups_say_what_a_plain_list_says(ground: &impl Ground) {
    let mut dice = Dice(11);
    let store = ground.open();
    let mut known = fill(&*store, &mut dice, MANY);
    let more = known.len() as u64;
    let check = |store: &dyn Store, dice: &mut Dice, known: &[Known]| {
        for _ in 0..150 {
            let lookup = random_lookup(dice, known);
            let expected = expected(known, &lookup);
            let page = store.lookup(&lookup).unwrap();
            let found: Vec<u64> = page.events.iter().map(|found| found.seq.0).collect();
            assert_eq!(found, expected[..expected.len().min(lookup.limit)], "{lookup:?}");
            assert_eq!(page.next.is_some(), expected.len() > lookup.limit, "{lookup:?}");
            for found in page.events {
                let row = &known[found.seq.0 as usize - 1].row;
                assert_eq!((&found.body, found.time), (&row.body, row.time));
            }
        }
    };
    check(&*store, &mut dice, &known);
    drop(store);
    let store = ground.open();
    check(&*store, &mut dice, &known);
    for mut later in fill(&*store, &mut dice, 700) {
        later.seq += more;
        known.push(later);
    }
    check(&*store, &mut dice, &known);
}

fn every_event_is_shown_the_newest_first(ground: &impl Ground) {
    let mut dice = Dice(23);
    let store = ground.open();
    let known = fill(&*store, &mut dice, MANY);
    let check = |store: &dyn Store, most: usize| {
        let mut seen = Vec::new();
        let shown = store.events(&mut |found| {
            let row = &known[found.seq.0 as usize - 1].row;
            assert_eq!((&found.body, found.time), (&row.body, row.time));
            seen.push(found.seq.0);
            if seen.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        shown.unwrap();
        let all: Vec<u64> = known.iter().rev().map(|known| known.seq).collect();
        assert_eq!(seen, all[..all.len().min(most)]);
    };
    check(&*store, usize::MAX);
    check(&*store, 7);
    drop(store);
    let store = ground.open();
    check(&*store, usize::MAX);
    check(&*store, 900);
}

fn pages_go_on_where_they_ended_while_events_come_in(ground: &impl Ground) {
    let store = ground.open();
    for number in 1..=1000 {
        drop(store.append(events(vec![numbered(number)])).unwrap());
    }
    put(&*store, events(vec![numbered(1001)]));
    let mut lookup = Lookup { limit: 37, ..history(1, "us-east-1") };
    let mut seen = Vec::new();
    loop {
        let page = store.lookup(&lookup).unwrap();
        seen.extend(page.events.iter().map(|found| found.seq.0));
        put(&*store, events(vec![numbered(0)]));
        match page.next {
            Some(next) => lookup.after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, (1..=1001).rev().collect::<Vec<_>>());
}

fn an_event_is_found_by_its_id_in_its_own_history_alone(ground: &impl Ground) {
    let store = ground.open();
    for number in 0..700 {
        drop(store.append(events(vec![numbered(number)])).unwrap());
    }
    let last = put(&*store, events(vec![numbered(700)]));
    for number in [0, 1, 255, 256, 699, 700] {
        let seq = Seq(number + 1);
        let id = format!("{:032x}", store.event_id(seq));
        let id = format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]);
        assert_eq!(store.event_seq(store.event_id(seq)), Some(seq));
        let by_id = |lookup: Lookup| Lookup { attribute: Some((AttributeKind::EventId, id.clone())), ..lookup };
        assert_eq!(bodies(&*store, &by_id(history(1, "us-east-1"))), [numbered(number).body]);
        assert_eq!(store.lookup(&by_id(history(2, "us-east-1"))).unwrap().events, []);
        assert_eq!(store.lookup(&by_id(history(1, "us-east-2"))).unwrap().events, []);
        let early = Lookup { end: Instant::from_seconds(number as i64 - 1), ..history(1, "us-east-1") };
        assert_eq!(store.lookup(&by_id(early)).unwrap().events, []);
    }
    for wrong in ["", "no id", "00000000-0000-4000-8000-000000000000"] {
        let lookup = Lookup { attribute: Some((AttributeKind::EventId, wrong.to_owned())), ..history(1, "us-east-1") };
        assert_eq!(store.lookup(&lookup).unwrap().events, [], "{wrong}");
    }
    let beyond = store.event_id(Seq(last.0 + 1));
    assert_eq!(store.event_seq(beyond ^ 1), None);
}

fn the_last_use_of_a_key_is_the_newest_event_that_bears_it(ground: &impl Ground) {
    let store = ground.open();
    let keys: Vec<AccessKeyId> = (0..3).map(|number| AccessKeyId::long_term(account(1), number)).collect();
    let uses = |key: &AccessKeyId, seconds, region, source| {
        let attributes = [(AttributeKind::AccessKeyId, key.as_str()), (AttributeKind::EventSource, source)];
        events(vec![event(1, region, seconds, &attributes)])
    };
    assert_eq!(store.last_used(&keys[0]).unwrap(), None);
    put(&*store, uses(&keys[0], 5, "eu-west-1", "iam.amazonaws.com"));
    let first =
        LastUsed { time: Instant::from_seconds(5), service: "iam".to_owned(), region: "eu-west-1".parse().unwrap() };
    let check = |store: &dyn Store, second: &Option<LastUsed>| {
        assert_eq!(store.last_used(&keys[0]).unwrap().as_ref(), Some(&first));
        assert_eq!(store.last_used(&keys[1]).unwrap(), *second);
        assert_eq!(store.last_used(&keys[2]).unwrap(), None);
    };
    check(&*store, &None);
    for number in 0..2000 {
        drop(store.append(uses(&keys[1], number, "us-west-2", "sts.amazonaws.com")).unwrap());
    }
    put(&*store, events(vec![numbered(0)]));
    let second = Some(LastUsed {
        time: Instant::from_seconds(1999),
        service: "sts".to_owned(),
        region: "us-west-2".parse().unwrap(),
    });
    check(&*store, &second);
    drop(store);
    check(&*ground.open(), &second);
}

fn the_ring_grows_and_stays(ground: &impl Ground) {
    let store = ground.open();
    let first = store.ring().unwrap();
    assert_eq!(first.iter().map(|key| key.id).collect::<Vec<_>>(), [1]);
    let second = RingKey { id: 2, created: Instant::from_seconds(77), key: Zeroizing::new([9; 32]) };
    store.add_ring_key(second.clone()).unwrap();
    assert!(matches!(store.add_ring_key(second.clone()), Err(StoreError::RingKeyExists { id: 2 })));
    drop(store);
    assert_eq!(ground.open().ring().unwrap(), [first[0].clone(), second]);
}
