//! Outages that begin and end while a program is inside.

use crate::{
    control::{
        Switched,
        client::{Client, ControlError},
    },
    error::EnterError,
    links::{Links, Served},
    reach::Reach,
};
use std::{
    collections::{HashMap, HashSet},
    fmt::Display,
    net::IpAddr,
    time::Duration,
};
use tokio::sync::watch;

/// How often the time is looked at, by which outages begin and end that nobody switches.
const EVERY: Duration = Duration::from_secs(1);

/// Tells which outages were switched, as servers say.
pub(crate) struct Teller(watch::Sender<Switched>);

impl Teller {
    /// Switches at another server what was switched at the last one, unless it has been switched there.
    pub(crate) fn switch_again(&self, server: &mut Client) -> Result<(), ControlError> {
        let before = self.0.borrow().clone();
        for outage in server.outages()?.into_iter().filter(|outage| !outage.switched) {
            if let Some(on) = before.get(outage.name.as_str()) {
                server.outage(&outage.name, *on)?;
            }
        }
        Ok(())
    }

    /// Tells what this server says, until it ends.
    pub(crate) fn hear(&self, server: Client) {
        let tell = self.0.clone();
        // The line to the server waits; what it says is handed to who does not.
        std::thread::spawn(move || {
            let _ = server.watch(|switched| tell.send(switched).is_ok());
        });
    }
}

/// Lets through to what can be reached, and cuts off what cannot, for as long as the runtime lives. `None` where nothing
/// ever changes.
pub(crate) fn watch(reach: Reach, open: HashSet<IpAddr>, links: Links, tell: fn(&dyn Display)) -> Option<Teller> {
    if !reach.changes() {
        return None;
    }
    let (teller, told) = watch::channel(HashMap::new());
    tokio::spawn(follow(told, reach, open, links, tell));
    Some(Teller(teller))
}

async fn follow(
    mut told: watch::Receiver<Switched>,
    reach: Reach,
    mut open: HashSet<IpAddr>,
    links: Links,
    tell: fn(&dyn Display),
) {
    let mut every = tokio::time::interval(EVERY);
    let (mut told_more, mut said) = (true, None);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            changed = told.changed(), if told_more => told_more = changed.is_ok(),
        }
        let switched = told.borrow_and_update().clone();
        // What could not be done is tried again at the next look, and told once.
        match change(&reach.now(&switched), &mut open, &links).await {
            Ok(()) => said = None,
            Err(error) => {
                let error = format!("an outage could not be carried out: {error}");
                if said.as_ref() != Some(&error) {
                    tell(&error);
                    said = Some(error);
                }
            }
        }
    }
}

/// Makes `open` what is wanted; it tells at any time what is.
async fn change(wanted: &HashSet<IpAddr>, open: &mut HashSet<IpAddr>, links: &Links) -> Result<(), EnterError> {
    let new: Vec<IpAddr> = wanted.difference(open).copied().collect();
    for address in new {
        links.serve(Served::Endpoint, address).await?;
        open.insert(address);
    }
    let gone: Vec<IpAddr> = open.difference(wanted).copied().collect();
    for address in gone {
        links.cut(Served::Endpoint, address).await?;
        open.remove(&address);
    }
    Ok(())
}
