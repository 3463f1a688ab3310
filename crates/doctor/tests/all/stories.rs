//! The four stories come out as they were told.

use crate::support::{Files, files, now, world};
use rolecall_doctor::{Case, Code, Fix};
use rolecall_world::Expectation;

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

fn fixes(files: &Files, call: &str) -> Vec<Fix> {
    let world = world(files);
    let case = Case::new(&world, now()).unwrap();
    case.explain(world.call(call).unwrap(), None).unwrap().fixes
}

fn fix<'f>(fixes: &'f [Fix], id: &str) -> &'f Fix {
    let ids: Vec<_> = fixes.iter().map(|fix| fix.id).collect();
    fixes.iter().find(|fix| fix.id == id).unwrap_or_else(|| panic!("{id} is not among {ids:?}"))
}

fn changes(fix: &Fix) -> Vec<(&str, Expectation, Expectation)> {
    fix.also_changes.iter().map(|effect| (&*effect.call, effect.before, effect.after)).collect()
}

const ALLOWED: Expectation = Expectation::Allowed;
const DENIED: Expectation = Expectation::Denied;
const UNREACHABLE: Expectation = Expectation::Unreachable;

#[test]
fn story_1_has_its_four_fixes() {
    let found = fixes(&files("story-1"), "daily-batch");
    // The trust policy is another company's: the whole document is handed over.
    let instead = fix(&found, "source-vpce");
    assert!(!instead.actor.own && instead.actor.name == "b" && instead.widens.is_none());
    let document: serde_json::Value = serde_json::from_str(&instead.files["role-b.trust.json"]).unwrap();
    let condition = &document["Statement"][0]["Condition"];
    assert_eq!(condition, &serde_json::json!({ "StringEquals": { "aws:SourceVpce": "vpce-0sts" } }));
    assert_eq!(changes(instead), [("daily-batch-before", ALLOWED, DENIED), ("by-hand", ALLOWED, DENIED)]);
    // Beside the address it keeps in who comes from there, and so it is the one to take.
    let beside = fix(&found, "source-vpce-beside");
    assert!(beside.recommended && beside.also_changes.is_empty() && beside.id == found[0].id);

    let in_code = fix(&found, "global-endpoint-in-code");
    assert!(in_code.actor.own && in_code.also_changes.is_empty() && in_code.text.contains("us-east-1"));
    assert!(in_code.diff.contains("+region = \"aws-global\""), "{}", in_code.diff);
    let setting = fix(&found, "legacy-setting");
    assert!(setting.actor.own && setting.text.contains("Every client that reads the same environment"));
    let network = fix(&found, "private-dns-off");
    assert!(network.actor.own && network.text.contains("everything in vpc-batch"));
    assert_eq!(found.iter().filter(|fix| fix.recommended).count(), 1);
    assert!(found.iter().all(|fix| fix.proven));
}

/// Story 1 with the batch in a place of another kind, run by one version of boto3 that nobody tells a Region.
fn batch_in(kind: &str, boto3: &str) -> Expectation {
    let mut files = files("story-1");
    let text = files.get_mut("world.toml").unwrap();
    *text = text
        .replace("kind = \"ecs-task\"", &format!("kind = \"{kind}\""))
        .replace("client = \"boto3==1.40.0\"\nregion = \"ap-northeast-1\"", &format!("client = \"boto3=={boto3}\""));
    let world = world(&files);
    let case = Case::new(&world, now()).unwrap();
    case.run(world.call("daily-batch").unwrap(), None).unwrap().outcome()
}

#[test]
fn story_1_in_a_pod_begins_with_its_first_version() {
    // ECS tells the Region alone: the version decides on the endpoint.
    assert_eq!(batch_in("ecs-task", "1.39.17"), ALLOWED);
    assert_eq!(batch_in("ecs-task", "1.40.0"), DENIED);
    // EKS sets the mode, too.
    assert_eq!(batch_in("eks-pod", "1.39.17"), DENIED);
    assert_eq!(batch_in("eks-pod", "1.29.0"), DENIED);
    // What does not know the token's file has nothing to sign with.
    assert_eq!(batch_in("eks-pod", "1.28.85"), Expectation::Rejected);
    assert_eq!(batch_in("ecs-task", "1.28.85"), ALLOWED);
}

#[test]
fn story_2_has_both_its_fixes_and_their_side_effect() {
    let found = fixes(&files("story-2"), "use-sts-role");
    let url = fix(&found, "regional-endpoint-url");
    assert!(
        url.actor.own
            && url.diff.contains("https://sts.ap-northeast-1.amazonaws.com")
            && url.text.contains("one client")
    );
    let setting = fix(&found, "regional-setting");
    assert!(setting.actor.own && setting.diff.contains("AWS_STS_REGIONAL_ENDPOINTS"));
    assert!(setting.text.contains("Every other AWS SDK"), "{}", setting.text);
    assert!(url.recommended || setting.recommended);
}

/// Story 3, with a call of somebody outside of AWS beside the others, and Tokyo cut off from everybody.
fn cut_off() -> Files {
    let mut files = files("story-3");
    let text = files.get_mut("world.toml").unwrap();
    text.push_str(
        r#"
[[user]]
account = "main"
name = "traveller"
policies = ["worker.assume-target.json"]
access_key = { id = "AKIATRAVELLERTRAVEL0", secret = "AnybodyMayReadThisSecretItOpensNothing00" }

[[place]]
name = "laptop"
kind = "internet"
public_ip = "198.51.100.99"

[[outage]]
name = "tokyo"
from = ["ap-northeast-1"]
to = "ap-northeast-1"
start = "2024-08-29T01:32:00-07:00"
end = "2024-08-29T02:58:00-07:00"

[[call]]
name = "outside"
place = "laptop"
client = "boto3==1.40.0"
region = "ap-northeast-1"
env = { AWS_ACCESS_KEY_ID = "AKIATRAVELLERTRAVEL0", AWS_SECRET_ACCESS_KEY = "AnybodyMayReadThisSecretItOpensNothing00" }
at = 2024-08-29T02:00:00-07:00
assume = "arn:aws:iam::111111111111:role/target"
session_name = "work"
expect = "unreachable"
"#,
    );
    let trust = files.get_mut("target.trust.json").unwrap();
    let worker = "\"arn:aws:iam::111111111111:role/worker\"";
    *trust = trust.replace(worker, &format!("[{worker}, \"arn:aws:iam::111111111111:user/traveller\"]"));
    files
}

#[test]
fn in_an_outage_another_region_is_for_callers_outside_of_aws() {
    // A caller inside that calls the global endpoint: its own Region's is the one to take.
    let found = fixes(&files("story-3"), "ap-northeast-1-global");
    let other = fix(&found, "another-region");
    assert!(other.proven && !other.recommended && other.actor.own && other.text.contains("advises"));
    assert!(found[0].recommended && found[0].id.starts_with("regional-"), "{}", found[0].id);

    let files = cut_off();
    let world = world(&files);
    let case = Case::new(&world, now()).unwrap();
    for name in ["outside", "ap-northeast-1-regional"] {
        assert_eq!(case.run(world.call(name).unwrap(), None).unwrap().outcome(), UNREACHABLE, "{name}");
    }
    let found = fixes(&files, "outside");
    assert!(found[0].recommended && found[0].id == "another-region", "{}", found[0].id);
    // Inside nothing else is left, and it is still nothing to recommend.
    let found = fixes(&files, "ap-northeast-1-regional");
    assert!(fix(&found, "another-region").proven && !found.iter().any(|fix| fix.recommended));
}

#[test]
fn story_4_has_the_session_name_on_the_source_profile() {
    for (what, replaced) in [("unnamed", None), ("wrong", Some("role_session_name = tanaka"))] {
        let mut files = files("story-4");
        if let Some(wrong) = replaced {
            let config = files["aws/config-named"].replace("role_session_name = my-session", wrong);
            files.insert("aws/config-unnamed".to_owned(), config);
        }
        let found = fixes(&files, "userid-without-a-name");
        let named = fix(&found, "role-session-name");
        assert!(named.recommended && named.actor.name == "x" && named.also_changes.is_empty(), "{what}");
        let config = &named.files["aws/config-unnamed"];
        let source = config.split("[profile ").find(|section| section.starts_with("source]")).unwrap();
        assert!(source.contains("\nrole_session_name = my-session\n"), "{what}: {config}");
        assert_eq!(config.matches("role_session_name").count(), 1, "{what}: {config}");
    }
}

#[test]
fn a_target_of_an_account_that_is_not_there_is_bad_input() {
    let mut files = files("story-4");
    let config =
        files["aws/config-named"].replace("111111111111:role/RoleTarget-UserId", "999999999999:role/Elsewhere");
    files.insert("aws/config-named".to_owned(), config);
    let world = world(&files);
    let case = Case::new(&world, now()).unwrap();
    let error = case.run(world.call("userid-with-a-name").unwrap(), None).unwrap_err();
    let place = world.files.locate(error.at());
    assert_eq!((place.file, place.line), ("aws/config-named", 15), "{error}");
    assert!(error.to_string().contains("999999999999"), "{error}");
    assert!(case.run(world.call("principal-with-a-name").unwrap(), None).is_ok());
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
