//! What a caller may take of the server.

use std::time::Duration;

/// Bounds on connections, sizes and times. Whoever exceeds one loses the connection, nobody else notices.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections open at once; more wait to be accepted.
    pub connections: usize,
    /// From the first byte of a request (or the end of the one before) to the end of its headers.
    pub headers: Duration,
    /// From the end of the headers to the end of the body.
    pub body: Duration,
    /// For a TLS handshake.
    pub handshake: Duration,
    /// Bytes of request line and headers together.
    pub header_bytes: usize,
    /// Headers of one request.
    pub header_count: usize,
    /// After a stop is asked for: how long requests under way may take.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 12_000,
            // Clients keep idle connections for about a minute; what hangs in the middle of its headers is held no longer.
            headers: Duration::from_secs(60),
            body: Duration::from_secs(20),
            handshake: Duration::from_secs(10),
            header_bytes: 64 * 1024,
            header_count: 128,
            drain: Duration::from_secs(10),
        }
    }
}
