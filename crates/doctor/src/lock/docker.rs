//! Dockerfiles: images, and what their commands install.
//!
//! Source: Dockerfile reference, "Format", "FROM", "ARG", "Here-documents".

use super::{
    Ecosystem, Fault, Found, Malformed, OpenKind,
    place::offset_in,
    python,
    words::{self, Word},
};
use std::collections::HashMap;

const INSTRUCTIONS: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// How an archive of the AWS CLI is called, before its version.
///
/// Source: AWS CLI User Guide, "Installing past releases of the AWS CLI version 2".
const ARCHIVES: [&str; 4] = ["awscli-exe-linux-x86_64-", "awscli-exe-linux-aarch64-", "AWSCLIV2-", "awscli-bundle-"];

/// A piece of text with its offset in the file: a word, or what a variable in it stands for.
#[derive(Debug, Clone)]
struct Piece {
    text: String,
    offset: usize,
}

/// What the file has said so far.
#[derive(Debug, Default)]
struct State {
    variables: HashMap<String, Piece>,
    stages: Vec<String>,
}

/// Reads a Dockerfile: tags of images, and packages that its commands install in one version.
pub(super) fn file(text: &str, found: &mut Found) -> Result<(), Fault> {
    let joined = joined(text);
    let mut state = State::default();
    let mut lines = joined.lines();
    while let Some(line) = lines.next() {
        let code = line.trim();
        if code.is_empty() {
            continue;
        }
        let offset = offset_in(&joined, code);
        let (verb, rest) = code.split_once(char::is_whitespace).unwrap_or((code, ""));
        let verb = verb.to_ascii_uppercase();
        if !INSTRUCTIONS.contains(&&*verb) {
            return Err(Fault::new(offset, Malformed::Expected("an instruction, such as FROM or RUN")));
        }
        let rest = rest.trim_start();
        state.instruction(&verb, rest, offset_in(&joined, rest), found);
        // What follows up to the mark is a script, or the text of a file.
        if let Some(mark) = here_document(rest).filter(|_| matches!(&*verb, "RUN" | "COPY" | "ADD")) {
            for line in lines.by_ref().take_while(|line| line.trim() != mark) {
                if verb == "RUN" {
                    state.run(line, offset_in(&joined, line), found);
                }
            }
        }
    }
    Ok(())
}

/// The same text, of the same length, in which instructions that go on behind a backslash are one line; comments are blank.
fn joined(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut start = 0;
    let mut goes_on = false;
    for line in text.split_inclusive('\n') {
        let ended = line.trim_end();
        let comment = ended.trim_start().starts_with('#');
        let from = if comment { 0 } else { ended.len() - usize::from(ended.ends_with('\\')) };
        // Within an instruction a comment or an empty line does not end it.
        let blank = if comment { goes_on } else { ended.ends_with('\\') || (goes_on && ended.is_empty()) };
        let to = if blank { line.len() } else { ended.len() };
        if let Some(range) = bytes.get_mut(start + from..start + to) {
            range.fill(b' ');
        }
        goes_on = blank;
        start += line.len();
    }
    // Only whole lines and ASCII letters were made blank.
    String::from_utf8(bytes).unwrap_or_default()
}

/// The word behind `<<` that ends a here-document.
fn here_document(code: &str) -> Option<&str> {
    let (_, behind) = code.split_once("<<")?;
    let behind = behind.strip_prefix('-').unwrap_or(behind).trim_start_matches(['"', '\'']);
    let length = behind.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(behind.len());
    behind.get(..length).filter(|mark| !mark.is_empty())
}

impl State {
    fn instruction(&mut self, verb: &str, rest: &str, offset: usize, found: &mut Found) {
        match verb {
            "FROM" => self.from(rest, offset, found),
            "ARG" | "ENV" => self.assign(rest, offset, found),
            "RUN" => self.run(rest, offset, found),
            "ADD" | "COPY" => {
                for word in words::commands(rest).iter().flatten() {
                    let piece = self.piece(word, offset);
                    match piece.text.strip_prefix("--from=") {
                        Some(image) => self.image(&Piece { text: image.to_owned(), ..shifted(&piece, image) }, found),
                        None => archive(&piece, found),
                    }
                }
            }
            "ONBUILD" => {
                let (verb, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
                let behind = behind.trim_start();
                // Docker forbids one ONBUILD within another; it is no reason to go deeper here.
                if !verb.eq_ignore_ascii_case("ONBUILD") {
                    self.instruction(&verb.to_ascii_uppercase(), behind, offset + offset_in(rest, behind), found);
                }
            }
            _ => {}
        }
    }

    fn from(&mut self, rest: &str, offset: usize, found: &mut Found) {
        let commands = words::commands(rest);
        let mut words = commands.iter().flatten().filter(|word| !word.text.starts_with("--"));
        if let Some(image) = words.next() {
            self.image(&self.piece(image, offset), found);
        }
        if words.next().is_some_and(|word| word.text.eq_ignore_ascii_case("AS")) {
            self.stages.extend(words.next().map(|name| name.text.to_owned()));
        }
    }

    /// An image's tag is its version; a digest alone does not tell one.
    fn image(&self, image: &Piece, found: &mut Found) {
        let text = image.text.split('@').next().unwrap_or_default();
        if text.is_empty() || self.stages.iter().any(|stage| stage == text) {
            return;
        }
        // A colon before a slash is that of the registry's port.
        let tag = text.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'));
        let (name, tag) = tag.map_or((text, ""), |(name, tag)| (name, tag));
        let name = name.strip_prefix("docker.io/").unwrap_or(name);
        if tag.starts_with(|first: char| first.is_ascii_digit()) {
            found.pin(Ecosystem::Image, name, tag, shifted(image, tag).offset);
        } else {
            let (name, range) = (name.to_owned(), tag.to_owned());
            found.open(OpenKind::Loose { ecosystem: Ecosystem::Image, name, range }, image.offset);
        }
    }

    /// `ARG NAME=value`, `ENV A=1 B=2` and the older `ENV NAME value`.
    fn assign(&mut self, rest: &str, offset: usize, found: &mut Found) {
        let commands = words::commands(rest);
        let words: Vec<&Word<'_>> = commands.iter().flatten().collect();
        if let [name, value] = *words
            && !name.text.contains('=')
        {
            let value = self.piece(value, offset);
            self.variables.insert(name.text.to_owned(), value);
            return;
        }
        for word in words {
            let Some((name, value)) = word.text.split_once('=') else { continue };
            let value = value.trim_matches(['"', '\'']);
            let value = Word { text: value, offset: word.offset + offset_in(word.text, value) };
            let piece = self.piece(&value, offset);
            archive(&piece, found);
            self.variables.insert(name.to_owned(), piece);
        }
    }

    fn run(&mut self, rest: &str, offset: usize, found: &mut Found) {
        // The form ["pip", "install", …] has a word where the other has white space.
        let listed = rest.starts_with('[');
        let rest = if listed { rest.replace(['[', ']', ','], " ") } else { rest.to_owned() };
        for command in words::commands(&rest) {
            let pieces: Vec<Piece> = command.iter().map(|word| self.piece(word, offset)).collect();
            install(&pieces, found);
            for piece in &pieces {
                archive(piece, found);
            }
        }
    }

    /// A word with its variables put in. Where it consists of text and a variable, the place is the variable's value's.
    fn piece(&self, word: &Word<'_>, offset: usize) -> Piece {
        let mut piece = Piece { text: String::new(), offset: offset + word.offset };
        let mut rest = word.text;
        while let Some((before, behind)) = rest.split_once('$') {
            piece.text.push_str(before);
            let (name, default, length) = variable(behind);
            match self.variables.get(name).filter(|_| !name.is_empty()) {
                Some(value) => {
                    // Offsets run backwards from the value, so that those of what comes behind it are right.
                    piece.offset = value.offset.saturating_sub(piece.text.len());
                    piece.text.push_str(&value.text);
                }
                None if !default.is_empty() => piece.text.push_str(default),
                None => {
                    piece.text.push('$');
                    piece.text.push_str(behind.get(..length).unwrap_or_default());
                }
            }
            rest = behind.get(length..).unwrap_or_default();
        }
        piece.text.push_str(rest);
        // A value that names itself twice over would double with every line.
        piece.text.truncate(piece.text.floor_char_boundary(4096));
        piece
    }
}

/// The variable's name behind `$`, its default, and how many bytes that takes: `NAME`, `{NAME}`, `{NAME:-default}`.
fn variable(behind: &str) -> (&str, &str, usize) {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let Some(inner) = behind.strip_prefix('{') else {
        let length = behind.find(|letter| !is_name(letter)).unwrap_or(behind.len());
        return (behind.get(..length).unwrap_or_default(), "", length);
    };
    let Some((inner, _)) = inner.split_once('}') else { return ("", "", 0) };
    let name_end = inner.find(|letter| !is_name(letter)).unwrap_or(inner.len());
    let (name, rest) = inner.split_at(name_end);
    (name, rest.strip_prefix(":-").unwrap_or_default(), inner.len() + 2)
}

/// `part`, a piece of `piece`, with its own offset.
fn shifted(piece: &Piece, part: &str) -> Piece {
    Piece { text: part.to_owned(), offset: piece.offset + offset_in(&piece.text, part) }
}

/// What a command installs, if it installs something.
fn install(words: &[Piece], found: &mut Found) {
    let program = |word: &&Piece| word.text.rsplit('/').next().unwrap_or_default().to_owned();
    let Some(verb) = words.iter().position(|word| matches!(&*word.text, "install" | "add" | "i")) else { return };
    let (before, after) = words.split_at(verb);
    let by = |names: &[&str]| before.iter().any(|word| names.contains(&&*program(&word)));
    let mut after = after.iter().skip(1);
    if by(&["pip", "pip3", "pipx", "uv"]) {
        while let Some(word) = after.next() {
            if matches!(&*word.text, "-r" | "--requirement" | "-c" | "--constraint") {
                found.open(
                    OpenKind::Include(after.next().map_or_else(String::new, |file| file.text.clone())),
                    word.offset,
                );
            } else if word.text.starts_with('-') {
                // The options that take a word of their own.
                if matches!(&*word.text, "-i" | "--index-url" | "--extra-index-url" | "-t" | "--target" | "--prefix") {
                    after.next();
                }
            } else if let Some(read) = python::requirement(&word.text).filter(|_| !word.text.contains('/')) {
                read.note(word.offset, found);
            }
        }
    } else if by(&["npm", "yarn", "pnpm"]) {
        for word in after {
            let at = word.text.rfind('@').filter(|at| *at > 0);
            let Some((name, version)) = at.and_then(|at| Some((word.text.get(..at)?, word.text.get(at + 1..)?))) else {
                continue;
            };
            if version.starts_with(|first: char| first.is_ascii_digit()) {
                found.pin(Ecosystem::Npm, name, version, shifted(word, version).offset);
            }
        }
    } else if by(&["apk"]) {
        for word in after.filter(|word| !word.text.starts_with('-')) {
            let Some((name, version)) = word.text.split_once('=') else { continue };
            // Alpine's own revision of a package follows `-r`.
            let version = version.split("-r").next().unwrap_or_default();
            if version.starts_with(|first: char| first.is_ascii_digit()) {
                found.pin(Ecosystem::Apk, name, version, shifted(word, version).offset);
            }
        }
    }
}

/// Notes the AWS CLI's own archive, wherever its name stands.
fn archive(word: &Piece, found: &mut Found) {
    for prefix in ARCHIVES {
        let Some((_, behind)) = word.text.split_once(prefix) else { continue };
        let length = behind.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(behind.len());
        let version = behind.get(..length).unwrap_or_default().trim_end_matches('.');
        if version.starts_with(|first: char| first.is_ascii_digit()) {
            found.pin(Ecosystem::Download, "awscli", version, shifted(word, version).offset);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_that_goes_on_is_one_line_and_comments_are_none() {
        let text = "RUN a \\\n  # ö comment\n\n  b\n# c\nFROM d\n";
        let joined = joined(text);
        assert_eq!(joined.len(), text.len());
        let lines: Vec<Vec<&str>> = joined.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines, [vec!["RUN", "a", "b"], vec![], vec!["FROM", "d"]]);
    }

    #[test]
    fn variables_are_found_in_all_three_forms() {
        for (behind, name, default, length) in
            [("A-1", "A", "", 1), ("{A}b", "A", "", 3), ("{A:-2.0}", "A", "2.0", 8), ("{A", "", "", 0), ("", "", "", 0)]
        {
            assert_eq!(variable(behind), (name, default, length), "{behind}");
        }
    }
}
