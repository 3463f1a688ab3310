//! Listeners that somebody else made, in a network namespace that this process is not in.
//!
//! What such a listener accepts is treated as if it had begun with the PROXY protocol header of the address it went to.

use super::{
    ServeError,
    accept::{Door, accept},
    arrival::{Entrance, Ways},
};
use crate::{
    proxy::Header,
    shared::{Shared, asked_to_stop},
};
use arc_swap::ArcSwap;
use std::{
    collections::HashMap,
    fmt,
    net::{IpAddr, TcpListener},
    sync::Arc,
    time::Duration,
};
use tokio::{
    runtime::Handle,
    sync::{Semaphore, watch},
};
use tokio_rustls::TlsAcceptor;

/// How long requests under way may take once the listener they came by is let go of.
const FAREWELL: Duration = Duration::from_secs(1);

/// Takes listeners over while the server runs. Any thread may call it.
#[derive(Clone)]
pub struct Adopter(Arc<House>);

struct House {
    shared: Arc<Shared>,
    room: Arc<Semaphore>,
    stopped: watch::Receiver<bool>,
    tls: Option<TlsAcceptor>,
    runtime: Handle,
    /// How many listeners there are.
    listeners: watch::Sender<usize>,
}

/// A listener taken over. Dropping it closes the listener and, within a second, its connections; idle ones at once.
pub struct Adopted {
    ways: Arc<ArcSwap<Ways>>,
    stop: Arc<watch::Sender<bool>>,
}

impl fmt::Debug for Adopter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Adopter").field("listeners", &*self.0.listeners.borrow()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Adopted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Adopted").field("ways", &self.ways.load()).finish_non_exhaustive()
    }
}

impl Adopter {
    /// Must be called within the runtime that serves.
    pub(super) fn new(
        shared: Arc<Shared>,
        room: Arc<Semaphore>,
        stopped: watch::Receiver<bool>,
        tls: Option<TlsAcceptor>,
    ) -> Self {
        let (runtime, listeners) = (Handle::current(), watch::Sender::new(0));
        Self(Arc::new(House { shared, room, stopped, tls, runtime, listeners }))
    }

    /// Accepts TLS connections at `listener` from now on. Each is treated as if it had begun with the header that
    /// `ways` holds for the address it goes to; one that goes to any other address is closed, and so is one whose VPC
    /// endpoint is not known. They have no room of their own beside [`Limits`](crate::Limits).
    ///
    /// # Errors
    /// [`ServeError::NoCertificates`] when [`Settings::adopted`](super::Settings::adopted) gives none,
    /// [`ServeError::Stopping`] when the server stops, [`ServeError::Adopt`] when the listener cannot be used.
    pub fn adopt(&self, listener: TcpListener, ways: HashMap<IpAddr, Header>) -> Result<Adopted, ServeError> {
        let house = &self.0;
        let tls = house.tls.clone().ok_or(ServeError::NoCertificates)?;
        // Counted first: a stop that comes now waits for this listener, or is seen below.
        let present = Present::new(house.clone());
        if *house.stopped.borrow() {
            return Err(ServeError::Stopping);
        }
        let listener = {
            let _within = house.runtime.enter();
            listener.set_nonblocking(true).map_err(ServeError::Adopt)?;
            tokio::net::TcpListener::from_std(listener).map_err(ServeError::Adopt)?
        };
        let ways = Arc::new(ArcSwap::from_pointee(canonical(ways)));
        let stop = Arc::new(watch::Sender::new(false));
        let door = Door {
            entrance: Entrance::Adopted(ways.clone()),
            tls: Some(tls),
            shared: house.shared.clone(),
            room: house.room.clone(),
            stopped: stop.subscribe(),
        };
        let adopted = Adopted { ways, stop: stop.clone() };
        house.runtime.spawn(async move {
            let house = &present.0;
            let (mut house_stops, mut own) = (house.stopped.clone(), stop.subscribe());
            let drain = || if *house.stopped.borrow() { house.shared.limits.drain } else { FAREWELL };
            let either = async {
                tokio::select! {
                    () = asked_to_stop(&mut house_stops) => { stop.send_replace(true); }
                    () = asked_to_stop(&mut own) => {}
                }
            };
            tokio::join!(accept(listener, door, drain), either);
        });
        Ok(adopted)
    }

    /// Returns when no listener is left.
    pub(super) async fn deserted(&self) {
        let _ = self.0.listeners.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl Adopted {
    /// Replaces what is said of each address. Connections there are keep the way they came.
    pub fn replace(&self, ways: HashMap<IpAddr, Header>) {
        self.ways.store(Arc::new(canonical(ways)));
    }
}

impl Drop for Adopted {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// One listener of the house's.
struct Present(Arc<House>);

impl Present {
    fn new(house: Arc<House>) -> Self {
        house.listeners.send_modify(|count| *count += 1);
        Self(house)
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.0.listeners.send_modify(|count| *count = count.saturating_sub(1));
    }
}

fn canonical(ways: HashMap<IpAddr, Header>) -> Ways {
    ways.into_iter().map(|(address, header)| (address.to_canonical(), header)).collect()
}
