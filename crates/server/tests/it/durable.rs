//! No answer precedes a finished sync, and what cannot be kept is not given.

use crate::{
    fault::{Fate, Fault},
    house::{House, account, house, open, plain},
};
use rolecall_kernel::event::Event;
use rolecall_names::{Instant, Region};
use rolecall_server::Deployment;
use rolecall_store::{Lookup, Store};
use std::{collections::HashSet, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const WHILE: Duration = Duration::from_millis(300);

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_leaves_while_the_sync_is_held() {
    let house = house(plain).await;
    for request in [house.assume_role("held"), house.create_user("held")] {
        house.fault.hold();
        let mut stream = TcpStream::connect(house.running.address).await.unwrap();
        stream.write_all(&request).await.unwrap();
        let fault = house.fault.clone();
        tokio::task::spawn_blocking(move || fault.wait_for_held()).await.unwrap();
        let before = house.fault.synced();
        let mut byte = [0];
        let early = tokio::time::timeout(WHILE, stream.read(&mut byte)).await;
        assert!(early.is_err(), "a byte of the answer came before the sync was done");
        house.fault.release();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(house.fault.synced() > before, "the answer came although nothing was synced");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_gives_no_credentials_and_heals() {
    let house = house(plain).await;
    house.fault.next(&[Fate::Full]);
    let refused = house.ask(&house.assume_role("full")).await;
    assert_eq!((refused.status, refused.element("Code")), (500, Some("InternalFailure")), "{}", refused.text);
    assert!(!refused.text.contains("AccessKey") && !refused.text.contains("Token"), "{}", refused.text);
    let let_in = house.ask(&house.assume_role("room")).await;
    assert_eq!(let_in.status, 200, "{}", let_in.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_not_kept_is_not_there() {
    let house = house(plain).await;
    house.fault.next(&[Fate::Full]);
    assert_eq!(house.ask(&house.create_user("lost")).await.status, 500);
    // The same name again is free: the head was read back from the log.
    let made = house.ask(&house.create_user("lost")).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let again = house.ask(&house.create_user("lost")).await;
    assert_eq!(again.element("Code"), Some("EntityAlreadyExists"), "{}", again.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_sync_nothing_is_promised_any_more() {
    let house = house(plain).await;
    house.fault.next(&[Fate::BrokenAfter]);
    for _ in 0..3 {
        let refused = house.ask(&house.assume_role("broken")).await;
        assert!(refused.status >= 500, "{}", refused.text);
        assert!(!refused.text.contains("SecretAccessKey"));
    }
    let health = crate::admin::get(&house, "/health").await;
    assert_eq!(health.status, 503, "{}", health.text);
}

/// A storm of calls over a disk that is slow and full now and then: whatever was answered is on disk afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_answered_is_there_after_a_restart() {
    let house = house(plain).await;
    let fates: Vec<Fate> = (0..400).map(|commit| if commit % 5 == 3 { Fate::Full } else { Fate::Done }).collect();
    house.fault.next(&fates);
    house.fault.delay(Duration::from_millis(2));
    let mut answered = HashSet::new();
    let mut users = HashSet::new();
    let mut refused = 0;
    for round in 0..40 {
        let sessions: Vec<Vec<u8>> = (0..16).map(|call| house.assume_role(&format!("s-{round}-{call}"))).collect();
        let name = format!("user-{round}");
        let user = house.create_user(&name);
        let address = house.running.address;
        let mut calls = tokio::task::JoinSet::new();
        for request in sessions {
            calls.spawn(async move { crate::house::ask(address, &request).await });
        }
        let made = house.ask(&user).await;
        if made.status == 200 {
            users.insert(name);
        }
        while let Some(said) = calls.join_next().await {
            let said = said.unwrap();
            if said.status == 200 {
                answered.insert(said.element("RequestId").unwrap().to_owned());
            } else {
                refused += 1;
                assert!(!said.text.contains("SecretAccessKey"), "{}", said.text);
            }
        }
    }
    assert!(refused > 0 && answered.len() > 100, "{refused} refused, {} answered", answered.len());
    let House { running, deployment, data, .. } = house;
    drop(deployment);
    running.stop().await;
    tokio::task::spawn_blocking(move || {
        let store = open(data.path(), &Fault::default());
        let kept = request_ids(&*store);
        let lost: Vec<_> = answered.difference(&kept).collect();
        assert!(lost.is_empty(), "{} answers left no record: {lost:?}", lost.len());
        let directory = Deployment::open(store).unwrap().directory();
        let held = directory.account(account()).unwrap();
        assert!(users.iter().all(|name| held.user(name).is_some()), "an acknowledged user is gone");
    })
    .await
    .unwrap();
}

fn request_ids(store: &dyn Store) -> HashSet<String> {
    let mut found = HashSet::new();
    let mut after = None;
    loop {
        let page = store
            .lookup(&Lookup {
                account: account(),
                region: Region::US_EAST_1,
                attribute: None,
                start: Instant::from_millis(i64::MIN),
                end: Instant::from_millis(i64::MAX),
                limit: 50,
                after,
            })
            .unwrap();
        for event in &page.events {
            found.insert(rolecall_kernel::uuid(Event::decode(&event.body).unwrap().request_id));
        }
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}
