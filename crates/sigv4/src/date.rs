//! The two ways a request says when it was signed.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use rolecall_names::Instant;
use std::borrow::Cow;

/// An `X-Amz-Date`, which must read `YYYYMMDDTHHMMSSZ`.
pub(crate) fn basic(text: &str) -> Option<Instant> {
    let (digits, b'T', time, b'Z') = text.as_bytes().split_first_chunk::<8>().and_then(|(day, rest)| {
        let (mark, rest) = rest.split_first()?;
        let (time, end) = rest.split_first_chunk::<6>()?;
        let [end] = end else { return None };
        Some((day, *mark, time, *end))
    })?
    else {
        return None;
    };
    let [year_high, year_low, month, day] = pairs(digits)?;
    let [hour, minute, second] = pairs(time)?;
    let year = i16::from(year_high) * 100 + i16::from(year_low);
    let datetime = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    let timestamp = TimeZone::UTC.to_timestamp(datetime).ok()?;
    Some(Instant::from_seconds(timestamp.as_second()))
}

/// The numbers that each two of the digits make.
fn pairs<const N: usize>(digits: &[u8]) -> Option<[i8; N]> {
    let mut numbers = [0; N];
    for (number, pair) in numbers.iter_mut().zip(digits.as_chunks::<2>().0) {
        for byte in pair {
            *number = *number * 10 + i8::try_from(char::from(*byte).to_digit(10)?).ok()?;
        }
    }
    Some(numbers)
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
