//! Numeric…: decimals of any length, compared digit by digit.

use crate::condition::Order;
use std::cmp::Ordering;

/// Whether one of `values` stands in `order` to `held`.
pub(super) fn any<'a>(order: Order, mut values: impl Iterator<Item = &'a str>, held: &str) -> bool {
    let Some(held) = Decimal::parse(held) else { return false };
    values.any(|value| Decimal::parse(value).is_some_and(|value| order.holds(held.cmp(&value))))
}

/// A number as its digits, without zeros that say nothing.
#[derive(Debug, Clone, Copy)]
struct Decimal<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    /// Places the point moves to the right.
    exponent: i64,
}

impl<'a> Decimal<'a> {
    /// An optional sign, digits, an optional fraction, an optional exponent.
    fn parse(text: &'a str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (negative, unsigned) = match bytes.split_first()? {
            (b'-', rest) => (true, rest),
            (b'+', rest) => (false, rest),
            _ => (false, bytes),
        };
        let mut halves = unsigned.splitn(2, |byte| matches!(byte, b'e' | b'E'));
        let mantissa = halves.next()?;
        let exponent = match halves.next() {
            None => 0,
            Some(digits) => str::from_utf8(digits).ok()?.parse::<i32>().ok()?,
        };
        let mut parts = mantissa.splitn(2, |byte| *byte == b'.');
        let whole = parts.next()?;
        let fraction = parts.next();
        let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
        if !digits(whole) || !digits(fraction.unwrap_or_default()) || mantissa.len() == usize::from(fraction.is_some())
        {
            return None;
        }
        Some(Self { negative, whole, fraction: fraction.unwrap_or_default(), exponent: i64::from(exponent) })
    }

    /// The digits from the first that is not zero.
    fn digits(self) -> impl Iterator<Item = u8> {
        self.whole.iter().chain(self.fraction).copied().skip_while(|digit| *digit == b'0')
    }

    /// How many places in front of the point the first digit that is not zero stands; `None` for zero.
    fn magnitude(self) -> Option<i64> {
        let zeros = self.whole.iter().chain(self.fraction).position(|digit| *digit != b'0')?;
        Some(self.whole.len() as i64 - zeros as i64 + self.exponent)
    }

    fn cmp(self, other: &Self) -> Ordering {
        let sign = |number: &Self, magnitude: Option<i64>| match (magnitude, number.negative) {
            (None, _) => 0,
            (Some(_), true) => -1,
            (Some(_), false) => 1,
        };
        let (mine, theirs) = (self.magnitude(), other.magnitude());
        let signs = sign(&self, mine).cmp(&sign(other, theirs));
        let sizes = || mine.cmp(&theirs).then_with(|| padded(self.digits(), other.digits()));
        signs.then_with(|| if self.negative { sizes().reverse() } else { sizes() })
    }
}

/// Compares digits that begin at the same place, the shorter filled up with zeros.
fn padded(mut left: impl Iterator<Item = u8>, mut right: impl Iterator<Item = u8>) -> Ordering {
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (left, right) => match left.unwrap_or(b'0').cmp(&right.unwrap_or(b'0')) {
                Ordering::Equal => {}
                other => return other,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn compare(left: &str, right: &str) -> Option<Ordering> {
        Some(Decimal::parse(left)?.cmp(&Decimal::parse(right)?))
    }

    #[test]
    fn numbers_compare_by_value_not_by_spelling() {
        for (left, right, expected) in [
            ("10", "9", Ordering::Greater),
            ("1.50", "1.5", Ordering::Equal),
            ("-0", "0.0", Ordering::Equal),
            ("-2", "-10", Ordering::Greater),
            ("0.001", "1e-3", Ordering::Equal),
            ("9007199254740993", "9007199254740992", Ordering::Greater),
            ("007", "7", Ordering::Equal),
            (".5", "0.49", Ordering::Greater),
        ] {
            assert_eq!(compare(left, right), Some(expected), "{left} {right}");
        }
        for wrong in ["", "-", ".", "1a", "0x1", "1e", "NaN", "1.2.3", " 1", "1e99999999999"] {
            assert!(Decimal::parse(wrong).is_none(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn it_agrees_with_integers(left: i64, right: i64, scale in 0u32..4) {
            let shown = |number: i64| format!("{number}{}e-{scale}", "0".repeat(scale as usize));
            prop_assert_eq!(compare(&shown(left), &right.to_string()), Some(left.cmp(&right)));
        }
    }
}
