//! What a request says about itself: condition keys and their values.

use crate::Key;

/// The value or values of one condition key in a request.
///
/// Whether a key can have several values belongs to the key, not to the request: a key that can is
/// [`Values::Many`] even when there is one value, because operators without a set prefix never match it
/// (IAM User Guide, "Set operators for multivalued context keys").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values<'a> {
    /// A single-valued key.
    One(&'a str),
    /// A multivalued key: its values in any order, none of them included.
    Many(&'a [&'a str]),
}

impl<'a> Values<'a> {
    /// The values one by one.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        let (one, many) = match self {
            Self::One(value) => (Some(value), &[][..]),
            Self::Many(values) => (None, values),
        };
        one.into_iter().chain(many.iter().copied())
    }

    /// Whether there is no value: an empty set, which the set operators treat as a missing key.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        matches!(self, Self::Many([]))
    }
}

/// One condition key of a request with what it holds.
pub type Entry<'a> = (Key<'a>, Values<'a>);

/// The condition keys of a request. A key that is not among the entries is absent.
///
/// It borrows the entries, so that a caller builds them on its stack or in a buffer it uses again:
///
/// ```
/// use rolecall_policy::{Context, Key, Values, keys};
///
/// let tags = ["team"];
/// let entries = [
///     (keys::SOURCE_IP, Values::One("203.0.113.10")),
///     (Key::tag(keys::PRINCIPAL_TAG, "team"), Values::One("data")),
///     (keys::TAG_KEYS, Values::Many(&tags)),
/// ];
/// let context = Context::new(&entries);
/// assert_eq!(context.get(Key::new("AWS:sourceip")), Some(Values::One("203.0.113.10")));
/// assert_eq!(context.get(keys::SOURCE_VPCE), None);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    entries: &'a [Entry<'a>],
}

impl<'a> Context<'a> {
    /// The context made of `entries`; of entries with the same key the first counts.
    #[must_use]
    pub const fn new(entries: &'a [Entry<'a>]) -> Self {
        Self { entries }
    }

    /// All entries.
    #[must_use]
    pub const fn entries(&self) -> &'a [Entry<'a>] {
        self.entries
    }

    /// What `key` holds; `None` when it is absent.
    #[must_use]
    pub fn get(&self, key: Key<'_>) -> Option<Values<'a>> {
        self.entries.iter().find(|(known, _)| *known == key).map(|(_, values)| *values)
    }

    pub(crate) fn find(&self, name: &str, hash: u32) -> Option<Values<'a>> {
        self.entries.iter().find(|(known, _)| known.is(name, hash)).map(|(_, values)| *values)
    }
}
