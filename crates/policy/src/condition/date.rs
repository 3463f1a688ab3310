//! Date…: ISO 8601 as the W3C profiles it, or seconds since 1970.
//!
//! Sources: IAM User Guide, "Date condition operators"; what is accepted beyond the profile (a year or an hour of
//! any number of digits, a lone `T`, lower case) is what AWS was seen to accept, as recorded in the moto project's
//! test cases for policy documents.

use crate::condition::Order;

/// Whether one of `values` stands in `order` to `held`.
pub(super) fn any<'a>(order: Order, mut values: impl Iterator<Item = &'a str>, held: &str) -> bool {
    let Some(held) = Moment::parse(held) else { return false };
    values.any(|value| Moment::parse(value).is_some_and(|value| order.holds(held.cmp(&value))))
}

/// Whether AWS takes `text` for a date when it is saved.
pub(crate) fn is_date(text: &str) -> bool {
    Moment::parse(text).is_some()
}

/// A point in time, to the nanosecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Moment {
    /// Seconds since 1970-01-01T00:00:00Z.
    seconds: i64,
    nanoseconds: u32,
}

impl Moment {
    fn parse(text: &str) -> Option<Self> {
        if !text.bytes().any(|byte| matches!(byte, b't' | b'T' | b'-')) {
            return Some(Self { seconds: number(text, 19)?, nanoseconds: 0 });
        }
        let (date, time) = match text.split_once(['t', 'T']) {
            Some((date, time)) => (date, time),
            None => (text, ""),
        };
        let days = days(date)?;
        let (clock, offset) = zone(time)?;
        let (seconds, nanoseconds) = clock_time(clock)?;
        Some(Self { seconds: days * 86_400 + seconds - offset, nanoseconds })
    }
}

/// Up to `longest` digits and nothing else, as a number.
fn number(text: &str, longest: usize) -> Option<i64> {
    let plain = !text.is_empty() && text.len() <= longest && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

fn within(text: &str, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
    number(text, 9).filter(|number| range.contains(number))
}

/// Days from 1970-01-01 to `year[-month[-day]]`.
fn days(date: &str) -> Option<i64> {
    let (negative, date) = match date.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, date),
    };
    let mut parts = date.split('-');
    let year = number(parts.next()?, 9)?;
    let year = if negative { -year } else { year };
    let month = parts.next().map_or(Some(1), |month| within(month, 1..=12))?;
    let day = parts.next().map_or(Some(1), |day| within(day, 1..=31))?;
    if parts.next().is_some() || !(-292_275_054..=292_278_993).contains(&year) {
        return None;
    }
    // The Gregorian calendar counted from 1 March, so that the leap day is a year's last.
    let march_year = if month <= 2 { year - 1 } else { year };
    let era = march_year.div_euclid(400);
    let year_of_era = march_year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// Splits off `Z`, `+hh`, `+hhmm` or `+hh:mm` (or with `-`), and gives its seconds; UTC where there is none.
fn zone(time: &str) -> Option<(&str, i64)> {
    if let Some(clock) = time.strip_suffix(['z', 'Z']) {
        return Some((clock, 0));
    }
    let Some(at) = time.find(['+', '-']) else { return Some((time, 0)) };
    let (clock, offset) = time.split_at_checked(at)?;
    let (sign, offset) = match offset.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, offset.strip_prefix('+')?),
    };
    let (hours, minutes) = offset.split_at_checked(2)?;
    let minutes = match minutes.strip_prefix(':').unwrap_or(minutes) {
        "" if minutes.is_empty() => 0,
        digits if digits.len() == 2 => within(digits, 0..=59)?,
        _ => return None,
    };
    Some((clock, sign * (within(hours, 0..=23)? * 3600 + minutes * 60)))
}

/// Seconds and nanoseconds of `hh[:mm[:ss[.fraction]]]`; none of them is midnight.
fn clock_time(clock: &str) -> Option<(i64, u32)> {
    if clock.is_empty() {
        return Some((0, 0));
    }
    let mut parts = clock.split(':');
    let hours = within(parts.next()?, 0..=23)?;
    let minutes = parts.next().map_or(Some(0), |minutes| within(minutes, 0..=59))?;
    let (seconds, fraction) = match parts.next() {
        None => ("0", None),
        Some(seconds) => match seconds.split_once('.') {
            Some((seconds, fraction)) => (seconds, Some(fraction)),
            None => (seconds, None),
        },
    };
    if parts.next().is_some() {
        return None;
    }
    let seconds = within(seconds, 0..=59)?;
    let nanoseconds = match fraction {
        None => 0,
        Some(digits) => number(digits, 9)? * 10_i64.pow(9 - digits.len() as u32),
    };
    Some((hours * 3600 + minutes * 60 + seconds, nanoseconds as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<(i64, u32)> {
        Moment::parse(text).map(|moment| (moment.seconds, moment.nanoseconds))
    }

    #[test]
    fn dates_are_read_as_aws_reads_them() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some((0, 0))),
            ("2024-08-29T01:32:00-07:00", Some((1_724_920_320, 0))),
            ("2024-08-29T08:32:00.25Z", Some((1_724_920_320, 250_000_000))),
            ("1724920320", Some((1_724_920_320, 0))),
            ("2024-02-29", Some((1_709_164_800, 0))),
            ("2024", Some((2024, 0))),
            ("2024T", Some((1_704_067_200, 0))),
            ("2000-03-01", Some((951_868_800, 0))),
            ("1969-12-31T23:59:59Z", Some((-1, 0))),
        ] {
            assert_eq!(at(text), expected, "{text}");
        }
        for valid in ["01T", "-292275054", "2016-12-13t2:00:00.593194+23", "2016-12-13T21:20:37.593194+00:00"] {
            assert!(is_date(valid), "{valid}");
        }
        for wrong in [
            "",
            "sdfdsf",
            "234-13",
            "2016-12-13t2:00:00.593194+1",
            "2016-12-13t2:00:00.1999999999+10:59",
            "9223372036854775808",
            "2024-08-29 01:32",
            "2024-08-29T25:00",
            "T",
        ] {
            assert!(!is_date(wrong), "{wrong}");
        }
    }
}
