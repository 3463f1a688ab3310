//! Lines of text, what is painted in them, and how long they may get.

use super::Style;
use std::{borrow::Cow, fmt::Write as _};
use textwrap::{Options, WordSeparator, WordSplitter, wrap};

/// What a piece of a line is painted as. It never says what the words do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    Plain,
    Heading,
    Label,
    Good,
    Bad,
    Warning,
}

impl Paint {
    /// The parameter of "select graphic rendition". Source: ECMA-48, 8.3.117.
    const fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Heading => Some("1"),
            Self::Label => Some("36"),
            Self::Good => Some("32"),
            Self::Bad => Some("31"),
            Self::Warning => Some("33"),
        }
    }
}

/// The width of the labels in front of what is told: the longest has eight letters and a colon.
const LABEL: usize = 12;

/// A text in the making.
pub(super) struct Page {
    style: Style,
    out: String,
}

impl Page {
    pub(super) fn new(style: Style) -> Self {
        Self { style, out: String::with_capacity(4096) }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    /// The columns of a line.
    pub(super) fn width(&self) -> usize {
        self.style.width
    }

    /// An empty line, unless there is one or nothing above it.
    pub(super) fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// What the lines below it are about.
    pub(super) fn heading(&mut self, text: &str) {
        self.gap();
        self.wrapped("", "", text, Paint::Heading);
    }

    /// A paragraph.
    pub(super) fn sentence(&mut self, text: &str) {
        self.wrapped("  ", "  ", text, Paint::Plain);
    }

    /// A paragraph behind a label; without one it belongs to the label above.
    pub(super) fn labelled(&mut self, label: &str, text: &str, paint: Paint) {
        let label = if label.is_empty() { String::new() } else { format!("{label}:") };
        let (indent, text) = (" ".repeat(LABEL), clean(text));
        for (number, line) in self.lines(&indent, &indent, &text).into_iter().enumerate() {
            let line = line.get(LABEL..).unwrap_or_default();
            let label = if number == 0 { label.as_str() } else { "" };
            let space = " ".repeat(LABEL.saturating_sub(label.len() + 2).max(1));
            self.line(&[(Paint::Plain, "  "), (Paint::Label, label), (Paint::Plain, &space), (paint, line)]);
        }
    }

    /// `text` in lines that fit, the first behind `first` and all others behind `rest`.
    pub(super) fn wrapped(&mut self, first: &str, rest: &str, text: &str, paint: Paint) {
        let text = clean(text);
        for line in self.lines(first, rest, &text) {
            let bare = line.trim_start();
            let indent = line.get(..line.len() - bare.len()).unwrap_or_default();
            self.line(&[(Paint::Plain, indent), (paint, bare)]);
        }
    }

    /// Lines that fit; names, ARNs and URLs stay in one piece even where they do not.
    fn lines<'t>(&self, first: &str, rest: &str, text: &'t str) -> Vec<Cow<'t, str>> {
        let options = Options::new(self.style.width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .break_words(false)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation);
        wrap(text, options)
    }

    /// A line as it is, whatever its length.
    pub(super) fn line(&mut self, pieces: &[(Paint, &str)]) {
        let start = self.out.len();
        for (paint, text) in pieces {
            let text = clean(text);
            match paint.code().filter(|_| self.style.colour && !text.trim().is_empty()) {
                Some(code) => {
                    let _ = write!(self.out, "\u{1b}[{code}m{}\u{1b}[0m", text.trim_end());
                }
                None => self.out.push_str(&text),
            }
        }
        let end = self.out.trim_end_matches(' ').len().max(start);
        self.out.truncate(end);
        self.out.push('\n');
    }
}

/// `text` without anything that would move a terminal's cursor or change its colours: it may come from others' files.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '\t' => out.push_str("    "),
            '\n' => out.push(' '),
            letter if is_unseen(letter) => out.extend(letter.escape_unicode()),
            letter => out.push(letter),
        }
    }
    Cow::Owned(out)
}

/// Whether it shows nothing itself but changes how what follows is shown.
///
/// Source: Unicode Standard Annex 9, "Directional formatting characters".
fn is_unseen(letter: char) -> bool {
    let direction =
        matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}');
    letter.is_control() || direction
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(width: usize) -> Page {
        Page::new(Style { colour: false, width })
    }

    #[test]
    fn labels_stand_before_what_belongs_to_them() {
        let mut page = page(30);
        page.labelled("client", "one two three four five six", Paint::Plain);
        page.labelled("", "seven", Paint::Plain);
        assert_eq!(page.finish(), "  client:   one two three four\n            five six\n            seven\n");
    }

    #[test]
    fn an_arn_is_never_broken() {
        let mut page = page(20);
        page.sentence("is arn:aws:iam::222222222222:role/role-with-a-name alright");
        assert_eq!(page.finish(), "  is\n  arn:aws:iam::222222222222:role/role-with-a-name\n  alright\n");
    }

    #[test]
    fn what_others_wrote_moves_no_cursor() {
        let mut page = Page::new(Style { colour: true, width: 80 });
        page.sentence("a\u{1b}[2Jb\u{202e}c\td\ne");
        assert_eq!(page.finish(), "  a\\u{1b}[2Jb\\u{202e}c    d e\n");
    }

    #[test]
    fn nothing_is_left_behind_a_line() {
        let mut page = Page::new(Style { colour: true, width: 80 });
        page.line(&[(Paint::Label, "x  "), (Paint::Plain, "  ")]);
        page.line(&[(Paint::Label, " "), (Paint::Plain, "")]);
        assert_eq!(page.finish(), "\u{1b}[36mx\u{1b}[0m\n\n");
    }
}
