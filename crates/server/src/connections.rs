//! Listening, accepting within bounds, and stopping cleanly.

use crate::{
    admin,
    deployment::Deployment,
    http::respond,
    limits::Limits,
    shared::{Shared, asked_to_stop},
    strangers::Stranger,
    tls::{self, Certificates, TlsError},
};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use rolecall_kernel::{Way, event::TlsDetails};
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
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
    /// Metrics and health.
    pub admin: Option<SocketAddr>,
    /// What a caller may take.
    pub limits: Limits,
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
}

/// A server that accepts.
#[derive(Debug)]
pub struct Running {
    /// Where plain HTTP is answered.
    pub address: SocketAddr,
    /// Where HTTPS is answered.
    pub tls_address: Option<SocketAddr>,
    /// Where metrics and health are.
    pub admin_address: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Running {
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

    let (listener, address) = bound(settings.listen).await?;
    tasks.spawn(accept(listener, None, shared.clone(), room.clone(), stopped.clone()));
    let tls_address = match settings.tls {
        None => None,
        Some((wanted, certificates)) => {
            let acceptor = tls::acceptor(&certificates)?;
            let (listener, address) = bound(wanted).await?;
            tasks.spawn(accept(listener, Some(acceptor), shared.clone(), room, stopped.clone()));
            Some(address)
        }
    };
    let admin_address = match settings.admin {
        None => None,
        Some(wanted) => {
            let (listener, address) = bound(wanted).await?;
            tasks.spawn(admin::serve(listener, shared.clone(), stopped.clone()));
            Some(address)
        }
    };
    tasks.spawn(upkeep(shared, stopped));
    Ok(Running { address, tls_address, admin_address, stop, tasks })
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

async fn accept(
    listener: TcpListener,
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
        let (shared, tls, stopped) = (shared.clone(), tls.clone(), stopped.clone());
        let stranger = Arc::new(shared.strangers.admit());
        connections.spawn(async move {
            shared.meters.connections.increment(1.0);
            // Replies are small and whole; waiting to fill a segment only delays them.
            let _ = stream.set_nodelay(true);
            tokio::select! {
                () = hold(stream, peer, tls, shared.clone(), stranger.clone(), stopped) => {}
                () = stranger.asked_to_leave() => shared.meters.turned_away.increment(1),
            }
            shared.meters.connections.decrement(1.0);
            drop(permit);
        });
    }
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(shared.limits.drain, drained).await.is_err() {
        tracing::warn!("requests under way did not end in time and were cut off");
    }
}

async fn hold(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<tokio_rustls::TlsAcceptor>,
    shared: Arc<Shared>,
    stranger: Arc<Stranger>,
    stopped: watch::Receiver<bool>,
) {
    // An IPv4 caller on an IPv6 socket is an IPv4 caller to every policy.
    let source = peer.ip().to_canonical();
    match tls {
        None => converse(stream, Way::plain(source), shared, stranger, stopped).await,
        Some(acceptor) => {
            let shaken = tokio::time::timeout(shared.limits.handshake, acceptor.accept(stream)).await;
            if let Ok(Ok(stream)) = shaken {
                let details: Option<TlsDetails> = tls::details(stream.get_ref().1);
                let way = Way { tls: details, ..Way::plain(source) };
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
