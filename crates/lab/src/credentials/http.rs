//! HTTP for the services that hand out credentials.

use super::{PlaceFacts, cache::Cache, container, metadata::Metadata, pod};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode,
    body::Incoming,
    header::{CONTENT_TYPE, HeaderName, HeaderValue, SERVER},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::Value;
use sha1::{Digest, Sha1};
use std::{convert::Infallible, os::fd::AsFd, sync::Arc, time::Duration};
use tokio::{net::TcpListener, net::TcpStream, sync::Semaphore, task::JoinSet, time::timeout};

/// Connections to one listener at once.
const CONNECTIONS: usize = 128;
/// How long a connection may take to send a request's head, and how long it may be idle.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long credentials are waited for.
const WAITING: Duration = Duration::from_secs(30);
/// Bytes of a request's head. A pod's token is within it.
const HEAD: usize = 32 * 1024;
/// Header fields of a request.
const FIELDS: usize = 64;

/// What answers.
pub(super) enum Service {
    /// An ECS task's agent.
    Container(container::Task),
    /// The EKS Pod Identity Agent.
    Pod(pod::Agent),
    /// The instance metadata service.
    Metadata(Metadata),
}

/// What is asked.
pub(super) struct Asked<'a> {
    pub(super) method: &'a Method,
    pub(super) path: &'a str,
    pub(super) headers: &'a HeaderMap,
}

/// What is answered.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) kind: &'static str,
    pub(super) text: String,
    pub(super) header: Option<(HeaderName, HeaderValue)>,
    pub(super) server: Option<&'static str>,
    /// The hops that the packets of the answer get over; as many as any packet's when `None`.
    pub(super) hops: Option<u8>,
}

impl Answer {
    pub(super) fn text(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, kind: "text/plain", text: text.into(), header: None, server: None, hops: None }
    }

    pub(super) fn json(status: StatusCode, value: &Value) -> Self {
        Self { kind: "application/json", ..Self::text(status, value.to_string()) }
    }
}

/// Accepts until the task is dropped, and every connection's with it.
pub(super) async fn serve(listener: TcpListener, service: Arc<Service>, cache: Arc<Cache>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let Ok(permit) = room.clone().acquire_owned().await else { return };
        let accepted = listener.accept().await;
        while connections.try_join_next().is_some() {}
        let Ok((stream, _)) = accepted else {
            // Out of descriptors, or gone before it was accepted.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let (service, cache) = (service.clone(), cache.clone());
        connections.spawn(async move {
            let _permit = permit;
            // A connection that cannot be had is one that broke.
            let Ok((stream, hops)) = Hops::of(stream) else { return };
            let hops = Arc::new(hops);
            let answered = service_fn(move |request| answer(service.clone(), cache.clone(), hops.clone(), request));
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .max_buf_size(HEAD)
                .max_headers(FIELDS)
                .serve_connection(TokioIo::new(stream), answered)
                .await;
        });
    }
}

async fn answer(
    service: Arc<Service>,
    cache: Arc<Cache>,
    hops: Arc<Hops>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, _) = request.into_parts();
    // Credentials may be waited for.
    let working = tokio::task::spawn_blocking(move || {
        let asked = Asked { method: &head.method, path: head.uri.path(), headers: &head.headers };
        match &*service {
            Service::Container(task) => task.answer(&asked, &cache),
            Service::Pod(agent) => agent.answer(&asked, &cache),
            Service::Metadata(metadata) => metadata.answer(&asked, &cache),
        }
    });
    let answer = match timeout(WAITING, working).await {
        Ok(Ok(answer)) => answer,
        _ => Answer::text(StatusCode::INTERNAL_SERVER_ERROR, ""),
    };
    hops.limit(answer.hops);
    let mut response = Response::new(Full::new(Bytes::from(answer.text)));
    *response.status_mut() = answer.status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(answer.kind));
    if let Some(server) = answer.server {
        response.headers_mut().insert(SERVER, HeaderValue::from_static(server));
    }
    response.headers_mut().extend(answer.header);
    Ok(response)
}

/// The hop limit of a connection.
struct Hops {
    stream: std::net::TcpStream,
    usual: u32,
}

impl Hops {
    fn of(stream: TcpStream) -> std::io::Result<(TcpStream, Self)> {
        let stream = stream.into_std()?;
        let usual = stream.ttl()?;
        let hops = Self { stream: stream.try_clone()?, usual };
        Ok((TcpStream::from_std(stream)?, hops))
    }

    /// For what is sent from now on.
    fn limit(&self, hops: Option<u8>) {
        use nix::sys::socket::{setsockopt, sockopt::Ipv6Ttl};
        let limit = hops.map_or(self.usual, u32::from);
        let _ = self.stream.set_ttl(limit);
        if self.stream.local_addr().is_ok_and(|own| own.is_ipv6()) {
            let _ = setsockopt(&self.stream.as_fd(), Ipv6Ttl, &i32::try_from(limit).unwrap_or(1));
        }
    }
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

/// A UUID of version 4's form that is the same for the same words on every run.
pub(super) fn uuid(words: &[&str]) -> String {
    let hex: String = digest(words).iter().map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// The address of a place's network interface: one that nobody's vendor was given.
pub(super) fn mac(facts: &PlaceFacts) -> String {
    let [a, b, c, d, e, ..] = digest(&["mac", &facts.name]);
    format!("02:{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answers_packets_get_over_no_more_hops_than_they_may() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, hops) = Hops::of(listener.accept().await.unwrap().0).unwrap();
        let usual = stream.ttl().unwrap();
        hops.limit(Some(1));
        assert_eq!(stream.ttl().unwrap(), 1);
        hops.limit(None);
        assert_eq!(stream.ttl().unwrap(), usual);
        assert!(usual > 1);
    }

    #[test]
    fn a_uuid_has_its_form() {
        let one = uuid(&["container", "batch"]);
        assert_eq!(one.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert_eq!(one.as_bytes()[14], b'4');
        assert_ne!(one, uuid(&["container", "other"]));
    }
}
