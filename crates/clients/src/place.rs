//! Where a value came from, so that whoever asks can point at it.

/// A range of bytes in the text of a configuration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The piece of `text` it covers; empty where it does not lie on character boundaries of `text`.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// Line and column of its first byte in `text`, both from one, columns in characters.
    #[must_use]
    pub fn line_and_column(self, text: &str) -> (usize, usize) {
        let before = text.get(..text.floor_char_boundary(self.start as usize)).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        (line, before.get(line_start..).unwrap_or_default().chars().count() + 1)
    }
}

/// Where a value was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum At {
    /// In the configuration file.
    Config(Span),
    /// In the credentials file.
    Credentials(Span),
    /// In the environment, under this name.
    Env(&'static str),
    /// In an option given in code or on the command line.
    Option(&'static str),
    /// In code, as the client's Region.
    Region,
    /// In code or on the command line, as the profile.
    Profile,
    /// By the place the client runs in, which tells those who ask.
    Place,
    /// In code, in the call itself, under the name of its parameter.
    Call(&'static str),
    /// Nowhere: it is what the client does by itself.
    Default,
}

/// A value and where it was set.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text {
    /// The value.
    pub value: String,
    /// Where it was set.
    pub at: At,
}

/// One reason for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// The reason, a sentence without its full stop.
    pub text: String,
    /// What it speaks of.
    pub at: At,
}
