//! Edits of a client's configuration file.

use super::Edit;
use rolecall_world::{FileId, World};

/// Sets `key` in the section whose heading stands at `heading` (a byte of its line) of `file`.
pub(crate) fn set(world: &World, file: FileId, heading: usize, key: &str, value: &str) -> Edit {
    let text = world.files.text(file);
    let path = world.files.path(file).to_owned();
    let mut at = text.get(heading..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| heading + end + 1);
    let mut end = at;
    for line in text.get(at..).unwrap_or_default().split_inclusive('\n') {
        if line.starts_with('[') {
            break;
        }
        if let Some((name, old)) = line.split_once('=')
            && name.trim().eq_ignore_ascii_case(key)
        {
            let start = at + (line.len() - old.trim_start().len());
            return Edit { file: path, span: start..start + old.trim().len(), new: value.to_owned() };
        }
        at += line.len();
        if !line.trim().is_empty() {
            end = at;
        }
    }
    let newline = if text.get(..end).is_some_and(|before| before.ends_with('\n')) { "" } else { "\n" };
    Edit { file: path, span: end..end, new: format!("{newline}{key} = {value}\n") }
}
