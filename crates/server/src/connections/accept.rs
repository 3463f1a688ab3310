//! Accepting at one listener, within bounds, and carrying each connection to its end.

use super::arrival::{Entrance, Refusal};
use crate::{
    http::respond,
    shared::{Shared, asked_to_stop},
    strangers::Stranger,
    tls,
};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use rolecall_kernel::{Way, event::TlsDetails};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{Instant, timeout_at},
};
use tokio_rustls::TlsAcceptor;

/// What a listener does with whoever comes.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) entrance: Entrance,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) shared: Arc<Shared>,
    /// Room for connections, all listeners together.
    pub(crate) room: Arc<Semaphore>,
    pub(crate) stopped: watch::Receiver<bool>,
}

/// Accepts until a stop is asked for, then gives requests under way as long as `drain` says.
pub(crate) async fn accept(listener: TcpListener, mut door: Door, drain: impl FnOnce() -> Duration) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = asked_to_stop(&mut door.stopped) => break,
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
        let Ok(permit) = door.room.clone().try_acquire_owned() else {
            door.shared.meters.turned_away.increment(1);
            continue;
        };
        let door = door.clone();
        let stranger = Arc::new(door.shared.strangers.admit());
        connections.spawn(async move {
            let shared = door.shared.clone();
            let _counted = Counted::new(&shared);
            // Replies are small and whole; waiting to fill a segment only delays them.
            let _ = stream.set_nodelay(true);
            tokio::select! {
                () = hold(stream, peer, door, stranger.clone()) => {}
                () = stranger.asked_to_leave() => shared.meters.turned_away.increment(1),
            }
            drop(permit);
        });
    }
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(drain(), drained).await.is_err() {
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

async fn hold(mut stream: TcpStream, peer: SocketAddr, door: Door, stranger: Arc<Stranger>) {
    let Door { entrance, tls, shared, stopped, .. } = door;
    let deadline = Instant::now() + shared.limits.handshake;
    let arrived = {
        // Apart, so that a connection is not as large as what reads its header.
        let arriving = Box::pin(timeout_at(deadline, entrance.way(&mut stream, peer, &shared.deployment)));
        arriving.await.unwrap_or(Err(Refusal::Slow))
    };
    let way = match arrived {
        Ok(way) => way,
        Err(refusal) => {
            shared.meters.not_believed(&refusal);
            shared.complaints.log(peer, &refusal);
            return;
        }
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
