//! Words of a shell command, each with its place: as much of the shell as pins in Dockerfiles ask for.

use super::place::offset_in;

/// A word, or one of `&&`, `||`, `;`, `|` and `&`, which end a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'t> {
    /// Without quotation marks around it.
    pub(super) text: &'t str,
    pub(super) offset: usize,
}

/// The commands of a line, each as its words.
pub(super) fn commands(line: &str) -> Vec<Vec<Word<'_>>> {
    let mut commands = vec![Vec::new()];
    let blank = |letter: char| letter.is_whitespace() && letter != '\n';
    let mut rest = line.trim_start_matches(blank);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            ';' | '&' | '|' | '(' | ')' | '\n' => {
                commands.push(Vec::new());
                first.len_utf8()
            }
            _ => {
                let length = word_length(rest);
                let word = rest.get(..length).unwrap_or_default();
                let text = unquoted(word);
                if let Some(command) = commands.last_mut() {
                    command.push(Word { text, offset: offset_in(line, text) });
                }
                length
            }
        };
        rest = rest.get(length..).unwrap_or_default().trim_start_matches(blank);
    }
    commands.retain(|command| !command.is_empty());
    commands
}

/// Bytes up to the end of the first word, quotation marks binding what is between them.
fn word_length(text: &str) -> usize {
    let mut quote = None;
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            // `$(…)` and `${…}` belong to the word they stand in.
            (None, '{') => depth += 1,
            (None, '}') => depth = depth.saturating_sub(1),
            (None, ';' | '&' | '|' | '(' | ')') if depth == 0 => return at,
            (None, _) if letter.is_whitespace() => return at,
            (None, _) => {}
        }
    }
    text.len()
}

fn unquoted(word: &str) -> &str {
    let inner = |mark: char| word.strip_prefix(mark)?.strip_suffix(mark).filter(|inner| !inner.contains(mark));
    inner('"').or_else(|| inner('\'')).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_apart_and_words_lose_their_quotation_marks() {
        let line = "pip install 'boto3==1.40; python_version < \"4\"' -q&& echo \"a b\"c ; x ${A:-b;c}";
        let read: Vec<Vec<&str>> =
            commands(line).into_iter().map(|words| words.into_iter().map(|word| word.text).collect()).collect();
        assert_eq!(
            read,
            [
                vec!["pip", "install", "boto3==1.40; python_version < \"4\"", "-q"],
                vec!["echo", "\"a b\"c"],
                vec!["x", "${A:-b;c}"]
            ]
        );
        for word in commands(line).iter().flatten() {
            assert!(line[word.offset..].starts_with(word.text));
        }
    }

    #[test]
    fn what_is_left_open_ends_with_the_line() {
        assert_eq!(commands("a 'b c").concat().len(), 2);
        assert_eq!(commands(" ;; && ").len(), 0);
        assert_eq!(commands("\u{b}a\u{b}b\u{2003}\nc\u{b}").len(), 2);
    }
}
