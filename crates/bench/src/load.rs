//! The load: many connections on one thread, each with one request under way at a time, as AWS clients do.

use crate::{clock::Watch, http::Answer};
use anyhow::{Context, Result, bail};
use hdrhistogram::Histogram;
use std::{cell::Cell, cell::RefCell, net::SocketAddr, rc::Rc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::LocalSet,
};

/// How long a run goes on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Until {
    Elapsed(Duration),
    Requests(u64),
}

/// What a run came to.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) requests: u64,
    pub(crate) elapsed: Duration,
    /// In nanoseconds.
    pub(crate) latency: Histogram<u64>,
}

impl Outcome {
    pub(crate) fn rate(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a rate is told to a few digits")]
        let requests = self.requests as f64;
        requests / self.elapsed.as_secs_f64()
    }
}

/// Where requests come from, each ready for the wire.
pub(crate) trait Source {
    fn next(&self) -> Rc<[u8]>;
}

/// Requests signed ahead, sent in turn, over and over.
#[derive(Debug)]
pub(crate) struct Ring {
    requests: Vec<Rc<[u8]>>,
    at: Cell<usize>,
}

impl Ring {
    pub(crate) fn new(requests: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self { requests: requests.into_iter().map(Into::into).collect(), at: Cell::new(0) }
    }
}

impl Source for Ring {
    fn next(&self) -> Rc<[u8]> {
        let at = self.at.get();
        self.at.set(if at + 1 < self.requests.len() { at + 1 } else { 0 });
        self.requests.get(at).cloned().unwrap_or_default()
    }
}

impl<F: Fn() -> Rc<[u8]>> Source for F {
    fn next(&self) -> Rc<[u8]> {
        self()
    }
}

struct Shared<S> {
    source: S,
    sent: Cell<u64>,
    until: Until,
    watch: Watch,
    latency: RefCell<Histogram<u64>>,
}

/// Sends from `source` over `connections` connections until `until`; every answer must be a 200.
///
/// # Errors
///
/// When a connection breaks or an answer is another one; the text of the answer is told.
pub(crate) fn run(
    address: SocketAddr,
    connections: usize,
    until: Until,
    source: impl Source + 'static,
) -> Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let mut streams = Vec::with_capacity(connections);
        for _ in 0..connections {
            let stream = TcpStream::connect(address).await.context("connecting")?;
            stream.set_nodelay(true)?;
            streams.push(stream);
        }
        let shared = Rc::new(Shared {
            source,
            sent: Cell::new(0),
            until,
            watch: Watch::start(),
            latency: RefCell::new(Histogram::new_with_bounds(1_000, 60_000_000_000, 3)?),
        });
        let tasks: Vec<_> =
            streams.into_iter().map(|stream| tokio::task::spawn_local(drive(stream, Rc::clone(&shared)))).collect();
        for task in tasks {
            task.await??;
        }
        let elapsed = shared.watch.elapsed();
        let latency = shared.latency.borrow().clone();
        Ok(Outcome { requests: latency.len(), elapsed, latency })
    })
}

async fn drive<S: Source>(mut stream: TcpStream, shared: Rc<Shared<S>>) -> Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let over = match shared.until {
            Until::Elapsed(limit) => shared.watch.elapsed() >= limit,
            Until::Requests(limit) => shared.sent.get() >= limit,
        };
        if over {
            return Ok(());
        }
        shared.sent.set(shared.sent.get() + 1);
        let request = shared.source.next();
        let watch = Watch::start();
        stream.write_all(&request).await?;
        let mut filled = 0;
        let mut answer = None;
        let closes = loop {
            let space = buffer.get_mut(filled..).filter(|space| !space.is_empty()).context("too long an answer")?;
            let count = stream.read(space).await?;
            if count == 0 {
                bail!("the server closed the connection");
            }
            filled += count;
            let bytes = buffer.get(..filled).unwrap_or_default();
            if answer.is_none() {
                answer = Answer::read(bytes)?;
            }
            let Some(Answer { status, head, end, closes }) = answer else { continue };
            if filled >= end {
                if status != 200 {
                    bail!("{status}: {}", String::from_utf8_lossy(bytes.get(head..end).unwrap_or_default()));
                }
                break closes;
            }
        };
        let nanoseconds = u64::try_from(watch.elapsed().as_nanos()).unwrap_or(u64::MAX);
        shared.latency.borrow_mut().saturating_record(nanoseconds);
        if closes {
            stream = TcpStream::connect(stream.peer_addr()?).await?;
            stream.set_nodelay(true)?;
        }
    }
}
