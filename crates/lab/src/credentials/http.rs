//! HTTP for the services that hand out credentials.

use super::{PlaceFacts, cache::Cache, container};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, StatusCode, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use sha1::{Digest, Sha1};
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::Semaphore};

/// Connections to one service at once.
const CONNECTIONS: usize = 128;
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn serve(listener: TcpListener, facts: Arc<PlaceFacts>, cache: Arc<Cache>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    while let Ok((stream, _)) = listener.accept().await {
        let Ok(permit) = room.clone().acquire_owned().await else { return };
        let (facts, cache) = (facts.clone(), cache.clone());
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(facts.clone(), cache.clone(), request));
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .serve_connection(TokioIo::new(stream), service);
            let _ = connection.await;
            drop(permit);
        });
    }
}

async fn answer(
    facts: Arc<PlaceFacts>,
    cache: Arc<Cache>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, text) = if request.uri().path() == container::path(&facts.name) && facts.role.is_some() {
        match tokio::task::spawn_blocking(move || cache.get()).await {
            Ok(Ok(handed)) => (StatusCode::OK, container::document(&handed).to_string()),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, "{}".to_owned()),
        }
    } else {
        (StatusCode::NOT_FOUND, "{}".to_owned())
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    Ok(response)
}

/// Bytes that are the same for the same words on every run.
pub(super) fn digest(words: &[&str]) -> [u8; 16] {
    let mut hash = Sha1::new();
    for word in words {
        hash.update(word.as_bytes());
        hash.update([0]);
    }
    let mut out = [0; 16];
    for (to, from) in out.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    out
}
