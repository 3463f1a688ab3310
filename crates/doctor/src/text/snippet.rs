//! A piece of a file, with a mark under what is meant.

use super::{
    page::{Page, Paint, clean},
    secret::without_secrets,
};
use crate::Case;
use rolecall_world::At;
use unicode_width::UnicodeWidthStr;

/// Of a piece that is longer so many lines are shown.
const LINES: usize = 12;
/// Columns in front of a line: its number and a bar.
const MARGIN: usize = 9;

/// Shows what stands at `at`, with `label` under it.
pub(super) fn show(page: &mut Page, case: &Case<'_>, at: At, label: &str) {
    let files = &case.world.files;
    let (text, place) = (files.text(at.file), files.locate(at));
    let number = place.line as usize;
    page.line(&[(Paint::Plain, "  in "), (Paint::Label, &place.to_string())]);
    let span = at.span.range();
    let begin = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let rest = text.get(begin..).unwrap_or_default();
    let inside = text.get(span.clone()).unwrap_or_default().trim_end();
    let count = inside.split('\n').count();
    if count > 1 {
        for (offset, line) in rest.lines().take(count.min(LINES)).enumerate() {
            numbered(page, number + offset, line);
        }
        let more = count.saturating_sub(LINES);
        if more > 0 {
            page.wrapped("       | ", "       | ", &format!("{more} more lines"), Paint::Plain);
        }
        page.wrapped("       = ", "         ", label, Paint::Bad);
        return;
    }
    let line = without_secrets(rest.lines().next().unwrap_or_default());
    let window = Window::of(&line, span.start - begin, inside.len(), page.width().saturating_sub(MARGIN));
    numbered(page, number, &window.text);
    let marks = "^".repeat(window.marked.max(1));
    let lead = format!("       | {}", " ".repeat(window.before));
    let fits = lead.len() + marks.len() + 1 + label.width() <= page.width();
    let beside = if fits { format!("{marks} {label}") } else { marks };
    page.line(&[(Paint::Plain, &lead), (Paint::Bad, &beside)]);
    if !fits {
        page.wrapped("       = ", "         ", label, Paint::Bad);
    }
}

fn numbered(page: &mut Page, number: usize, line: &str) {
    let window = Window::of(&without_secrets(line), 0, 0, page.width().saturating_sub(MARGIN));
    page.line(&[(Paint::Plain, &format!("{number:>6} | {}", window.text))]);
}

/// What of a line is shown, and where in it the mark is, in columns.
struct Window {
    text: String,
    before: usize,
    marked: usize,
}

impl Window {
    /// The part of `line` around the `length` bytes from `start`, in `width` columns: a policy may be one long line.
    fn of(line: &str, start: usize, length: usize, width: usize) -> Self {
        let part = |from: usize, to: usize| clean(line.get(from..to.min(line.len())).unwrap_or_default());
        let (before, marked) = (part(0, start), part(start, start + length));
        let whole = clean(line);
        if whole.width() <= width {
            let (before, marked) = (before.width(), marked.width());
            return Self { text: whole.trim_end().to_owned(), before, marked };
        }
        // Room for dots on both sides; what is marked is what has to be seen.
        let room = width.saturating_sub(6);
        let lead = before.width().min(room / 3);
        let skipped = before.width() - lead;
        let dots = if skipped > 0 { "..." } else { "" };
        let shown = cut(&whole, skipped, room);
        let ends = skipped + shown.width() >= whole.width();
        let text = format!("{dots}{}{}", shown.trim_end(), if ends { "" } else { "..." });
        let before = dots.len() + lead;
        Self { marked: marked.width().min(room.saturating_sub(lead)), before, text }
    }
}

/// `columns` columns of `text`, from the column `skipped`.
fn cut(text: &str, skipped: usize, columns: usize) -> String {
    let (mut column, mut out) = (0, String::new());
    for letter in text.chars() {
        let width = letter.to_string().width();
        if column >= skipped && column + width <= skipped + columns {
            out.push(letter);
        }
        column += width;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_line_is_shown_whole() {
        let window = Window::of("  \"a\": \"b\"", 7, 3, 40);
        assert_eq!((&*window.text, window.before, window.marked), ("  \"a\": \"b\"", 7, 3));
    }

    #[test]
    fn of_a_long_line_what_is_meant_is_shown() {
        let line = format!("{}NEEDLE{}", "x".repeat(300), "y".repeat(300));
        let window = Window::of(&line, 300, 6, 40);
        assert!(window.text.len() <= 40, "{}", window.text);
        assert_eq!(window.text.get(window.before..window.before + window.marked), Some("NEEDLE"));
        assert!(window.text.starts_with("...") && window.text.ends_with("..."));
    }

    #[test]
    fn marks_stand_under_wide_letters_and_tabs() {
        let window = Window::of("\t日本 = x", "\t日本 = ".len(), 1, 40);
        assert_eq!((window.before, window.marked), (4 + 4 + 3, 1));
    }
}
