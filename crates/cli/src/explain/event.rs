//! `rolecall explain --event`: a recorded call in the place of one that the world names.

#[cfg(test)]
mod tests;

use super::{Arguments, ExplainFailure};
use crate::{shown, world::Unusable};
use rolecall_clients::Client;
use rolecall_doctor::{
    record::{self, ChoiceError, Record, compare},
    replay::{self, Replay, ReplayError},
};
use rolecall_world::{Expectation, World};
use std::{
    fmt::Write as _,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Why a record cannot be explained.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EventFailure {
    #[error("--event takes one record, or two to compare; there are {0}")]
    TooMany(usize),
    #[error("{file}: it cannot be read: {error}")]
    File { file: PathBuf, error: io::Error },
    #[error("{file}:{} {error}", error.place().map(|(line, column)| format!("{line}:{column}:")).unwrap_or_default())]
    Read { file: PathBuf, error: record::ReadError },
    #[error("{file}: {error}")]
    Choice { file: PathBuf, error: ChoiceError },
    #[error("{file}: {error}")]
    Replay { file: PathBuf, error: ReplayError },
}

pub(super) fn run(arguments: &Arguments, world: &World, client: Option<&Client>) -> Result<ExitCode, ExplainFailure> {
    let (file, first, second) = match &*arguments.event {
        [one] => (one, read(one)?, None),
        [one, other] => (one, read(one)?, Some((other, read(other)?))),
        many => return Err(EventFailure::TooMany(many.len()).into()),
    };
    let comparison = second.as_ref().map(|(_, second)| compare(&first, second));
    // Of two it is the refused one that is explained.
    let (file, explained) = match (&comparison, &second) {
        (Some(comparison), Some((other, second))) if std::ptr::eq(comparison.after, second) => (*other, second),
        _ => (file, &first),
    };
    let replay =
        Replay::new(world, explained, client).map_err(|error| EventFailure::Replay { file: file.clone(), error })?;
    let case =
        replay.case(rolecall_server::now()).map_err(|error| Unusable::new(&arguments.world, error.to_string()))?;
    let found = replay
        .explain(&case)
        .map_err(|error| Unusable::new(&arguments.world, format!("the recorded call cannot be run: {error}")))?;
    if arguments.json {
        shown::json(&replay::json(&case, &found, explained, comparison.as_ref()))?;
    } else {
        let mut text = comparison.as_ref().map(record::comparison_text).unwrap_or_default();
        for part in
            [replay::text(&found), rolecall_doctor::text::explanation(&case, &found.explanation, shown::style())]
        {
            let gap = if text.is_empty() || part.is_empty() { "" } else { "\n" };
            let _ = write!(text, "{gap}{part}");
        }
        shown::text(&text)?;
    }
    // What AWS refused and the world lets in is not explained.
    let works = found.explanation.outcome() == Expectation::Allowed && found.disagreement.is_none();
    Ok(shown::status(works))
}

/// The record that `FILE` or `FILE#ID` means.
fn read(file: &Path) -> Result<Record, EventFailure> {
    let named = file.to_str().and_then(|text| text.rsplit_once('#'));
    let (path, id) = match named {
        Some((path, id)) if !file.exists() => (PathBuf::from(path), Some(id)),
        _ => (file.to_owned(), None),
    };
    let mut bytes = Vec::new();
    let open = fs::File::open(&path);
    // One byte more than may be tells what is too large from what just fits.
    let open = open.and_then(|file| file.take(record::MAX_BYTES as u64 + 1).read_to_end(&mut bytes));
    open.map_err(|error| EventFailure::File { file: path.clone(), error })?;
    let found = record::read(&bytes).map_err(|error| EventFailure::Read { file: path.clone(), error })?;
    let record = found.choose(id).cloned();
    record.map_err(|error| EventFailure::Choice { file: path, error })
}
