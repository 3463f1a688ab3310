//! Secrets in lines of others' files: a text is pasted where others read it.

use std::borrow::Cow;

/// How the names of what holds a secret end: an access key's, a device's seed, and what files and environments call them.
const NAMES: [&str; 5] = ["secret", "seed", "secret_access_key", "secretaccesskey", "session_token"];

/// `line` with a star for every byte of a secret in it, so that everything stays where it was.
pub(super) fn without_secrets(line: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(line);
    for (equals, _) in line.match_indices(['=', ':']) {
        let name = line.get(..equals).unwrap_or_default().trim_end().trim_end_matches('"');
        let name = name.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if !NAMES.iter().any(|known| name.ends_with(known)) {
            continue;
        }
        let value = line.get(equals + 1..).unwrap_or_default();
        let bare = value.trim_start().trim_start_matches(['"', '\'']);
        let length = bare.find(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | ',' | '}'));
        let start = line.len() - bare.len();
        let end = start + length.unwrap_or(bare.len());
        if end > start {
            out.to_mut().replace_range(start..end, &"*".repeat(end - start));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_stars_and_nothing_else_is() {
        for (line, expected) in [
            (
                "access_key = { id = \"AKIA\", secret = \"abc/+\" }",
                "access_key = { id = \"AKIA\", secret = \"*****\" }",
            ),
            ("mfa = { serial = \"arn:aws:x\", seed='JB' }", "mfa = { serial = \"arn:aws:x\", seed='**' }"),
            ("aws_secret_access_key = a=b", "aws_secret_access_key = ***"),
            ("+env = { AWS_SESSION_TOKEN = \"t\", X = \"y\" }", "+env = { AWS_SESSION_TOKEN = \"*\", X = \"y\" }"),
            ("\"SecretAccessKey\": \"a\"", "\"SecretAccessKey\": \"*\""),
            ("aws_session_token =", "aws_session_token ="),
            ("region = \"eu-west-1\"", "region = \"eu-west-1\""),
        ] {
            assert_eq!(without_secrets(line), expected);
        }
    }
}
