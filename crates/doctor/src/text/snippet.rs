//! A piece of a file, with a mark under what is meant.

use super::{
    page::{Page, Paint, clean},
    secret::without_secrets,
};
use crate::Case;
use rolecall_world::At;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Of a piece that is longer so many lines are shown.
const LINES: usize = 12;
/// A line is broken into so many rows at most; a longer one, a policy without line ends, is shown in part.
const ROWS: usize = 4;
/// Columns in front of a line: its number and a bar.
const MARGIN: usize = 9;
/// What stands for the rest of a line.
const DOTS: &str = "...";
/// The margin of what has no number.
const BAR: &str = "       | ";

/// Shows what stands at `at`, with `label` under it.
pub(super) fn show(page: &mut Page, case: &Case<'_>, at: At, label: &str) {
    let files = &case.world.files;
    let (text, place) = (files.text(at.file), files.locate(at));
    page.line(&[(Paint::Plain, "  in "), (Paint::Label, &place.to_string())]);
    let span = at.span.range();
    let begin = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let inside = text.get(span.clone()).unwrap_or_default().trim_end();
    let count = inside.split('\n').count();
    let width = page.width().saturating_sub(MARGIN).max(10);
    let lines = text.get(begin..).unwrap_or_default().lines();
    for (number, line) in (place.line..).zip(lines.take(count.min(LINES))) {
        let line = without_secrets(line);
        // A mark under all of it would say nothing.
        let part = count == 1 && inside.trim() != line.trim().trim_end_matches(',');
        let marked = part.then(|| (span.start - begin, inside.len()));
        if numbered(page, number, &rows(&line, marked, width), label) {
            return;
        }
    }
    if count > LINES {
        page.wrapped(BAR, BAR, &format!("{} more lines", count - LINES), Paint::Plain);
    }
    page.wrapped("       = ", "         ", label, Paint::Bad);
}

/// A line in its rows, its number before the first; whether `label` found room beside a mark.
fn numbered(page: &mut Page, number: u32, rows: &[Row], label: &str) -> bool {
    let mut said = false;
    for (index, row) in rows.iter().enumerate() {
        let margin = if index == 0 { format!("{number:>6} | ") } else { BAR.to_owned() };
        page.line(&[(Paint::Plain, &margin), (Paint::Plain, &row.text)]);
        let Some((before, length)) = row.marked else { continue };
        let marks = "^".repeat(length);
        let lead = format!("{BAR}{}", " ".repeat(before));
        let fits = !said && lead.len() + length + 1 + label.width() <= page.width();
        said |= fits;
        let beside = if fits { format!("{marks} {label}") } else { marks };
        page.line(&[(Paint::Plain, &lead), (Paint::Bad, &beside)]);
    }
    said
}

/// A part of a line that fits, and which of its columns are marked: where the mark begins, and its length.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    text: String,
    marked: Option<(usize, usize)>,
}

/// `line` in rows of `width` columns, with the bytes from `start` on, `length` of them, marked.
fn rows(line: &str, marked: Option<(usize, usize)>, width: usize) -> Vec<Row> {
    let column = |byte: usize| clean(line.get(..byte).unwrap_or(line)).width();
    let marked = marked.map(|(start, length)| (column(start), column(start + length)));
    let letters: Vec<(char, usize)> =
        clean(line.trim_end()).chars().map(|letter| (letter, letter.width().unwrap_or(0))).collect();
    let all: usize = letters.iter().map(|(_, width)| width).sum();
    let (from, dots) = match marked {
        _ if all <= width * ROWS => (0, false),
        // What is marked is what has to be seen.
        Some((start, _)) => (start.saturating_sub(width / 3), true),
        None => (0, true),
    };
    // What does not fit stands below, a little further in than the line begins.
    let hang = letters.iter().take_while(|(letter, _)| *letter == ' ').count().min(width / 3) + 2;
    let lead = if from > 0 { DOTS } else { "" };
    let mut rows: Vec<(usize, String)> = Vec::new();
    let (mut text, mut begin, mut at) = (String::new(), from, 0);
    for (letter, size) in letters {
        if at < from {
            at += size;
            begin = at;
            continue;
        }
        let room = if rows.is_empty() { width - lead.len() } else { width - hang };
        if at + size > begin + room {
            // Where a word ends; only one that is itself too long is broken.
            let kept = text.rfind(' ').map(|space| space + 1);
            let kept = kept.filter(|kept| text.get(..*kept).is_some_and(|text| !text.trim().is_empty()));
            let rest = kept.map_or_else(String::new, |kept| text.split_off(kept));
            rows.push((begin, std::mem::replace(&mut text, rest)));
            begin = at - text.width();
        }
        text.push(letter);
        at += size;
    }
    rows.push((begin, text));
    let cut = dots && rows.len() > ROWS;
    rows.truncate(ROWS);
    let last = rows.len().saturating_sub(1);
    let shown = rows.into_iter().enumerate().map(|(index, (begin, text))| {
        // What is marked may be nothing, behind the last letter.
        let end = if index == last { usize::MAX } else { begin + text.width() };
        let marked = marked.and_then(|(start, stop)| {
            let (from, to) = (start.max(begin), stop.max(start + 1).min(end));
            (from < to).then(|| (from - begin, to - from))
        });
        let before = if index == 0 { lead.to_owned() } else { " ".repeat(hang) };
        let marked = marked.map(|(from, length)| (before.len() + from, length));
        let after = if cut && index == last { DOTS } else { "" };
        Row { text: format!("{before}{}{after}", text.trim_end()), marked }
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str, marked: Option<(usize, usize)>) -> Row {
        Row { text: text.to_owned(), marked }
    }

    #[test]
    fn a_short_line_is_one_row() {
        assert_eq!(rows("  \"a\": \"b\"", Some((7, 3)), 40), [row("  \"a\": \"b\"", Some((7, 3)))]);
        assert_eq!(rows("", Some((0, 0)), 40), [row("", Some((0, 1)))]);
        assert_eq!(rows("abc", None, 40), [row("abc", None)]);
        assert_eq!(rows("abc", Some((3, 0)), 40), [row("abc", Some((3, 1)))]);
    }

    #[test]
    fn a_longer_line_is_broken_between_words_and_marked_in_each_row() {
        let line = "one two three four";
        assert_eq!(rows(line, Some((8, 10)), 12), [row("one two", None), row("  three four", Some((2, 10)))]);
        assert_eq!(rows(line, Some((4, 9)), 12), [row("one two", Some((4, 4))), row("  three four", Some((2, 5)))]);
        let line = format!("  {line}");
        assert_eq!(rows(&line, None, 14), [row("  one two", None), row("    three four", None)]);
    }

    #[test]
    fn of_a_very_long_line_what_is_meant_is_shown() {
        let line = format!("{}NEEDLE{}", "x".repeat(300), "y".repeat(300));
        let found = rows(&line, Some((300, 6)), 40);
        assert_eq!(found.len(), ROWS);
        let marked: Vec<&Row> = found.iter().filter(|row| row.marked.is_some()).collect();
        assert_eq!(marked.len(), 1);
        assert_eq!(marked[0].text.get(16..22), Some("NEEDLE"));
        assert_eq!(marked[0].marked, Some((16, 6)));
        assert!(found[0].text.starts_with("...x"));
        assert!(found.iter().all(|row| row.text.width() <= 43), "{found:?}");
        assert!(found[ROWS - 1].text.ends_with("..."));
    }

    #[test]
    fn marks_stand_under_wide_letters_and_tabs() {
        let found = rows("\t日本 = x", Some(("\t日本 = ".len(), 1)), 40);
        assert_eq!(found, [row("    日本 = x", Some((4 + 4 + 3, 1)))]);
    }
}
