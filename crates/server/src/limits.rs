//! What a caller may take of the server.

use std::time::Duration;

/// Bounds on connections, sizes and times. Whoever exceeds one loses the connection, nobody else notices.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections open at once; one more is closed as it comes.
    pub connections: usize,
    /// Of these, connections over which no call was let in yet. For one more the oldest of them is closed.
    pub strangers: usize,
    /// From the first byte of a request (or the end of the one before) to the end of its headers.
    pub headers: Duration,
    /// From the end of the headers to the end of the body.
    pub body: Duration,
    /// Bytes of long bodies that strangers may have on the way together, and everybody else as many; a body over
    /// [`Limits::SHORT_BODY`] waits for its share of them.
    pub body_bytes: usize,
    /// For a load balancer's header and a TLS handshake together.
    pub handshake: Duration,
    /// Bytes of request line and headers together.
    pub header_bytes: usize,
    /// Headers of one request.
    pub header_count: usize,
    /// After a stop is asked for: how long requests under way may take.
    pub drain: Duration,
}

impl Limits {
    /// The most bytes of a body that needs no share of [`Limits::body_bytes`]: more than clients send.
    pub const SHORT_BODY: usize = 16 * 1024;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 12_000,
            // A connection in the middle of its headers holds up to three times as many bytes as they have.
            strangers: 2_048,
            // Clients keep idle connections for about a minute; what hangs in the middle of its headers is held no longer.
            headers: Duration::from_secs(60),
            body: Duration::from_secs(20),
            body_bytes: 32 * 1024 * 1024,
            handshake: Duration::from_secs(10),
            header_bytes: 32 * 1024,
            header_count: 128,
            drain: Duration::from_secs(10),
        }
    }
}
