//! Lines of text, with what is painted in them.

use super::Style;
use std::{borrow::Cow, fmt::Write as _};
use textwrap::{Options, WordSeparator, WordSplitter, wrap};

/// What a piece of a line is painted as. It never says what the words do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    Heading,
    Label,
    Good,
    Bad,
    Warning,
    Added,
    Removed,
    Quiet,
    Plain,
}

impl Paint {
    /// The codes of "select graphic rendition". Source: ECMA-48, 8.3.117.
    const fn code(self) -> &'static str {
        match self {
            Self::Heading => "1",
            Self::Label => "36",
            Self::Good | Self::Added => "32",
            Self::Bad | Self::Removed => "31",
            Self::Warning => "33",
            Self::Quiet => "2",
            Self::Plain => "",
        }
    }
}

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

    /// An empty line, unless there is one.
    pub(super) fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.gap();
        self.wrapped("", "", text, Paint::Heading);
    }

    pub(super) fn sentence(&mut self, text: &str) {
        self.wrapped("  ", "  ", text, Paint::Plain);
    }

    /// `text` in lines that fit, the first behind `first` and all others behind `rest`.
    pub(super) fn wrapped(&mut self, first: &str, rest: &str, text: &str, paint: Paint) {
        let text = clean(text);
        let options = Options::new(self.style.width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .break_words(false)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation);
        for line in wrap(&text, options) {
            self.line(&[(paint, &line)]);
        }
    }

    /// A line as it is, whatever its length.
    pub(super) fn line(&mut self, pieces: &[(Paint, &str)]) {
        for (paint, text) in pieces {
            if self.style.colour && *paint != Paint::Plain && !text.trim().is_empty() {
                let _ = write!(self.out, "\u{1b}[{}m{text}\u{1b}[0m", paint.code());
            } else {
                self.out.push_str(text);
            }
        }
        self.out.push('\n');
    }
}

/// `text` without anything that would move a terminal's cursor or change its colours: it may come from others' files.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(|letter: char| letter.is_control() || is_direction(letter)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '\t' => out.push_str("    "),
            '\n' => out.push(' '),
            letter if letter.is_control() || is_direction(letter) => out.extend(letter.escape_unicode()),
            letter => out.push(letter),
        }
    }
    Cow::Owned(out)
}

/// Whether it turns around the direction in which what follows is shown. Source: Unicode Standard Annex 9, 2.
fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}
