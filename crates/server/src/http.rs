//! One HTTP request: read within its bounds, answered by the kernel, kept by the store, and only then replied to.

use crate::{chance, clock, deployment::Stale, limits::Limits, shared::Shared, strangers::Stranger, views};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    HeaderMap, Request, Response, StatusCode,
    body::{Body, Incoming},
    header::{CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue},
};
use rolecall_kernel::{Answer, Circumstances, HttpRequest, Outcome, Way, arrive, uuid};
use rolecall_wire::{ERROR_TYPE_HEADER, Fault, FaultCode, MAX_BODY, Protocol, REQUEST_ID_HEADER, Service};
use smallvec::SmallVec;
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::sync::SemaphorePermit;

type Reply = Response<Full<Bytes>>;

/// What became of reading a body.
enum BodyError {
    TooLarge,
    TooSlow,
    Broken,
}

/// Answers one request that came over a connection from `way`.
pub(crate) async fn respond(
    shared: Arc<Shared>,
    way: Arc<Way>,
    stranger: Arc<Stranger>,
    request: Request<Incoming>,
) -> Result<Reply, Infallible> {
    let (parts, body) = request.into_parts();
    let entropy = chance::entropy();
    let request_id = entropy.request_id();
    let (body, _share) = match collect(body, &shared, &stranger).await {
        Ok(whole) => whole,
        Err(error) => return Ok(unread(&parts.headers, request_id, &error)),
    };
    let began = tokio::time::Instant::now();
    let circumstances = Circumstances { now: clock::now(), way: Way::clone(&way), entropy };
    let headers: SmallVec<[(&str, &str); 24]> = parts
        .headers
        .iter()
        // A value that is no text stands as an empty one: its signature then fails to match.
        .map(|(name, value)| (name.as_str(), str::from_utf8(value.as_bytes()).unwrap_or_default()))
        .collect();
    let http = HttpRequest {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        headers: &headers,
        body: &body,
    };
    let outcome = decide(&shared, &http, &circumstances).await;
    if matches!(outcome.answer, Answer::Reply(_)) {
        stranger.is_let_in();
    }
    let reply = written(&shared, outcome, began.elapsed());
    Ok(reply)
}

/// Answers, waits until everything the request leaves behind is durable, and turns a failure to keep it into a fault:
/// then nothing that was made leaves.
async fn decide(shared: &Arc<Shared>, request: &HttpRequest<'_>, circumstances: &Circumstances) -> Outcome {
    let deployment = &shared.deployment;
    let failed = |code: FaultCode| Outcome {
        service: service_of(request.header("host").unwrap_or_default()),
        answer: Answer::Fault(Fault::from_code(code)),
        changes: Vec::new(),
        events: Vec::new(),
        request_id: circumstances.entropy.request_id(),
    };
    let pending = loop {
        match deployment.answer(request, circumstances) {
            Ok(Ok(pending)) => break pending,
            Ok(Err(Stale)) => {
                let deployment = deployment.clone();
                let renewed = tokio::task::spawn_blocking(move || deployment.renew()).await;
                if !matches!(renewed, Ok(Ok(()))) {
                    tracing::error!(?renewed, "the directory could not be read back from the log");
                    return failed(FaultCode::InternalFailure);
                }
            }
            Err(error) => {
                tracing::error!(%error, "a request was refused because the log takes nothing more");
                return failed(FaultCode::ServiceUnavailable);
            }
        }
    };
    let service = pending.outcome.service;
    let mut outcome = match deployment.settle(pending).await {
        Ok(outcome) => outcome,
        Err(error) => {
            tracing::error!(%error, "a request was refused because its record could not be kept");
            return Outcome { service, ..failed(FaultCode::InternalFailure) };
        }
    };
    if let Answer::View(view) = outcome.answer {
        let store = deployment.store().clone();
        let looked = tokio::task::spawn_blocking(move || views::look(&*store, view)).await;
        outcome.answer = match looked {
            Ok(Ok(reply)) => Answer::Reply(reply),
            Ok(Err(fault)) => Answer::Fault(fault),
            Err(_) => Answer::Fault(Fault::from_code(FaultCode::InternalFailure)),
        };
        let recorded = match deployment.record(&outcome) {
            Ok(Some(commit)) => commit.await.is_ok(),
            Ok(None) => true,
            Err(_) => false,
        };
        if !recorded {
            return Outcome { service, ..failed(FaultCode::InternalFailure) };
        }
    }
    outcome
}

fn written(shared: &Shared, outcome: Outcome, took: Duration) -> Reply {
    let service = outcome.service;
    let request_id = uuid(outcome.request_id);
    let mut body = Vec::with_capacity(1536);
    match &outcome.answer {
        Answer::Reply(reply) => {
            reply.write(&request_id, &mut body);
            shared.meters.answered(service, took);
            response(StatusCode::OK, service, &request_id, body)
        }
        Answer::Fault(fault) => {
            shared.meters.refused(service, fault);
            tracing::debug!(request_id, code = fault.code.name(service), "refused");
            refusal(fault, service, &request_id, body)
        }
        // Looked up before; here only so that the match is whole.
        Answer::View(_) => refusal(&Fault::from_code(FaultCode::InternalFailure), service, &request_id, body),
    }
}

fn refusal(fault: &Fault, service: Service, request_id: &str, mut body: Vec<u8>) -> Reply {
    fault.write(service, request_id, &mut body);
    let status = StatusCode::from_u16(fault.status(service)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = response(status, service, request_id, body);
    if service.protocol() == Protocol::Json
        && let (Ok(name), Ok(code)) =
            (HeaderName::try_from(ERROR_TYPE_HEADER), HeaderValue::try_from(fault.code.name(service)))
    {
        reply.headers_mut().insert(name, code);
    }
    reply
}

fn response(status: StatusCode, service: Service, request_id: &str, body: Vec<u8>) -> Reply {
    let mut reply = Response::new(Full::new(Bytes::from(body)));
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    if let (Ok(name), Ok(id)) = (HeaderName::try_from(REQUEST_ID_HEADER), HeaderValue::try_from(request_id)) {
        headers.insert(name, id);
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(service.content_type()));
    reply
}

/// The answer to a request whose body was not read to its end; the connection ends with it.
fn unread(headers: &HeaderMap, request_id: u128, error: &BodyError) -> Reply {
    let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let service = service_of(host);
    let id = uuid(request_id);
    let mut reply = match error {
        BodyError::TooLarge => refusal(&Fault::from_code(FaultCode::RequestEntityTooLarge), service, &id, Vec::new()),
        BodyError::TooSlow => {
            let mut reply = response(StatusCode::REQUEST_TIMEOUT, service, &id, Vec::new());
            *reply.body_mut() = Full::default();
            reply
        }
        BodyError::Broken => {
            let fault = Fault::new(FaultCode::MalformedInput, "The body of the request ended before its time.");
            refusal(&fault, service, &id, Vec::new())
        }
    };
    reply.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    reply
}

fn service_of(host: &str) -> Service {
    arrive(host, None).map_or(Service::Sts, |endpoint| endpoint.service)
}

/// The whole body, at most [`MAX_BODY`] bytes of it, within the time there is, and the share of memory it was granted.
async fn collect<'s>(
    mut body: Incoming,
    shared: &'s Shared,
    stranger: &Stranger,
) -> Result<(Bytes, Option<SemaphorePermit<'s>>), BodyError> {
    let told = body.size_hint();
    if told.lower() > MAX_BODY as u64 {
        return Err(BodyError::TooLarge);
    }
    if body.is_end_stream() {
        return Ok((Bytes::new(), None));
    }
    let most = told.upper().map_or(MAX_BODY, |upper| usize::try_from(upper).unwrap_or(MAX_BODY).min(MAX_BODY));
    let read = async {
        let share = match u32::try_from(most) {
            Ok(bytes) if most > Limits::SHORT_BODY => {
                let [of_strangers, of_others] = &shared.body_bytes;
                let bytes_left = if stranger.is_known() { of_others } else { of_strangers };
                bytes_left.acquire_many(bytes).await.ok()
            }
            _ => None,
        };
        // A small body comes in one frame, which is then the whole without a copy.
        let mut whole = Bytes::new();
        let mut joined: Vec<u8> = Vec::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else { continue };
            if whole.len() + joined.len() + data.len() > MAX_BODY {
                return Err(BodyError::TooLarge);
            }
            if whole.is_empty() && joined.is_empty() {
                whole = data;
            } else {
                if joined.is_empty() {
                    joined.reserve_exact(usize::try_from(told.lower()).unwrap_or(0).max(whole.len() + data.len()));
                    joined.extend_from_slice(&whole);
                    whole = Bytes::new();
                }
                joined.extend_from_slice(&data);
            }
        }
        Ok((if joined.is_empty() { whole } else { Bytes::from(joined) }, share))
    };
    tokio::time::timeout(shared.limits.body, read).await.unwrap_or(Err(BodyError::TooSlow))
}
