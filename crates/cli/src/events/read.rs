//! Records from the log: which are wanted, and each told once.

use rolecall_kernel::event::{Event, Identity};
use rolecall_lab::control::EventsWanted;
use rolecall_store::{Found, Store, StoreError};
use serde_json::Value;
use std::ops::ControlFlow;

/// The most records of one look.
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
    let mut newest = None;
    store.events(&mut |found| {
        newest = newest.or(Some(found.seq.0));
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
    Ok((records, newest.unwrap_or(committed).max(after.unwrap_or(0))))
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
