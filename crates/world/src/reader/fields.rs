//! A table's keys: the ones asked for, the ones missing, the ones that mean nothing.

use super::{Item, Reader, at, nearest, place};
use crate::{At, Entry, Expected, Located, ProblemKind};
use toml::de::{DeTable, DeValue};

/// Entries a list or a heading may have.
const MAX_ENTRIES: usize = 200_000;

/// One table being read. What is asked for is known; [`Fields::finish`] notes the rest.
pub(crate) struct Fields<'t> {
    table: &'t DeTable<'t>,
    at: At,
    asked: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    pub(crate) fn new(table: &'t DeTable<'t>, at: At) -> Self {
        Self { table, at, asked: Vec::new() }
    }

    /// Where the table stands; for `[[role]]` its heading.
    pub(crate) fn at(&self) -> At {
        self.at
    }

    /// The value as it is, when there is one.
    pub(crate) fn raw(&mut self, key: &'static str) -> Option<&'t Item<'t>> {
        self.asked.push(key);
        self.table.get(key)
    }

    /// A value that may be left out; a fault in it is noted.
    pub(crate) fn maybe<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        read: impl FnOnce(&mut Reader<'_>, &Item<'_>) -> Option<T>,
    ) -> Option<Located<T>> {
        let item = self.raw(key)?;
        Some(Located { value: read(reader, item)?, at: place(item) })
    }

    /// A value that must be there.
    pub(crate) fn need<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        read: impl FnOnce(&mut Reader<'_>, &Item<'_>) -> Option<T>,
    ) -> Option<Located<T>> {
        if !self.table.contains_key(key) {
            reader.fault(self.at, ProblemKind::MissingKey(key));
        }
        self.maybe(reader, key, read)
    }

    /// A list, empty when left out; elements at fault are left out of it.
    pub(crate) fn list<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        most: usize,
        read: impl FnMut(&mut Reader<'_>, &Item<'_>) -> Option<T>,
    ) -> Vec<Located<T>> {
        self.raw(key).map(|item| list_of(reader, item, most, read)).unwrap_or_default()
    }

    /// A table from names to values, empty when left out.
    pub(crate) fn map<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        most: usize,
        mut read: impl FnMut(&mut Reader<'_>, &Item<'_>) -> Option<T>,
    ) -> Vec<Entry<T>> {
        let Some(item) = self.raw(key) else { return Vec::new() };
        let DeValue::Table(table) = item.get_ref() else {
            reader.expected::<()>(item, Expected::Table);
            return Vec::new();
        };
        if table.len() > most {
            reader.expected::<()>(item, Expected::List(most));
            return Vec::new();
        }
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        entries
            .into_iter()
            .filter_map(|(name, item)| {
                let name = Located { value: name.get_ref().as_ref().into(), at: at(name.span()) };
                Some((name, Located { value: read(reader, item)?, at: place(item) }))
            })
            .collect()
    }

    /// Notes every key that nobody asked for.
    pub(crate) fn finish(self, reader: &mut Reader<'_>) {
        for name in self.table.keys() {
            let text = name.get_ref().as_ref();
            if !self.asked.contains(&text) {
                let near = nearest(text, self.asked.iter().copied());
                reader.fault(at(name.span()), ProblemKind::UnknownKey(near));
            }
        }
    }
}

/// A list's elements.
pub(crate) fn list_of<T>(
    reader: &mut Reader<'_>,
    item: &Item<'_>,
    most: usize,
    mut read: impl FnMut(&mut Reader<'_>, &Item<'_>) -> Option<T>,
) -> Vec<Located<T>> {
    match item.get_ref() {
        DeValue::Array(list) if list.len() <= most => {
            list.iter().filter_map(|item| Some(Located { value: read(reader, item)?, at: place(item) })).collect()
        }
        _ => {
            reader.expected::<()>(item, Expected::List(most));
            Vec::new()
        }
    }
}

/// A value, or a list of such.
pub(crate) fn one_or_list<T>(
    most: usize,
    mut read: impl FnMut(&mut Reader<'_>, &Item<'_>) -> Option<T>,
) -> impl FnMut(&mut Reader<'_>, &Item<'_>) -> Option<Vec<Located<T>>> {
    move |reader, item| match item.get_ref() {
        DeValue::Array(_) => Some(list_of(reader, item, most, &mut read)),
        _ => Some(vec![Located { value: read(reader, item)?, at: place(item) }]),
    }
}

/// A value that is a table, read by its keys.
pub(crate) fn table_of<'t>(reader: &mut Reader<'_>, item: &'t Item<'t>) -> Option<Fields<'t>> {
    match item.get_ref() {
        DeValue::Table(table) => Some(Fields::new(table, place(item))),
        _ => reader.expected(item, Expected::Table),
    }
}

/// Every `[[key]]`, each read by its keys; unknown ones are noted.
pub(crate) fn tables<T>(
    reader: &mut Reader<'_>,
    document: &mut Fields<'_>,
    key: &'static str,
    mut read: impl FnMut(&mut Reader<'_>, &mut Fields<'_>) -> Option<T>,
) -> Vec<T> {
    let Some(item) = document.raw(key) else { return Vec::new() };
    let DeValue::Array(list) = item.get_ref() else {
        reader.expected::<()>(item, Expected::Tables(key));
        return Vec::new();
    };
    if list.len() > MAX_ENTRIES {
        reader.expected::<()>(item, Expected::List(MAX_ENTRIES));
        return Vec::new();
    }
    let mut found = Vec::with_capacity(list.len());
    for item in list.iter() {
        if let Some(mut fields) = table_of(reader, item) {
            found.extend(read(reader, &mut fields));
            fields.finish(reader);
        }
    }
    found
}
