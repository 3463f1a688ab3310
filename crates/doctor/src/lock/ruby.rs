//! `Gemfile.lock`, as Bundler writes it.

use super::{Ecosystem, Fault, Found, Malformed, place::offset_in};

/// Reads a `Gemfile.lock`: gems stand four spaces deep under `specs:`, what they ask for six.
pub(super) fn gemfile(text: &str, found: &mut Found) -> Result<(), Fault> {
    let mut specs = false;
    for line in text.lines() {
        let code = line.trim();
        let fault = |what| Fault::new(offset_in(text, code), Malformed::Expected(what));
        let indent = line.len() - line.trim_start().len();
        match indent {
            _ if code.is_empty() => {}
            0 => {
                specs = false;
                if !code.chars().all(|letter| letter.is_ascii_uppercase() || letter == ' ') {
                    return Err(fault("a section, such as GEM or DEPENDENCIES"));
                }
            }
            2 => specs = code == "specs:",
            4 if specs => {
                let bracketed = code.split_once(" (").and_then(|(name, rest)| Some((name, rest.strip_suffix(')')?)));
                let (name, version) =
                    bracketed.ok_or_else(|| fault("a gem with its version, as in aws-sdk-core (3.92.0)"))?;
                // A platform follows a hyphen, which versions of gems do not have.
                let version = version.split('-').next().unwrap_or_default();
                found.pin(Ecosystem::RubyGems, name, version, offset_in(text, version));
            }
            _ => {}
        }
    }
    Ok(())
}
