//! Changes to the world's files, small enough to be read: a piece of text in the place of another.

mod ini;
mod json;
mod toml;

pub(crate) use ini::{profiles, set as set_in_profile, setting};
pub(crate) use json::{Json, Node, Piece, pretty};
pub(crate) use toml::{Table, quoted};

use rolecall_world::{At, World};
use std::{collections::BTreeMap, ops::Range};

/// One piece of a file, and what is to stand in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file's path from the world's directory.
    pub file: String,
    /// The bytes replaced; empty where something is put in, and in a file that is new.
    pub span: Range<usize>,
    /// What stands there afterwards.
    pub new: String,
}

impl Edit {
    /// Puts `new` in the place of what stands at `at`.
    pub(crate) fn replace(world: &World, at: At, new: impl Into<String>) -> Self {
        Self { file: world.files.path(at.file).to_owned(), span: at.span.range(), new: new.into() }
    }

    /// Puts `new` behind what stands at `at`.
    pub(crate) fn behind(world: &World, at: At, new: impl Into<String>) -> Self {
        let end = at.span.end as usize;
        Self { file: world.files.path(at.file).to_owned(), span: end..end, new: new.into() }
    }
}

/// A text with pieces of it replaced.
pub(crate) fn applied(text: &str, pieces: &[Piece]) -> String {
    let mut pieces: Vec<&Piece> = pieces.iter().collect();
    pieces.sort_by_key(|(span, _)| span.start);
    let (mut out, mut done) = (String::with_capacity(text.len() + 256), 0);
    for (span, new) in pieces {
        out.push_str(text.get(done..span.start).unwrap_or_default());
        out.push_str(new);
        done = span.end.max(done);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// The files that edits change, as they are afterwards, by their paths.
#[must_use]
pub fn apply(world: &World, edits: &[Edit]) -> BTreeMap<String, String> {
    let mut by_file: BTreeMap<&str, Vec<Piece>> = BTreeMap::new();
    for edit in edits {
        by_file.entry(&edit.file).or_default().push((edit.span.clone(), edit.new.clone()));
    }
    let text = |file| world.files.find(file).map_or("", |id| world.files.text(id));
    by_file.into_iter().map(|(file, pieces)| (file.to_owned(), applied(text(file), &pieces))).collect()
}
