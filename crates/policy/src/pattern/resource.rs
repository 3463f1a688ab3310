//! Resources: wildcards stay within a segment of the ARN, but a star at the end of one may go on beyond its colon.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Resource", "Using wildcards in resource ARNs": wildcards stand
//! within the segments, the parts between the colons, and "if the `*` wildcard is the last character of a resource ARN
//! segment, it can expand to match beyond the colon boundaries". What stands behind the fifth colon is one segment,
//! whatever colons it holds. An ARN that is too short is filled up with `*`, as AWS shows it when it refuses one.

use crate::pattern::{Fit, ONE, STAR, arn, automaton};

/// Segments of an ARN.
const SEGMENTS: usize = 6;

/// Whether `pattern`, as it stands in a document, matches the ARN `text`.
pub(crate) fn matches(pattern: &str, text: &[u8]) -> Fit {
    by_segment::<b'*', b'?'>(pattern.as_bytes(), text)
}

/// The same for an expanded pattern.
pub(crate) fn matches_expanded(pattern: &[u8], text: &[u8]) -> Fit {
    by_segment::<STAR, ONE>(pattern, text)
}

fn by_segment<const MANY: u8, const SINGLE: u8>(pattern: &[u8], text: &[u8]) -> Fit {
    let by_part = arn::by_part::<MANY, SINGLE>(pattern, text);
    if by_part == Fit::Yes {
        return Fit::Yes;
    }
    // Going on beyond a colon takes a star that may, and a colon more in the text than in the pattern.
    let colons = |text: &[u8]| memchr::memchr_iter(b':', text).count();
    let (of_pattern, of_text) = (colons(pattern), colons(text));
    let mut bound = pattern.splitn(SEGMENTS, |byte| *byte == b':').take(SEGMENTS - 1);
    if of_text + 1 < SEGMENTS || of_text <= of_pattern || !bound.any(|segment| segment.last() == Some(&MANY)) {
        return by_part;
    }
    automaton::matches::<MANY, SINGLE>(pattern, &b":*".repeat((SEGMENTS - 1).saturating_sub(of_pattern)), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_at_the_end_of_a_segment_goes_on_and_no_other() {
        for (pattern, text, expected) in [
            ("arn:aws:s3:::b*", "arn:aws:s3:::bucket/a:b", true),
            ("arn:aws:iam::*:role/x", "arn:aws:iam::111111111111:role/x", true),
            ("arn:aws:dynamodb:*:table/prod-*", "arn:aws:dynamodb:eu-west-1:111111111111:table/prod-x", true),
            ("arn:aws:dynamodb:*:table/prod-*", "arn:aws:dynamodb:eu-west-1:111111111111:table/dev-x", false),
            ("arn:*:role/x", "arn:aws:iam::111111111111:role/x", true),
            ("arn:*:b", "arn:aws:s3:::b", true),
            ("arn:*w*:b", "arn:aws:s3:::b", true),
            ("arn:*ws:b", "arn:aws:s3:::b", false),
            ("arn:a*s:s3:::b", "arn:aws:s3:::b", true),
            ("arn:a*3:::b", "arn:aws:s3:::b", false),
            ("arn:aws?s3:::b", "arn:aws:s3:::b", false),
            ("arn:aws:lambda:*:function:f", "arn:aws:lambda:eu-west-1:111111111111:function:f", true),
            ("arn:aws:lambda:*:function:g", "arn:aws:lambda:eu-west-1:111111111111:function:f", false),
            ("arn:aws:sqs:é*:?", "arn:aws:sqs:éu:111111111111:é", true),
            ("arn:aws:sqs:é*:?", "arn:aws:sqs:éu:111111111111:éé", false),
            ("arn:aws:s3", "arn:aws:s3:::bucket", true),
            ("arn:aws:s", "arn:aws:s3:::bucket", false),
            ("arn:aws:s*", "arn:aws:s3:::bucket", true),
            ("*", "no arn", false),
            ("**", "no arn", false),
            ("**", "arn:aws:s3:::bucket", true),
        ] {
            assert_eq!(matches(pattern, text.as_bytes()), expected.into(), "{pattern} {text}");
        }
    }
}
