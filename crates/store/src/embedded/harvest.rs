//! What is gathered from events when they are put into blocks: index entries, and the last use of long-term keys.

use super::{
    coding::{Head, Input},
    frames::Framed,
    index::Hashing,
};
use crate::{AttributeKind, Damage, Extractor, LastUsed};
use rolecall_names::{Instant, Region};
use siphasher::sip::SipHasher13;
use std::{collections::HashMap, hash::Hasher};

/// The prefix of keys that are not a session's.
const LONG_TERM: &str = "AKIA";
/// What AWS puts behind a service's name to make an event source.
const SOURCE_SUFFIX: &str = ".amazonaws.com";

/// What a run of events amounts to.
#[derive(Debug, Default)]
pub(super) struct Harvest {
    pub(super) entries: Vec<u64>,
    /// By key id: the last event that bears it.
    pub(super) uses: HashMap<String, Use>,
    /// The key and the source of the event at hand, kept to be written over.
    key: String,
    source: String,
}

/// A use of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) seq: u64,
    time: i64,
    region: Vec<u8>,
    service: String,
}

impl Harvest {
    pub(super) fn for_events(count: usize) -> Self {
        Self { entries: Vec::with_capacity(count * 12), ..Self::default() }
    }

    pub(super) fn take(&mut self, hashing: &Hashing, extract: Extractor, event: &Framed<'_>, ordinal: u32) {
        self.key.clear();
        self.source.clear();
        self.entries.push(hashing.entry(event, None, ordinal));
        extract(event.body, &mut |kind, value| {
            self.entries.push(hashing.entry(event, Some((kind, value)), ordinal));
            match kind {
                AttributeKind::AccessKeyId if value.starts_with(LONG_TERM) => value.clone_into(&mut self.key),
                AttributeKind::EventSource => service(value).clone_into(&mut self.source),
                _ => {}
            }
        });
        if self.key.is_empty() {
            return;
        }
        match self.uses.get_mut(&self.key) {
            Some(used) => {
                (used.seq, used.time) = (event.seq, event.time);
                event.region.clone_into(&mut used.region);
                self.source.clone_into(&mut used.service);
            }
            None => drop(self.uses.insert(self.key.clone(), Use::of(event, self.source.clone()))),
        }
    }
}

fn service(source: &str) -> &str {
    source.strip_suffix(SOURCE_SUFFIX).unwrap_or(source)
}

impl Use {
    fn of(event: &Framed<'_>, service: String) -> Self {
        Self { seq: event.seq, time: event.time, region: event.region.to_vec(), service }
    }

    /// The use of `key` that `event` is, if it is one.
    pub(super) fn in_event(event: &Framed<'_>, extract: Extractor, key: &str) -> Option<Self> {
        let (mut bears, mut source) = (false, String::new());
        extract(event.body, &mut |kind, value| match kind {
            AttributeKind::AccessKeyId => bears |= value == key,
            AttributeKind::EventSource => service(value).clone_into(&mut source),
            _ => {}
        });
        bears.then(|| Self::of(event, source))
    }

    /// The key of the row for the last use of `key`.
    pub(super) fn row_key(hashing: &Hashing, key: &str) -> u64 {
        let mut hasher = SipHasher13::new_with_keys(hashing.keys.0, hashing.keys.1);
        hasher.write(key.as_bytes());
        hasher.finish() >> 1
    }

    pub(super) fn pack(&self, row_key: u64, key: &str) -> Vec<u8> {
        let mut row = Head::begin(64);
        row.extend_from_slice(&self.time.to_le_bytes());
        for part in [key.as_bytes(), &self.region, self.service.as_bytes()] {
            row.push(part.len() as u8);
            row.extend_from_slice(part.get(..usize::from(part.len() as u8)).unwrap_or_default());
        }
        Head { first: row_key, last: self.seq, count: 1, ..Head::default() }.finish(&mut row);
        row
    }

    /// The use that a row tells; `None` when it is another key's with the same hash.
    pub(super) fn open(row_key: u64, row: &[u8], key: &str) -> Result<Option<Self>, Damage> {
        let (head, mut input) = Head::read(row_key, row)?;
        let time = input.i64()?;
        let mut part = || {
            let length = usize::from(input.u8()?);
            Input::bytes(&mut input, length)
        };
        let (id, region, service) = (part()?, part()?, part()?);
        let service = str::from_utf8(service).map_err(|_| Damage::Shape)?.to_owned();
        let found = Self { seq: head.last, time, region: region.to_vec(), service };
        Ok((id == key.as_bytes()).then_some(found))
    }

    pub(super) fn told(self) -> Result<LastUsed, Damage> {
        let region: Option<Region> = str::from_utf8(&self.region).ok().and_then(|name| name.parse().ok());
        let region = region.ok_or(Damage::Shape)?;
        Ok(LastUsed { time: Instant::from_millis(self.time), service: self.service, region })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_comes_back_to_its_own_key_alone() {
        let used = Use { seq: 5, time: -7, region: b"eu-west-1".to_vec(), service: "sts".to_owned() };
        let row = used.pack(9, "AKIAONE");
        assert_eq!(Use::open(9, &row, "AKIAONE").unwrap(), Some(used.clone()));
        assert_eq!(Use::open(9, &row, "AKIATWO").unwrap(), None);
        assert_eq!(used.told().unwrap().region.name(), "eu-west-1");
    }
}
