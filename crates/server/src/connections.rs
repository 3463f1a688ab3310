//! Listening, accepting within bounds, and stopping cleanly.

use crate::{
    admin,
    adopt::{Adopted, Adopter},
    deployment::Deployment,
    front::{Front, Refusal},
    http::respond,
    limits::Limits,
    proxy::Header,
    shared::{Shared, asked_to_stop},
    strangers::Stranger,
    tls::{self, Certificates, TlsError},
};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use ipnet::IpNet;
use rolecall_kernel::{Way, event::TlsDetails};
use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{Instant, timeout_at},
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
#[derive(Debug)]
pub struct Proxy {
    /// HTTP behind the header.
    pub listen: Option<SocketAddr>,
    /// HTTPS behind the header, with these certificates.
    pub tls: Option<(SocketAddr, Certificates)>,
    /// Whose headers are believed; a connection from anywhere else is closed.
    pub from: Vec<IpNet>,
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
    /// Where HTTP is answered behind a load balancer's header.
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
    /// What takes listeners over, to be kept and called anywhere.
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
    }
}

/// Starts to serve `deployment`.
///
/// # Errors
/// [`ServeError`] when an address or the certificates cannot be used.
pub async fn serve(deployment: Arc<Deployment>, settings: Settings) -> Result<Running, ServeError> {
    let shared = Arc::new(Shared::new(deployment, settings.limits));
    let (stop, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let room = Arc::new(Semaphore::new(settings.limits.connections));

    let mut open = async |wanted: SocketAddr, front: Front, certificates: Option<&Certificates>| {
        let acceptor = certificates.map(tls::acceptor).transpose()?;
        let (listener, address) = bound(wanted).await?;
        tasks.spawn(accept(listener, Arc::new(front), acceptor, shared.clone(), room.clone(), stopped.clone()));
        Ok::<_, ServeError>(address)
    };
    let address = open(settings.listen, Front::Direct, None).await?;
    let tls_address = match &settings.tls {
        None => None,
        Some((wanted, certificates)) => Some(open(*wanted, Front::Direct, Some(certificates)).await?),
    };
    let (mut proxy_address, mut proxy_tls_address) = (None, None);
    if let Some(proxy) = &settings.proxy {
        let front = || Front::Proxied(proxy.from.clone().into());
        if let Some(wanted) = proxy.listen {
            proxy_address = Some(open(wanted, front(), None).await?);
        }
        if let Some((wanted, certificates)) = &proxy.tls {
            proxy_tls_address = Some(open(*wanted, front(), Some(certificates)).await?);
        }
    }
    let admin_address = match settings.admin {
        None => None,
        Some(wanted) => {
            let (listener, address) = bound(wanted).await?;
            tasks.spawn(admin::serve(listener, shared.clone(), stopped.clone()));
            Some(address)
        }
    };
    let acceptor = settings.adopted.as_ref().map(tls::acceptor).transpose()?;
    let runtime = tokio::runtime::Handle::current();
    let adopter = Adopter { shared: shared.clone(), room, stop: stop.clone(), acceptor, runtime };
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

/// Accepts what comes in at `front` until a stop is asked for.
pub(crate) async fn accept(
    listener: TcpListener,
    front: Arc<Front>,
    tls: Option<tokio_rustls::TlsAcceptor>,
    shared: Arc<Shared>,
    room: Arc<Semaphore>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = asked_to_stop(&mut stopped) => break,
        };
        // Ended connections are let go of as new ones come, so that their records do not pile up.
        while connections.try_join_next().is_some() {}
        let (stream, peer) = match accepted {
            Ok((_, peer)) if !front.admits(peer.ip()) => {
                shared.refused(peer, &Refusal::Peer);
                continue;
            }
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                // Out of file descriptors, most likely: give those that are held time to end.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Ok(permit) = room.clone().try_acquire_owned() else {
            shared.meters.turned_away.increment(1);
            continue;
        };
        let (front, shared, tls, stopped) = (front.clone(), shared.clone(), tls.clone(), stopped.clone());
        let stranger = Arc::new(shared.strangers.admit());
        connections.spawn(async move {
            let _counted = Counted::new(&shared);
            // Replies are small and whole; waiting to fill a segment only delays them.
            let _ = stream.set_nodelay(true);
            tokio::select! {
                () = hold(stream, peer, &front, tls, shared.clone(), stranger.clone(), stopped) => {}
                () = stranger.asked_to_leave() => shared.meters.turned_away.increment(1),
            }
            drop(permit);
        });
    }
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(shared.limits.drain, drained).await.is_err() {
        tracing::warn!("requests under way did not end in time and were cut off");
    }
}

/// Counts a connection as open, however it ends.
struct Counted<'s>(&'s Shared);

impl<'s> Counted<'s> {
    fn new(shared: &'s Shared) -> Self {
        shared.meters.connections.increment(1.0);
        Self(shared)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.meters.connections.decrement(1.0);
    }
}

async fn hold(
    mut stream: TcpStream,
    peer: SocketAddr,
    front: &Front,
    tls: Option<tokio_rustls::TlsAcceptor>,
    shared: Arc<Shared>,
    stranger: Arc<Stranger>,
    stopped: watch::Receiver<bool>,
) {
    let deadline = Instant::now() + shared.limits.handshake;
    // Apart, so that a connection is not as large as what reads its header.
    let arrived = Box::pin(front.way(&mut stream, peer, &shared, deadline)).await;
    let way = match arrived {
        Ok(way) => way,
        Err(refusal) => return shared.refused(peer, &refusal),
    };
    match tls {
        None => converse(stream, way, shared, stranger, stopped).await,
        Some(acceptor) => {
            let shaken = timeout_at(deadline, acceptor.accept(stream)).await;
            if let Ok(Ok(stream)) = shaken {
                let details: Option<TlsDetails> = tls::details(stream.get_ref().1);
                let way = Way { tls: details, ..way };
                // Apart, so that a connection without TLS is not as large as one with it.
                Box::pin(converse(stream, way, shared, stranger, stopped)).await;
            }
        }
    }
}

async fn converse<S>(
    stream: S,
    way: Way,
    shared: Arc<Shared>,
    stranger: Arc<Stranger>,
    mut stopped: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let way = Arc::new(way);
    let limits = shared.limits;
    // Apart, so that a connection between two requests is not as large as one within a request.
    let service = service_fn(move |request| Box::pin(respond(shared.clone(), way.clone(), stranger.clone(), request)));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.headers)
        .max_buf_size(limits.header_bytes)
        .max_headers(limits.header_count)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => {
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
        }
        // What `wait_for` gives holds a lock and must not live on.
        () = asked_to_stop(&mut stopped) => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
