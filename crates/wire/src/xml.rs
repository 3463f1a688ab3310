//! Writing XML straight into the answer's bytes, indented by two blanks a level as AWS indents it.

use base64::{Engine, engine::general_purpose::STANDARD};
use rolecall_names::Instant;

/// A writer of elements. Names are the program's own; only text is escaped.
pub(crate) struct Xml<'a> {
    out: &'a mut Vec<u8>,
    depth: usize,
}

impl<'a> Xml<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, depth: 0 }
    }

    pub(crate) fn root(&mut self, name: &str, namespace: &str, content: impl FnOnce(&mut Self)) {
        self.out.push(b'<');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b" xmlns=\"");
        self.out.extend_from_slice(namespace.as_bytes());
        self.out.extend_from_slice(b"\">\n");
        self.inside(content);
        self.close(name);
    }

    /// The root of an operation's reply: `AssumeRoleResponse` for `AssumeRole`.
    pub(crate) fn response(&mut self, operation: &str, namespace: &str, content: impl FnOnce(&mut Self)) {
        self.out.push(b'<');
        self.out.extend_from_slice(operation.as_bytes());
        self.out.extend_from_slice(b"Response xmlns=\"");
        self.out.extend_from_slice(namespace.as_bytes());
        self.out.extend_from_slice(b"\">\n");
        self.inside(content);
        self.out.extend_from_slice(b"</");
        self.out.extend_from_slice(operation.as_bytes());
        self.out.extend_from_slice(b"Response>\n");
    }

    pub(crate) fn within(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.indent();
        self.tag(b"<", name);
        self.out.push(b'\n');
        self.inside(content);
        self.indent();
        self.close(name);
    }

    fn inside(&mut self, content: impl FnOnce(&mut Self)) {
        self.depth += 1;
        content(self);
        self.depth -= 1;
    }

    pub(crate) fn empty(&mut self, name: &str) {
        self.indent();
        self.out.push(b'<');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"/>\n");
    }

    /// An element whose text is written by `content`, which escapes what it must.
    fn leaf(&mut self, name: &str, content: impl FnOnce(&mut Vec<u8>)) {
        self.indent();
        self.tag(b"<", name);
        content(self.out);
        self.close(name);
    }

    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.leaf(name, |out| escape(text, out));
    }

    pub(crate) fn text_if(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// A list of texts.
    pub(crate) fn texts(&mut self, name: &str, texts: &[String]) {
        if texts.is_empty() {
            self.empty(name);
        } else {
            self.within(name, |xml| texts.iter().for_each(|text| xml.text("member", text)));
        }
    }

    /// Bytes, as base 64.
    pub(crate) fn base64(&mut self, name: &str, bytes: &[u8]) {
        self.leaf(name, |out| out.extend_from_slice(STANDARD.encode(bytes).as_bytes()));
    }

    /// A policy document, percent-encoded as IAM does in its replies (RFC 3986).
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html>
    pub(crate) fn encoded(&mut self, name: &str, document: &str) {
        self.leaf(name, |out| percent_encode(document, out));
    }

    pub(crate) fn integer(&mut self, name: &str, number: i32) {
        self.leaf(name, |out| out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes()));
    }

    pub(crate) fn flag(&mut self, name: &str, flag: bool) {
        self.leaf(name, |out| out.extend_from_slice(if flag { b"true" } else { b"false" }));
    }

    pub(crate) fn instant(&mut self, name: &str, instant: Instant) {
        self.leaf(name, |out| out.extend_from_slice(instant.iso8601().as_bytes()));
    }

    pub(crate) fn instant_if(&mut self, name: &str, instant: Option<Instant>) {
        if let Some(instant) = instant {
            self.instant(name, instant);
        }
    }

    fn tag(&mut self, start: &[u8], name: &str) {
        self.out.extend_from_slice(start);
        self.out.extend_from_slice(name.as_bytes());
        self.out.push(b'>');
    }

    fn close(&mut self, name: &str) {
        self.tag(b"</", name);
        self.out.push(b'\n');
    }

    fn indent(&mut self) {
        self.out.resize(self.out.len() + 2 * self.depth, b' ');
    }
}

/// What XML 1.0 cannot hold, not even as a reference, becomes U+FFFD; a carriage return needs a reference to survive
/// parsing, as line ends are normalised. <https://www.w3.org/TR/xml/#charsets> <https://www.w3.org/TR/xml/#sec-line-ends>
fn replacement(byte: u8) -> Option<&'static [u8]> {
    match byte {
        b'&' => Some(b"&amp;"),
        b'<' => Some(b"&lt;"),
        b'>' => Some(b"&gt;"),
        b'"' => Some(b"&quot;"),
        b'\r' => Some(b"&#xD;"),
        b'\t' | b'\n' => None,
        0..=0x1f => Some("\u{fffd}".as_bytes()),
        _ => None,
    }
}

/// Whether a byte may need escaping: one that does, or the first of U+FFFE and U+FFFF, which XML has not.
const fn is_special(byte: u8) -> bool {
    // Without short cuts, which would keep the compiler from looking at many at once.
    (byte < b' ') | (byte == b'&') | (byte == b'<') | (byte == b'>') | (byte == b'"') | (byte == 0xef)
}

/// How many bytes at the start surely need no escaping. Whole blocks at a time, so that the compiler uses wide registers.
fn plain(bytes: &[u8]) -> usize {
    let (blocks, rest) = bytes.as_chunks::<32>();
    let clean = |block: &&[u8; 32]| !block.iter().fold(false, |found, byte| found | is_special(*byte));
    let whole = blocks.iter().take_while(clean).count();
    match blocks.get(whole) {
        Some(block) => whole * 32 + block.iter().take_while(|byte| !is_special(**byte)).count(),
        None => whole * 32 + rest.iter().take_while(|byte| !is_special(**byte)).count(),
    }
}

/// Appends `text` with everything escaped that would be markup, would not survive parsing, or may not be in XML.
pub(crate) fn escape(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    loop {
        let (clean, special) = rest.split_at(plain(rest));
        out.extend_from_slice(clean);
        rest = match special {
            // U+FFFE and U+FFFF are characters to Rust and none to XML.
            [0xef, 0xbf, 0xbe | 0xbf, after @ ..] => {
                out.extend_from_slice("\u{fffd}".as_bytes());
                after
            }
            [byte, after @ ..] => {
                out.extend_from_slice(replacement(*byte).unwrap_or(&[*byte]));
                after
            }
            [] => return,
        };
    }
}

fn percent_encode(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(byte);
        } else {
            let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0');
            out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}
