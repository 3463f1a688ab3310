//! Policy variables: `${key}`, `${key, 'default'}`, and the three ways to write a wildcard that is none.
//!
//! Source: IAM User Guide, "IAM policy elements: Variables and tags".

use crate::pattern::{ONE, STAR};
use crate::{Context, Key, Values};
use smallvec::SmallVec;

/// An expanded value. Most fit without touching the heap.
pub(crate) type Expanded = SmallVec<[u8; 192]>;

/// One piece of a value with variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Text as it stands, wildcards included.
    Text(&'a str),
    /// A variable: its key, and what stands in for it when the request has none.
    Variable(&'a str, Option<&'a str>),
}

/// The pieces of a value, in order. What looks like a variable and is not stays text.
pub(crate) struct Pieces<'a> {
    rest: &'a str,
    key_end: Ahead,
    default_end: Ahead,
}

/// Where the next of some mark is, counted from the end, so that no stretch of text is searched twice for it.
#[derive(Default)]
enum Ahead {
    #[default]
    Unknown,
    /// So many bytes are left where the mark begins.
    Left(usize),
    Nowhere,
}

impl Ahead {
    /// The mark's offset in `text`, which `find` finds.
    fn locate(&mut self, text: &str, find: impl FnOnce(&str) -> Option<usize>) -> Option<usize> {
        let known = match self {
            Self::Left(left) => text.len().checked_sub(*left),
            Self::Nowhere => return None,
            Self::Unknown => None,
        };
        let offset = known.or_else(|| find(text));
        *self = offset.map_or(Self::Nowhere, |offset| Self::Left(text.len() - offset));
        offset
    }
}

impl<'a> Pieces<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { rest: text, key_end: Ahead::Unknown, default_end: Ahead::Unknown }
    }

    /// The variable that begins at the start of `body`, which stands behind `${`; its length there, closing included.
    fn variable(&mut self, body: &'a str) -> Option<(Piece<'a>, usize)> {
        let close = self.key_end.locate(body, |body| body.find([',', '}']))?;
        let (key, behind) = body.split_at_checked(close)?;
        if behind.starts_with('}') {
            return (!key.is_empty()).then_some((Piece::Variable(key, None), close + 1));
        }
        let quoted = behind.strip_prefix(", '")?;
        let end = self.default_end.locate(quoted, |quoted| quoted.find("'}"))?;
        let default = quoted.get(..end)?;
        Some((Piece::Variable(key, Some(default)), close + ", '".len() + end + "'}".len()))
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if let Some(body) = self.rest.strip_prefix("${")
            && let Some((piece, length)) = self.variable(body)
        {
            self.rest = body.get(length..).unwrap_or_default();
            return Some(piece);
        }
        // What stands here is text in any case; a variable may begin behind it.
        let start = usize::from(self.rest.starts_with("${")) * 2;
        let behind = self.rest.get(start..).unwrap_or_default();
        let length = behind.find("${").map_or(self.rest.len(), |at| at + start);
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(Piece::Text(text))
    }
}

/// How the wildcards of a template's own text are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wildcards {
    /// As [`STAR`] and [`ONE`].
    Expand,
    /// As the characters they are.
    Literal,
}

/// `text` with its variables replaced by what the request holds; `None` when one of them is missing, or has several
/// values, and has no default. What is put in is plain text: a `*` in a tag's value is no wildcard.
pub(crate) fn expand(text: &str, context: &Context<'_>, wildcards: Wildcards) -> Option<Expanded> {
    expand_behind(Expanded::new(), text, context, wildcards)
}

/// The same for a resource, of which variables count only behind the fifth colon.
pub(crate) fn expand_resource(text: &str, context: &Context<'_>) -> Option<Expanded> {
    let fifth = memchr::memchr_iter(b':', text.as_bytes()).nth(4)?;
    let (head, tail) = text.split_at_checked(fifth + 1)?;
    expand_behind(marked(head).collect(), tail, context, Wildcards::Expand)
}

/// The bytes of `text` with its wildcards as [`STAR`] and [`ONE`].
fn marked(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().map(|byte| match byte {
        b'*' => STAR,
        b'?' => ONE,
        other => other,
    })
}

fn expand_behind(mut out: Expanded, text: &str, context: &Context<'_>, wildcards: Wildcards) -> Option<Expanded> {
    for piece in Pieces::new(text) {
        match piece {
            Piece::Text(text) if wildcards == Wildcards::Expand => out.extend(marked(text)),
            Piece::Text(text) => out.extend_from_slice(text.as_bytes()),
            Piece::Variable(key @ ("*" | "?" | "$"), None) => out.extend_from_slice(key.as_bytes()),
            Piece::Variable(key, default) => {
                let value = match context.get(Key::new(key)) {
                    Some(Values::One(value)) => Some(value),
                    _ => default,
                };
                out.extend_from_slice(value?.as_bytes());
            }
        }
    }
    Some(out)
}

/// The bytes of `text` in front of its first variable or wildcard.
pub(crate) fn plain_front(text: &str) -> &[u8] {
    let bytes = text.as_bytes();
    let length = memchr::memchr3(b'$', b'*', b'?', bytes).unwrap_or(bytes.len());
    bytes.get(..length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys;

    fn expanded(text: &str) -> Option<String> {
        let many = ["x", "y"];
        let entries = [
            (keys::USERNAME, Values::One("al*ice")),
            (Key::tag(keys::PRINCIPAL_TAG, "team"), Values::One("${aws:username}")),
            (keys::TAG_KEYS, Values::Many(&many)),
        ];
        let out = expand(text, &Context::new(&entries), Wildcards::Literal)?;
        Some(String::from_utf8(out.to_vec()).unwrap())
    }

    #[test]
    fn variables_defaults_and_plain_characters() {
        for (text, expected) in [
            ("home/${aws:username}/", Some("home/al*ice/")),
            ("${AWS:UserName}", Some("al*ice")),
            ("${aws:PrincipalTag/team}", Some("${aws:username}")),
            ("${aws:missing, 'company-wide'}/x", Some("company-wide/x")),
            ("${aws:username, 'nobody'}", Some("al*ice")),
            ("${aws:TagKeys}", None),
            ("${aws:TagKeys, 'd'}", Some("d")),
            ("${aws:missing}", None),
            ("${*}${?}${$}", Some("*?$")),
            ("${aws:missing,'x'}", Some("${aws:missing,'x'}")),
            ("$ { ${", Some("$ { ${")),
            ("${}${", Some("${}${")),
            ("${open, 'never", Some("${open, 'never")),
            ("${${aws:username}", None),
        ] {
            assert_eq!(expanded(text).as_deref(), expected, "{text}");
        }
    }
}
