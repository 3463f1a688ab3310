//! From TOML's values to ours: each with its place, and every fault noted instead of ending the reading.

mod fields;
mod names;
mod nearest;
mod scalar;

pub(crate) use fields::{Fields, list_of, one_or_list, table_of, tables};
pub(crate) use names::Names;
pub(crate) use nearest::nearest;
pub(crate) use scalar::*;

use crate::{
    At, Expected, FileError, FileId, Files, Kind, MAX_FILE_BYTES, MAX_WORLD_BYTES, Problem, ProblemKind, WORLD_FILE,
};
use rolecall_names::AccountId;
use rolecall_policy::Span;
use std::{collections::BTreeMap, ops::Range};
use toml::{Spanned, de::DeValue};

/// A value of a TOML document.
pub(crate) type Item<'t> = Spanned<DeValue<'t>>;

/// What reading a world needs at hand: the other files, the names met so far, and the faults.
pub(crate) struct Reader<'r> {
    read: &'r dyn Fn(&str) -> Result<String, FileError>,
    pub(crate) files: Files,
    pub(crate) names: Names,
    /// Accounts by name; `None` for one whose table is at fault itself.
    pub(crate) accounts: BTreeMap<Box<str>, Option<AccountId>>,
    pub(crate) policies: crate::policies::Cache,
    problems: Vec<Problem>,
}

impl<'r> Reader<'r> {
    /// Reads `world.toml`; a fault in that leaves its text empty.
    pub(crate) fn new(read: &'r dyn Fn(&str) -> Result<String, FileError>) -> (Self, String) {
        let text = read(WORLD_FILE).and_then(|text| within(text, MAX_WORLD_BYTES));
        let (text, error) = text.map_or_else(|error| (String::new(), Some(error)), |text| (text, None));
        let mut reader = Self {
            read,
            files: Files::new(&text),
            names: Names::default(),
            accounts: BTreeMap::new(),
            policies: crate::policies::Cache::default(),
            problems: Vec::new(),
        };
        if let Some(error) = error {
            reader.fault(At::start_of(FileId::WORLD), ProblemKind::File(error));
        }
        (reader, text)
    }

    /// The text of another file, read once however often it is named; `at` is where it is named.
    pub(crate) fn file(&mut self, path: &str, at: At) -> Option<FileId> {
        if let Some(file) = self.files.find(path) {
            return Some(file);
        }
        match (self.read)(path).and_then(|text| within(text, MAX_FILE_BYTES)) {
            Ok(text) => Some(self.files.add(path, &text)),
            Err(error) => {
                self.fault(at, ProblemKind::File(error));
                None
            }
        }
    }

    /// Notes a fault.
    pub(crate) fn fault(&mut self, at: At, kind: ProblemKind) {
        self.problems.push(Problem { kind, at });
    }

    /// Notes that something else was expected, and gives nothing.
    pub(crate) fn expected<T>(&mut self, item: &Item<'_>, expected: Expected) -> Option<T> {
        self.fault(place(item), ProblemKind::Unexpected(expected));
        None
    }

    /// Notes that two things are the same.
    pub(crate) fn duplicate(&mut self, kind: Kind, at: At, first: At) {
        self.fault(at, ProblemKind::Duplicate(kind, first));
    }

    /// The files and every fault: those noted, and names that lead nowhere.
    pub(crate) fn finish(mut self) -> (Files, Vec<Problem>) {
        let Self { names, problems, .. } = &mut self;
        names.resolve(problems);
        (self.files, self.problems)
    }
}

fn within(text: String, limit: usize) -> Result<String, FileError> {
    if text.len() <= limit { Ok(text) } else { Err(FileError::TooLarge) }
}

/// Where a value of `world.toml` stands.
pub(crate) fn place(item: &Item<'_>) -> At {
    at(item.span())
}

/// A range of bytes of `world.toml`, which is small enough for 32 bits.
pub(crate) fn at(range: Range<usize>) -> At {
    let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    At { file: FileId::WORLD, span: Span::new(narrow(range.start), narrow(range.end)) }
}
