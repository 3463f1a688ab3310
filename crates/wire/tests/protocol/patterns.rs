//! Patterns matched by hand, against a regular-expression engine that runs AWS's text.

use proptest::prelude::*;
use regex::Regex;
use rolecall_wire::shape::Pattern;
use std::sync::LazyLock;

/// AWS's expressions in the engine's dialect: Java's `\uXXXX`, and `\w` and `\d` that are ASCII.
static ENGINES: LazyLock<Vec<(Pattern, Regex)>> = LazyLock::new(|| {
    let java = Regex::new(r"\\u(10FFFF|10000|[0-9A-F]{4})").unwrap();
    Pattern::ALL
        .iter()
        .map(|pattern| {
            let text = java.replace_all(pattern.text(), r"\x{$1}").replace(r"\w", "A-Za-z0-9_").replace(r"\d", "0-9");
            (*pattern, Regex::new(&format!(r"\A(?:{text})\z")).unwrap())
        })
        .collect()
});

/// What the engine's edition of Unicode has not assigned, ours may have.
static UNASSIGNED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\p{Cn}").unwrap());

fn check(value: &str) {
    if UNASSIGNED.is_match(value) {
        return;
    }
    for (pattern, engine) in ENGINES.iter() {
        assert_eq!(pattern.matches(value), engine.is_match(value), "{pattern:?} on {value:?}");
    }
}

#[test]
fn every_character_is_judged_as_the_expression_judges_it() {
    for c in (0..=0x2_ffff).chain(0xe_0000..=0xe_01ff).chain(0x10_fff0..=0x10_ffff).filter_map(char::from_u32) {
        check(c.encode_utf8(&mut [0; 4]));
    }
}

proptest! {
    #[test]
    fn near_misses_are_judged_as_the_expression_judges_them(
        value in "(v|/|//)?[a-z0-9/.,+@=_ :v\u{7f}\u{85}\u{a0}\u{ff}\u{100}-]{0,8}(/|\\.)?",
    ) {
        check(&value);
    }

    #[test]
    fn any_text_is_judged_as_the_expression_judges_it(value in any::<String>()) {
        check(&value);
    }
}
