//! Listeners handed over by somebody who may listen where this process cannot: in another network namespace.

use crate::{
    connections::{ServeError, accept},
    front::{Front, Ways},
    proxy::Header,
    shared::Shared,
};
use std::{collections::HashMap, net::IpAddr, sync::Arc};
use tokio::{
    net::TcpListener,
    runtime::Handle,
    sync::{Semaphore, watch},
    task::AbortHandle,
};
use tokio_rustls::TlsAcceptor;

/// Takes listeners over for a server that runs, from any thread.
#[derive(Clone)]
pub struct Adopter {
    pub(crate) shared: Arc<Shared>,
    pub(crate) room: Arc<Semaphore>,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) acceptor: Option<TlsAcceptor>,
    pub(crate) runtime: Handle,
}

impl std::fmt::Debug for Adopter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Adopter(..)")
    }
}

impl Adopter {
    /// Accepts TLS connections on `listener` from now on, each as if it had begun with the header that `ways` has for
    /// the address it went to. A connection to any other address is closed. They count in the server's limits.
    ///
    /// # Errors
    /// [`ServeError::NoCertificates`] when the server has none for this, [`ServeError::Stopping`] when it was told to
    /// stop, [`ServeError::Adopt`] when the listener cannot be used.
    pub fn adopt(&self, listener: std::net::TcpListener, ways: HashMap<IpAddr, Header>) -> Result<Adopted, ServeError> {
        let acceptor = self.acceptor.clone().ok_or(ServeError::NoCertificates)?;
        let stopped = self.stop.subscribe();
        if *stopped.borrow() {
            return Err(ServeError::Stopping);
        }
        listener.set_nonblocking(true).map_err(ServeError::Adopt)?;
        let _within = self.runtime.enter();
        let listener = TcpListener::from_std(listener).map_err(ServeError::Adopt)?;
        let ways = Arc::new(Ways::new(ways));
        let front = Arc::new(Front::Adopted(ways.clone()));
        let accepting = accept(listener, front, Some(acceptor), self.shared.clone(), self.room.clone(), stopped);
        Ok(Adopted { ways, accepting: self.runtime.spawn(accepting).abort_handle() })
    }
}

/// A listener taken over. Dropping it ends the listener and every connection that came over it.
#[derive(Debug)]
pub struct Adopted {
    ways: Arc<Ways>,
    accepting: AbortHandle,
}

impl Adopted {
    /// Changes what connections stand for, from the next one on; those that are open stay what they are.
    pub fn replace(&self, ways: HashMap<IpAddr, Header>) {
        self.ways.replace(ways);
    }
}

impl Drop for Adopted {
    fn drop(&mut self) {
        // The connections are tasks of the one that accepts, and end with it.
        self.accepting.abort();
    }
}
