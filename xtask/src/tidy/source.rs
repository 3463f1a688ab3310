//! A file with its comments, strings and tests told apart from its code.

/// One text file of the repository.
#[derive(Debug)]
pub(super) struct Source {
    /// From the root, with forward slashes.
    pub(super) path: String,
    /// As it is.
    pub(super) text: String,
    /// Rust alone: the text with comments and the insides of strings blanked, line by line in place.
    pub(super) code: String,
    /// Like `code`, with what stands under `#[cfg(test)]` blanked as well.
    pub(super) shipped: String,
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let (code, shipped) = if path.ends_with(".rs") {
            let code = blank_comments_and_strings(text);
            let shipped = blank_tests(&code);
            (code, shipped)
        } else {
            (String::new(), String::new())
        };
        Self { path: path.to_owned(), text: text.to_owned(), code, shipped }
    }

    pub(super) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// The folder under `crates/` that the file is in.
    pub(super) fn crate_folder(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    /// Whether the file is part of a library or binary, not of its tests, benches or examples.
    pub(super) fn is_shipped(&self) -> bool {
        self.path.contains("/src/") && !self.path.contains("/tests/") && !self.path.ends_with("/tests.rs")
    }
}

/// What the scanner is inside of.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Code,
    LineComment,
    BlockComment(usize),
    Text,
    RawText(usize),
}

/// Blanks comments and the insides of literals, keeping every line where it is.
fn blank_comments_and_strings(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let at = |index: usize| letters.get(index).copied().unwrap_or('\0');
    let mut out = String::with_capacity(text.len());
    let mut inside = Inside::Code;
    let mut i = 0;
    while i < letters.len() {
        let letter = at(i);
        let mut width = 1;
        let mut shown = if letter == '\n' { '\n' } else { ' ' };
        match inside {
            Inside::Code => match letter {
                '/' if at(i + 1) == '/' => inside = Inside::LineComment,
                '/' if at(i + 1) == '*' => {
                    inside = Inside::BlockComment(1);
                    width = 2;
                }
                '"' => {
                    inside = Inside::Text;
                    shown = '"';
                }
                'r' if !is_word(at(i.wrapping_sub(1))) || at(i.wrapping_sub(1)) == 'b' => {
                    let hashes = (i + 1..).take_while(|place| at(*place) == '#').count();
                    if at(i + 1 + hashes) == '"' {
                        inside = Inside::RawText(hashes);
                        width = hashes + 2;
                        shown = '"';
                    } else {
                        shown = letter;
                    }
                }
                // A char literal; a lifetime has no closing quote where one would be.
                '\'' if at(i + 1) == '\\' => {
                    width = 3 + (i + 3..).take_while(|place| !matches!(at(*place), '\'' | '\n' | '\0')).count() + 1
                }
                '\'' if at(i + 2) == '\'' => width = 3,
                _ => shown = letter,
            },
            Inside::LineComment if letter == '\n' => inside = Inside::Code,
            Inside::BlockComment(depth) => match (letter, at(i + 1)) {
                ('*', '/') => {
                    inside = if depth == 1 { Inside::Code } else { Inside::BlockComment(depth - 1) };
                    width = 2;
                }
                ('/', '*') => {
                    inside = Inside::BlockComment(depth + 1);
                    width = 2;
                }
                _ => {}
            },
            Inside::Text if letter == '\\' => width = if at(i + 1) == '\n' { 1 } else { 2 },
            Inside::Text if letter == '"' => {
                inside = Inside::Code;
                shown = '"';
            }
            Inside::RawText(hashes) if letter == '"' && (i + 1..=i + hashes).all(|place| at(place) == '#') => {
                inside = Inside::Code;
                width = hashes + 1;
                shown = '"';
            }
            Inside::LineComment | Inside::Text | Inside::RawText(_) => {}
        }
        out.push(shown);
        i += width;
    }
    out
}

pub(super) fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Blanks each item under `#[cfg(test)]`, up to its closing brace or semicolon.
fn blank_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.find(MARK) {
        let (before, item) = rest.split_at(start);
        out.push_str(before);
        let mut depth = 0usize;
        let mut end = item.len();
        for (index, letter) in item.char_indices().skip(MARK.len()) {
            match letter {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && matches!(letter, '}' | ';') {
                end = index + 1;
                break;
            }
        }
        let (tests, after) = item.split_at(end);
        out.extend(tests.chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        Source::new("a.rs", text).code
    }

    #[test]
    fn comments_and_strings_are_not_code() {
        assert!(
            !code("// secret\n/* secret /* secret */ secret */ let a = \"secret \\\" secret\";").contains("secret")
        );
        assert!(!code("let a = r#\"secret \" secret\"#; let b = br\"secret\";").contains("secret"));
        assert!(code("let a = \"x\"; secret();").contains("secret();"));
        assert!(code("let quote = '\"'; secret(); let other = '\\''; secret();").matches("secret();").count() == 2);
        assert!(code("fn f<'a>(x: &'a str) { secret() }").contains("secret"));
    }

    #[test]
    fn lines_stay_where_they_are() {
        let text = "/* a\nb */\nlet x = \"one\\\ntwo\";\nend();";
        assert_eq!(code(text).lines().position(|line| line.contains("end")), Some(4));
    }

    #[test]
    fn tests_are_not_shipped() {
        let source =
            Source::new("a.rs", "fn a() {}\n#[cfg(test)]\nmod tests { fn secret() { if true {} } }\nfn b() {}");
        assert!(source.code.contains("secret"));
        assert!(!source.shipped.contains("secret"));
        assert!(source.shipped.contains("fn b"));
        assert!(Source::new("a.rs", "#[cfg(test)]\nmod tests;\nfn b() {}").shipped.contains("fn b"));
    }
}
