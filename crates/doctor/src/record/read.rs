//! From the bytes of a file to the records in it: a record alone, a log file, an answer of `LookupEvents`, an event of
//! EventBridge, or any of them one behind the other, gzipped or not.

use super::{model::Record, shape::Event};
use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use serde_json::{error::Category, value::RawValue};
use std::{
    collections::BTreeMap,
    io::{self, Read},
};

/// Bytes of text that are read, inflated ones counted. CloudTrail closes its log files long before.
pub const MAX_BYTES: usize = 64 << 20;

/// Events that are looked at.
pub const MAX_RECORDS: usize = 200_000;

/// So deep may the forms be nested in one another: an answer, its events, the text in each, the record in that.
const MAX_NESTING: usize = 6;

/// So many names of other operations are counted apart.
const MAX_NAMES: usize = 64;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Every record of an `AssumeRole`, in the order of the file.
    pub records: Vec<Record>,
    /// How many records there are of other operations, by operation.
    pub others: BTreeMap<String, usize>,
}

/// Why a file's records cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is nothing in it.
    #[error("it is empty; {EXPECTED}")]
    Empty,
    /// It is larger than [`MAX_BYTES`], or becomes so when it is inflated.
    #[error("it is larger than {} MiB{}; cut out the records that matter", MAX_BYTES >> 20, if *.inflated { " once inflated" } else { "" })]
    TooLarge {
        /// Whether it was inflated.
        inflated: bool,
    },
    /// It begins as gzip does, and does not go on so.
    #[error("it begins as a gzip file does, and is none: it was cut off or changed")]
    Gzip,
    /// It is not UTF-8.
    #[error("it is not text in UTF-8 from here on; {EXPECTED}")]
    NotText {
        /// Line, from 1.
        line: usize,
        /// Column, from 1, in bytes.
        column: usize,
    },
    /// It holds more than [`MAX_RECORDS`] events.
    #[error("it holds more than {MAX_RECORDS} events; cut out the records that matter")]
    TooMany,
    /// It is not JSON, or not of a form that is known.
    #[error("{}{what}", within.as_ref().map(|within| format!("in the text that {within} holds: ")).unwrap_or_default())]
    Form {
        /// Line, from 1; of the text that `within` names, where it does.
        line: usize,
        /// Column, from 1, in bytes.
        column: usize,
        /// A text within the file that stands there as a string.
        within: Option<Box<str>>,
        /// What was expected, and what is there.
        what: Box<str>,
    },
}

const EXPECTED: &str = "expected a CloudTrail record (eventSource, eventName, …), a log file ({ \"Records\": [ … ] }) or \
                        an answer of LookupEvents ({ \"Events\": [ … ] })";

impl ReadError {
    /// Line and column, both from 1, where one place is meant.
    #[must_use]
    pub fn place(&self) -> Option<(usize, usize)> {
        match self {
            Self::NotText { line, column } | Self::Form { line, column, .. } => Some((*line, *column)),
            Self::Empty | Self::TooLarge { .. } | Self::Gzip | Self::TooMany => None,
        }
    }
}

/// Reads the records of a file, inflating it first where it is gzipped.
///
/// # Errors
/// [`ReadError`] with the place of what cannot be used.
pub fn read(bytes: &[u8]) -> Result<Found, ReadError> {
    let inflated;
    let bytes = if bytes.starts_with(GZIP) {
        inflated = inflate(bytes)?;
        &*inflated
    } else {
        bytes
    };
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge { inflated: false });
    }
    let text = str::from_utf8(bytes).map_err(|error| {
        let (line, column) = place(bytes, error.valid_up_to());
        ReadError::NotText { line, column }
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(ReadError::Empty);
    }
    let mut reader = Reader { found: Found::default(), seen: 0 };
    reader.texts(&Whole { text, within: None }, 0)?;
    Ok(reader.found)
}

/// Source: RFC 1952, 2.3.1: `ID1`, `ID2`.
const GZIP: &[u8] = &[0x1f, 0x8b];

fn inflate(bytes: &[u8]) -> Result<Vec<u8>, ReadError> {
    let mut out = Vec::new();
    // One byte more than may be tells what is too large from what just fits.
    let mut inflating = MultiGzDecoder::new(bytes).take(MAX_BYTES as u64 + 1);
    let read: io::Result<usize> = inflating.read_to_end(&mut out);
    read.map_err(|_| ReadError::Gzip)?;
    if out.len() > MAX_BYTES { Err(ReadError::TooLarge { inflated: true }) } else { Ok(out) }
}

/// A text that places are counted in.
struct Whole<'t> {
    text: &'t str,
    within: Option<Box<str>>,
}

impl Whole<'_> {
    /// Where `piece`, which is part of this text, begins.
    fn offset(&self, piece: &str) -> usize {
        (piece.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize).min(self.text.len())
    }

    fn form(&self, offset: usize, what: &str) -> ReadError {
        let (line, column) = place(self.text.as_bytes(), offset);
        ReadError::Form { line, column, within: self.within.clone(), what: what.into() }
    }

    /// An error in `piece`, with its place in the whole.
    fn error(&self, piece: &str, error: &serde_json::Error) -> ReadError {
        let start = self.offset(piece);
        let lines = piece.split_inclusive('\n').take(error.line().saturating_sub(1));
        let line_start: usize = lines.map(str::len).sum();
        let inside = (line_start + error.column().saturating_sub(1)).min(piece.len());
        // The place is told once, in front.
        let told = error.to_string();
        let told = told.rsplit_once(" at line ").map_or(&*told, |(what, _)| what);
        match error.classify() {
            Category::Eof => self.form(start + inside, "the text ends here, in the midst of a value: it was cut off"),
            Category::Data => self.form(start + at_value(piece, inside), told),
            Category::Syntax | Category::Io => self.form(start + inside, &format!("this is not JSON: {told}")),
        }
    }
}

/// The value that is wrong: serde tells a place between its key and what follows it.
fn at_value(piece: &str, inside: usize) -> usize {
    let (before, behind) = piece.split_at_checked(inside).unwrap_or((piece, ""));
    let value = before.trim_end();
    match value.ends_with(':') {
        true => piece.len() - behind.trim_start().len(),
        false => value.len().saturating_sub(1),
    }
}

/// The forms that are known, told apart by their members.
#[derive(Deserialize)]
struct Envelope<'t> {
    #[serde(borrow, rename = "Records")]
    records: Option<&'t RawValue>,
    #[serde(borrow, rename = "Events")]
    events: Option<&'t RawValue>,
    /// The record as text, in each event of `LookupEvents`.
    #[serde(borrow, rename = "CloudTrailEvent")]
    event_text: Option<&'t RawValue>,
    /// The record in an event of EventBridge.
    #[serde(borrow)]
    detail: Option<&'t RawValue>,
    #[serde(borrow, rename = "eventSource")]
    source: Option<&'t RawValue>,
    #[serde(borrow, rename = "eventName")]
    name: Option<&'t RawValue>,
}

struct Reader {
    found: Found,
    seen: usize,
}

impl Reader {
    /// JSON values one behind the other.
    fn texts(&mut self, whole: &Whole<'_>, nesting: usize) -> Result<(), ReadError> {
        let values = serde_json::Deserializer::from_str(whole.text).into_iter::<&RawValue>();
        for value in values {
            let value = value.map_err(|error| whole.error(whole.text, &error))?;
            self.value(whole, value, nesting)?;
        }
        Ok(())
    }

    fn value(&mut self, whole: &Whole<'_>, value: &RawValue, nesting: usize) -> Result<(), ReadError> {
        let text = value.get();
        let unknown = || Err(whole.form(whole.offset(text), EXPECTED));
        if nesting > MAX_NESTING {
            return unknown();
        }
        match text.as_bytes().first() {
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| whole.error(text, &error))?;
                items.into_iter().try_for_each(|item| self.value(whole, item, nesting + 1))
            }
            // What `--query 'Events[].CloudTrailEvent'` leaves of an answer: texts.
            Some(b'"') => self.quoted(whole, text, nesting),
            Some(b'{') => self.object(whole, text, nesting),
            _ => unknown(),
        }
    }

    fn quoted(&mut self, whole: &Whole<'_>, text: &str, nesting: usize) -> Result<(), ReadError> {
        let inner: String = serde_json::from_str(text).map_err(|error| whole.error(text, &error))?;
        let within = format!("event {}", self.seen + 1);
        self.texts(&Whole { text: &inner, within: Some(within.into()) }, nesting + 1)
    }

    fn object(&mut self, whole: &Whole<'_>, text: &str, nesting: usize) -> Result<(), ReadError> {
        let envelope: Envelope<'_> = serde_json::from_str(text).map_err(|error| whole.error(text, &error))?;
        if let (Some(source), Some(name)) = (envelope.source, envelope.name) {
            return self.record(whole, text, source, name);
        }
        let inner = envelope.records.or(envelope.events).or(envelope.event_text).or(envelope.detail);
        match inner {
            Some(inner) => self.value(whole, inner, nesting + 1),
            None => Err(whole.form(whole.offset(text), EXPECTED)),
        }
    }

    fn record(&mut self, whole: &Whole<'_>, text: &str, source: &RawValue, name: &RawValue) -> Result<(), ReadError> {
        self.seen += 1;
        if self.seen > MAX_RECORDS {
            return Err(ReadError::TooMany);
        }
        let read = |value: &RawValue| {
            serde_json::from_str::<String>(value.get()).map_err(|error| whole.error(value.get(), &error))
        };
        let (source, name) = (read(source)?, read(name)?);
        if source == "sts.amazonaws.com" && name == "AssumeRole" {
            let event: Event = serde_json::from_str(text).map_err(|error| whole.error(text, &error))?;
            self.found.records.push(event.into());
        } else {
            let known = self.found.others.len() < MAX_NAMES || self.found.others.contains_key(&name);
            let name = if known { name } else { "…".to_owned() };
            *self.found.others.entry(name).or_default() += 1;
        }
        Ok(())
    }
}

/// Line and column, from 1, of a byte.
fn place(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = bytes.get(..offset).unwrap_or(bytes);
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    (before.iter().filter(|byte| **byte == b'\n').count() + 1, before.len() - line_start + 1)
}
