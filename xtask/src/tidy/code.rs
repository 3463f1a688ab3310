//! Rules about what code does: nothing unfinished, nothing unsafe, nothing impure below the server.

use super::{Finding, source::Source, source::is_word};
use crate::layers::Table;

/// The only crate that may hold `unsafe`: namespaces are entered by system calls.
const UNSAFE_CRATE: &str = "lab";

const UNFINISHED: [(&str, &str); 4] = [
    ("#[ignore", "a test that is left out tests nothing: mend it or take it away"),
    ("todo!", "unfinished"),
    ("unimplemented!", "unfinished"),
    ("dbg!", "left over from a search"),
];

const IMPURE: [(&str, &str); 18] = [
    ("SystemTime::now", "time is an argument"),
    ("Instant::now", "time is an argument"),
    ("Timestamp::now", "time is an argument"),
    ("Zoned::now", "time is an argument"),
    ("std::env", "only the command line reads the environment"),
    ("std::fs", "files are read above"),
    ("std::process", "a library starts and ends no process"),
    ("std::thread", "threads belong to the server"),
    ("TcpStream", "sockets belong to the server"),
    ("UdpSocket", "sockets belong to the server"),
    ("ToSocketAddrs", "sockets belong to the server"),
    ("rand::", "entropy is an argument"),
    ("getrandom", "entropy is an argument"),
    ("println!", "a library does not print"),
    ("print!", "a library does not print"),
    ("eprintln!", "a library does not print"),
    ("eprint!", "a library does not print"),
    ("tracing::", "logging belongs to the server"),
];

/// Nothing unfinished is committed, not in tests either.
pub(super) fn unfinished(source: &Source) -> Vec<Finding> {
    find(&source.code, &UNFINISHED, &source.path)
}

/// `unsafe` stays in one crate.
pub(super) fn unsafe_code(source: &Source) -> Vec<Finding> {
    if source.crate_folder() == Some(UNSAFE_CRATE) {
        return Vec::new();
    }
    find(&source.code, &[("unsafe", "unsafe code belongs to the lab alone")], &source.path)
}

/// Pure crates take time and entropy as arguments and touch nothing outside; their tests may.
pub(super) fn impure(source: &Source, table: &Table) -> Vec<Finding> {
    let pure = source.crate_folder().is_some_and(|folder| {
        table.pure.packages.iter().any(|package| package.strip_prefix("rolecall-") == Some(folder))
    });
    if pure && source.is_shipped() { find(&source.shipped, &IMPURE, &source.path) } else { Vec::new() }
}

/// Each place where one of `banned` stands as a word of its own.
fn find(code: &str, banned: &[(&str, &str)], path: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(code.lines()) {
        for (word, why) in banned {
            let stands = line.match_indices(word).any(|(start, _)| {
                let before = line.get(..start).and_then(|head| head.chars().next_back());
                let after = line.get(start + word.len()..).and_then(|tail| tail.chars().next());
                let ends = !word.ends_with(is_word) || !after.is_some_and(is_word);
                !(word.starts_with(is_word) && before.is_some_and(is_word)) && ends
            });
            if stands {
                findings.push(Finding::new(path, number, format!("`{word}`: {why}")));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(findings: &[Finding]) -> Vec<usize> {
        findings.iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn unfinished_code_is_found_in_tests_as_well() {
        let text = "fn a() { todo!() }\n// todo!\n#[cfg(test)]\nmod tests {\n#[ignore = \"slow\"]\nfn b() { dbg!(1); }\n}\nunimplemented!();";
        assert_eq!(lines(&unfinished(&Source::new("crates/names/src/a.rs", text))), [1, 5, 6, 8]);
    }

    #[test]
    fn unsafe_is_the_labs_alone() {
        let text = "#![forbid(unsafe_code)]\nunsafe { f() }";
        assert_eq!(lines(&unsafe_code(&Source::new("crates/names/src/a.rs", text))), [2]);
        assert_eq!(unsafe_code(&Source::new("crates/lab/src/a.rs", text)), []);
    }

    #[test]
    fn a_pure_crate_reads_no_clock_and_its_tests_may() {
        let table: Table = toml::from_str(
            "layers = {}\ntools = { names = [] }\npure = { packages = ['rolecall-names'], must_not_reach = [] }",
        )
        .unwrap();
        let text = "let a = std::time::Instant::now();\nlet b = operand::c();\n#[cfg(test)]\nmod tests { fn t() { println!() } }";
        assert_eq!(lines(&impure(&Source::new("crates/names/src/a.rs", text), &table)), [1]);
        assert_eq!(impure(&Source::new("crates/server/src/a.rs", text), &table), []);
        assert_eq!(impure(&Source::new("crates/names/tests/a.rs", text), &table), []);
    }
}
