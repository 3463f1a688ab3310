//! Listening, and stopping cleanly.

mod accept;
mod adopt;
mod arrival;
mod complaints;

pub use adopt::{Adopted, Adopter};
pub(crate) use arrival::Refusal;
pub(crate) use complaints::Complaints;

use crate::{
    admin,
    deployment::Deployment,
    limits::Limits,
    proxy::Header,
    shared::{Shared, asked_to_stop},
    tls::{self, Certificates, TlsError},
};
use accept::{Door, accept};
use arrival::Entrance;
use ipnet::IpNet;
use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    task::JoinSet,
};

/// Where to listen, and within which bounds.
#[derive(Debug)]
pub struct Settings {
    /// Plain HTTP.
    pub listen: SocketAddr,
    /// HTTPS, with these certificates.
    pub tls: Option<(SocketAddr, Certificates)>,
    /// Behind load balancers.
    pub proxy: Option<Proxy>,
    /// Certificates for listeners that are handed over; without them none is taken.
    pub adopted: Option<Certificates>,
    /// Metrics and health.
    pub admin: Option<SocketAddr>,
    /// What a caller may take.
    pub limits: Limits,
}

/// Listeners at which every connection begins with a header of version 2 of the PROXY protocol.
#[derive(Debug, Default)]
pub struct Proxy {
    /// HTTP behind the header.
    pub listen: Option<SocketAddr>,
    /// TLS behind the header, with these certificates.
    pub tls: Option<(SocketAddr, Certificates)>,
    /// Whose headers are believed; a connection from anywhere else is closed.
    pub from: Vec<IpNet>,
}

impl Settings {
    /// Plain HTTP and nothing else.
    #[must_use]
    pub fn new(listen: SocketAddr) -> Self {
        Self { listen, tls: None, proxy: None, adopted: None, admin: None, limits: Limits::default() }
    }
}

/// Why the server does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The certificates cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A listener cannot be taken over.
    #[error("the listener handed over cannot be used: {0}")]
    Adopt(#[source] io::Error),
    /// There are no certificates for listeners handed over.
    #[error("no listener can be handed over, since the server has no certificates for it")]
    NoCertificates,
    /// Too late.
    #[error("the server is stopping")]
    Stopping,
}

/// A server that accepts.
#[derive(Debug)]
pub struct Running {
    /// Where plain HTTP is answered.
    pub address: SocketAddr,
    /// Where HTTPS is answered.
    pub tls_address: Option<SocketAddr>,
    /// Where HTTP is answered behind a header of the PROXY protocol.
    pub proxy_address: Option<SocketAddr>,
    /// Where HTTPS is answered behind such a header.
    pub proxy_tls_address: Option<SocketAddr>,
    /// Where metrics and health are.
    pub admin_address: Option<SocketAddr>,
    adopter: Adopter,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Running {
    /// What takes over listeners, to be kept and called anywhere.
    #[must_use]
    pub fn adopter(&self) -> Adopter {
        self.adopter.clone()
    }

    /// As [`Adopter::adopt`].
    ///
    /// # Errors
    /// As [`Adopter::adopt`].
    pub fn adopt(&self, listener: std::net::TcpListener, ways: HashMap<IpAddr, Header>) -> Result<Adopted, ServeError> {
        self.adopter.adopt(listener, ways)
    }

    /// Accepts no more, lets requests under way end within their time, and returns when all is quiet.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
        self.adopter.deserted().await;
    }
}

/// Starts to serve `deployment`.
///
/// # Errors
/// [`ServeError`] when an address or the certificates cannot be used.
pub async fn serve(deployment: Arc<Deployment>, settings: Settings) -> Result<Running, ServeError> {
    let limits = settings.limits;
    let shared = Arc::new(Shared::new(deployment, limits));
    let (stop, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let room = Arc::new(Semaphore::new(limits.connections));

    let mut open = async |wanted: SocketAddr, certificates: Option<&Certificates>, entrance: Entrance| {
        let tls = certificates.map(tls::acceptor).transpose()?;
        let (listener, address) = bound(wanted).await?;
        let door = Door { entrance, tls, shared: shared.clone(), room: room.clone(), stopped: stopped.clone() };
        tasks.spawn(accept(listener, door, move || limits.drain));
        Ok::<_, ServeError>(address)
    };
    let proxy = settings.proxy.unwrap_or_default();
    let believed = Entrance::Proxied(proxy.from.into());
    let address = open(settings.listen, None, Entrance::Direct).await?;
    let tls_address = match &settings.tls {
        None => None,
        Some((wanted, certificates)) => Some(open(*wanted, Some(certificates), Entrance::Direct).await?),
    };
    let proxy_address = match proxy.listen {
        None => None,
        Some(wanted) => Some(open(wanted, None, believed.clone()).await?),
    };
    let proxy_tls_address = match &proxy.tls {
        None => None,
        Some((wanted, certificates)) => Some(open(*wanted, Some(certificates), believed).await?),
    };
    let admin_address = match settings.admin {
        None => None,
        Some(wanted) => {
            let (listener, address) = bound(wanted).await?;
            tasks.spawn(admin::serve(listener, shared.clone(), stopped.clone()));
            Some(address)
        }
    };
    let adopted = settings.adopted.as_ref().map(tls::acceptor).transpose()?;
    let adopter = Adopter::new(shared.clone(), room, stopped.clone(), adopted);
    tasks.spawn(upkeep(shared, stopped));
    Ok(Running { address, tls_address, proxy_address, proxy_tls_address, admin_address, adopter, stop, tasks })
}

async fn bound(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let failed = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let local = listener.local_addr().map_err(failed)?;
    Ok((listener, local))
}

async fn upkeep(shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    let mut every = tokio::time::interval(Duration::from_secs(5));
    loop {
        tokio::select! {
            _ = every.tick() => shared.meters.upkeep(),
            () = asked_to_stop(&mut stopped) => return,
        }
    }
}
