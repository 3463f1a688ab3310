//! The bare server: what HTTP alone costs on this machine.

use anyhow::Result;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use std::io::Write;
use tokio::net::TcpListener;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How many bytes each answer's body has.
    #[arg(long)]
    bytes: usize,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let body = Bytes::from(vec![b'x'; options.bytes]);
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let mut stdout = std::io::stdout();
        writeln!(stdout, "ready http://{}", listener.local_addr()?)?;
        stdout.flush()?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let body = body.clone();
            tokio::spawn(async move {
                let service = service_fn(move |request| answer(request, body.clone()));
                // A connection that breaks is the client's to report.
                drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
            });
        }
    })
}

/// Reads the request to its end and answers with the headers STS answers with.
async fn answer(request: Request<Incoming>, body: Bytes) -> Result<Response<Full<Bytes>>> {
    request.into_body().collect().await?;
    Ok(Response::builder()
        .header("x-amzn-RequestId", "00000000-0000-4000-8000-000000000000")
        .header("Content-Type", "text/xml")
        .body(Full::new(body))?)
}
