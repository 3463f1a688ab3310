//! Tokens of the instance metadata service's sessions.

use base64::{Engine, engine::general_purpose::URL_SAFE};
use rolecall_names::Instant;
use std::{
    collections::HashMap,
    fs::File,
    io::Read,
    sync::{Mutex, PoisonError},
};

/// The longest session, in seconds: six hours (Amazon EC2 User Guide, "Use the Instance Metadata Service").
pub(super) const MAX_TTL: i64 = 21_600;
/// Tokens that are good at once; the one that ends first gives way. A program asks for one and keeps it.
const MOST: usize = 4096;
/// Bytes of chance in a token, which make 56 characters of it as on AWS.
const BYTES: usize = 40;

/// Those that are good, with the instant they end at.
#[derive(Default)]
pub(super) struct Tokens(Mutex<HashMap<String, Instant>>);

impl Tokens {
    /// A new one, good for `ttl` seconds; `None` when there is no chance to be had.
    pub(super) fn issue(&self, now: Instant, ttl: i64) -> Option<String> {
        let mut bytes = [0; BYTES];
        File::open("/dev/urandom").ok()?.read_exact(&mut bytes).ok()?;
        let token = URL_SAFE.encode(bytes);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, ends| now < *ends);
        }
        if all.len() >= MOST
            && let Some(first) = all.iter().min_by_key(|(_, ends)| **ends).map(|(token, _)| token.clone())
        {
            all.remove(&first);
        }
        all.insert(token.clone(), now.plus_seconds(ttl));
        Some(token)
    }

    /// For how many seconds more a token is good; `None` when it is not.
    pub(super) fn left(&self, now: Instant, token: &str) -> Option<i64> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = all.get(token).filter(|ends| now < **ends)?;
        Some(ends.seconds().saturating_sub(now.seconds()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_until_it_ends() {
        let tokens = Tokens::default();
        let begin = Instant::from_seconds(1000);
        let token = tokens.issue(begin, 60).unwrap();
        assert_eq!(token.len(), 56);
        assert_eq!(tokens.left(begin.plus_seconds(59), &token), Some(1));
        assert_eq!(tokens.left(begin.plus_seconds(60), &token), None);
        assert_eq!(tokens.left(begin, "another"), None);
    }

    #[test]
    fn no_more_are_kept_than_may_be() {
        let tokens = Tokens::default();
        let now = Instant::from_seconds(1000);
        let short = tokens.issue(now, 1).unwrap();
        let long: Vec<String> = (0..MOST).map(|_| tokens.issue(now, 100).unwrap()).collect();
        assert_eq!(tokens.left(now, &short), None);
        assert!(long.iter().all(|token| tokens.left(now, token).is_some()));
        assert_eq!(tokens.0.lock().unwrap().len(), MOST);
    }
}
