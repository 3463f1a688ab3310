//! Metrics and health, on an address of their own that no caller of AWS's APIs sees.

use crate::shared::{Shared, asked_to_stop};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Request, Response, StatusCode,
    body::Incoming,
    header::{CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

/// Connections served at once; a scraper needs one.
const CONNECTIONS: usize = 32;

pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = asked_to_stop(&mut stopped) => return,
        };
        while connections.try_join_next().is_some() {}
        let Ok((stream, _)) = accepted else { continue };
        if connections.len() >= CONNECTIONS {
            continue;
        }
        let shared = shared.clone();
        connections.spawn(async move {
            let service = service_fn(move |request| {
                let reply = reply(&shared, &request);
                async move { Ok::<_, Infallible>(reply) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(Duration::from_secs(30))
                .serve_connection(TokioIo::new(stream), service);
            let _ = connection.await;
        });
    }
}

fn reply(shared: &Shared, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let status = shared.deployment.store().status();
    let (code, text) = match request.uri().path() {
        "/metrics" => (StatusCode::OK, shared.meters.render(&status)),
        "/health" => match status.shut {
            None => (StatusCode::OK, "ok\n".to_owned()),
            Some(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("the store takes no writes: {why}\n")),
        },
        _ => (StatusCode::NOT_FOUND, "there is /metrics and /health here\n".to_owned()),
    };
    let mut reply = Response::new(Full::new(Bytes::from(text)));
    *reply.status_mut() = code;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"));
    reply
}
