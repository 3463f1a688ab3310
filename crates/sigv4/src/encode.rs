//! Percent-encoding, as the canonical request wants it and as query strings bring it.

use std::borrow::Cow;

/// Bytes that stay as they are: the unreserved ones of RFC 3986.
const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// The hexadecimal digit of the low four bits; `ten` is the digit for ten, `A` or `a`.
const fn digit(bits: u8, ten: u8) -> u8 {
    let nibble = bits & 15;
    if nibble < 10 { b'0' + nibble } else { ten + (nibble - 10) }
}

/// Calls `put` with `text` percent-encoded in upper-case digits, in as few pieces as possible.
/// Bytes in `also` stay as they are beside the unreserved ones.
pub(crate) fn encode(text: &[u8], also: &[u8], mut put: impl FnMut(&[u8])) {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| !is_unreserved(*byte) && !also.contains(byte)) {
        let (plain, tail) = rest.split_at(at);
        if !plain.is_empty() {
            put(plain);
        }
        let Some((byte, tail)) = tail.split_first() else { return };
        put(&[b'%', digit(byte >> 4, b'A'), digit(*byte, b'A')]);
        rest = tail;
    }
    if !rest.is_empty() {
        put(rest);
    }
}

/// `bytes` in 64 lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8; 32]) -> [u8; 64] {
    let mut digits = [0; 64];
    for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
        *pair = [digit(byte >> 4, b'a'), digit(*byte, b'a')];
    }
    digits
}

/// The bytes that pairs of hexadecimal digits stand for.
pub(crate) fn unhex(digits: &str) -> Option<Vec<u8>> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|[high, low]| Some((hex_value(*high)? << 4) | hex_value(*low)?)).collect()
}

fn hex_value(byte: u8) -> Option<u8> {
    (byte as char).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// A query string's percent-encoding that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadEscape;

/// The bytes a piece of a query string stands for; `+` is a space, as form encoding has it.
pub(crate) fn decode(raw: &str) -> Result<Cow<'_, [u8]>, BadEscape> {
    if !raw.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Ok(Cow::Borrowed(raw.as_bytes()));
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = rest.next().and_then(hex_value).ok_or(BadEscape)?;
                let low = rest.next().and_then(hex_value).ok_or(BadEscape)?;
                (high << 4) | low
            }
            plain => plain,
        });
    }
    Ok(Cow::Owned(bytes))
}

/// The same, for a piece that must be UTF-8.
pub(crate) fn decode_text(raw: &str) -> Result<Cow<'_, str>, BadEscape> {
    match decode(raw)? {
        Cow::Borrowed(_) => Ok(Cow::Borrowed(raw)),
        Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).map_err(|_| BadEscape),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str, also: &[u8]) -> String {
        let mut out = Vec::new();
        encode(text.as_bytes(), also, |piece| out.extend_from_slice(piece));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_unreserved_bytes_stay() {
        assert_eq!(encoded("aZ09-._~", b""), "aZ09-._~");
        assert_eq!(encoded("/a b%2F", b"/"), "/a%20b%252F");
        assert_eq!(encoded("ሴ+", b""), "%E1%88%B4%2B");
    }

    #[test]
    fn decoding_undoes_either_case_and_refuses_halves() {
        assert_eq!(decode_text("a%2fb%2F+c"), Ok(Cow::Borrowed("a/b/ c")));
        for wrong in ["%", "%2", "%zz", "a%+1", "%ff"] {
            assert_eq!(decode_text(wrong), Err(BadEscape), "{wrong}");
        }
    }

    #[test]
    fn a_digest_reads_as_lower_case_digits() {
        let mut bytes = [0; 32];
        bytes[0] = 0xAF;
        assert_eq!(&hex(&bytes)[..4], b"af00");
        assert_eq!(unhex("aF00"), Some(vec![0xAF, 0]));
        assert_eq!((unhex("a"), unhex("0g")), (None, None));
    }
}
