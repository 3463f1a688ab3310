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

/// The key that opens a store: it wraps the data key, under which changes and the key ring rest.
pub struct MasterKey(pub(crate) Zeroizing<[u8; 32]>);

impl MasterKey {
    /// A master key of these bytes.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey")
    }
}

/// What a store is made from when there is none yet. A store that is there already does not look at it.
pub struct Genesis {
    /// Fresh random bytes: all of the store's own keys.
    pub entropy: Zeroizing<[u8; 96]>,
    /// When the first key of the ring is made.
    pub created: Instant,
}

impl fmt::Debug for Genesis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Genesis").field("created", &self.created).finish_non_exhaustive()
    }
}
