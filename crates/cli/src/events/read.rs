//! Records from the log: which are wanted, and each told once.

use rolecall_kernel::event::{Event, Identity};
use rolecall_lab::control::EventsWanted;
use rolecall_store::{Found, Store, StoreError};
use serde_json::Value;
use std::ops::ControlFlow;

/// The most records of one look; the oldest of more are passed over.
const MOST: usize = 10_000;

/// The records that are wanted, the oldest first: the newest of all, or everything behind `after`. Also where the next
/// look begins.
pub(crate) fn found(
    store: &dyn Store,
    wanted: &EventsWanted,
    after: Option<u64>,
) -> Result<(Vec<Value>, u64), StoreError> {
    let committed = store.status().committed.0;
    if after.is_some_and(|after| after >= committed) {
        return Ok((Vec::new(), committed));
    }
    let limit = if after.is_some() { MOST } else { wanted.limit.min(MOST) };
    let mut chosen: Vec<(Found, Event)> = Vec::new();
    // What was committed when this began is looked at below; what comes meanwhile may be seen already.
    let mut next = committed;
    store.events(&mut |found| {
        next = next.max(found.seq.0);
        if after.is_some_and(|after| found.seq.0 <= after) {
            return ControlFlow::Break(());
        }
        // What cannot be read was told when it was written: a newer version's.
        let Ok(event) = Event::decode(&found.body) else { return ControlFlow::Continue(()) };
        if fits(&event, wanted) && !is_told_elsewhere(&event, wanted) {
            chosen.push((found, event));
        }
        if chosen.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    let records = chosen.iter().rev().map(|(found, event)| event.render(store.event_id(found.seq))).collect();
    Ok((records, next))
}

fn fits(event: &Event, wanted: &EventsWanted) -> bool {
    wanted.region.as_ref().is_none_or(|region| event.region.name() == region)
        && wanted.account.as_ref().is_none_or(|account| event.recipient.to_string() == *account)
        && wanted.name.as_ref().is_none_or(|name| event.name.eq_ignore_ascii_case(name))
        && (!wanted.errors || event.failure.is_some())
}

/// Whether the caller's account has recorded the same call, and says more of the caller.
fn is_told_elsewhere(event: &Event, wanted: &EventsWanted) -> bool {
    wanted.account.is_none() && matches!(event.identity, Identity::Account { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rolecall_kernel::event::{Arrival, Failure};
    use rolecall_names::{AccountId, Instant, Partition, Principal, Region};
    use rolecall_store::{EventRow, MasterKey, Write};
    use std::sync::Arc;

    /// A call of account 1's, in a Region.
    fn call(name: &'static str, region: &str) -> Event {
        let (account, region) = (account(1), region.parse::<Region>().unwrap());
        let principal = Arc::new(Principal::Root { partition: Partition::Aws, account });
        Event {
            time: Instant::from_millis(1_700_000_000_000),
            source: "sts.amazonaws.com".into(),
            name: name.into(),
            read_only: true,
            recipient: account,
            region,
            endpoint: None,
            identity: Identity::Full { principal, access_key_id: None, session: None },
            arrival: Arrival { source: [10, 0, 1, 20].into(), vpc_endpoint: None, tls: None, serving_region: region },
            user_agent: "".into(),
            host: "".into(),
            request_id: 7,
            shared_id: None,
            parameters: None,
            response: None,
            issued: None,
            failure: None,
            resources: Vec::new(),
        }
    }

    fn account(number: u8) -> AccountId {
        number.to_string().repeat(12).parse().unwrap()
    }

    fn add(store: &dyn Store, events: Vec<Event>) {
        let row = |event: Event| {
            let mut body = Vec::new();
            event.encode(&mut body);
            EventRow { account: event.recipient, region: event.region, time: event.time, body }
        };
        let events = events.into_iter().map(row).collect();
        store.append(Write { generation: store.generation(), changes: Vec::new(), events }).unwrap().wait().unwrap();
    }

    /// Calls of one account's into another, of which both have a record, and a refused one.
    fn filled(store: &dyn Store) {
        let own = call("AssumeRole", "eu-west-1");
        let identity = Identity::Account { principal_id: "AROAEXAMPLE:s".into(), account: account(1) };
        let theirs = Event { recipient: account(2), identity, ..own.clone() };
        let failure = Some(Failure { code: "AccessDenied".into(), message: "no".into() });
        add(store, vec![call("GetCallerIdentity", "us-east-1")]);
        add(store, vec![own, theirs]);
        add(store, vec![Event { failure, ..call("AssumeRole", "us-east-1") }]);
    }

    fn told(store: &dyn Store, wanted: &EventsWanted, after: Option<u64>) -> (Vec<String>, u64) {
        let (records, next) = found(store, wanted, after).unwrap();
        let short = |record: &Value| {
            let text = |name: &str| record[name].as_str().unwrap_or("ok").to_owned();
            format!("{} {} {}", text("eventName"), text("awsRegion"), text("errorCode"))
        };
        (records.iter().map(short).collect(), next)
    }

    #[test]
    fn the_newest_that_fit_come_oldest_first_and_each_call_once() {
        let directory = tempfile::tempdir().unwrap();
        let store = rolecall_server::open_store(directory.path(), &MasterKey::new([7; 32])).unwrap();
        let all = EventsWanted { limit: 10, ..EventsWanted::default() };
        assert_eq!(told(&*store, &all, None), (vec![], 0));
        filled(&*store);
        let (first, second, third) =
            ("GetCallerIdentity us-east-1 ok", "AssumeRole eu-west-1 ok", "AssumeRole us-east-1 AccessDenied");
        let cases = [
            (all.clone(), vec![first, second, third]),
            (EventsWanted { limit: 2, ..all.clone() }, vec![second, third]),
            (EventsWanted { region: Some("us-east-1".to_owned()), ..all.clone() }, vec![first, third]),
            (EventsWanted { name: Some("assumerole".to_owned()), ..all.clone() }, vec![second, third]),
            (EventsWanted { errors: true, ..all.clone() }, vec![third]),
            // The other account's history has its own record.
            (EventsWanted { account: Some("222222222222".to_owned()), ..all.clone() }, vec![second]),
            (EventsWanted { account: Some("333333333333".to_owned()), ..all.clone() }, vec![]),
        ];
        for (wanted, expected) in cases {
            let (records, next) = told(&*store, &wanted, None);
            assert_eq!((records, next), (expected.iter().map(|text| (*text).to_owned()).collect(), 4), "{wanted:?}");
        }
    }

    #[test]
    fn who_follows_is_told_what_comes_and_nothing_twice() {
        let directory = tempfile::tempdir().unwrap();
        let store = rolecall_server::open_store(directory.path(), &MasterKey::new([7; 32])).unwrap();
        let all = EventsWanted { limit: 1, ..EventsWanted::default() };
        filled(&*store);
        let (_, mut next) = told(&*store, &all, None);
        assert_eq!(told(&*store, &all, Some(next)), (vec![], next));
        // More than the newest: everything that came.
        add(&*store, vec![call("GetCallerIdentity", "eu-west-1")]);
        add(&*store, vec![call("GetSessionToken", "eu-west-1")]);
        let (records, behind) = told(&*store, &all, Some(next));
        assert_eq!(records, ["GetCallerIdentity eu-west-1 ok", "GetSessionToken eu-west-1 ok"]);
        next = behind;
        // A change of the directory is no record, and is looked at once.
        let change = Write { generation: store.generation(), changes: vec![b"change".to_vec()], events: Vec::new() };
        store.append(change).unwrap().wait().unwrap();
        let (records, behind) = told(&*store, &all, Some(next));
        assert!(records.is_empty() && behind > next, "{records:?} {behind}");
        assert_eq!(told(&*store, &all, Some(behind)), (vec![], behind));
    }
}
