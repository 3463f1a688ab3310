//! The condition keys of a line.

use rolecall_policy::{Entry, Key, Values};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use std::fmt;

/// The most condition keys one request may have; AWS's own have some dozens. Each is looked at for each condition.
pub(super) const MOST_KEYS: usize = 1_000;

/// Why a context cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum ContextError {
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    #[error("there are more than {MOST_KEYS} keys")]
    TooMany,
    #[error("{key} is there twice (keys do not differ by case)")]
    Twice { key: String },
    #[error("{key}: a value is a string, a number, true or false, or a list of these")]
    Value { key: String },
}

/// Condition keys and their values, owned.
#[derive(Default)]
pub(super) struct Context(Vec<(String, Held)>);

enum Held {
    One(String),
    Many(Vec<String>),
}

impl Context {
    /// Reads `{ key: value | [values] }`. Numbers keep the digits they are written with.
    pub(super) fn read(value: Option<&RawValue>) -> Result<Self, ContextError> {
        let Some(value) = value else { return Ok(Self::default()) };
        let Members(members) = serde_json::from_str(value.get())?;
        if members.len() > MOST_KEYS {
            return Err(ContextError::TooMany);
        }
        let mut names: Vec<String> = members.iter().map(|(key, _)| key.to_ascii_lowercase()).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find_map(|pair| pair.first().filter(|key| pair.last() == Some(key))) {
            return Err(ContextError::Twice { key: twice.clone() });
        }
        let entries = members.into_iter().map(|(key, value)| match held(value) {
            Some(held) => Ok((key, held)),
            None => Err(ContextError::Value { key }),
        });
        Ok(Self(entries.collect::<Result<_, _>>()?))
    }

    /// Lends the entries to `body` in the engine's form.
    pub(super) fn lend<T>(&self, body: impl FnOnce(&[Entry<'_>]) -> T) -> T {
        let lists: Vec<Vec<&str>> = self
            .0
            .iter()
            .map(|(_, held)| match held {
                Held::One(_) => Vec::new(),
                Held::Many(values) => values.iter().map(String::as_str).collect(),
            })
            .collect();
        let entries: Vec<Entry<'_>> = self
            .0
            .iter()
            .zip(&lists)
            .map(|((key, held), list)| match held {
                Held::One(value) => (Key::new(key), Values::One(value)),
                Held::Many(_) => (Key::new(key), Values::Many(list)),
            })
            .collect();
        body(&entries)
    }

    /// What a single-valued key holds.
    pub(super) fn get(&self, key: Key<'_>) -> Option<Values<'_>> {
        self.0.iter().find(|(name, _)| Key::new(name) == key).and_then(|(_, held)| match held {
            Held::One(value) => Some(Values::One(value)),
            Held::Many(_) => None,
        })
    }
}

fn held(value: &RawValue) -> Option<Held> {
    if value.get().starts_with('[') {
        let values: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
        Some(Held::Many(values.into_iter().map(text).collect::<Option<_>>()?))
    } else {
        text(value).map(Held::One)
    }
}

fn text(value: &RawValue) -> Option<String> {
    match value.get().bytes().next()? {
        b'"' => serde_json::from_str(value.get()).ok(),
        b'{' | b'[' | b'n' => None,
        _ => Some(value.get().to_owned()),
    }
}

/// An object's members in the order they stand in, twice the same ones too.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of condition keys")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Each)
    }
}
