//! What the tests of the store share: a plain encoding of events, and stores in directories of their own.

pub(crate) mod fault;

use rolecall_names::{AccountId, Instant, Region};
use rolecall_store::{AttributeKind, EventRow, Genesis, MasterKey, Write};
use zeroize::Zeroizing;

pub(crate) const KINDS: [AttributeKind; 7] = [
    AttributeKind::EventName,
    AttributeKind::ReadOnly,
    AttributeKind::Username,
    AttributeKind::ResourceType,
    AttributeKind::ResourceName,
    AttributeKind::EventSource,
    AttributeKind::AccessKeyId,
];

/// Events of the tests: a line for each attribute, the kind's number in front.
pub(crate) fn extract(body: &[u8], found: &mut dyn FnMut(AttributeKind, &str)) {
    let Ok(text) = str::from_utf8(body) else { return };
    for line in text.lines() {
        let Some((number, value)) = line.split_once(' ') else { continue };
        if let Some(kind) = number.parse::<usize>().ok().and_then(|number| KINDS.get(number)) {
            found(*kind, value);
        }
    }
}

pub(crate) fn body(attributes: &[(AttributeKind, &str)]) -> Vec<u8> {
    let number = |kind| KINDS.iter().position(|known| *known == kind).unwrap();
    attributes.iter().map(|(kind, value)| format!("{} {value}\n", number(*kind))).collect::<String>().into_bytes()
}

pub(crate) fn account(number: u64) -> AccountId {
    AccountId::new(number).unwrap()
}

pub(crate) fn event(account_number: u64, region: &str, seconds: i64, attributes: &[(AttributeKind, &str)]) -> EventRow {
    EventRow {
        account: account(account_number),
        region: region.parse::<Region>().unwrap(),
        time: Instant::from_seconds(seconds),
        body: body(attributes),
    }
}

/// An event that tells its number and little else.
pub(crate) fn numbered(number: u64) -> EventRow {
    event(1, "us-east-1", number as i64, &[(AttributeKind::ResourceName, &number.to_string())])
}

pub(crate) fn events(rows: Vec<EventRow>) -> Write {
    Write { events: rows, ..Write::default() }
}

pub(crate) fn master() -> MasterKey {
    MasterKey::new([7; 32])
}

pub(crate) fn genesis() -> Genesis {
    Genesis { entropy: Zeroizing::new(std::array::from_fn(|at| at as u8)), created: Instant::from_seconds(1) }
}

/// A random generator that says the same in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % end
    }
}
