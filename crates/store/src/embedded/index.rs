//! The index of a segment: from the hash of what an event can be found by to the event's place in the segment.
//!
//! Hashes are short, so what the index names is only likely to fit; whoever follows it looks at the event itself.

use super::{
    block::unpack,
    coding::{Head, Input, put_varint},
    frames::Framed,
};
use crate::{AttributeKind, Damage};
use siphasher::sip::SipHasher13;
use std::hash::Hasher;
use zstd::bulk::Compressor;

/// Rows that the index of a segment is divided into, by the hash's first bits: a lookup reads one.
pub(super) const BUCKETS: u64 = 1 << BUCKET_BITS;
const BUCKET_BITS: u32 = 6;
/// Bits of a hash inside its bucket.
const REST_BITS: u32 = 32 - BUCKET_BITS;
/// What a bucket may grow to when it is opened.
const MOST: usize = 16 << 20;

/// Hashes attributes under a key of the store's own, so that nobody outside can aim at one hash.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hashing {
    pub(super) keys: (u64, u64),
}

impl Hashing {
    /// `attribute` is `None` for the history as a whole.
    pub(super) fn hash(&self, account: u64, region: &[u8], attribute: Option<(AttributeKind, &str)>) -> u32 {
        let mut hasher = SipHasher13::new_with_keys(self.keys.0, self.keys.1);
        let (kind, value) = attribute.map_or((0, ""), |(kind, value)| (code(kind), value));
        hasher.write_u64(account << 8 | u64::from(kind));
        hasher.write(region);
        hasher.write_u8(0);
        hasher.write(value.as_bytes());
        (hasher.finish() >> 32) as u32
    }

    /// The entry for `attribute` of `event`, which is at `ordinal` of its segment.
    pub(super) fn entry(&self, event: &Framed<'_>, attribute: Option<(AttributeKind, &str)>, ordinal: u32) -> u64 {
        entry(self.hash(event.account, event.region, attribute), ordinal)
    }
}

/// Numbers are written to disk: they are never given another meaning.
fn code(kind: AttributeKind) -> u8 {
    match kind {
        AttributeKind::EventId => 1,
        AttributeKind::EventName => 2,
        AttributeKind::ReadOnly => 3,
        AttributeKind::Username => 4,
        AttributeKind::ResourceType => 5,
        AttributeKind::ResourceName => 6,
        AttributeKind::EventSource => 7,
        AttributeKind::AccessKeyId => 8,
    }
}

/// A hash with an ordinal: entries in order are hashes in order, and ordinals in order for each.
fn entry(hash: u32, ordinal: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(ordinal)
}

/// The ordinals that `entries`, in any order, hold for `hash`.
pub(super) fn ordinals(entries: &[u64], hash: u32) -> impl Iterator<Item = u32> {
    entries.iter().filter(move |entry| (**entry >> 32) as u32 == hash).map(|entry| *entry as u32)
}

/// The key of the index row in which the segment at `segment` keeps `hash`.
pub(super) fn row_key(segment: u64, hash: u32) -> u64 {
    segment * BUCKETS + u64::from(hash >> REST_BITS)
}

/// Divides all the entries of a segment into its index rows, each with its key.
pub(super) fn rows(segment: u64, mut entries: Vec<u64>) -> std::io::Result<Vec<(u64, Vec<u8>)>> {
    entries.sort_unstable();
    entries.dedup();
    let mut compressor = Compressor::new(1)?;
    let mut rest = entries.as_slice();
    let mut rows = Vec::with_capacity(BUCKETS as usize);
    for key in segment * BUCKETS..(segment + 1) * BUCKETS {
        let here = rest.partition_point(|entry| row_key(segment, (entry >> 32) as u32) <= key);
        let (bucket, behind) = rest.split_at_checked(here).unwrap_or((rest, &[]));
        rest = behind;
        let postings = postings(bucket);
        let packed = compressor.compress(&postings)?;
        let mut row = Head::begin(packed.len() + 8);
        put_varint(&mut row, postings.len() as u64);
        row.extend_from_slice(&packed);
        Head { first: key, count: bucket.len() as u32, ..Head::default() }.finish(&mut row);
        rows.push((key, row));
    }
    Ok(rows)
}

/// For each hash: how far it is from the one before, how many ordinals, how far each is from the one before.
fn postings(bucket: &[u64]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bucket.len() * 4);
    let mut last_hash = 0;
    for group in bucket.chunk_by(|a, b| a >> 32 == b >> 32) {
        let hash = group.first().map_or(0, |entry| entry >> 32) & ((1 << REST_BITS) - 1);
        put_varint(&mut out, hash - last_hash);
        put_varint(&mut out, group.len() as u64);
        last_hash = hash;
        let mut last = 0;
        for entry in group {
            let ordinal = entry & 0xffff_ffff;
            put_varint(&mut out, ordinal - last);
            last = ordinal;
        }
    }
    out
}

/// The ordinals, rising, that the index row found at `key` holds for `hash`.
pub(super) fn find(key: u64, row: &[u8], hash: u32) -> Result<Vec<u32>, Damage> {
    let (_, mut input) = Head::read(key, row)?;
    let size = input.size()?;
    if size > MOST {
        return Err(Damage::Shape);
    }
    let postings = unpack(input.0, size)?;
    let wanted = u64::from(hash) & ((1 << REST_BITS) - 1);
    let mut input = Input(&postings);
    let mut here = 0u64;
    while !input.0.is_empty() && here <= wanted {
        here = here.checked_add(input.varint()?).ok_or(Damage::Shape)?;
        let count = input.size()?;
        let mut found = Vec::new();
        let mut ordinal = 0u64;
        for _ in 0..count {
            ordinal = ordinal.checked_add(input.varint()?).ok_or(Damage::Shape)?;
            if here == wanted {
                found.push(u32::try_from(ordinal).map_err(|_| Damage::Shape)?);
            }
        }
        if here == wanted {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn every_entry_is_found_and_no_other(
            entries in prop::collection::vec((prop::sample::select(vec![0u32, 1, 77, 1 << 26, u32::MAX]), 0u32..70_000), 0..500),
            more in prop::collection::vec((any::<u32>(), 0u32..70_000), 0..500),
        ) {
            let mut expected = BTreeMap::<u32, Vec<u32>>::new();
            let mut all = Vec::new();
            for (hash, ordinal) in entries.into_iter().chain(more) {
                expected.entry(hash).or_default().push(ordinal);
                all.push(entry(hash, ordinal));
            }
            let rows: BTreeMap<u64, Vec<u8>> = rows(9, all.clone()).unwrap().into_iter().collect();
            prop_assert_eq!(rows.len() as u64, BUCKETS);
            for (hash, mut wanted) in expected {
                prop_assert_eq!(ordinals(&all, hash).count(), wanted.len());
                wanted.sort_unstable();
                wanted.dedup();
                let key = row_key(9, hash);
                prop_assert_eq!(find(key, &rows[&key], hash).unwrap(), wanted);
            }
            let key = row_key(9, 12_345);
            prop_assert_eq!(find(key, &rows[&key], 12_345).unwrap(), ordinals(&all, 12_345).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_history_is_not_another_accounts_or_regions() {
        let hashing = Hashing { keys: (1, 2) };
        let name = Some((AttributeKind::EventName, "AssumeRole"));
        let here = hashing.hash(1, b"us-east-1", name);
        assert_eq!(here, hashing.hash(1, b"us-east-1", name));
        assert_ne!(here, hashing.hash(2, b"us-east-1", name));
        assert_ne!(here, hashing.hash(1, b"us-east-2", name));
        assert_ne!(here, hashing.hash(1, b"us-east-1", None));
        assert_ne!(here, hashing.hash(1, b"us-east-1", Some((AttributeKind::Username, "AssumeRole"))));
    }
}
