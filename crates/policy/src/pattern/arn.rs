//! ARNs compared part by part: a wildcard never crosses one of the first five colons.
//!
//! Source: IAM User Guide, "Amazon Resource Name (ARN) condition operators". Resources know one more rule, see
//! [`super::resource`].

use crate::pattern::glob::Glob;
use crate::pattern::{Fit, ONE, STAR};

/// Whether `pattern`, as it stands in a document, matches the ARN `text`.
pub(crate) fn matches(pattern: &str, text: &[u8]) -> Fit {
    by_part::<b'*', b'?'>(pattern.as_bytes(), text)
}

/// The same for an expanded pattern.
pub(crate) fn matches_expanded(pattern: &[u8], text: &[u8]) -> Fit {
    by_part::<STAR, ONE>(pattern, text)
}

pub(super) fn by_part<const MANY: u8, const SINGLE: u8>(pattern: &[u8], text: &[u8]) -> Fit {
    let mut parts = text.splitn(6, |byte| *byte == b':');
    let mut patterns = pattern.splitn(6, |byte| *byte == b':');
    let mut all = Fit::Yes;
    for _ in 0..6 {
        match (patterns.next(), parts.next()) {
            (Some(pattern), Some(part)) => match Glob::<MANY, SINGLE>::matches(pattern, part) {
                Fit::Yes => {}
                Fit::No => return Fit::No,
                Fit::Beyond => all = Fit::Beyond,
            },
            // A pattern that ends early is filled up with `*`.
            (None, Some(_)) => {}
            (_, None) => return Fit::No,
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stay_in_their_part_save_for_the_last() {
        for (pattern, text, expected) in [
            ("arn:aws:s3:::b*", "arn:aws:s3:::bucket/a:b", true),
            ("arn:*:b", "arn:aws:s3:::b", false),
            ("arn:aws:iam::*:role/x", "arn:aws:iam::111111111111:role/x", true),
            ("arn:aws:*:role/x", "arn:aws:iam::111111111111:role/x", false),
            ("arn:aws:s3", "arn:aws:s3:::bucket", true),
            ("*", "arn:aws:s3:::bucket", true),
            ("*", "no arn", false),
        ] {
            assert_eq!(matches(pattern, text.as_bytes()), expected.into(), "{pattern} {text}");
        }
    }
}
