//! The load: batches of events as the store's committer writes them, and a sealed segment now and then.

use crate::{Op, Table, engines};
use std::{
    collections::VecDeque,
    error::Error,
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// Events of a segment: its raw rows are deleted when its blocks and index are written.
const SEGMENT: u64 = 32_768;
const EVENT: usize = 220;
/// Bytes of a sealed segment that one commit carries beside its events, so that no answer waits for a whole one.
const DRIP: usize = 262_144;

/// Bytes that compress about as far as encoded events do: half from an alphabet of sixteen, half random.
fn event(state: &mut u64, into: &mut Vec<u8>) {
    for place in 0..EVENT / 8 {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        let word = if place % 3 == 0 { *state } else { 0x7374_732e_616d_617a ^ (*state & 3) };
        into.extend_from_slice(&word.to_le_bytes());
    }
}

pub fn run(name: &str, batch: u64, seconds: u64, dir: &Path) -> Result<(), Box<dyn Error>> {
    let _ = fs::remove_dir_all(dir);
    let mut engine = engines::open(name, dir)?;
    let mut state = 88_172_645_463_325_252;
    let (mut next, mut sealed) = (1u64, 0u64);
    let mut raw_keys = Vec::new();
    let mut drip = VecDeque::new();
    let mut times = Vec::new();
    let mut seals = Vec::new();
    let noise: Vec<u8> = {
        let mut bytes = Vec::new();
        while bytes.len() < 32_768 {
            event(&mut state, &mut bytes);
        }
        bytes
    };
    let cpu = cpu_time();
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(seconds) {
        let mut row = Vec::with_capacity(batch as usize * EVENT);
        for _ in 0..batch {
            event(&mut state, &mut row);
        }
        let mut ops = vec![Op::Put(Table::Raw, next, row)];
        raw_keys.push(next);
        next += batch;
        let seal = next - sealed > 2 * SEGMENT;
        if seal {
            let keys: Vec<u64> = raw_keys.iter().copied().take_while(|key| *key <= sealed + SEGMENT).collect();
            raw_keys.drain(..keys.len());
            for block in 0..128 {
                drip.push_back(Op::Put(Table::Block, sealed + 1 + block * 256, noise[..24_000].to_vec()));
            }
            for bucket in 0..64 {
                drip.push_back(Op::Put(Table::Index, (sealed / SEGMENT) * 64 + bucket, noise[..8_000].to_vec()));
            }
            let rows_a_drip = (8_192 / batch).max(1) as usize;
            for keys in keys.chunks(rows_a_drip) {
                drip.push_back(Op::DeleteUpTo(Table::Raw, keys.last().copied().unwrap_or_default(), keys.to_vec()));
            }
            sealed += SEGMENT;
        }
        let mut size = 0;
        while size < DRIP {
            let Some(op) = drip.pop_front() else { break };
            size += match &op {
                Op::Put(_, _, value) => value.len(),
                Op::DeleteUpTo(..) => DRIP,
            };
            ops.push(op);
        }
        let before = Instant::now();
        engine.commit(ops)?;
        if size > 0 { &mut seals } else { &mut times }.push(before.elapsed());
    }
    let took = start.elapsed().as_secs_f64();
    let cpu = cpu_time() - cpu;
    let peak = peak_memory();
    let disk = disk(dir);
    times.sort_unstable();
    seals.sort_unstable();
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or_default().as_micros();
    let events = (next - 1) as f64;
    println!(
        "{name:<10} batch {batch:>5}  commits/s {:>7.0}  events/s {:>9.0}  us p50 {:>6} p99 {:>6} p99.9 {:>6} max {:>7}  seal p50 {:>6} max {:>7}  cpu us/event {:>6.2}  disk B/event {:>5.0}  peak MiB {:>4.0}",
        (times.len() + seals.len()) as f64 / took,
        events / took,
        at(0.5),
        at(0.99),
        at(0.999),
        times.last().copied().unwrap_or_default().as_micros(),
        seals.get(seals.len() / 2).copied().unwrap_or_default().as_micros(),
        seals.last().copied().unwrap_or_default().as_micros(),
        cpu * 1e6 / events,
        disk as f64 / events,
        peak as f64 / 1024.0,
    );
    Ok(())
}

fn cpu_time() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: f64 = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<f64>().ok()).sum();
    ticks / 100.0
}

fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or_default()
}

fn disk(dir: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => disk(&entry.path()),
            Ok(meta) => meta.blocks() * 512,
            Err(_) => 0,
        })
        .sum()
}
