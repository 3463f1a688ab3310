//! What the embedded store costs. docs/decisions/store-events.md tells what came out.
//!
//! `measure writers N SECONDS DIR`: N writers on one thread, each waiting for its event to be durable before the next.
//! `measure million DIR`: a million events and a million changes; disk, lookups, opening.
#![expect(clippy::print_stdout, reason = "it prints figures")]
#![expect(clippy::disallowed_methods, reason = "it measures time")]

use rolecall_names::{AccountId, Instant, Region};
use rolecall_store::{
    AttributeKind, Commit, Embedded, EventRow, Genesis, Lookup, MasterKey, Seq, Store, StoreError, Write,
};
use std::{
    cell::RefCell,
    error::Error,
    fs,
    ops::ControlFlow,
    os::unix::fs::MetadataExt,
    path::Path,
    rc::Rc,
    time::{Duration, Instant as Clock},
};
use zeroize::Zeroizing;

const ACCOUNT: &str = "111111111111";

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["writers", writers, seconds, dir] => self::writers(writers.parse()?, seconds.parse()?, Path::new(dir)),
        ["million", dir] => million(Path::new(dir)),
        _ => Err("measure writers N SECONDS DIR | measure million DIR".into()),
    }
}

fn open(dir: &Path) -> Result<Embedded, StoreError> {
    let genesis = Genesis { entropy: Zeroizing::new([3; 96]), created: Instant::from_seconds(0) };
    Embedded::open(dir, &MasterKey::new([4; 32]), &genesis, extract)
}

const KINDS: [AttributeKind; 7] = [
    AttributeKind::EventName,
    AttributeKind::EventSource,
    AttributeKind::ReadOnly,
    AttributeKind::Username,
    AttributeKind::AccessKeyId,
    AttributeKind::ResourceType,
    AttributeKind::ResourceName,
];

/// Events here are parts, each behind its kind (7 for what cannot be looked up) and its length.
fn extract(mut body: &[u8], found: &mut dyn FnMut(AttributeKind, &str)) {
    while let Some(([kind, length], rest)) = body.split_first_chunk() {
        let Some((part, rest)) = rest.split_at_checked(usize::from(*length)) else { return };
        if let (Some(kind), Ok(value)) = (KINDS.get(usize::from(*kind)), str::from_utf8(part)) {
            found(*kind, value);
        }
        body = rest;
    }
}

/// Random bits that are the same in every run.
struct Dice(u64);

impl Dice {
    fn word(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn letters(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'A' + (self.word() >> 40) as u8 % 26)).collect()
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| (self.word() >> 33) as u8).collect()
    }
}

/// As much text, and as much that is random, as the record of an AssumeRole by an SDK has: the key made, a sealed
/// token, a request id, a session's name. A thousand users call two hundred roles.
fn assume_role(account: AccountId, number: u64, dice: &mut Dice) -> EventRow {
    let (user, role) = (dice.word() % 1000, dice.word() % 200);
    let arn = format!("arn:aws:iam::222222222222:role/service/role-{role}");
    let session = format!("botocore-session-{}", 1_700_000_000 + number / 1000);
    let mut body = Vec::with_capacity(800);
    let mut put = |kind: u8, part: &[u8]| {
        body.extend([kind, part.len() as u8]);
        body.extend(part);
    };
    put(0, b"AssumeRole");
    put(1, b"sts.amazonaws.com");
    put(2, b"true");
    put(3, format!("user-{user}").as_bytes());
    put(4, format!("AKIAQNZGKIQY{user:08}").as_bytes());
    put(7, b"111111111111AIDAQNZGKIQY56JQ7WMLA");
    put(7, b"Boto3/1.40.0 md/Botocore#1.40.0 ua/2.1 os/linux#6.8.0-1029-aws md/arch#x86_64 lang/python#3.12.3 md/pyimpl#CPython m/Z,b cfg/retry-mode#standard Botocore/1.40.0");
    put(7, b"sts.us-east-1.amazonaws.com");
    put(7, &[10, 0, (number >> 8) as u8, number as u8]);
    put(7, &dice.bytes(16));
    put(7, format!("{{\"roleArn\":\"{arn}\",\"roleSessionName\":\"{session}\",\"durationSeconds\":3600}}").as_bytes());
    put(5, b"AWS::IAM::AccessKey");
    put(6, format!("ASIA{}", dice.letters(16)).as_bytes());
    put(7, &dice.bytes(112));
    put(5, b"AWS::STS::AssumedRole");
    put(6, format!("AROAQNZGKIQY{role:09}:{session}").as_bytes());
    put(6, format!("arn:aws:sts::222222222222:assumed-role/role-{role}/{session}").as_bytes());
    put(5, b"AWS::IAM::Role");
    put(6, arn.as_bytes());
    EventRow { account, region: Region::US_EAST_1, time: Instant::from_millis(number as i64), body }
}

fn writers(writers: usize, seconds: u64, dir: &Path) -> Outcome {
    let _fresh = fs::remove_dir_all(dir);
    let store = Rc::new(open(dir)?);
    let mut dice = Dice(88_172_645_463_325_252);
    let account: AccountId = ACCOUNT.parse()?;
    // Made beforehand, so that what is measured is the store.
    let rows: Rc<Vec<EventRow>> = Rc::new((0..50_000).map(|number| assume_role(account, number, &mut dice)).collect());
    let body = rows.iter().map(|row| row.body.len()).sum::<usize>() / rows.len();
    let times = Rc::new(RefCell::new(Vec::new()));
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let local = tokio::task::LocalSet::new();
    let (cpu, start) = (cpu_time(), Clock::now());
    let stop = start + Duration::from_secs(seconds);
    for writer in 0..writers {
        let (store, rows, times) = (Rc::clone(&store), Rc::clone(&rows), Rc::clone(&times));
        local.spawn_local(async move {
            let mut at = writer * 37;
            while Clock::now() < stop {
                at += 1;
                let Some(row) = rows.get(at % rows.len()) else { return };
                let before = Clock::now();
                match store.append(Write { events: vec![row.clone()], ..Write::default() }) {
                    Ok(commit) => {
                        let commit: Commit = commit;
                        if commit.await.is_err() {
                            return;
                        }
                        times.borrow_mut().push(before.elapsed().as_micros() as u32);
                    }
                    Err(_) => tokio::task::yield_now().await,
                }
            }
        });
    }
    runtime.block_on(local);
    let (took, cpu) = (start.elapsed().as_secs_f64(), cpu_time() - cpu);
    let behind = store.status().unindexed;
    let mut times = times.take();
    times.sort_unstable();
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or_default();
    let events = times.len() as f64;
    drop(store);
    println!(
        "writers {writers:>5}  events/s {:>8.0}  us p50 {:>6} p99 {:>6} p99.9 {:>6} max {:>6}  cpu us/event {:>6.2}  unindexed {behind:>6}  body {body} B  disk {:>4.0} B/event  peak {:.0} MiB",
        events / took,
        at(0.5),
        at(0.99),
        at(0.999),
        times.last().copied().unwrap_or_default(),
        cpu * 1e6 / events,
        disk(dir)? as f64 / events,
        peak_memory(),
    );
    Ok(())
}

fn million(dir: &Path) -> Outcome {
    const COUNT: u64 = 1_000_000;
    let _fresh = fs::remove_dir_all(dir);
    let store = open(dir)?;
    let mut dice = Dice(88_172_645_463_325_252);
    let account: AccountId = ACCOUNT.parse()?;
    let mut commits: Vec<Commit> = Vec::new();
    let start = Clock::now();
    for number in 0..COUNT {
        let write = Write { events: vec![assume_role(account, number, &mut dice)], ..Write::default() };
        loop {
            match store.append(write.clone()) {
                Ok(commit) => break commits.push(commit),
                Err(_) => commits.drain(..).try_for_each(|commit| commit.wait().map(drop))?,
            }
        }
        if commits.len() >= 256 {
            commits.drain(..).try_for_each(|commit| commit.wait().map(drop))?;
        }
        if number % 100_000 == 99_999 {
            println!("{} events after {:.1?}, {} not in blocks", number + 1, start.elapsed(), store.status().unindexed);
        }
    }
    commits.drain(..).try_for_each(|commit| commit.wait().map(drop))?;
    let written = Clock::now();
    while store.status().unindexed >= 256 {
        std::thread::sleep(Duration::from_millis(1));
    }
    println!("the rest in blocks {:.1?} after the last event; peak {:.0} MiB", written.elapsed(), peak_memory());
    lookups(&store, &mut dice)?;
    let start = Clock::now();
    drop(store);
    println!("closed in {:.1?}; disk {:.0} B/event", start.elapsed(), disk(dir)? as f64 / COUNT as f64);
    let start = Clock::now();
    let store = open(dir)?;
    println!("opened in {:.1?}", start.elapsed());
    let start = Clock::now();
    for number in 0..COUNT {
        let change = format!("{{\"role\":{{\"name\":\"role-{number}\",\"trust\":\"{}\"}}}}", dice.letters(160));
        let write = Write { generation: store.generation(), changes: vec![change.into_bytes()], events: Vec::new() };
        loop {
            match store.append(write.clone()) {
                Ok(commit) => break commits.push(commit),
                Err(_) => commits.drain(..).try_for_each(|commit| commit.wait().map(drop))?,
            }
        }
        if commits.len() >= 4 {
            commits.drain(..).try_for_each(|commit| commit.wait().map(drop))?;
        }
    }
    commits.drain(..).try_for_each(|commit| commit.wait().map(drop))?;
    println!("{COUNT} changes, four at a time, in {:.1?}", start.elapsed());
    drop(store);
    let start = Clock::now();
    let store = open(dir)?;
    let opened = start.elapsed();
    let mut bytes = 0;
    store.replay(Seq(0), &mut |_, change| {
        bytes += change.len();
        ControlFlow::Continue(())
    })?;
    println!(
        "opened in {opened:.1?}, {bytes} bytes of changes replayed in {:.1?}; peak {:.0} MiB, disk {} MiB",
        start.elapsed() - opened,
        peak_memory(),
        disk(dir)? >> 20,
    );
    Ok(())
}

fn lookups(store: &Embedded, dice: &mut Dice) -> Outcome {
    let cases = [
        ("everything", None),
        ("EventName, all have it", Some((AttributeKind::EventName, "AssumeRole".to_owned()))),
        ("Username, one in 1000", Some((AttributeKind::Username, "user-7".to_owned()))),
        (
            "ResourceName, one in 200",
            Some((AttributeKind::ResourceName, "arn:aws:iam::222222222222:role/service/role-7".to_owned())),
        ),
        ("ResourceName, none", Some((AttributeKind::ResourceName, "nobody".to_owned()))),
    ];
    for (name, attribute) in cases {
        let mut times = Vec::new();
        let mut found = 0;
        for _ in 0..200 {
            let start = dice.word() % 900_000;
            let lookup = Lookup {
                account: ACCOUNT.parse()?,
                region: Region::US_EAST_1,
                attribute: attribute.clone(),
                start: Instant::from_millis(0),
                end: Instant::from_millis((start + 100_000) as i64),
                limit: 50,
                after: None,
            };
            let before = Clock::now();
            found += store.lookup(&lookup)?.events.len();
            times.push(before.elapsed());
        }
        times.sort_unstable();
        let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
        println!("lookup, {name}: {:.1} events, p50 {:.1?}, p99 {:.1?}", found as f64 / 200.0, at(50), at(99));
    }
    Ok(())
}

fn cpu_time() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Mebibytes.
fn peak_memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or(0.0) / 1024.0
}

fn disk(dir: &Path) -> std::io::Result<u64> {
    fs::read_dir(dir)?.map(|entry| Ok(entry?.metadata()?.blocks() * 512)).sum()
}
