//! Outages that begin and end while a program is inside.

use crate::{
    control::client::Client,
    links::{Links, Served},
    reach::Reach,
};
use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    time::Duration,
};
use tokio::{sync::watch, task::JoinHandle};

/// How often the time is looked at, by which outages begin and end that nobody switches.
const EVERY: Duration = Duration::from_secs(1);

/// Lets through to what can be reached, and cuts off what cannot, until what is returned is aborted.
pub(crate) fn watch(server: Client, reach: Reach, now: HashSet<IpAddr>, links: Links) -> Option<JoinHandle<()>> {
    if !reach.changes() {
        return None;
    }
    let (tell, told) = watch::channel(HashMap::new());
    // The line to the server waits; what it says is handed to who does not.
    std::thread::spawn(move || {
        let _ = server.watch(|switched| tell.send(switched).is_ok());
    });
    Some(tokio::spawn(follow(told, reach, now, links)))
}

async fn follow(
    mut told: watch::Receiver<HashMap<Box<str>, bool>>,
    reach: Reach,
    mut open: HashSet<IpAddr>,
    links: Links,
) {
    let mut every = tokio::time::interval(EVERY);
    let mut told_more = true;
    loop {
        tokio::select! {
            _ = every.tick() => {}
            changed = told.changed(), if told_more => told_more = changed.is_ok(),
        }
        let switched = told.borrow_and_update().clone();
        let wanted = reach.now(&switched);
        for address in wanted.difference(&open) {
            report(links.serve(Served::Endpoint, *address).await);
        }
        for address in open.difference(&wanted) {
            report(links.cut(Served::Endpoint, *address).await);
        }
        open = wanted;
    }
}

fn report(done: Result<(), crate::error::EnterError>) {
    if let Err(error) = done {
        tracing::warn!(%error, "an outage could not be carried out");
    }
}
