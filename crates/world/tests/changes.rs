//! A world applied to a deployment that has lived: what it owns, what the API keeps, and where both claim one thing.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a case that cannot be set up has failed")]

use rolecall_directory::{AccessKey, Change, Directory, KeyOwner, MfaDevice, Origin, Preferences, Role, Secret, Tag};
use rolecall_names::{AccountId, IdKind, Instant, Partition, UniqueId};
use rolecall_world::{Conflict, FileError, Kind, World};
use std::sync::Arc;

const FIRST: Instant = Instant::from_seconds(1_700_000_000);
const LATER: Instant = Instant::from_seconds(1_800_000_000);

const TRUST: &str = r#"{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "AWS": "PRINCIPAL" } }] }"#;

const ACCOUNT: &str = "[accounts.a]\nid = \"111111111111\"\n";
const ROLE: &str = "[[role]]\naccount = \"a\"\nname = \"Deploy\"\ntrust = \"trust.json\"\n";
const USER: &str = r#"
[[user]]
account = "a"
name = "alice"
access_key = { id = "AKIAIOSFODNN7EXAMPLE", secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" }
mfa = { serial = "arn:aws:iam::111111111111:mfa/alice", seed = "JBSWY3DPEHPK3PXP" }
"#;

fn world(parts: &[&str]) -> World {
    world_trusting("*", parts)
}

fn world_trusting(principal: &str, parts: &[&str]) -> World {
    World::read(&|path| match path {
        "world.toml" => Ok(parts.concat()),
        "trust.json" => Ok(TRUST.replace("PRINCIPAL", principal)),
        _ => Err(FileError::Missing),
    })
    .unwrap_or_else(|problems| panic!("{problems}"))
}

fn account() -> AccountId {
    "111111111111".parse().unwrap()
}

fn apply(held: Directory, changes: &[Change]) -> Directory {
    changes.iter().fold(held, |held, change| held.with(change))
}

/// A role as the API makes it.
fn api_role(held: &Directory, name: &str) -> Change {
    let any = world(&[ACCOUNT, ROLE]).directory(FIRST).unwrap();
    let role = Role::clone(any.account(account()).unwrap().role("deploy").unwrap());
    let id = UniqueId::new(IdKind::Role, held.account(account()).map_or(1, |account| account.counts().0 as u128 + 1));
    Change::PutRole { account: account(), role: Arc::new(Role { id, name: name.into(), origin: Origin::Api, ..role }) }
}

#[test]
fn what_the_world_no_longer_names_goes_and_what_the_api_made_stays() {
    let held = world(&[ACCOUNT, ROLE, USER]).directory(FIRST).unwrap();
    let made = api_role(&held, "by-api");
    let held = held.with(&made);
    let smaller = world(&[ACCOUNT]);
    let held = apply(held.clone(), &smaller.changes(&held, LATER).unwrap());
    let account = held.account(account()).unwrap();
    assert_eq!(account.counts(), (1, 0, 0, 0));
    assert!(account.role("by-api").is_some());
    assert!(held.key(&"AKIAIOSFODNN7EXAMPLE".parse().unwrap()).is_none());
    assert_eq!(smaller.changes(&held, LATER).unwrap(), []);
}

#[test]
fn what_the_api_changed_is_put_back_as_the_world_says() {
    let world = world(&[ACCOUNT, ROLE]);
    let held = world.directory(FIRST).unwrap();
    let role = held.account(account()).unwrap().role("Deploy").unwrap().clone();
    let changed = Role { max_session_duration: 43_200, ..Role::clone(&role) };
    let held = held.with(&Change::PutRole { account: account(), role: Arc::new(changed) });
    assert_eq!(world.changes(&held, LATER).unwrap(), [Change::PutRole { account: account(), role }]);
}

#[test]
fn a_role_of_the_api_under_the_worlds_name_is_a_conflict_in_whatever_case() {
    let world = world(&[ACCOUNT, ROLE]);
    let held = self::world(&[ACCOUNT]).directory(FIRST).unwrap();
    let made = api_role(&held, "DEPLOY");
    let held = held.with(&made);
    let conflicts = world.changes(&held, LATER).unwrap_err();
    assert!(matches!(conflicts[..], [Conflict::Claimed(Kind::Role, _)]), "{conflicts:?}");
    let at = world.files.locate(conflicts[0].at()).to_string();
    assert_eq!(at, "world.toml:5:8");
    assert_eq!(
        conflicts[0].text(&world.files),
        "the role \"Deploy\" was made through the API, outside of the world; rename one or delete the other"
    );
}

#[test]
fn an_account_of_the_api_is_a_conflict() {
    let preferences = Preferences::new(account(), Partition::Aws);
    let held = Directory::default().with(&Change::PutAccount(preferences));
    let conflicts = world(&[ACCOUNT]).changes(&held, LATER).unwrap_err();
    assert!(matches!(conflicts[..], [Conflict::Claimed(Kind::Account, _)]), "{conflicts:?}");
}

#[test]
fn a_code_that_was_spent_stays_spent_across_a_start() {
    let world = world(&[ACCOUNT, USER]);
    let held = world.directory(FIRST).unwrap();
    let serial = "arn:aws:iam::111111111111:mfa/alice";
    let device = MfaDevice::clone(held.account(account()).unwrap().device(serial).unwrap());
    let spent = MfaDevice { spent_step: 56_666_667, ..device };
    let held = held.with(&Change::PutDevice { account: account(), device: Arc::new(spent) });
    assert_eq!(world.changes(&held, LATER).unwrap(), []);
}

#[test]
fn a_device_keeps_the_tags_that_the_api_gave_it_for_a_world_has_no_word_for_them() {
    let world = world(&[ACCOUNT, USER]);
    let held = world.directory(FIRST).unwrap();
    let serial = "arn:aws:iam::111111111111:mfa/alice";
    let device = MfaDevice::clone(held.account(account()).unwrap().device(serial).unwrap());
    let tagged = MfaDevice { tags: vec![Tag { key: "team".into(), value: "blue".into() }], ..device };
    let held = held.with(&Change::PutDevice { account: account(), device: Arc::new(tagged) });
    assert_eq!(world.changes(&held, LATER).unwrap(), []);
}

#[test]
fn a_user_under_another_id_is_another_user_without_the_old_ones_keys() {
    let held = world(&[ACCOUNT, USER]).directory(FIRST).unwrap();
    let alice = held.account(account()).unwrap().user("alice").unwrap().id;
    let id = "AKIAI44QH8DHBEXAMPLE".parse().unwrap();
    let held = held.with(&Change::PutAccessKey(Arc::new(AccessKey {
        id,
        account: account(),
        owner: KeyOwner::User(alice),
        secret: Secret::new("made by the api, not the world".to_owned()),
        active: true,
        created: FIRST,
        origin: Origin::Api,
    })));
    let same = world(&[ACCOUNT, USER]);
    assert_eq!(same.changes(&held, LATER).unwrap(), [], "the key stays as long as its user does");

    let renewed = world(&[ACCOUNT, USER, "id = \"AIDA3XFRBF535PLBIFPI4\"\n"]);
    let held = apply(held.clone(), &renewed.changes(&held, LATER).unwrap());
    let user = held.account(account()).unwrap().user("alice").unwrap().clone();
    assert_eq!((user.id.as_str(), user.created), ("AIDA3XFRBF535PLBIFPI4", LATER));
    assert!(held.key(&id).is_none());
    assert!(held.user(&alice).is_none());
    let own = held.key(&"AKIAIOSFODNN7EXAMPLE".parse().unwrap()).unwrap();
    assert_eq!(own.owner, KeyOwner::User(user.id));
    assert_eq!(renewed.changes(&held, LATER).unwrap(), []);
}

#[test]
fn a_trust_policy_is_kept_by_unique_ids_also_of_accounts_that_only_the_deployment_holds() {
    let elsewhere =
        "[accounts.b]\nid = \"222222222222\"\n[[role]]\naccount = \"b\"\nname = \"caller\"\ntrust = \"trust.json\"\n";
    let held = world(&[elsewhere]).directory(FIRST).unwrap();
    let caller = held.account("222222222222".parse().unwrap()).unwrap().role("caller").unwrap().clone();

    // The world of this start holds account a alone; b is held by the deployment, its role made through the API.
    let kept = Role { origin: Origin::Api, ..Role::clone(&caller) };
    let held = held.with(&Change::PutRole { account: "222222222222".parse().unwrap(), role: Arc::new(kept) });
    let world = world_trusting("arn:aws:iam::222222222222:role/caller", &[ACCOUNT, ROLE]);
    let after = apply(held.clone(), &world.changes(&held, LATER).unwrap());
    let trust = after.account(account()).unwrap().role("Deploy").unwrap().trust.clone();
    assert!(trust.as_str().contains(caller.id.as_str()), "{trust:?}");

    let nobody = world_trusting("arn:aws:iam::222222222222:role/nobody", &[ACCOUNT, ROLE]);
    let conflicts = nobody.changes(&held, LATER).unwrap_err();
    assert!(matches!(conflicts[..], [Conflict::UnknownPrincipal(_)]), "{conflicts:?}");
    assert_eq!(nobody.files.locate(conflicts[0].at()).file, "trust.json");
}
