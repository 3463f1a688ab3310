//! The operators that compare text and so may hold variables: String…, Arn…, Bool.

use crate::condition::{Found, Test};
use crate::document::{Pattern, Value};
use crate::pattern::template::{Wildcards, expand};
use crate::pattern::{Fit, STAR, arn, glob};
use crate::{Context, Document};

/// Whether one of `values` matches `held`.
pub(super) fn find(document: &Document, test: Test, values: &[Value], held: &str, context: &Context<'_>) -> Found {
    let (mut found, mut beyond) = (Found::NoMatch, false);
    for value in values {
        let text = document.resolve(value.text);
        let fit = match value.pattern {
            Pattern::Any => Fit::Yes,
            Pattern::Exact => equal(test, text.as_bytes(), held.as_bytes()).into(),
            Pattern::Glob => glob::matches(text, held.as_bytes()),
            Pattern::Arn => arn::matches(text, held.as_bytes()),
            Pattern::Template => match filled(test, text, held, context) {
                Some(fit) => fit,
                None => {
                    found = Found::Unresolved;
                    Fit::No
                }
            },
            Pattern::Net(_) | Pattern::Never => Fit::No,
        };
        match fit {
            Fit::Yes => return Found::Match,
            Fit::No => {}
            Fit::Beyond => beyond = true,
        }
    }
    if beyond { Found::Beyond } else { found }
}

fn equal(test: Test, wanted: &[u8], held: &[u8]) -> bool {
    match test {
        Test::StringEqualsIgnoreCase => same_letters(wanted, held),
        Test::Bool => truth(wanted).is_some_and(|wanted| truth(held) == Some(wanted)),
        _ => wanted == held,
    }
}

/// `None` when a variable cannot be filled.
fn filled(test: Test, text: &str, held: &str, context: &Context<'_>) -> Option<Fit> {
    Some(match test {
        Test::StringLike => glob::matches_expanded(&expand(text, context, Wildcards::Expand)?, held.as_bytes()),
        Test::Arn => {
            let pattern = expand(text, context, Wildcards::Expand)?;
            let whole = pattern.splitn(6, |byte| *byte == b':').count() == 6 || *pattern == [STAR];
            if whole { arn::matches_expanded(&pattern, held.as_bytes()) } else { Fit::No }
        }
        _ => equal(test, &expand(text, context, Wildcards::Literal)?, held.as_bytes()).into(),
    })
}

/// Upper and lower case are one, in every script: text that is not ASCII is folded character by character.
fn same_letters(left: &[u8], right: &[u8]) -> bool {
    if left.is_ascii() || right.is_ascii() {
        return left.eq_ignore_ascii_case(right);
    }
    match (str::from_utf8(left), str::from_utf8(right)) {
        (Ok(left), Ok(right)) => {
            left.chars().flat_map(char::to_lowercase).eq(right.chars().flat_map(char::to_lowercase))
        }
        _ => false,
    }
}

fn truth(text: &[u8]) -> Option<bool> {
    if text.eq_ignore_ascii_case(b"true") {
        Some(true)
    } else if text.eq_ignore_ascii_case(b"false") {
        Some(false)
    } else {
        None
    }
}
