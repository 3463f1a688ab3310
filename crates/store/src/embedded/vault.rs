//! The store's own keys, and the sealing of what must not rest in the open.
//!
//! The master key wraps a data key; the data key seals changes, the key ring and the keys of event ids and index. The
//! cipher, AES-256-GCM-SIV (RFC 8452), keeps its promise when a nonce comes twice, so nonces are numbers: a sequence
//! number that a failed write leaves to the next one does no harm.

use super::{
    coding::{Input, put_varint},
    index::Hashing,
};
use crate::{Damage, Genesis, MasterKey, RingKey, event_id::EventIds};
use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit,
    aead::{Aead, Payload},
};
use rolecall_names::Instant;
use zeroize::Zeroizing;

/// What a nonce is for; the same number never seals two kinds of thing.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    /// The data key, under the master key.
    Wrap = 1,
    /// Keys of event ids and index.
    Views = 2,
    /// The key ring.
    Ring = 3,
    /// A batch of changes.
    Changes = 4,
}

/// Keys of [`Table::Meta`](crate::medium::Table::Meta).
pub(super) const WRAPPED: u64 = 1;
pub(super) const VIEWS: u64 = 2;
pub(super) const RING: u64 = 3;

/// The newest layout of a store that this code reads.
pub(super) const LAYOUT: u32 = 1;

/// The data key, ready to seal and open.
pub(super) struct Vault {
    data_key: Zeroizing<[u8; 32]>,
    cipher: Aes256GcmSiv,
}

/// What a store is told by before anything of it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrapped {
    pub(super) layout: u32,
    /// How often the data key was wrapped; the nonce of the wrapping.
    rotation: u64,
    sealed: Vec<u8>,
}

fn cipher(key: &[u8; 32]) -> Aes256GcmSiv {
    Aes256GcmSiv::new(key.into())
}

fn nonce(purpose: Purpose, number: u64) -> [u8; 12] {
    let mut nonce = [0; 12];
    let bytes = [purpose as u8, 0, 0, 0].into_iter().chain(number.to_be_bytes());
    for (place, byte) in nonce.iter_mut().zip(bytes) {
        *place = byte;
    }
    nonce
}

fn seal(cipher: &Aes256GcmSiv, purpose: Purpose, number: u64, aad: &[u8], msg: &[u8]) -> Vec<u8> {
    // Sealing fails only for texts of 64 GiB, and rows are bounded far below. An empty row would not open.
    cipher.encrypt(&nonce(purpose, number).into(), Payload { msg, aad }).unwrap_or_default()
}

fn open(
    cipher: &Aes256GcmSiv,
    purpose: Purpose,
    number: u64,
    aad: &[u8],
    msg: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Damage> {
    let opened = cipher.decrypt(&nonce(purpose, number).into(), Payload { msg, aad });
    opened.map(Zeroizing::new).map_err(|_| Damage::Seal)
}

impl Vault {
    fn new(data_key: Zeroizing<[u8; 32]>) -> Self {
        Self { cipher: cipher(&data_key), data_key }
    }

    /// The vault of a store that begins, and its first rows: wrapped key, view keys, ring.
    pub(super) fn begin(master: &MasterKey, genesis: &Genesis) -> (Self, Vec<(u64, Vec<u8>)>) {
        let mut input = Input(&genesis.entropy[..]);
        let data_key = Zeroizing::new(input.array().unwrap_or_default());
        let ring_key = Zeroizing::new(input.array().unwrap_or_default());
        let vault = Self::new(data_key);
        let views = seal(&vault.cipher, Purpose::Views, 0, &[], input.0);
        let ring = vec![RingKey { id: 1, created: genesis.created, key: ring_key }];
        let rows = vec![(WRAPPED, vault.wrap(master, 0).encode()), (VIEWS, views), (RING, vault.seal_ring(&ring))];
        (vault, rows)
    }

    /// The data key under `master`.
    fn wrap(&self, master: &MasterKey, rotation: u64) -> Wrapped {
        let sealed = seal(&cipher(&master.0), Purpose::Wrap, rotation, &LAYOUT.to_le_bytes(), &self.data_key[..]);
        Wrapped { layout: LAYOUT, rotation, sealed }
    }

    /// The data key under another master key than `before` was.
    pub(super) fn rewrap(&self, before: &Wrapped, master: &MasterKey) -> Wrapped {
        self.wrap(master, before.rotation + 1)
    }

    /// Opens a store's vault; [`Damage::Seal`] when `master` is not its key.
    pub(super) fn unwrap(wrapped: &Wrapped, master: &MasterKey) -> Result<Self, Damage> {
        let aad = wrapped.layout.to_le_bytes();
        let key = open(&cipher(&master.0), Purpose::Wrap, wrapped.rotation, &aad, &wrapped.sealed)?;
        let mut data_key = Zeroizing::new([0; 32]);
        if key.len() != data_key.len() {
            return Err(Damage::Shape);
        }
        data_key.copy_from_slice(&key);
        Ok(Self::new(data_key))
    }

    /// The keys of event ids and index, from their row.
    pub(super) fn views(&self, row: &[u8]) -> Result<(EventIds, Hashing), Damage> {
        let opened = open(&self.cipher, Purpose::Views, 0, &[], row)?;
        let mut input = Input(&opened);
        let ids = EventIds { keys: (input.u64()?, input.u64()?) };
        Ok((ids, Hashing { keys: (input.u64()?, input.u64()?) }))
    }

    /// Seals a batch of changes; `head` is what the row says of itself in the open.
    pub(super) fn seal_changes(&self, first: u64, head: &[u8], plain: &[u8]) -> Vec<u8> {
        seal(&self.cipher, Purpose::Changes, first, head, plain)
    }

    pub(super) fn open_changes(&self, first: u64, head: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Damage> {
        open(&self.cipher, Purpose::Changes, first, head, sealed)
    }

    pub(super) fn seal_ring(&self, ring: &[RingKey]) -> Vec<u8> {
        let mut plain = Zeroizing::new(Vec::with_capacity(ring.len() * 44));
        for key in ring {
            plain.extend_from_slice(&key.id.to_le_bytes());
            plain.extend_from_slice(&key.created.millis().to_le_bytes());
            plain.extend_from_slice(&key.key[..]);
        }
        let number = ring.len() as u64;
        let mut row = Vec::new();
        put_varint(&mut row, number);
        row.extend_from_slice(&seal(&self.cipher, Purpose::Ring, number, &[], &plain));
        row
    }

    pub(super) fn open_ring(&self, row: &[u8]) -> Result<Vec<RingKey>, Damage> {
        let mut input = Input(row);
        let number = input.varint()?;
        let plain = open(&self.cipher, Purpose::Ring, number, &[], input.0)?;
        let mut input = Input(&plain);
        let mut ring = Vec::new();
        while !input.0.is_empty() {
            let (id, created) = (input.u32()?, Instant::from_millis(input.i64()?));
            ring.push(RingKey { id, created, key: Zeroizing::new(input.array()?) });
        }
        if ring.len() as u64 == number { Ok(ring) } else { Err(Damage::Shape) }
    }
}

impl Wrapped {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut row = self.layout.to_le_bytes().to_vec();
        row.extend_from_slice(&self.rotation.to_le_bytes());
        row.extend_from_slice(&self.sealed);
        row
    }

    pub(super) fn decode(row: &[u8]) -> Result<Self, Damage> {
        let mut input = Input(row);
        Ok(Self { layout: input.u32()?, rotation: input.u64()?, sealed: input.0.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn genesis() -> Genesis {
        Genesis { entropy: Zeroizing::new(std::array::from_fn(|at| at as u8)), created: Instant::from_seconds(9) }
    }

    #[test]
    fn only_the_master_key_opens_a_vault_and_only_until_it_is_changed() {
        let (old, new) = (MasterKey::new([1; 32]), MasterKey::new([2; 32]));
        let (vault, rows) = Vault::begin(&old, &genesis());
        let wrapped = Wrapped::decode(&rows[0].1).unwrap();
        assert!(Vault::unwrap(&wrapped, &old).is_ok());
        assert_eq!(Vault::unwrap(&wrapped, &new).err(), Some(Damage::Seal));
        let wrapped = vault.rewrap(&wrapped, &new);
        assert_eq!(Vault::unwrap(&wrapped, &old).err(), Some(Damage::Seal));
        let again = Vault::unwrap(&wrapped, &new).unwrap();
        assert_eq!(again.open_ring(&rows[2].1).unwrap(), vault.open_ring(&rows[2].1).unwrap());
        assert_eq!(again.views(&rows[1].1).unwrap().0.keys, vault.views(&rows[1].1).unwrap().0.keys);
    }

    #[test]
    fn changes_open_only_where_they_were_sealed() {
        let (vault, _) = Vault::begin(&MasterKey::new([1; 32]), &genesis());
        let sealed = vault.seal_changes(7, b"head", b"a secret key");
        assert!(!sealed.windows(6).any(|bytes| bytes == b"secret"));
        assert_eq!(vault.open_changes(7, b"head", &sealed).unwrap().as_slice(), b"a secret key");
        assert_eq!(vault.open_changes(8, b"head", &sealed).unwrap_err(), Damage::Seal);
        assert_eq!(vault.open_changes(7, b"haed", &sealed).unwrap_err(), Damage::Seal);
    }

    #[test]
    fn the_parts_of_the_entropy_are_used_once_each() {
        let (vault, rows) = Vault::begin(&MasterKey::new([1; 32]), &genesis());
        let ring = vault.open_ring(&rows[2].1).unwrap();
        assert_eq!(ring.len(), 1);
        assert_eq!(ring[0].key[0], 32);
        let (ids, hashing) = vault.views(&rows[1].1).unwrap();
        assert_eq!(ids.keys.0.to_le_bytes()[0], 64);
        assert_eq!(hashing.keys.0.to_le_bytes()[0], 80);
        assert_eq!(vault.data_key[31], 31);
    }
}
