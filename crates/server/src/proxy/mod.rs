//! Version 2 of the PROXY protocol: what a load balancer says of a connection before the connection's own bytes.
//!
//! Source: HAProxy, `doc/proxy-protocol.txt`, section 2.2; Elastic Load Balancing, User Guide for Network Load Balancers,
//! "Edit target group attributes", "Proxy protocol".

mod checksum;
#[cfg(test)]
mod tests;

use checksum::crc32c;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// What every header of version 2 begins with.
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// Signature, version and command, family, length.
const PREFIX: usize = 16;
/// Bytes a header may have: far more than load balancers send, far less than its length could tell (64 KiB).
const MOST: usize = 4096;
/// Characters an endpoint's id may have.
const LONGEST_ID: usize = 64;

const TCP_OVER_IPV4: u8 = 0x11;
const TCP_OVER_IPV6: u8 = 0x21;
const PP2_TYPE_CRC32C: u8 = 0x03;
const PP2_TYPE_AWS: u8 = 0xEA;
const PP2_SUBTYPE_AWS_VPCE_ID: u8 = 0x01;

/// Whose connection it is that a load balancer passes on.
///
/// IPv4 addresses mapped into IPv6 stand here as the IPv4 addresses they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Where the connection came from.
    pub source: SocketAddr,
    /// Where it went to: an address of the load balancer's, or of the endpoint that a client called.
    pub destination: SocketAddr,
    /// The id of the VPC endpoint it came through (`vpce-…`), as Network Load Balancers tell it.
    pub vpc_endpoint: Option<Box<str>>,
}

/// What a header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The connection is the load balancer's own, as for its health checks.
    Local,
    /// The connection is somebody else's.
    Proxy(Header),
}

/// Why bytes are no header to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// The first bytes are others.
    #[error("it does not begin as version 2 of the PROXY protocol does")]
    Signature,
    /// Another version than 2.
    #[error("its header is of version {0} of the PROXY protocol, not of version 2")]
    Version(u8),
    /// Neither LOCAL nor PROXY.
    #[error("its header has the command {0}, which is none")]
    Command(u8),
    /// Something else than TCP over IPv4 or IPv6.
    #[error("its header tells of a connection of the kind {0:#04x}, neither TCP over IPv4 nor TCP over IPv6")]
    Family(u8),
    /// The addresses do not fit into the length told.
    #[error("its header ends before its addresses do")]
    Addresses,
    /// More bytes than a header may have.
    #[error("its header has {0} bytes, more than the {MOST} there may be")]
    TooLong(usize),
    /// A type-length-value vector that goes past the end, or whose value is not as its type demands.
    #[error("the type-length-value vector at byte {0} of its header is malformed")]
    Vector(usize),
    /// A second vector of a kind there can be one of.
    #[error("its header has two type-length-value vectors of the type {0:#04x}")]
    Repeated(u8),
    /// The checksum is that of other bytes.
    #[error("its header does not have the checksum it tells")]
    Checksum,
}

impl Header {
    /// Reads the header that `bytes` begin with, and tells how many bytes it has; `None` while there are too few.
    ///
    /// A receiver may reject what is neither LOCAL nor TCP over IP, and so does this. Vectors other than the checksum
    /// and the VPC endpoint's id are skipped.
    ///
    /// # Errors
    /// [`ProxyError`] as soon as no further bytes could make a header of these.
    pub fn parse(bytes: &[u8]) -> Result<Option<(Command, usize)>, ProxyError> {
        let begun = bytes.len().min(SIGNATURE.len());
        if bytes.get(..begun) != SIGNATURE.get(..begun) {
            return Err(ProxyError::Signature);
        }
        let Some(&[.., version_and_command, family, high, low]) = bytes.first_chunk::<PREFIX>() else {
            return Ok(None);
        };
        let length = PREFIX + usize::from(u16::from_be_bytes([high, low]));
        if version_and_command >> 4 != 2 {
            return Err(ProxyError::Version(version_and_command >> 4));
        }
        let local = match version_and_command & 0xF {
            0 => true,
            1 => false,
            other => return Err(ProxyError::Command(other)),
        };
        if !local && family != TCP_OVER_IPV4 && family != TCP_OVER_IPV6 {
            return Err(ProxyError::Family(family));
        }
        if length > MOST {
            return Err(ProxyError::TooLong(length));
        }
        let Some(header) = bytes.get(..length) else { return Ok(None) };
        let command = if local { Command::Local } else { Command::Proxy(proxied(header, family)?) };
        Ok(Some((command, length)))
    }

    /// How many more bytes there must at least be for `bytes` to begin with a whole header.
    pub(crate) fn missing(bytes: &[u8]) -> usize {
        match bytes.first_chunk::<PREFIX>() {
            Some(&[.., high, low]) => PREFIX + usize::from(u16::from_be_bytes([high, low])),
            None => PREFIX,
        }
        .saturating_sub(bytes.len())
    }

    /// The header in bytes, in the order in which Network Load Balancers send its parts: addresses, checksum, endpoint.
    ///
    /// Where one address is of IPv4 and the other of IPv6, the first goes mapped. An endpoint's id of more than 64
    /// characters is cut, since nobody has one.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(PREFIX + 36 + 7 + 4 + LONGEST_ID);
        let family = match (self.source.ip().to_canonical(), self.destination.ip().to_canonical()) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                body.extend([source.octets(), destination.octets()].as_flattened());
                TCP_OVER_IPV4
            }
            (source, destination) => {
                body.extend([mapped(source).octets(), mapped(destination).octets()].as_flattened());
                TCP_OVER_IPV6
            }
        };
        body.extend([self.source.port().to_be_bytes(), self.destination.port().to_be_bytes()].as_flattened());
        body.extend([PP2_TYPE_CRC32C, 0, 4]);
        let place = PREFIX + body.len();
        body.extend([0; 4]);
        if let Some(id) = &self.vpc_endpoint {
            let id = id.as_bytes().get(..LONGEST_ID).unwrap_or(id.as_bytes());
            body.extend([PP2_TYPE_AWS, 0]);
            body.push(u8::try_from(1 + id.len()).unwrap_or_default());
            body.push(PP2_SUBTYPE_AWS_VPCE_ID);
            body.extend(id);
        }
        let mut bytes = Vec::from(SIGNATURE);
        bytes.extend([0x21, family]);
        bytes.extend(u16::try_from(body.len()).unwrap_or_default().to_be_bytes());
        bytes.extend(body);
        let sum = crc32c(&bytes).to_be_bytes();
        if let Some(written) = bytes.get_mut(place..place + sum.len()) {
            written.copy_from_slice(&sum);
        }
        bytes
    }
}

fn mapped(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
}

/// Reads a whole header of the command PROXY.
fn proxied(header: &[u8], family: u8) -> Result<Header, ProxyError> {
    let mut rest = header.get(PREFIX..).unwrap_or_default();
    let rest = &mut rest;
    let [source, destination] = if family == TCP_OVER_IPV4 {
        [Ipv4Addr::from(take::<4>(rest)?), Ipv4Addr::from(take::<4>(rest)?)].map(IpAddr::from)
    } else {
        [Ipv6Addr::from(take::<16>(rest)?), Ipv6Addr::from(take::<16>(rest)?)].map(|address| address.to_canonical())
    };
    let [from, to] = [u16::from_be_bytes(take(rest)?), u16::from_be_bytes(take(rest)?)];
    let vpc_endpoint = vectors(header, rest)?;
    Ok(Header { source: (source, from).into(), destination: (destination, to).into(), vpc_endpoint })
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], ProxyError> {
    let (taken, after) = rest.split_first_chunk::<N>().ok_or(ProxyError::Addresses)?;
    *rest = after;
    Ok(*taken)
}

/// Reads the vectors in which `header` ends: checks its sum where it tells one, and gives the endpoint's id.
fn vectors(header: &[u8], mut rest: &[u8]) -> Result<Option<Box<str>>, ProxyError> {
    let (mut summed, mut vpc_endpoint) = (false, None);
    while !rest.is_empty() {
        let malformed = ProxyError::Vector(header.len() - rest.len());
        let (&[kind, high, low], after) = rest.split_first_chunk().ok_or(malformed)?;
        let length = usize::from(u16::from_be_bytes([high, low]));
        let place = header.len() - after.len();
        let (value, next) = after.split_at_checked(length).ok_or(malformed)?;
        match (kind, value) {
            (PP2_TYPE_CRC32C, _) if summed => return Err(ProxyError::Repeated(kind)),
            (PP2_TYPE_CRC32C, value) => {
                let told = u32::from_be_bytes(value.try_into().map_err(|_| malformed)?);
                let mut blank = header.to_vec();
                blank.iter_mut().skip(place).take(length).for_each(|byte| *byte = 0);
                if crc32c(&blank) != told {
                    return Err(ProxyError::Checksum);
                }
                summed = true;
            }
            (PP2_TYPE_AWS, []) => return Err(malformed),
            // Two ids are one too many: whoever wrote the second may not be who is believed.
            (PP2_TYPE_AWS, [PP2_SUBTYPE_AWS_VPCE_ID, ..]) if vpc_endpoint.is_some() => {
                return Err(ProxyError::Repeated(kind));
            }
            (PP2_TYPE_AWS, [PP2_SUBTYPE_AWS_VPCE_ID, id @ ..]) => {
                vpc_endpoint = Some(endpoint_id(id).ok_or(malformed)?);
            }
            _ => {}
        }
        rest = next;
    }
    Ok(vpc_endpoint)
}

fn endpoint_id(bytes: &[u8]) -> Option<Box<str>> {
    let plain = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    let id = str::from_utf8(bytes).ok().filter(|id| plain && (1..=LONGEST_ID).contains(&id.len()))?;
    Some(id.into())
}
