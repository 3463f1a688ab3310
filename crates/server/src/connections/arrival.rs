//! How connections come in at a listener, and what that says of their way.

use crate::{
    deployment::Deployment,
    proxy::{Command, Header, ProxyError},
};
use arc_swap::ArcSwap;
use ipnet::IpNet;
use rolecall_kernel::Way;
use rolecall_network::serving_region_of;
use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};
use tokio::{io::AsyncReadExt, net::TcpStream};

/// What is taken for the header of a connection, by the address it goes to.
pub(crate) type Ways = HashMap<IpAddr, Header>;

/// Who connects to a listener, and whose word on a connection's way is taken.
#[derive(Clone)]
pub(crate) enum Entrance {
    /// Callers themselves.
    Direct,
    /// Load balancers in these networks: each connection begins with a header that says whose it is.
    Proxied(Arc<[IpNet]>),
    /// Callers in another network namespace: whoever handed the listener over said beforehand whose connections those
    /// to each address are.
    Adopted(Arc<ArcSwap<Ways>>),
}

/// Why a connection is closed before its first request.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("it comes from {0}, whose word on others' addresses is not taken")]
    Untrusted(IpAddr),
    #[error(transparent)]
    Header(#[from] ProxyError),
    #[error("it ended within its header")]
    Ended,
    #[error("its header could not be read: {0}")]
    Broken(#[from] io::Error),
    #[error("its header did not come in time")]
    Slow,
    #[error("it goes to {0}, which nobody said leads here")]
    Destination(IpAddr),
    #[error("it came through the VPC endpoint {0}, which is not known here")]
    Endpoint(Box<str>),
}

impl Refusal {
    /// Every name of a reason, so that each is counted from the start.
    pub(crate) const NAMES: [&'static str; 5] = ["untrusted", "header", "incomplete", "destination", "endpoint"];

    /// The reason's name among [`Refusal::NAMES`].
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Untrusted(_) => "untrusted",
            Self::Header(_) => "header",
            Self::Ended | Self::Broken(_) | Self::Slow => "incomplete",
            Self::Destination(_) => "destination",
            Self::Endpoint(_) => "endpoint",
        }
    }
}

impl Entrance {
    /// The way of a connection from `peer` as far as it is known before TLS. Reads what a load balancer says and not a
    /// byte more.
    pub(crate) async fn way(
        &self,
        stream: &mut TcpStream,
        peer: SocketAddr,
        deployment: &Deployment,
    ) -> Result<Way, Refusal> {
        // An IPv4 caller on an IPv6 socket is an IPv4 caller to every policy.
        let peer = peer.ip().to_canonical();
        match self {
            Self::Direct => Ok(Way::plain(peer)),
            Self::Proxied(from) => {
                if !from.iter().any(|network| network.contains(&peer)) {
                    return Err(Refusal::Untrusted(peer));
                }
                match read(stream).await? {
                    // A receiver then goes by the connection's real ends (proxy-protocol.txt, section 2.2).
                    Command::Local => Ok(Way::plain(peer)),
                    Command::Proxy(header) => told(&header, deployment),
                }
            }
            Self::Adopted(ways) => {
                let destination = stream.local_addr()?.ip().to_canonical();
                let ways = ways.load();
                told(ways.get(&destination).ok_or(Refusal::Destination(destination))?, deployment)
            }
        }
    }
}

async fn read(stream: &mut TcpStream) -> Result<Command, Refusal> {
    let mut bytes = Vec::with_capacity(128);
    loop {
        if let Some((command, _)) = Header::parse(&bytes)? {
            return Ok(command);
        }
        // Never past the header's end: what follows is TLS's or HTTP's.
        let missing = u64::try_from(Header::missing(&bytes)).unwrap_or(u64::MAX);
        if (&mut *stream).take(missing).read_buf(&mut bytes).await? == 0 {
            return Err(Refusal::Ended);
        }
    }
}

/// What a believed header comes to.
fn told(header: &Header, deployment: &Deployment) -> Result<Way, Refusal> {
    let vpc_endpoint = match &header.vpc_endpoint {
        None => None,
        Some(id) => Some(deployment.endpoint(id).ok_or_else(|| Refusal::Endpoint(id.clone()))?),
    };
    let source = header.source.ip().to_canonical();
    let destination = header.destination.ip().to_canonical();
    let plain = Way::plain(source);
    Ok(Way {
        vpc_endpoint,
        global_served_in: serving_region_of(destination).unwrap_or(plain.global_served_in),
        ..plain
    })
}
