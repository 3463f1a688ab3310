//! The path: no dot segments, no repeated slashes, encoded once more than it was sent.

use super::Sink;
use crate::encode::encode;

pub(super) fn write(path: &str, sink: &mut impl Sink) {
    if matches!(path, "" | "/") {
        return sink.put(b"/");
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut folder = false;
    for segment in path.split('/') {
        folder = matches!(segment, "" | "." | "..");
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            name => kept.push(name),
        }
    }
    for segment in &kept {
        sink.put(b"/");
        encode(segment.as_bytes(), b"", |piece| sink.put(piece));
    }
    if folder || kept.is_empty() {
        sink.put(b"/");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_and_repeated_slashes_go_and_escapes_are_escaped() {
        for (raw, canonical) in [
            ("", "/"),
            ("//", "/"),
            ("/./", "/"),
            ("/a/..", "/"),
            ("/../../a", "/a"),
            ("//a//b//", "/a/b/"),
            ("/a/./b/../c", "/a/c"),
            ("/a%2Fb", "/a%252Fb"),
            ("/ሴ", "/%E1%88%B4"),
        ] {
            let mut out = Vec::new();
            write(raw, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), canonical, "{raw}");
        }
    }
}
