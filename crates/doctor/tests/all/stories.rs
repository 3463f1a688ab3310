//! The four stories come out as they were told.

use crate::support::{files, now, world};
use rolecall_doctor::{Case, Code};

#[test]
fn every_call_of_every_story_comes_to_what_is_expected_of_it() {
    let mut count = 0;
    for story in ["story-1", "story-2", "story-3", "story-4"] {
        let world = world(&files(story));
        let case = Case::new(&world, now()).unwrap();
        for call in &world.calls {
            let run = case.run(call, None).unwrap();
            let expected = call.expect.as_ref().unwrap().value;
            assert_eq!(
                run.outcome(),
                expected,
                "{story} {}: {:?}",
                &*call.name.value,
                run.last().map(|hop| &hop.ended)
            );
            count += 1;
        }
    }
    assert!(count >= 20, "{count}");
}

#[test]
fn story_1_has_its_four_fixes() {
    let world = world(&files("story-1"));
    let case = Case::new(&world, now()).unwrap();
    let found = case.explain(world.call("daily-batch").unwrap(), None).unwrap();
    for cause in &found.causes {
        println!("{}: {} at {:?}", cause.code, cause.text, cause.at.map(|at| world.files.locate(at).to_string()));
    }
    for fix in &found.fixes {
        println!(
            "{} {} rec={} widens={:?} also={:?}\n{}\n{}",
            fix.id, fix.actor.name, fix.recommended, fix.widens, fix.also_changes, fix.text, fix.diff
        );
    }
    let ids: Vec<&str> = found.fixes.iter().map(|fix| fix.id).collect();
    for id in ["source-vpce", "source-vpce-beside", "global-endpoint-in-code", "legacy-setting", "private-dns-off"] {
        assert!(ids.contains(&id), "{id} is not among {ids:?}");
    }
}

#[test]
fn a_slip_in_a_configuration_file_is_told_at_its_place_and_mended() {
    let mut files = files("story-4");
    let config = files.get_mut("aws/config-named").unwrap();
    *config = config.replacen("role_arn =", "role_arnn =", 1);
    let world = world(&files);
    let case = Case::new(&world, now()).unwrap();
    let found = case.explain(world.call("userid-with-a-name").unwrap(), None).unwrap();
    let first = found.causes.first().unwrap();
    assert_eq!(first.code, Code::ClientConfiguration);
    assert!(first.text.contains("did you mean role_arn?"), "{}", first.text);
    assert_eq!(world.files.locate(first.at.unwrap()).to_string(), "aws/config-named:5:1");
    let fix = found.fixes.first().unwrap();
    assert!(fix.recommended && fix.diff.contains("\n+role_arn = "), "{}", fix.diff);
}
