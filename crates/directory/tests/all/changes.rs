//! What each change does to a directory, and that values already handed out never move.

use rolecall_directory::{
    AccessKey, Change, Directory, KeyOwner, ManagedPolicy, Named, Origin, PolicyText, PolicyVersion, Preferences, Role,
    Secret, User, Versions,
};
use rolecall_names::{AccessKeyId, AccountId, IdKind, Instant, Partition, UniqueId};
use std::{collections::BTreeMap, sync::Arc};

fn account() -> AccountId {
    "111111111111".parse().unwrap()
}

fn role(name: &str, seed: u128, trust: &str) -> Change {
    Change::PutRole {
        account: account(),
        role: Arc::new(Role {
            id: UniqueId::new(IdKind::Role, seed),
            name: name.into(),
            path: "/".into(),
            created: Instant::from_seconds(0),
            description: None,
            max_session_duration: 3600,
            trust: PolicyText::new(trust),
            inline: BTreeMap::new(),
            attached: Vec::new(),
            boundary: None,
            tags: Vec::new(),
            origin: Origin::Api,
        }),
    }
}

fn user(name: &str, seed: u128) -> Change {
    Change::PutUser {
        account: account(),
        user: Arc::new(User {
            id: UniqueId::new(IdKind::User, seed),
            name: name.into(),
            path: "/".into(),
            created: Instant::from_seconds(0),
            inline: BTreeMap::new(),
            attached: Vec::new(),
            boundary: None,
            tags: Vec::new(),
            origin: Origin::Api,
        }),
    }
}

fn key(owner: KeyOwner, entropy: u64) -> Change {
    Change::PutAccessKey(Arc::new(AccessKey {
        id: AccessKeyId::long_term(account(), entropy),
        account: account(),
        owner,
        secret: Secret::new("secret".to_owned()),
        active: true,
        created: Instant::from_seconds(0),
        origin: Origin::Api,
    }))
}

fn with_account() -> Directory {
    Directory::default().with(&Change::PutAccount(Preferences::new(account(), Partition::Aws)))
}

#[test]
fn a_role_made_anew_has_another_id_and_the_old_id_leads_nowhere() {
    let first = UniqueId::new(IdKind::Role, 1);
    let before = with_account().with(&role("Deploy", 1, "{}"));
    assert_eq!(before.named(&first), Some(&Named::Role(account(), "deploy".into())));

    let after = before.clone().with(&Change::DeleteRole { account: account(), name: "deploy".into() });
    let anew = after.with(&role("deploy", 2, "{}"));
    assert_eq!(anew.named(&first), None);
    assert!(anew.role(&UniqueId::new(IdKind::Role, 2)).is_some());
    assert!(before.role(&first).is_some(), "a value already handed out does not move");
}

#[test]
fn names_are_found_in_any_case_and_kept_as_written() {
    let directory = with_account().with(&role("Deploy", 1, "{}"));
    let held = directory.account(account()).unwrap();
    assert_eq!(&*held.role("dEPLOY").unwrap().name, "Deploy");
    assert!(held.role("deploy2").is_none());
}

#[test]
fn a_renamed_user_keeps_id_and_keys() {
    let id = UniqueId::new(IdKind::User, 5);
    let directory = with_account()
        .with(&user("alice", 5))
        .with(&key(KeyOwner::User(id), 1))
        .with(&Change::DeleteUser { account: account(), name: "alice".into() })
        .with(&user("bob", 5));
    assert_eq!(&*directory.user(&id).unwrap().1.name, "bob");
    assert_eq!(directory.keys_of(account(), Some(id)).count(), 1);
}

#[test]
fn keys_are_listed_for_their_holder_alone() {
    let id = UniqueId::new(IdKind::User, 5);
    let directory = with_account()
        .with(&user("alice", 5))
        .with(&key(KeyOwner::Root, 1))
        .with(&key(KeyOwner::User(id), 2))
        .with(&key(KeyOwner::User(id), 3));
    assert_eq!(directory.keys_of(account(), None).count(), 1);
    assert_eq!(directory.keys_of(account(), Some(id)).count(), 2);
    let directory = directory.with(&Change::DeleteAccessKey(AccessKeyId::long_term(account(), 2)));
    assert_eq!(directory.keys_of(account(), Some(id)).count(), 1);
    assert!(directory.key(&AccessKeyId::long_term(account(), 2)).is_none());
}

#[test]
fn a_text_is_held_once_and_let_go_when_nobody_shares_it() {
    let mut directory = with_account();
    for number in 0..500 {
        directory = directory.with(&role(&format!("role-{number}"), number, "{\"shared\":1}"));
    }
    assert_eq!(directory.text_count(), 1);
    for round in 0..5_000 {
        directory = directory.with(&role("changing", 1_000_000, &format!("{{\"round\":{round}}}")));
    }
    assert!(directory.text_count() < 2_100, "{} texts are held for two in use", directory.text_count());
}

#[test]
fn a_change_survives_being_written_down() {
    for change in [role("Deploy", 1, "{}"), user("alice", 2), key(KeyOwner::Root, 3)] {
        let text = serde_json::to_string(&change).unwrap();
        assert_eq!(serde_json::from_str::<Change>(&text).unwrap(), change);
    }
}

#[test]
fn a_device_written_down_before_devices_had_tags_has_none() {
    let before = r#"{"PutDevice":{"account":"111111111111","device":{"serial":"arn:aws:iam::111111111111:mfa/phone",
        "seed":"JBSWY3DPEHPK3PXP","created":0,"holder":null,"spent_step":7,"origin":"Api"}}}"#;
    let Change::PutDevice { device, .. } = serde_json::from_str::<Change>(before).unwrap() else {
        panic!("another change")
    };
    assert_eq!((device.spent_step, &*device.tags), (7, &[][..]));
}

#[test]
fn a_policy_written_down_before_policies_had_versions_has_its_first_in_force() {
    let before = r#"{"PutPolicy":{"account":"111111111111","policy":{"id":"ANPAAAAAAAAAAAAAAAAAB","name":"p","path":"/",
        "created":0,"description":null,"text":"{}","tags":[],"origin":"Api"}}}"#;
    let Change::PutPolicy { policy, .. } = serde_json::from_str::<Change>(before).unwrap() else {
        panic!("another change")
    };
    assert_eq!(policy.versions, Versions { in_force: 1, made: None, others: Vec::new(), last: 1 });
}

#[test]
fn the_text_of_a_version_that_waits_is_held_once_too() {
    let policy = |name: &str| Change::PutPolicy {
        account: account(),
        policy: Arc::new(ManagedPolicy {
            id: UniqueId::new(IdKind::Policy, 1),
            name: name.into(),
            path: "/".into(),
            created: Instant::from_seconds(0),
            description: None,
            text: PolicyText::new("{\"in force\":1}"),
            tags: Vec::new(),
            origin: Origin::Api,
            versions: Versions {
                others: vec![PolicyVersion { number: 2, made: None, text: PolicyText::new("{\"waits\":1}") }],
                last: 2,
                ..Versions::default()
            },
        }),
    };
    let directory = with_account().with(&policy("one")).with(&policy("two"));
    assert_eq!(directory.text_count(), 2);
}
