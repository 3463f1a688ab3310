//! Every explanation of every example, as people read it.
//!
//! `tests/texts/STORY/CALL.txt` holds each; all are written anew when the environment variable `BLESS` is set, and their
//! diff is the review.

use crate::{
    broken::{BROKEN, Broken},
    support::{difference, files, now, world},
};
use rolecall_doctor::{
    Case, Explanation,
    text::{Style, check, explanation},
};
use rolecall_world::World;

const STORIES: [&str; 4] = ["story-1", "story-2", "story-3", "story-4"];

/// Hands every call of every example, explained, to `look`.
fn each(mut look: impl FnMut(&str, &Case<'_>, &Explanation<'_>)) {
    for story in STORIES {
        let world = world(&files(story));
        let case = Case::new(&world, now()).unwrap();
        for call in &world.calls {
            look(story, &case, &case.explain(call, None).unwrap());
        }
    }
}

fn name<'f>(found: &'f Explanation<'_>) -> &'f str {
    &found.run.call.name.value
}

#[test]
fn every_explanation_reads_as_it_was_reviewed() {
    let mut differences = Vec::new();
    each(|story, case, found| {
        let text = explanation(case, found, Style::default());
        differences.extend(difference(&format!("{story}/{}.txt", name(found)), &text));
    });
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn causes_that_no_story_has_read_as_they_were_reviewed() {
    let mut differences = Vec::new();
    for Broken { name, story, call, changes } in BROKEN {
        let mut files = files(story);
        for (file, from, to) in *changes {
            let text = files.entry((*file).to_owned()).or_default();
            assert!(text.contains(from), "{name}: {file} has no {from}");
            *text = text.replacen(from, to, 1);
        }
        let world = world(&files);
        let case = Case::new(&world, now()).unwrap();
        let found = case.explain(world.call(call).unwrap(), None).unwrap();
        let text = explanation(&case, &found, Style::default());
        differences.extend(difference(&format!("broken/{name}.txt"), &text));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn a_check_reads_as_it_was_reviewed() {
    let mut differences = Vec::new();
    for story in STORIES {
        differences
            .extend(difference(&format!("{story}/check.txt"), &checked(&world(&files(story)), Style::default())));
    }
    // The same with nothing as it was expected.
    let mut files = files("story-1");
    let text = files.get_mut("world.toml").unwrap();
    *text = text.replace("\"denied\"", "\"unreachable\"").replace("\"allowed\"", "\"denied\"");
    differences.extend(difference("story-1/check-otherwise.txt", &checked(&world(&files), Style::default())));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn checked(world: &World, style: Style) -> String {
    let case = Case::new(world, now()).unwrap();
    let calls: Vec<_> = world.calls.iter().filter_map(|call| case.check(call).unwrap()).collect();
    check(&case, &calls, style)
}

#[test]
fn lines_fit_a_screen_unless_one_word_does_not() {
    each(|story, case, found| {
        for width in [40, 80, 120] {
            for line in explanation(case, found, Style { colour: false, width }).lines() {
                let diff = line.starts_with("    ") && line.trim_start().starts_with(['+', '-', '@']);
                let context = line.starts_with("     ");
                let words = line.split_whitespace().count();
                let fits = line.chars().count() <= width || diff || context || words <= 2;
                assert!(fits, "{story} {} at {width}: {line}", name(found));
            }
        }
        // A screen without any room still gets every word.
        assert!(explanation(case, found, Style { colour: true, width: 0 }).contains("client:"));
    });
}

#[test]
fn nothing_is_left_at_the_end_of_a_line() {
    each(|story, case, found| {
        for colour in [false, true] {
            let text = explanation(case, found, Style { colour, width: 80 });
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{story} {}", name(found));
            for line in text.lines() {
                assert_eq!(line, line.trim_end(), "{story} {}", name(found));
            }
        }
    });
}

#[test]
fn colour_changes_no_word() {
    each(|story, case, found| {
        let plain = explanation(case, found, Style::default());
        let coloured = explanation(case, found, Style { colour: true, ..Style::default() });
        assert!(!plain.contains('\u{1b}'), "{story} {}", name(found));
        assert!(coloured.contains('\u{1b}'), "{story} {}", name(found));
        assert_eq!(without_colour(&coloured), plain, "{story} {}", name(found));
    });
    let world = world(&files("story-1"));
    let coloured = checked(&world, Style { colour: true, ..Style::default() });
    assert!(coloured.contains('\u{1b}'));
    assert_eq!(without_colour(&coloured), checked(&world, Style::default()));
}

/// The text without its escape codes.
fn without_colour(text: &str) -> String {
    let mut pieces = text.split('\u{1b}');
    let mut out = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let (code, rest) = piece.split_once('m').unwrap();
        assert!(code.starts_with('[') && code[1..].bytes().all(|byte| byte.is_ascii_digit()), "{code}");
        out.push_str(rest);
    }
    out
}

#[test]
fn what_the_examples_show_is_what_comes_out() {
    let mut shown = 0;
    for story in STORIES {
        let files = files(story);
        let world = world(&files);
        let case = Case::new(&world, now()).unwrap();
        let mut texts = vec![checked(&world, Style::default())];
        for call in &world.calls {
            texts.push(explanation(&case, &case.explain(call, None).unwrap(), Style::default()));
        }
        for block in files["README.md"].split("```text\n").skip(1) {
            let block = block.split("```").next().unwrap();
            assert!(texts.iter().any(|text| text.contains(block)), "{story} shows what never comes out:\n{block}");
            shown += 1;
        }
    }
    assert!(shown >= 4, "{shown}");
}
