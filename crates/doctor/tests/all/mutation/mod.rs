//! Worlds that work, in each of which one thing is broken.
//!
//! Every breaking is a function from a whole world to a broken one, with the cause that is to be found, its file and its
//! line. They are put together with every `AssumeRole` of every world; lists of like breakings take turns, so that each is
//! tried in several worlds and no run takes for ever.

mod client;
mod conditions;
mod identity;
mod judge;
mod limits;
mod names;
mod network;
mod patch;
mod regions;
mod scene;
mod session;
mod text;
mod trust;

use crate::support::{Files, files_in, now, world};
use rolecall_doctor::{Case, Code};
use rolecall_world::Expectation;
use scene::{Mutant, scenes};
use std::{collections::BTreeMap, path::PathBuf, thread};

const WORLDS: &[&str] =
    &["closed", "cross-account", "guarded", "organization", "places", "profiles", "regions", "tags", "ways"];

fn base(name: &str) -> Files {
    files_in(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/worlds").join(name))
}

#[test]
fn every_call_of_the_whole_worlds_comes_to_what_is_expected() {
    for name in WORLDS {
        let world = world(&base(name));
        let case = Case::new(&world, now()).unwrap();
        for call in &world.calls {
            let found = case.explain(call, None).unwrap();
            let causes: Vec<_> = found.causes.iter().map(|cause| (cause.code, &cause.text)).collect();
            let expected = call.expect.as_ref().unwrap().value;
            assert_eq!(found.outcome(), expected, "{name} {}: {causes:?}", &*call.name.value);
            assert_eq!(found.causes.is_empty(), expected == Expectation::Allowed);
            assert_eq!(found.fixes.is_empty(), expected == Expectation::Allowed);
        }
    }
}

fn mutants() -> Vec<Mutant> {
    let (mut all, mut turn) = (Vec::new(), 0);
    for name in WORLDS {
        let files = base(name);
        let world = world(&files);
        turn = scenes(name, &files, &world, turn, |scene| {
            trust::mutants(scene, &mut all);
            identity::mutants(scene, &mut all);
            conditions::mutants(scene, &mut all);
            limits::mutants(scene, &mut all);
            session::mutants(scene, &mut all);
            names::mutants(scene, &mut all);
            client::mutants(scene, &mut all);
            regions::mutants(scene, &mut all);
            network::mutants(scene, &mut all);
        });
    }
    all
}

/// Why no world comes to a code.
const OUT_OF_REACH: &[(Code, &str)] = &[(Code::RootCaller, "no world has keys of an account's root user")];

#[test]
fn every_code_is_the_cause_of_several_cases() {
    let mut count: BTreeMap<Code, usize> = BTreeMap::new();
    for mutant in mutants() {
        *count.entry(mutant.code).or_default() += 1;
    }
    for code in Code::ALL {
        let reason = OUT_OF_REACH.iter().find(|(known, _)| known == code);
        let cases = count.get(code).copied().unwrap_or_default();
        assert!((cases >= 2) != reason.is_some(), "{code}: {cases} cases, {reason:?}");
    }
}

#[test]
fn whatever_is_broken_is_found_and_mended() {
    let all = mutants();
    let names: BTreeMap<&str, &Mutant> = all.iter().map(|mutant| (mutant.name.as_str(), mutant)).collect();
    assert_eq!(names.len(), all.len(), "every case has a name of its own");
    assert!(all.len() >= 300, "{}", all.len());

    let threads = thread::available_parallelism().map_or(2, usize::from);
    let failed: Vec<String> = thread::scope(|scope| {
        let judged = |first: usize| {
            let mine = all.iter().skip(first).step_by(threads);
            mine.filter_map(|mutant| judge::judge(mutant).err().map(|error| format!("{}\n    {error}", mutant.name)))
        };
        let running: Vec<_> =
            (0..threads).map(|first| scope.spawn(move || judged(first).collect::<Vec<_>>())).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), all.len(), failed.join("\n"));
}
