//! Crashes of a whole process: `kill -9` in a storm of writes, many times over, and files that may not grow.
//!
//! The same binary is the process that is killed: with `write DIR` it appends for as long as it lives and prints what
//! was acknowledged.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is its job")]
#![expect(clippy::print_stdout, reason = "tells what was acknowledged, and how the tests went")]

use rolecall_names::{AccountId, Instant, Region};
use rolecall_store::{
    AttributeKind, Cursor, Embedded, EventRow, Genesis, Lookup, MasterKey, Seq, Store, StoreError, Write,
};
use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write as _},
    ops::ControlFlow,
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};
use tempfile::TempDir;
use zeroize::Zeroizing;

const ROUNDS: u64 = 40;
const WRITERS: u64 = 12;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["write", dir, round] => write(Path::new(dir), round.parse().unwrap()),
        ["fill", dir] => println!("{}", fill_up(&open(Path::new(dir)).unwrap())),
        ["heal", dir] => heal(Path::new(dir)),
        // What libtest is asked with by tools that list or pick tests.
        ["--list", ..] => println!("crash: test"),
        _ => {
            a_storm_of_kills_loses_nothing();
            a_file_that_may_not_grow_loses_nothing();
            a_full_disk_heals();
        }
    }
}

fn open(dir: &Path) -> Result<Embedded, StoreError> {
    let genesis = Genesis { entropy: Zeroizing::new([3; 96]), created: Instant::from_seconds(0) };
    Embedded::open(dir, &MasterKey::new([4; 32]), &genesis, extract)
}

fn extract(body: &[u8], found: &mut dyn FnMut(AttributeKind, &str)) {
    found(AttributeKind::ResourceName, str::from_utf8(body).unwrap());
}

fn row(text: &str) -> EventRow {
    EventRow {
        account: AccountId::new(1).unwrap(),
        region: Region::US_EAST_1,
        time: Instant::from_seconds(0),
        body: text.as_bytes().to_vec(),
    }
}

/// Writers that each number their writes; a write is a change and two events that bear the same number, and every
/// seventh is an event alone. Each acknowledged one is printed with its sequence number.
fn write(dir: &Path, round: u64) {
    let store = Arc::new(open(dir).unwrap());
    let out = Arc::new(Mutex::new(std::io::stdout()));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (store, out) = (Arc::clone(&store), Arc::clone(&out));
            thread::spawn(move || {
                for number in 0u64.. {
                    let text = format!("{round}.{writer}.{number}");
                    let alone = number % 7 == 0;
                    let changes = if alone { Vec::new() } else { vec![text.clone().into_bytes()] };
                    let events = vec![row(&text); if alone { 1 } else { 2 }];
                    let write = Write { generation: store.generation(), changes, events };
                    let seq = store.append(write).unwrap().wait().unwrap();
                    writeln!(out.lock().unwrap(), "{seq} {text}").unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
}

/// Every event in the store: its sequence number and text.
fn events(store: &Embedded) -> HashMap<u64, String> {
    let mut all = HashMap::new();
    let mut lookup = Lookup {
        account: AccountId::new(1).unwrap(),
        region: Region::US_EAST_1,
        attribute: None,
        start: Instant::from_seconds(0),
        end: Instant::from_seconds(1),
        limit: 10_000,
        after: None,
    };
    loop {
        let page = store.lookup(&lookup).unwrap();
        all.extend(page.events.into_iter().map(|found| (found.seq.0, String::from_utf8(found.body).unwrap())));
        match page.next {
            Some(Cursor(seq)) => lookup.after = Some(Cursor(seq)),
            None => return all,
        }
    }
}

fn a_storm_of_kills_loses_nothing() {
    let dir = TempDir::new().unwrap();
    let mut acknowledged: Vec<(u64, String)> = Vec::new();
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["write", dir.path().to_str().unwrap(), &round.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        out.read_line(&mut said).unwrap();
        thread::sleep(Duration::from_millis(10 + round * 37 % 150));
        child.kill().unwrap();
        child.wait().unwrap();
        out.read_to_string(&mut said).unwrap();
        // A line that the kill cut short says nothing.
        let whole = said.rfind('\n').map_or("", |end| &said[..end]);
        for line in whole.lines() {
            let (seq, text) = line.split_once(' ').unwrap();
            acknowledged.push((seq.parse().unwrap(), text.to_owned()));
        }
    }
    let store = open(dir.path()).unwrap();
    let events = events(&store);
    let mut changes = HashMap::new();
    store
        .replay(Seq(0), &mut |seq, change| {
            changes.insert(seq.0, String::from_utf8(change.to_vec()).unwrap());
            ControlFlow::Continue(())
        })
        .unwrap();
    for (seq, text) in &acknowledged {
        assert_eq!(events.get(seq), Some(text), "{seq} was acknowledged");
    }
    let end = store.status().committed.0;
    assert_eq!((events.len() + changes.len()) as u64, end, "every number is taken once");
    let mut last: HashMap<(String, String), u64> = HashMap::new();
    let (mut whole, mut at) = (0, 1);
    while at <= end {
        let text = changes.get(&at).or(events.get(&at)).unwrap();
        let size = if changes.contains_key(&at) { 3 } else { 1 };
        for seq in at + 1..at + size {
            assert_eq!(events.get(&seq), Some(text), "a write is there whole");
        }
        let mut parts = text.split('.').map(str::to_owned);
        let writer = (parts.next().unwrap(), parts.next().unwrap());
        let number: u64 = parts.next().unwrap().parse().unwrap();
        assert_eq!(last.insert(writer, number).map_or(0, |before| before + 1), number, "each writer's order holds");
        whole += 1;
        at += size;
    }
    println!("{ROUNDS} kills: {} writes acknowledged, {whole} found, none lost", acknowledged.len());
    assert!(acknowledged.len() as u64 > ROUNDS * 10);
}

/// Digits that blocks cannot make much smaller.
fn incompressible(number: u64) -> String {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = String::new();
    while text.len() < 2000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text += &format!("{state:016x}");
    }
    text
}

/// Appends until a write is refused because there is no room.
fn fill_up(store: &Embedded) -> u64 {
    let mut end = store.status().committed.0;
    loop {
        let text = format!("{end} {}", incompressible(end));
        match store.append(Write { events: vec![row(&text)], ..Write::default() }).unwrap().wait() {
            Ok(seq) => end = seq.0,
            Err(StoreError::Unwritten { .. }) => return end,
            Err(other) => assert!(matches!(other, StoreError::Unwritten { .. }), "{other}"),
        }
        assert!(end < 100_000, "the limit was never reached");
    }
}

/// Fills a disk that has a ballast on it, sheds the ballast, and goes on in the same process.
fn heal(dir: &Path) {
    let ballast = dir.join("ballast");
    std::fs::write(&ballast, vec![0; 4 << 20]).unwrap();
    let store = open(&dir.join("store")).unwrap();
    let full = fill_up(&store);
    std::fs::remove_file(ballast).unwrap();
    let again = fill_up(&store);
    assert!(again > full + 100, "{full} {again}");
    assert_eq!(events(&store).len() as u64, again);
    drop(store);
    let store = open(&dir.join("store")).unwrap();
    assert_eq!(events(&store).len() as u64, again);
    println!("full after {full} writes, and after {again} with more room");
}

fn run_child(program: &str, args: &[&str]) -> Result<String, String> {
    let output = Command::new(program).args(args).output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(said) } else { Err(said + &String::from_utf8_lossy(&output.stderr)) }
}

fn a_file_that_may_not_grow_loses_nothing() {
    let dir = TempDir::new().unwrap();
    // `ulimit -f` counts blocks of 512 bytes. A process that ignores SIGXFSZ gets an error instead of its death.
    let shell = "trap '' XFSZ; ulimit -f 6000; exec \"$0\" fill \"$1\"";
    let me = std::env::current_exe().unwrap();
    let said = run_child("sh", &["-c", shell, me.to_str().unwrap(), dir.path().to_str().unwrap()]).unwrap();
    let count: u64 = said.trim().parse().unwrap();
    assert!(count > 50, "{count}");
    let store = open(dir.path()).unwrap();
    assert_eq!(store.status().committed, Seq(count));
    assert_eq!(events(&store).len() as u64, count);
    store.append(Write { events: vec![row("on")], ..Write::default() }).unwrap().wait().unwrap();
    println!("files stopped growing after {count} writes");
}

fn a_full_disk_heals() {
    let dir = TempDir::new().unwrap();
    let tmpfs = "mount -t tmpfs -o size=16m none \"$1\" && exec \"$0\" heal \"$1\"";
    let (me, at) = (std::env::current_exe().unwrap(), dir.path().to_str().unwrap());
    if let Err(reason) = run_child("unshare", &["-rm", "true"]) {
        println!("a full disk was not tried: a file system of its own needs user namespaces ({})", reason.trim());
        return;
    }
    println!("{}", run_child("unshare", &["-rm", "sh", "-c", tmpfs, me.to_str().unwrap(), at]).unwrap().trim());
}
