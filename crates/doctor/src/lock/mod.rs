//! Lock files: which package is pinned to which version, and where that stands.
//!
//! [`read()`] knows a file by its name, as the tools that write it do. What it returns is every pin of the file, whatever
//! the package is; [`compare()`] picks out AWS clients.

mod circumstance;
mod clients;
mod compare;
mod default;
mod docker;
mod dotnet;
mod error;
mod go;
mod java;
mod javascript;
mod json;
mod kind;
mod php;
mod place;
mod python;
mod ruby;
mod terraform;
mod toml;
mod words;
mod yaml;

pub use circumstance::Circumstance;
pub use compare::{Compared, Move, Side, Untold, Why, compare};
pub use default::{File, change, upgrade};
pub use error::{LockError, Malformed};
pub use kind::{Ecosystem, Kind};
pub use place::Place;

use place::Places;

/// Bytes that a lock file may have. The largest in public repositories are a tenth of this.
pub const MAX_LOCK_BYTES: usize = 32 << 20;

/// Pins that are read of one file.
pub const MAX_PINS: usize = 200_000;

/// A package in the one version that a file allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinned {
    /// Whose packages they are.
    pub ecosystem: Ecosystem,
    /// The name, as its registry spells it: `boto3`, `software.amazon.awssdk:sts`, `github.com/aws/aws-sdk-go`.
    pub name: String,
    /// The version, without what only a file's form puts around it: `1.40.0` for `==1.40.0`, and for Go `v1.55.5`.
    pub version: String,
    /// Line on which the version stands, from 1.
    pub line: u32,
    /// Column of its first character, from 1, in characters.
    pub column: u32,
}

/// Something that a file leaves open, so that its pins do not tell everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// What.
    pub what: OpenKind,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
}

/// What a file leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenKind {
    /// It includes another file, which was not read.
    Include(String),
    /// A package that may come in more than one version.
    Loose {
        /// Whose packages they are.
        ecosystem: Ecosystem,
        /// The package.
        name: String,
        /// What is said of its version; empty where nothing is.
        range: String,
    },
}

/// What a lock file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// What kind of file it is.
    pub kind: Kind,
    /// Every pin, in the order of the file.
    pub pinned: Vec<Pinned>,
    /// What it leaves open, in the order of the file.
    pub open: Vec<Open>,
}

/// Reads a lock file. `name` is its path or its name alone; it says which kind of file it is.
///
/// # Errors
/// When no such kind of file is known, the text is not of its form, or it is too large.
pub fn read(name: &str, text: &str) -> Result<Lock, LockError> {
    read_as(Kind::of(name, text).ok_or_else(|| LockError::unknown(name))?, text)
}

/// Reads a lock file whose kind is known otherwise than by its name.
///
/// # Errors
/// When the text is not of its form, or it is too large.
pub fn read_as(kind: Kind, text: &str) -> Result<Lock, LockError> {
    if text.len() > MAX_LOCK_BYTES {
        return Err(LockError::TooLarge);
    }
    // Editors of one system put a mark before the text that no format knows.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut found = Found::default();
    let read = match kind {
        Kind::Requirements => python::requirements(body, &mut found),
        Kind::PipfileLock => python::pipfile(body, &mut found),
        Kind::PythonToml => toml::packages(body, Ecosystem::PyPi, &["package", "packages"], &mut found),
        Kind::CargoLock => toml::packages(body, Ecosystem::Cargo, &["package"], &mut found),
        Kind::NpmLock => javascript::npm(body, &mut found),
        Kind::YarnClassic => javascript::yarn_classic(body, &mut found),
        Kind::YarnBerry => javascript::yarn_berry(body, &mut found),
        Kind::PnpmLock => javascript::pnpm(body, &mut found),
        Kind::GoMod => go::module(body, &mut found),
        Kind::GemfileLock => ruby::gemfile(body, &mut found),
        Kind::ComposerLock => php::composer(body, &mut found),
        Kind::NuGetLock => dotnet::packages(body, &mut found),
        Kind::GradleLock => java::gradle(body, &mut found),
        Kind::Pom => java::pom(body, &mut found),
        Kind::TerraformLock => terraform::providers(body, &mut found),
        Kind::Dockerfile => docker::file(body, &mut found),
    };
    read.map_err(|fault| LockError::at(Places::new(body).place(fault.offset), fault.what))?;
    found.into_lock(kind, body)
}

/// What is found, while it is read.
#[derive(Debug, Default)]
struct Found {
    pins: Vec<(usize, Ecosystem, String, String)>,
    open: Vec<(usize, OpenKind)>,
}

/// What is wrong, at an offset in the text.
#[derive(Debug)]
struct Fault {
    offset: usize,
    what: Malformed,
}

impl Fault {
    fn new(offset: usize, what: Malformed) -> Self {
        Self { offset, what }
    }
}

impl Found {
    /// Notes a pin whose version stands at `offset`.
    fn pin(&mut self, ecosystem: Ecosystem, name: &str, version: &str, offset: usize) {
        // One more than may be tells that there are too many.
        if self.pins.len() <= MAX_PINS && !name.is_empty() && !version.is_empty() {
            self.pins.push((offset, ecosystem, name.to_owned(), version.to_owned()));
        }
    }

    fn open(&mut self, what: OpenKind, offset: usize) {
        if self.open.len() < MAX_PINS {
            self.open.push((offset, what));
        }
    }

    fn into_lock(mut self, kind: Kind, text: &str) -> Result<Lock, LockError> {
        if self.pins.len() > MAX_PINS {
            return Err(LockError::TooMany);
        }
        self.pins.sort_by_key(|(offset, ..)| *offset);
        self.open.sort_by_key(|(offset, _)| *offset);
        let mut places = Places::new(text);
        let pinned = self.pins.into_iter().map(|(offset, ecosystem, name, version)| {
            let Place { line, column } = places.place(offset);
            Pinned { ecosystem, name, version, line, column }
        });
        let pinned = pinned.collect();
        let mut places = Places::new(text);
        let open = self.open.into_iter().map(|(offset, what)| {
            let Place { line, column } = places.place(offset);
            Open { what, line, column }
        });
        Ok(Lock { kind, pinned, open: open.collect() })
    }
}
