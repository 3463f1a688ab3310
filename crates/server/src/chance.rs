//! Chance: a generator in each thread, seeded and reseeded by the operating system.

use rand::Rng;
use rolecall_kernel::Entropy;

/// `N` bytes that nobody can guess.
#[must_use]
pub fn draw<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// What one request may need.
#[must_use]
pub fn entropy() -> Entropy {
    Entropy::new(draw())
}
