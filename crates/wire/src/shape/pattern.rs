//! AWS's character-class patterns: the text they have in the service models, and matching by hand.
//!
//! A test holds each against a regular-expression engine that runs the text itself.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

macro_rules! patterns {
    ($( $(#[$doc:meta])* $name:ident $text:literal $matches:expr; )*) => {
        /// A pattern that a whole string must match.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Pattern {
            $( $(#[$doc])* $name, )*
        }

        impl Pattern {
            /// Every pattern.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The regular expression, letter for letter as the service models have it and faults repeat it.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What IAM says instead of repeating the expression.
            ///
            /// Recorded from AWS in February 2026 for paths; for the others in answers quoted by rosa, terraform and
            /// versitygw's tests.
            #[must_use]
            pub const fn sentence(self) -> Option<&'static str> {
                match self {
                    Self::Name => {
                        Some("It must contain only alphanumeric characters and/or the following: +=,.@_-")
                    }
                    Self::KeyId => Some("It must contain only alphanumeric characters."),
                    Self::Path | Self::PolicyPath => Some(
                        "It must begin and end with / and contain only alphanumeric characters and/or / characters.",
                    ),
                    Self::PathPrefix => Some(
                        "It must begin with the / character and contain only alphanumeric characters and/or / characters.",
                    ),
                    Self::Document | Self::Marker => Some("It must contain only printable ASCII characters."),
                    _ => None,
                }
            }

            /// Whether the whole of `value` matches.
            #[must_use]
            pub fn matches(self, value: &str) -> bool {
                match self { $(Self::$name => { let matches: fn(&str) -> bool = $matches; matches(value) })* }
            }
        }
    };
}

patterns! {
    /// What XML can hold.
    XmlText r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+" |v| printable(v) || some(v, xml);
    /// What a policy document can hold.
    Document r"[\u0009\u000A\u000D\u0020-\u00FF]+" |v| printable(v) || some(v, |c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{ff}'));
    /// Names of sessions and source identities.
    SessionName r"[\w+=,.@-]*" |v| any(v, name);
    /// External ids.
    ExternalId r"[\w+=,.@:\/-]*" |v| any(v, |b| name(b) || matches!(b, b':' | b'/'));
    /// Serial numbers of MFA devices, as STS has them.
    SerialNumber r"[\w+=/:,.@-]*" |v| any(v, |b| name(b) || matches!(b, b':' | b'/'));
    /// MFA codes, as STS has them.
    TokenCode r"[\d]*" |v| any(v, |b| b.is_ascii_digit());
    /// Access key ids, as STS has them.
    StsKeyId r"[\w]*" |v| any(v, word);
    /// Keys of tags.
    TagKey r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+" |v| some(v, tag);
    /// Names of IAM's users, roles and policies.
    Name r"[\w+=,.@-]+" |v| !v.is_empty() && any(v, name);
    /// Access key ids, as IAM has them.
    KeyId r"[\w]+" |v| !v.is_empty() && any(v, word);
    /// Serial numbers of MFA devices, as IAM has them.
    DeviceSerial r"[\w+=/:,.@-]+" |v| !v.is_empty() && any(v, |b| name(b) || matches!(b, b':' | b'/'));
    /// MFA codes, as IAM has them.
    DeviceCode r"[\d]+" |v| !v.is_empty() && any(v, |b| b.is_ascii_digit());
    /// Paths of users and roles.
    Path r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)" path;
    /// What paths of users and roles are listed by.
    PathPrefix r"\u002F[\u0021-\u007F]*" |v| v.starts_with('/') && any(v, |b| matches!(b, 0x21..=0x7f));
    /// Paths of policies.
    PolicyPath r"((/[A-Za-z0-9\.,\+@=_-]+)*)/" policy_path;
    /// Descriptions of roles.
    Description r"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*" |v| v.chars().all(description);
    /// Where a list goes on.
    Marker r"[\u0020-\u00FF]+" |v| some(v, |c| matches!(c, ' '..='\u{ff}'));
    /// Versions of a policy.
    VersionId r"v[1-9][0-9]*(\.[A-Za-z0-9-]*)?" version_id;
    /// Values of tags.
    TagValue r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*" |v| v.chars().all(tag);
}

/// The short way for what most values are.
fn printable(value: &str) -> bool {
    !value.is_empty() && value.bytes().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'))
}

fn any(value: &str, allowed: fn(u8) -> bool) -> bool {
    value.bytes().all(allowed)
}

fn some(value: &str, allowed: fn(char) -> bool) -> bool {
    !value.is_empty() && value.chars().all(allowed)
}

fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn name(byte: u8) -> bool {
    word(byte) || matches!(byte, b'+' | b'=' | b',' | b'.' | b'@' | b'-')
}

fn xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}

fn tag(c: char) -> bool {
    use GeneralCategoryGroup::{Letter, Number, Separator};
    c.is_ascii_alphanumeric()
        || matches!(c, ' ' | '_' | '.' | ':' | '/' | '=' | '+' | '-' | '@')
        || (!c.is_ascii() && matches!(c.general_category_group(), Letter | Number | Separator))
}

fn description(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}')
}

fn path(value: &str) -> bool {
    let inside = value.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    value == "/" || inside.is_some_and(|inside| !inside.is_empty() && any(inside, |b| b.is_ascii_graphic()))
}

fn policy_path(value: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b',' | b'+' | b'@' | b'=' | b'_' | b'-');
    let inside = value.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    value == "/"
        || inside.is_some_and(|inside| inside.split('/').all(|part| !part.is_empty() && part.bytes().all(allowed)))
}

fn version_id(value: &str) -> bool {
    let Some(rest) = value.strip_prefix('v') else { return false };
    let (number, suffix) = rest.split_once('.').unwrap_or((rest, ""));
    !number.is_empty()
        && !number.starts_with('0')
        && any(number, |b| b.is_ascii_digit())
        && any(suffix, |b| b.is_ascii_alphanumeric() || b == b'-')
}
