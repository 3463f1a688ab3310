//! Single values: text, numbers, and what text stands for.

use super::{Item, Reader, at, nearest, place};
use crate::{Expected, Kind, Located, ProblemKind};
use rolecall_names::{AccountId, Instant};
use std::str::FromStr;
use toml::de::DeValue;

/// Bytes of a text that has no bound of its own.
const MAX_TEXT: usize = 8192;

/// Bytes of an environment variable or an option.
const MAX_VARIABLE: usize = 4096;

/// A string of bounded length.
pub(crate) fn text(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Box<str>> {
    checked(Expected::Text, |_| true)(reader, item)
}

/// The value of an environment variable.
pub(crate) fn variable(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Box<str>> {
    checked(Expected::Variable, |text| text.len() <= MAX_VARIABLE)(reader, item)
}

/// A string of which `good` holds.
pub(crate) fn checked(
    expected: Expected,
    good: impl Fn(&str) -> bool,
) -> impl FnMut(&mut Reader<'_>, &Item<'_>) -> Option<Box<str>> {
    move |reader, item| match item.get_ref() {
        DeValue::String(text) if text.len() <= MAX_TEXT && good(text) => Some(text.as_ref().into()),
        _ => reader.expected(item, expected),
    }
}

/// A string that reads as a `T`.
pub(crate) fn parsed<T: FromStr>(expected: Expected) -> impl FnMut(&mut Reader<'_>, &Item<'_>) -> Option<T> {
    told(expected, |text| text.parse().ok())
}

/// A string that `read` understands.
pub(crate) fn told<T>(
    expected: Expected,
    read: impl Fn(&str) -> Option<T>,
) -> impl FnMut(&mut Reader<'_>, &Item<'_>) -> Option<T> {
    move |reader, item| {
        let value = match item.get_ref() {
            DeValue::String(text) if text.len() <= MAX_TEXT => read(text),
            _ => None,
        };
        value.or_else(|| reader.expected(item, expected))
    }
}

/// One of a closed list of words.
pub(crate) fn word<T: Copy>(
    expected: Expected,
    words: &'static [(&'static str, T)],
) -> impl FnMut(&mut Reader<'_>, &Item<'_>) -> Option<T> {
    told(expected, |text| words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value))
}

/// A boolean.
pub(crate) fn boolean(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<bool> {
    match item.get_ref() {
        DeValue::Boolean(value) => Some(*value),
        _ => reader.expected(item, Expected::Boolean),
    }
}

/// An integer within bounds.
pub(crate) fn integer(least: i64, most: i64) -> impl FnMut(&mut Reader<'_>, &Item<'_>) -> Option<i64> {
    move |reader, item| {
        number(item)
            .filter(|value| (least..=most).contains(value))
            .or_else(|| reader.expected(item, Expected::Integer(least, most)))
    }
}

/// The integer that an item is, if it is one.
pub(crate) fn number(item: &Item<'_>) -> Option<i64> {
    let DeValue::Integer(integer) = item.get_ref() else { return None };
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// An instant, as a string or as TOML's own date and time with an offset.
pub(crate) fn instant(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Instant> {
    let value = match item.get_ref() {
        DeValue::String(text) if text.len() <= MAX_TEXT => text.parse().ok(),
        DeValue::Datetime(datetime) => datetime.to_string().parse().ok(),
        _ => None,
    };
    value.or_else(|| reader.expected(item, Expected::Instant))
}

/// A name that the world itself gives: an account's, a place's, a subnet's.
pub(crate) fn world_name(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Box<str>> {
    checked(Expected::WorldName, is_world_name)(reader, item)
}

/// Letters that need no quoting in a bare TOML key, and the dot.
pub(crate) fn is_world_name(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

/// One of the world's accounts, by its name. Accounts are read before everything else.
pub(crate) fn account(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<AccountId> {
    let name = text(reader, item)?;
    if let Some(known) = reader.accounts.get(&name) {
        return *known;
    }
    let near = nearest(&name, reader.accounts.keys().map(|known| &**known)).map(Into::into);
    reader.fault(place(item), ProblemKind::Dangling(&[Kind::Account], near));
    None
}

/// A name that is to lead to one of `kinds`; looked up when everything has been read.
pub(crate) fn reference(kinds: &'static [Kind]) -> impl FnMut(&mut Reader<'_>, &Item<'_>) -> Option<Box<str>> {
    move |reader, item| {
        let name = text(reader, item)?;
        let located = Located { value: name.clone(), at: at(item.span()) };
        reader.names.take(kinds, &located);
        Some(name)
    }
}

/// The name of a thing of `kind`, which nothing else in its space may have.
pub(crate) fn new_name(kind: Kind) -> impl FnMut(&mut Reader<'_>, &Item<'_>) -> Option<Box<str>> {
    move |reader, item| {
        let name = world_name(reader, item)?;
        let located = Located { value: name.clone(), at: place(item) };
        if let Some(first) = reader.names.give(kind, &located) {
            reader.duplicate(kind, located.at, first);
        }
        Some(name)
    }
}
