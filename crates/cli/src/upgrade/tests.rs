//! Documents of real lock files against the published schema.

use super::*;
use crate::schema::conforms;
use rolecall_doctor::report::{CallChange, Form};
use serde_json::{Value, json};
use std::{fs, path::Path};

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../../docs/schema/upgrade.json")).unwrap()
}

fn only_file(folder: &Path) -> PathBuf {
    fs::read_dir(folder).unwrap().next().unwrap().unwrap().path()
}

#[test]
fn every_document_has_the_published_form() {
    let locks = Path::new(env!("CARGO_MANIFEST_DIR")).join("../doctor/tests/locks");
    let mut moved = 0;
    for case in fs::read_dir(locks).unwrap() {
        let case = case.unwrap().path();
        let pair = [only_file(&case.join("old")), only_file(&case.join("new"))];
        for [old, new] in [pair.clone(), [pair[1].clone(), pair[0].clone()]] {
            let (old, new) = files::pair(&old, &new).unwrap();
            let upgrade = lock::upgrade(old.file(), new.file());
            moved += usize::from(upgrade.fails());
            conforms(&schema(), "upgrade", &serde_json::to_value(&upgrade).unwrap());
        }
    }
    assert!(moved > 10, "{moved}");
}

#[test]
fn calls_of_a_world_decide_and_are_told() {
    let cause = json!({ "code": "source-address-mismatch", "text": "the address is another",
                        "at": { "file": "role-b.trust.json", "line": 9, "column": 20 } });
    let call = |flips| CallChange {
        call: "daily-batch".to_owned(),
        before: "allowed".to_owned(),
        after: if flips { "denied" } else { "allowed" }.to_owned(),
        flips,
        causes: if flips { vec![cause.clone()] } else { Vec::new() },
        fixes: Vec::new(),
    };
    for flips in [false, true] {
        let upgrade = Upgrade { calls: vec![call(flips)], world: true, ..Upgrade::default() };
        assert_eq!(upgrade.fails(), flips);
        conforms(&schema(), "upgrade", &serde_json::to_value(&upgrade).unwrap());
        let told = report::render(Form::Github, &upgrade.report(&|_| None), &upgrade);
        let annotation = "::error file=role-b.trust.json,line=9,col=20,title=call-flips::the call daily-batch was allowed and is denied%0Athe address is another\n";
        assert_eq!(told, if flips { annotation } else { "" });
    }
}
