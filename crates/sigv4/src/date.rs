//! The two ways a request says when it was signed.

use jiff::Timestamp;
use rolecall_names::Instant;
use std::borrow::Cow;

/// An `X-Amz-Date`, which must read `YYYYMMDDTHHMMSSZ`.
pub(crate) fn basic(text: &str) -> Option<Instant> {
    let shaped = text.len() == 16
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 => byte == b'T',
            15 => byte == b'Z',
            _ => byte.is_ascii_digit(),
        });
    if shaped { text.parse().ok() } else { None }
}

/// A `Date` header: the basic form, or HTTP's own. Gives the instant and its basic spelling, which is what is signed.
pub(crate) fn http(text: &str) -> Option<(Instant, Cow<'_, str>)> {
    if let Some(instant) = basic(text) {
        return Some((instant, Cow::Borrowed(text)));
    }
    let timestamp: Timestamp = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    let instant = Instant::from_seconds(timestamp.as_second());
    Some((instant, Cow::Owned(instant.basic())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_instant_in_both_spellings() {
        let basic_form = http("20150830T123600Z").unwrap();
        assert_eq!(basic_form.0.iso8601(), "2015-08-30T12:36:00Z");
        assert_eq!(http("Sun, 30 Aug 2015 12:36:00 GMT").unwrap(), basic_form);
    }

    #[test]
    fn anything_else_is_no_date() {
        for wrong in ["", "20150830", "2015-08-30T12:36:00Z", "20150830T123600+", "20151330T123600Z", "２０１５"] {
            assert_eq!(basic(wrong), None, "{wrong}");
        }
        assert_eq!(http("yesterday"), None);
    }
}
