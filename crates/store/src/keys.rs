//! Key material that comes in and goes out of the store; it is wiped where it is dropped.

use rolecall_names::Instant;
use std::fmt;
use zeroize::Zeroizing;

/// A key that seals session tokens. Every node of a deployment has the same ring.
#[derive(Clone, PartialEq, Eq)]
pub struct RingKey {
    /// Its number, which tokens carry.
    pub id: u32,
    /// When it was made.
    pub created: Instant,
    /// The key.
    pub key: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for RingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RingKey").field("id", &self.id).field("created", &self.created).finish_non_exhaustive()
    }
}
