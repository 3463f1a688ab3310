//! Edits of a client's configuration file.

use super::Edit;
use rolecall_world::{FileId, World};
use std::ops::Range;

/// Sets `key` in the section whose heading stands at `heading` (a byte of its line) of `file`.
pub(crate) fn set(world: &World, file: FileId, heading: usize, key: &str, value: &str) -> Edit {
    let text = world.files.text(file);
    let path = world.files.path(file).to_owned();
    let section = section(text, heading);
    if let Some(span) = value_of(text, &section, key) {
        return Edit { file: path, span, new: value.to_owned() };
    }
    // Below the last line that is not empty.
    let held = text.get(section.clone()).unwrap_or_default().trim_end();
    let end = text.get(section.start + held.len()..).and_then(|rest| rest.find('\n'));
    let end = end.map_or(text.len(), |newline| section.start + held.len() + newline + 1);
    let newline = if text.get(..end).is_some_and(|before| before.ends_with('\n')) { "" } else { "\n" };
    Edit { file: path, span: end..end, new: format!("{newline}{key} = {value}\n") }
}

/// What `key` holds in the section that `place` is in.
pub(crate) fn setting(text: &str, place: usize, key: &str) -> Option<Range<usize>> {
    value_of(text, &section(text, place), key)
}

/// The profiles that a text has sections for.
pub(crate) fn profiles(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let name = line.trim_end().strip_prefix('[')?.split(']').next()?.trim();
        Some(name.strip_prefix("profile ").unwrap_or(name).trim())
    })
}

/// The section that `place` is in, its heading included.
fn section(text: &str, place: usize) -> Range<usize> {
    let lines = text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    let (mut start, mut end) = (0, text.len());
    for (at, _) in lines.filter(|(_, line)| line.starts_with('[')) {
        if at > place {
            end = at;
            break;
        }
        start = at;
    }
    start..end
}

fn value_of(text: &str, section: &Range<usize>, key: &str) -> Option<Range<usize>> {
    let mut at = section.start;
    for line in text.get(section.clone())?.split_inclusive('\n') {
        if let Some((name, value)) = line.split_once('=')
            && name.trim().eq_ignore_ascii_case(key)
        {
            let start = at + (line.len() - value.trim_start().len());
            return Some(start..start + value.trim().len());
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_its_own_sections() {
        let text = "[a]\nkey = 1\n\n[b]\nother=x\nKEY =  two \n[c]\n";
        let of = |place: &str, key| setting(text, text.find(place).unwrap(), key).map(|range| &text[range]);
        assert_eq!(of("[a]", "key"), Some("1"));
        assert_eq!(of("other", "key"), Some("two"));
        assert_eq!(of("[c]", "key"), None);
        assert_eq!(of("key", "other"), None);
        assert_eq!(profiles("[default]\n[profile a ]\nx=1\n[b]").collect::<Vec<_>>(), ["default", "a", "b"]);
    }
}
