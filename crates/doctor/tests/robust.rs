//! Nothing that is read brings the reader down, and nothing takes long.
#![expect(clippy::unwrap_used, reason = "a case that cannot be read has failed")]

use proptest::prelude::*;
use rolecall_doctor::lock::{self, Kind, LockError, MAX_LOCK_BYTES};
use std::{fs, path::Path, sync::LazyLock, time::Instant};

const KINDS: [Kind; 16] = [
    Kind::Requirements,
    Kind::PipfileLock,
    Kind::PythonToml,
    Kind::CargoLock,
    Kind::NpmLock,
    Kind::YarnClassic,
    Kind::YarnBerry,
    Kind::PnpmLock,
    Kind::GoMod,
    Kind::GemfileLock,
    Kind::ComposerLock,
    Kind::NuGetLock,
    Kind::GradleLock,
    Kind::Pom,
    Kind::TerraformLock,
    Kind::Dockerfile,
];

/// Every lock file of the tests with its kind.
static FILES: LazyLock<Vec<(Kind, String)>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/locks");
    let mut files = Vec::new();
    for case in fs::read_dir(folder).unwrap() {
        for file in fs::read_dir(case.unwrap().path().join("new")).unwrap() {
            let path = file.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            files.push((Kind::of(path.to_str().unwrap(), &text).unwrap(), text));
        }
    }
    files
});

/// Reads it and holds every place to be one of the text.
fn read(kind: Kind, text: &str) {
    let lines = u32::try_from(text.split('\n').count()).unwrap();
    match lock::read_as(kind, text) {
        Ok(lock) => assert!(lock.pinned.iter().all(|pin| (1..=lines).contains(&pin.line) && pin.column > 0)),
        Err(LockError::Malformed { line, column, .. }) => assert!((1..=lines).contains(&line) && column > 0),
        Err(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_is_read_or_told_off(text in "(?s).{0,200}", kind in 0..KINDS.len()) {
        read(KINDS[kind], &text);
    }

    #[test]
    fn any_text_of_the_letters_that_matter_is_read_or_told_off(
        text in "([a1@/:.=\"'$(){}<>#\\\\\\[\\]&|;,-]|  |\n|FROM |RUN pip install |require |version |provider |- |\\? ){0,60}",
    ) {
        for kind in KINDS {
            read(kind, &text);
        }
    }

    #[test]
    fn a_file_with_a_piece_missing_or_doubled_is_read_or_told_off(
        file: prop::sample::Index,
        from: prop::sample::Index,
        length in 0usize..200,
        doubled: bool,
        cut: bool,
    ) {
        let (kind, text) = file.get(&FILES);
        let from = text.floor_char_boundary(from.index(text.len()));
        let to = text.floor_char_boundary((from + length).min(text.len()));
        let (before, piece, after) = (&text[..from], &text[from..to], &text[to..]);
        read(*kind, &if cut { before.to_owned() } else if doubled { [before, piece, piece, after].concat() } else { [before, after].concat() });
    }

    #[test]
    fn a_file_taken_for_another_kind_is_read_or_told_off(file: prop::sample::Index, kind in 0..KINDS.len()) {
        read(KINDS[kind], &file.get(&FILES).1);
    }
}

#[test]
fn what_nests_or_repeats_without_end_is_over_soon() {
    let many = 200_000;
    let texts = [
        "[".repeat(many),
        "{\"dependencies\":{\"a\":".repeat(many),
        "- ".repeat(many),
        "? ".repeat(many),
        "<dependency>".repeat(many),
        "<project>".to_owned() + &"<a>".repeat(many),
        "a: &a [*a, *a]\n".repeat(many / 4),
        "ARG A=$A$A\n".repeat(many / 8),
        "ARG A=x\n".to_owned() + &"ARG A=${A}${A}\n".repeat(1000),
        "RUN <<A\n".repeat(many / 8),
        "RUN pip install ".to_owned() + &"a==1 ".repeat(many),
        "\"".repeat(many),
        "\\\n".repeat(many),
        "a==1\n".repeat(many),
    ];
    for text in &texts {
        for kind in KINDS {
            #[expect(clippy::disallowed_methods, reason = "a test may look at the clock")]
            let started = Instant::now();
            read(kind, text);
            let took = started.elapsed().as_secs();
            assert!(took < 20, "{kind:?} took {took} s for {}…", &text[..20]);
        }
    }
}

#[test]
fn a_long_line_of_many_pins_is_counted_once() {
    let packages: Vec<String> =
        (0..100_000).map(|n| format!("\"node_modules/p{n}\":{{\"version\":\"1.0.{n}\"}}")).collect();
    let text = format!("{{\"packages\":{{{}}}}}", packages.join(","));
    let lock = lock::read("package-lock.json", &text).unwrap();
    assert_eq!(lock.pinned.len(), 100_000);
    let last = lock.pinned.last().unwrap();
    assert_eq!((last.line, &*last.version), (1, "1.0.99999"));
}

#[test]
fn what_is_too_much_is_told_off() {
    assert_eq!(lock::read("go.mod", &" ".repeat(MAX_LOCK_BYTES + 1)), Err(LockError::TooLarge));
    let pins = "a==1\n".repeat(lock::MAX_PINS + 1);
    assert_eq!(lock::read("requirements.txt", &pins), Err(LockError::TooMany));
}
