//! One-time passwords of virtual MFA devices (RFC 6238: SHA-1, six digits, steps of 30 seconds).

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use rolecall_names::Instant;
use sha1::Sha1;
use subtle::ConstantTimeEq;

const STEP_SECONDS: i64 = 30;

/// How many steps a device's clock may be off, either way.
const DRIFT: i64 = 1;

/// The step within which `code` is right at `now` and which is later than `spent`; `None` for a wrong or used code.
///
/// Every step in reach is computed and compared, so that time tells nothing of which one fits.
#[must_use]
pub fn accept(seed: &[u8], code: &str, now: Instant, spent: i64) -> Option<i64> {
    let current = now.seconds().div_euclid(STEP_SECONDS);
    let mut taken = None;
    for step in current - DRIFT..=current + DRIFT {
        let right: bool = code_at(seed, step).as_bytes().ct_eq(code.as_bytes()).into();
        if right && step > spent {
            taken = Some(step);
        }
    }
    taken
}

/// Whether two codes stand behind each other and fit `now`, as `EnableMFADevice` demands; the later one's step.
#[must_use]
pub fn accept_pair(seed: &[u8], first: &str, second: &str, now: Instant) -> Option<i64> {
    let current = now.seconds().div_euclid(STEP_SECONDS);
    // Two codes cannot be read off a device within one step, so the first may lie further back.
    (current - 2 - DRIFT..=current + DRIFT).rev().find_map(|step| {
        let fits = code_at(seed, step).as_bytes().ct_eq(first.as_bytes())
            & code_at(seed, step + 1).as_bytes().ct_eq(second.as_bytes());
        bool::from(fits).then_some(step + 1)
    })
}

/// The six digits of one step.
#[must_use]
pub fn code_at(seed: &[u8], step: i64) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(seed) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let tag = mac.finalize().into_bytes();
    let offset = usize::from(tag.last().copied().unwrap_or(0) & 15);
    let word = tag.iter().skip(offset).take(4).fold(0u32, |sum, byte| (sum << 8) | u32::from(*byte));
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

/// Reads base 32 as devices write it: either case, padding, blanks and hyphens passed over.
#[must_use]
pub fn decode_seed(text: &str) -> Option<Vec<u8>> {
    let letters: String = text
        .chars()
        .filter(|letter| !matches!(letter, '=' | ' ' | '-'))
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    BASE32_NOPAD.decode(letters.as_bytes()).ok().filter(|seed| !seed.is_empty())
}

/// Writes base 32 without padding.
#[must_use]
pub fn encode_seed(seed: &[u8]) -> String {
    BASE32_NOPAD.encode(seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the SHA-1 rows; the RFC shows eight digits, a device the last six.
    #[test]
    fn the_published_codes_come_out() {
        let seed = b"12345678901234567890";
        for (time, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(code_at(seed, time / 30), code);
            assert_eq!(accept(seed, code, Instant::from_seconds(time), 0), Some(time / 30));
        }
    }

    #[test]
    fn a_code_works_once_and_only_near_its_time() {
        let (seed, now) = (b"12345678901234567890", Instant::from_seconds(59));
        let step = accept(seed, "287082", now, 0).unwrap();
        assert_eq!(accept(seed, "287082", now, step), None);
        assert_eq!(accept(seed, "287082", now.plus_seconds(29), 0), Some(1));
        assert_eq!(accept(seed, "287082", now.plus_seconds(61), 0), None);
        assert_eq!(accept(seed, "", now, 0), None);
    }

    #[test]
    fn a_pair_must_stand_behind_each_other() {
        let (seed, now) = (b"12345678901234567890", Instant::from_seconds(3000));
        assert_eq!(accept_pair(seed, &code_at(seed, 99), &code_at(seed, 100), now), Some(100));
        assert_eq!(accept_pair(seed, &code_at(seed, 100), &code_at(seed, 99), now), None);
        assert_eq!(accept_pair(seed, &code_at(seed, 100), &code_at(seed, 100), now), None);
    }

    #[test]
    fn base_32_goes_both_ways() {
        for seed in [&b"f"[..], b"foobar", b"12345678901234567890"] {
            assert_eq!(decode_seed(&encode_seed(seed)).unwrap(), seed);
        }
        assert_eq!(encode_seed(b"foobar"), "MZXW6YTBOI");
        assert_eq!(decode_seed("mzxw 6ytb oi==").unwrap(), b"foobar");
        assert_eq!(decode_seed("MZ!"), None);
    }
}
