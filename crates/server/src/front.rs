//! Where connections come in, whom each way in believes, and what it makes of a connection.

use crate::{
    proxy::{Command, Header, ProxyError},
    shared::Shared,
};
use arc_swap::ArcSwap;
use ipnet::IpNet;
use rolecall_kernel::Way;
use rolecall_names::Region;
use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{io::AsyncReadExt, net::TcpStream, time::Instant};

/// A way in.
#[derive(Debug)]
pub(crate) enum Front {
    /// Connections are their peers' own.
    Direct,
    /// Connections from these begin with a header, all others are closed.
    Proxied(Box<[IpNet]>),
    /// Connections stand for the header of the address they went to.
    Adopted(Arc<Ways>),
}

/// Which header a connection to an address stands for.
#[derive(Debug)]
pub(crate) struct Ways(ArcSwap<HashMap<IpAddr, Header>>);

impl Ways {
    pub(crate) fn new(ways: HashMap<IpAddr, Header>) -> Self {
        Self(ArcSwap::from_pointee(canonical(ways)))
    }

    pub(crate) fn replace(&self, ways: HashMap<IpAddr, Header>) {
        self.0.store(Arc::new(canonical(ways)));
    }
}

fn canonical(ways: HashMap<IpAddr, Header>) -> HashMap<IpAddr, Header> {
    ways.into_iter().map(|(address, header)| (address.to_canonical(), header)).collect()
}

/// Why a connection is closed before anything is heard of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("headers from its address are not believed (--proxy-from)")]
    Peer,
    #[error(transparent)]
    Header(#[from] ProxyError),
    #[error("it ended before its header did")]
    Ended,
    #[error("it could not be read: {0}")]
    Broken(#[from] io::Error),
    #[error("its header did not come in time")]
    Slow,
    #[error("no VPC endpoint is known by the id {0}")]
    Endpoint(Box<str>),
    #[error("nothing stands at {0}, where it went to")]
    Destination(IpAddr),
}

impl Refusal {
    /// What it is counted as; each kind has a place of its own in [`REASONS`].
    pub(crate) fn place(&self) -> usize {
        match self {
            Self::Peer => 0,
            Self::Header(_) => 1,
            Self::Ended | Self::Broken(_) => 2,
            Self::Slow => 3,
            Self::Endpoint(_) => 4,
            Self::Destination(_) => 5,
        }
    }
}

/// The words for what refusals are counted as.
pub(crate) const REASONS: [&str; 6] = ["peer", "header", "ended", "slow", "endpoint", "destination"];

/// How far apart two lines of the log on refusals of one kind are; those between are told at `debug` alone.
pub(crate) const QUIET: Duration = Duration::from_secs(10);

impl Front {
    /// Whether `peer` may come in this way at all.
    pub(crate) fn admits(&self, peer: IpAddr) -> bool {
        match self {
            Self::Direct | Self::Adopted(_) => true,
            Self::Proxied(from) => from.iter().any(|net| net.contains(&peer.to_canonical())),
        }
    }

    /// Finds out whose connection `stream` is, until `deadline`.
    pub(crate) async fn way(
        &self,
        stream: &mut TcpStream,
        peer: SocketAddr,
        shared: &Shared,
        deadline: Instant,
    ) -> Result<Way, Refusal> {
        // An IPv4 caller on an IPv6 socket is an IPv4 caller to every policy.
        let own = || Way::plain(peer.ip().to_canonical());
        match self {
            Self::Direct => Ok(own()),
            Self::Proxied(_) => {
                let read = tokio::time::timeout_at(deadline, header(stream)).await;
                match read.map_err(|_| Refusal::Slow)?? {
                    // The specification: the receiver must use the real connection endpoints.
                    Command::Local => Ok(own()),
                    Command::Proxy(header) => as_told(&header, shared),
                }
            }
            Self::Adopted(ways) => {
                let address = stream.local_addr()?.ip().to_canonical();
                let ways = ways.0.load();
                as_told(ways.get(&address).ok_or(Refusal::Destination(address))?, shared)
            }
        }
    }
}

/// Reads the header and not a byte more: what follows is the connection's own.
async fn header(stream: &mut TcpStream) -> Result<Command, Refusal> {
    let mut bytes = Vec::with_capacity(256);
    loop {
        if let Some((command, _)) = Header::parse(&bytes)? {
            return Ok(command);
        }
        let missing = u64::try_from(Header::missing(&bytes)).unwrap_or(u64::MAX);
        if (&mut *stream).take(missing).read_buf(&mut bytes).await? == 0 {
            return Err(Refusal::Ended);
        }
    }
}

fn as_told(header: &Header, shared: &Shared) -> Result<Way, Refusal> {
    let vpc_endpoint = match &header.vpc_endpoint {
        None => None,
        Some(id) => Some(shared.deployment.endpoint(id).ok_or_else(|| Refusal::Endpoint(id.clone()))?),
    };
    let destination = header.destination.ip().to_canonical();
    Ok(Way {
        vpc_endpoint,
        global_served_in: rolecall_network::serving_region_of(destination).unwrap_or(Region::US_EAST_1),
        ..Way::plain(header.source.ip().to_canonical())
    })
}
