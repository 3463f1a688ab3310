//! What a request comes with that is not in its bytes: the time, the way it came, and chance.

use crate::event::{TlsDetails, VpcEndpoint};
use rolecall_directory::PolicyText;
use rolecall_names::{Instant, Region};
use std::net::IpAddr;

/// The way a request came, as those who carried it tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The caller's address as the endpoint sees it.
    pub source: IpAddr,
    /// The VPC endpoint it came through, with its policy (none: everything may pass).
    pub vpc_endpoint: Option<(VpcEndpoint, Option<PolicyText>)>,
    /// How the connection was secured; `None` for plain HTTP.
    pub tls: Option<TlsDetails>,
    /// The Region that serves the global endpoint for this caller, us-east-1 unless its resolver is Amazon's.
    pub global_served_in: Region,
}

impl Way {
    /// A plain connection from `source`, outside every VPC.
    #[must_use]
    pub fn plain(source: IpAddr) -> Self {
        Self { source, vpc_endpoint: None, tls: None, global_served_in: Region::US_EAST_1 }
    }
}

/// Chance, drawn by the server and handed in: everything unguessable that one request may need.
#[derive(Clone)]
pub struct Entropy([u8; Entropy::BYTES]);

impl Entropy {
    /// How many bytes to draw.
    pub const BYTES: usize = 144;

    /// Takes freshly drawn bytes.
    #[must_use]
    pub const fn new(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// `N` bytes from `place`; each use has its own place, so that no two are related.
    fn at<const N: usize>(&self, place: usize) -> [u8; N] {
        let mut out = [0; N];
        for (out, byte) in out.iter_mut().zip(self.0.iter().skip(place)) {
            *out = *byte;
        }
        out
    }

    /// The request's own id.
    #[must_use]
    pub fn request_id(&self) -> u128 {
        version_4(u128::from_le_bytes(self.at(0)))
    }

    pub(crate) fn shared_id(&self) -> u128 {
        version_4(u128::from_le_bytes(self.at(16)))
    }

    pub(crate) fn unique_id(&self) -> u128 {
        u128::from_le_bytes(self.at(32))
    }

    pub(crate) fn key_id(&self) -> u64 {
        u64::from_le_bytes(self.at(48))
    }

    pub(crate) fn nonce(&self) -> [u8; 12] {
        self.at(56)
    }

    pub(crate) fn secret(&self) -> [u8; 30] {
        self.at(68)
    }

    /// The seed of an MFA device.
    pub(crate) fn seed(&self) -> [u8; 40] {
        self.at(98)
    }
}

/// Marks random bits as a UUID of version 4.
fn version_4(bits: u128) -> u128 {
    bits & !(0xf << 76) & !(0b11 << 62) | (4 << 76) | (0b10 << 62)
}

/// Everything about a request beside its bytes.
#[derive(Clone)]
pub struct Circumstances {
    /// Now.
    pub now: Instant,
    /// The way it came.
    pub way: Way,
    /// Chance.
    pub entropy: Entropy,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_are_uuids_of_version_4() {
        let id = crate::uuid(Entropy::new([0xff; Entropy::BYTES]).request_id());
        assert_eq!(id, "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(crate::uuid(Entropy::new([0; Entropy::BYTES]).shared_id()), "00000000-0000-4000-8000-000000000000");
    }
}
