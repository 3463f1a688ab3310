//! Nothing that is read brings the reader down, and nothing takes long.
#![expect(clippy::unwrap_used, reason = "a world that was read and has no network has failed")]

use proptest::prelude::*;
use rolecall_names::Instant;
use rolecall_world::{FileError, MAX_FILE_BYTES, World};

const EVERYTHING: &str = include_str!("worlds/good/everything/world.toml");
const ANY_POLICY: &str = r#"{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*" }] }"#;

/// Reads `text` as a world whose other files all hold the same policy; only that it comes back counts.
fn read(text: &str) -> Result<World, String> {
    World::read(&|path| Ok(if path == "world.toml" { text.to_owned() } else { ANY_POLICY.to_owned() }))
        .map_err(|problems| problems.to_string())
        .inspect(travelled)
}

/// Every place of a world that could be read leads somewhere, and every hop to a line of the world.
fn travelled(world: &World) {
    let network = world.network().unwrap();
    for place in &world.places {
        let standing = world.standing(&network, place).unwrap();
        for host in ["sts.amazonaws.com", "sts.ap-northeast-1.amazonaws.com", "sts.ap-northeast-1.api.aws", "10.0.1.77"]
        {
            for hop in network.travel(&standing, host, 443, Instant::from_seconds(1_724_920_800)).hops {
                let at = world.position(place, hop.element);
                assert!(at.is_some() || hop.element == rolecall_network::Element::Outside, "{hop:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_is_read_or_told_off(text in ".{0,400}") {
        let _ = read(&text);
    }

    #[test]
    fn a_world_with_a_piece_missing_or_doubled_is_read_or_told_off(
        from in 0..EVERYTHING.len(),
        length in 0usize..80,
        doubled: bool,
    ) {
        let from = EVERYTHING.floor_char_boundary(from);
        let to = EVERYTHING.floor_char_boundary((from + length).min(EVERYTHING.len()));
        let (before, piece, after) = (&EVERYTHING[..from], &EVERYTHING[from..to], &EVERYTHING[to..]);
        let _ = read(&if doubled { [before, piece, piece, after].concat() } else { [before, after].concat() });
    }

    #[test]
    fn a_world_with_two_words_exchanged_is_read_or_told_off(one in 0usize..400, other in 0usize..400) {
        let mut words: Vec<&str> = EVERYTHING.split_inclusive([' ', '\n']).collect();
        let (one, other) = (one % words.len(), other % words.len());
        words.swap(one, other);
        let _ = read(&words.concat());
    }
}

#[test]
fn a_document_that_nests_without_end_is_told_off() {
    for text in ["a = ".to_owned() + &"[".repeat(100_000), "a".to_owned() + &".a".repeat(100_000) + " = 1"] {
        assert!(read(&text).is_err());
    }
}

#[test]
fn more_problems_than_anybody_reads_are_counted() {
    let text = read(&"[[role]]\n".repeat(5_000)).unwrap_err();
    assert_eq!(text.lines().count(), 101);
    assert!(text.ends_with("and 14900 more\n"), "{text}");
}

#[test]
fn a_file_that_is_too_large_is_told_off() {
    let problems = World::read(&|path| match path {
        "world.toml" => {
            Ok("[accounts.a]\nid = \"111111111111\"\n[[role]]\naccount = \"a\"\nname = \"r\"\ntrust = \"t.json\"\n"
                .to_owned())
        }
        _ => Ok(" ".repeat(MAX_FILE_BYTES + 1)),
    })
    .unwrap_err();
    assert_eq!(problems.to_string(), "world.toml:6:9: \"t.json\": it is too large\n");
    let problems = World::read(&|_| Err(FileError::TooLarge)).unwrap_err();
    assert_eq!(problems.to_string(), "world.toml:1:1: it is larger than 33554432 bytes\n");
}

#[test]
fn secrets_are_not_repeated() {
    let text = "[accounts.a]\nid = \"111111111111\"\n[[user]]\naccount = \"a\"\nname = \"u\"\naccess_key = { id = \"AKIAIOSFODNN7EXAMPLE\", secret = \"too short\" }\n";
    assert!(!read(text).unwrap_err().contains("too short"));
    let world = read(&text.replace("too short", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")).unwrap();
    assert!(!format!("{world:?}").contains("wJalrXUtnFEMI"));
}
