//! The texts a world is read from, and places in them.

use rolecall_policy::{Position, Span};
use std::{collections::HashMap, fmt, ops::Deref, sync::Arc};

/// The file every world has.
pub const WORLD_FILE: &str = "world.toml";

/// Bytes that `world.toml` may have: room for a hundred thousand roles.
pub const MAX_WORLD_BYTES: usize = 32 << 20;

/// Bytes that any other file may have; AWS's largest policy is 10,240 characters.
pub const MAX_FILE_BYTES: usize = 1 << 20;

/// A file of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// `world.toml`.
    pub const WORLD: Self = Self(0);
}

/// A place in a file of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct At {
    /// The file.
    pub file: FileId,
    /// The bytes meant.
    pub span: Span,
}

impl At {
    /// The very beginning of a file, for what is wrong with it as a whole.
    #[must_use]
    pub const fn start_of(file: FileId) -> Self {
        Self { file, span: Span::new(0, 0) }
    }
}

/// A value and where it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub at: At,
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A key that the world chooses freely, and its value.
pub type Entry<T> = (Located<Box<str>>, Located<T>);

/// A place as people name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location<'a> {
    /// Path from the world's directory, with forward slashes.
    pub file: &'a str,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
}

impl fmt::Display for Location<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Why a file's text is not to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum FileError {
    /// There is no such file.
    #[error("there is no such file")]
    Missing,
    /// It is there and may not be read, the disk fails, or too much is open: the system's number for that.
    #[error("it cannot be read: {}", std::io::Error::from_raw_os_error(*.0))]
    Unreadable(i32),
    /// It is not text in UTF-8.
    #[error("it is not text in UTF-8")]
    NotText,
    /// It is larger than [`MAX_FILE_BYTES`] or, for `world.toml`, [`MAX_WORLD_BYTES`].
    #[error("it is too large")]
    TooLarge,
}

/// Every file of a world, `world.toml` first.
#[derive(Debug, Clone)]
pub struct Files {
    list: Vec<File>,
    by_path: HashMap<Arc<str>, FileId>,
}

#[derive(Clone)]
struct File {
    path: Arc<str>,
    text: Arc<str>,
}

impl fmt::Debug for File {
    /// The path alone: the text may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

impl Files {
    /// Begins with `world.toml`, whose text may be empty when it could not be read.
    pub(crate) fn new(world: &str) -> Self {
        let mut files = Self { list: Vec::new(), by_path: HashMap::new() };
        files.add(WORLD_FILE, world);
        files
    }

    pub(crate) fn add(&mut self, path: &str, text: &str) -> FileId {
        let id = FileId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        let path: Arc<str> = path.into();
        self.by_path.insert(path.clone(), id);
        self.list.push(File { path, text: text.into() });
        id
    }

    /// The file at `path`, if the world names it.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    fn get(&self, id: FileId) -> Option<&File> {
        self.list.get(id.0 as usize)
    }

    /// The path from the world's directory.
    #[must_use]
    pub fn path(&self, id: FileId) -> &str {
        self.get(id).map_or("", |file| &file.path)
    }

    /// The text.
    #[must_use]
    pub fn text(&self, id: FileId) -> &str {
        self.get(id).map_or("", |file| &file.text)
    }

    /// What stands at `at`.
    #[must_use]
    pub fn excerpt(&self, at: At) -> &str {
        at.span.of(self.text(at.file))
    }

    /// `at` as people name it.
    #[must_use]
    pub fn locate(&self, at: At) -> Location<'_> {
        let Position { line, column } = at.span.position(self.text(at.file));
        Location { file: self.path(at.file), line, column }
    }
}
