//! The embedded store keeps the contract, its secrets, and its directory to itself.

use crate::{
    contract,
    support::{events, extract, genesis, master, numbered},
};
use rolecall_store::{Embedded, MasterKey, Seq, Store, StoreError, Write};
use tempfile::TempDir;

struct Directory(TempDir);

impl contract::Ground for Directory {
    fn open(&self) -> Box<dyn Store> {
        Box::new(Embedded::open(self.0.path(), &master(), &genesis(), extract).unwrap())
    }
}

fn open(dir: &TempDir, master: &MasterKey) -> Result<Embedded, StoreError> {
    Embedded::open(dir.path(), master, &genesis(), extract)
}

#[test]
fn it_keeps_the_contract() {
    contract::run(|| Directory(TempDir::new().unwrap()));
}

#[test]
fn another_master_key_does_not_open_it_and_a_rotated_one_does() {
    let dir = TempDir::new().unwrap();
    let (old, new) = (master(), MasterKey::new([8; 32]));
    let store = open(&dir, &old).unwrap();
    let ring = store.ring().unwrap();
    drop(store);
    let refused = open(&dir, &new).err().unwrap();
    assert!(matches!(refused, StoreError::WrongMasterKey { .. }), "{refused}");
    assert!(refused.to_string().contains("log.db"), "{refused}");
    open(&dir, &old).unwrap().rotate(&new).unwrap();
    assert!(matches!(open(&dir, &old), Err(StoreError::WrongMasterKey { .. })));
    assert_eq!(open(&dir, &new).unwrap().ring().unwrap(), ring);
}

#[test]
fn one_process_has_it_at_a_time() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir, &master()).unwrap();
    assert!(matches!(open(&dir, &master()), Err(StoreError::InUse { .. })));
    drop(store);
    open(&dir, &master()).unwrap();
}

#[test]
fn changes_and_keys_do_not_rest_in_the_open() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir, &master()).unwrap();
    let secret = b"a long-term secret access key".to_vec();
    let write =
        Write { generation: store.generation(), changes: vec![secret.clone()], events: vec![numbered(123_456_789)] };
    assert_eq!(store.append(write).unwrap().wait().unwrap(), Seq(2));
    let ring_key = store.ring().unwrap()[0].key.to_vec();
    drop(store);
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        all.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    let holds = |wanted: &[u8]| all.windows(wanted.len()).any(|bytes| bytes == wanted);
    assert!(holds(b"123456789"), "events are there to be found, so the search works");
    assert!(!holds(&secret));
    assert!(!holds(&ring_key));
    assert!(!holds(&[7; 32]));
}

#[test]
fn a_directory_that_cannot_be_used_is_named() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Embedded::open(&file.join("store"), &master(), &genesis(), extract).err().unwrap();
    assert!(error.to_string().contains("file/store"), "{error}");
    std::fs::write(dir.path().join("log.db"), "this is no database".repeat(1000)).unwrap();
    let error = open(&dir, &master()).err().unwrap();
    assert!(matches!(error, StoreError::Medium { .. }) && error.to_string().contains("log.db"), "{error}");
}

#[test]
fn what_waits_is_written_when_it_is_closed() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir, &master()).unwrap();
    let commits: Vec<_> = (0..1000).map(|number| store.append(events(vec![numbered(number)])).unwrap()).collect();
    drop(store);
    for commit in commits {
        commit.wait().unwrap();
    }
    assert_eq!(open(&dir, &master()).unwrap().status().committed, Seq(1000));
}
