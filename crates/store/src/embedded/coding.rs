//! Rows as bytes: a head that every row begins with, and the numbers inside.

use crate::Damage;

/// Format of rows written now.
const FORMAT: u8 = 1;

pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A signed number such that small ones of either sign are short.
pub(super) fn put_signed(out: &mut Vec<u8>, value: i64) {
    put_varint(out, ((value << 1) ^ (value >> 63)) as u64);
}

/// Bytes being read, front to back. Every read past the end is [`Damage::Shape`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Input<'a>(pub(super) &'a [u8]);

impl<'a> Input<'a> {
    pub(super) fn bytes(&mut self, count: usize) -> Result<&'a [u8], Damage> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Damage::Shape)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Damage> {
        self.bytes(N)?.try_into().map_err(|_| Damage::Shape)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Damage> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Damage> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(super) fn u64(&mut self) -> Result<u64, Damage> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub(super) fn i64(&mut self) -> Result<i64, Damage> {
        Ok(i64::from_le_bytes(self.array()?))
    }

    pub(super) fn varint(&mut self) -> Result<u64, Damage> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Damage::Shape)
    }

    pub(super) fn signed(&mut self) -> Result<i64, Damage> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    pub(super) fn size(&mut self) -> Result<usize, Damage> {
        usize::try_from(self.varint()?).map_err(|_| Damage::Shape)
    }
}

/// What every row of the log begins with. Rows of a kind form a chain, so that a missing one is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Head {
    /// The row's key.
    pub(super) first: u64,
    /// Sequence number of the last record in the row.
    pub(super) last: u64,
    /// Sequence number of the last record of this kind before the row; 0 for none.
    pub(super) before: u64,
    /// Sequence number of the last record that was committed together with this row, of whatever kind.
    pub(super) end: u64,
    /// Records in the row.
    pub(super) count: u32,
}

impl Head {
    /// Bytes of a head: format, checksum, and the fields in their order.
    pub(super) const LEN: usize = 1 + 4 + 4 * 8 + 4;
    const CHECKED_FROM: usize = 5;

    /// Begins a row: room for a head, written last by [`Head::finish`].
    pub(super) fn begin(capacity: usize) -> Vec<u8> {
        let mut row = Vec::with_capacity(Self::LEN + capacity);
        row.resize(Self::LEN, 0);
        row
    }

    /// The fields as bytes; what seals the row is bound to them.
    pub(super) fn fields(&self) -> [u8; Self::LEN - Self::CHECKED_FROM] {
        let mut out = [0; Self::LEN - Self::CHECKED_FROM];
        let numbers = [self.first, self.last, self.before, self.end];
        for (place, number) in out.chunks_exact_mut(8).zip(numbers) {
            place.copy_from_slice(&number.to_le_bytes());
        }
        if let Some(place) = out.last_chunk_mut() {
            *place = self.count.to_le_bytes();
        }
        out
    }

    /// Writes the head into the room that [`Head::begin`] left.
    pub(super) fn finish(&self, row: &mut [u8]) {
        let Some((head, body)) = row.split_at_mut_checked(Self::LEN) else { return };
        let fields = self.fields();
        let sum = checksum(&fields, body).to_le_bytes();
        for (place, byte) in head.iter_mut().zip([FORMAT].into_iter().chain(sum).chain(fields)) {
            *place = byte;
        }
    }

    /// Reads the head of `row` and checks the whole row. `key` is where the row was found.
    pub(super) fn read(key: u64, row: &[u8]) -> Result<(Self, Input<'_>), Damage> {
        let mut input = Input(row);
        if input.u8()? != FORMAT {
            return Err(Damage::Shape);
        }
        let sum = input.u32()?;
        let first = input.u64()?;
        let head = Self { first, last: input.u64()?, before: input.u64()?, end: input.u64()?, count: input.u32()? };
        if checksum(&head.fields(), input.0) != sum {
            return Err(Damage::Checksum);
        }
        if first == key { Ok((head, input)) } else { Err(Damage::Shape) }
    }
}

fn checksum(fields: &[u8], body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(fields);
    hasher.update(body);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_flipped_bit_anywhere_is_found() {
        let mut row = Head::begin(0);
        row.extend_from_slice(b"body");
        let head = Head { first: 7, last: 9, before: 6, end: 10, count: 3 };
        head.finish(&mut row);
        assert_eq!(Head::read(7, &row).unwrap().0, head);
        assert_eq!(Head::read(7, &row).unwrap().1.0, b"body");
        assert_eq!(Head::read(8, &row).unwrap_err(), Damage::Shape);
        for bit in 0..row.len() * 8 {
            let mut row = row.clone();
            row[bit / 8] ^= 1 << (bit % 8);
            assert!(Head::read(7, &row).is_err(), "bit {bit}");
        }
    }

    proptest! {
        #[test]
        fn numbers_come_back(number: u64, signed: i64) {
            let mut out = Vec::new();
            put_varint(&mut out, number);
            put_signed(&mut out, signed);
            let mut input = Input(&out);
            prop_assert_eq!(input.varint(), Ok(number));
            prop_assert_eq!(input.signed(), Ok(signed));
            prop_assert_eq!(input.u8(), Err(Damage::Shape));
        }

        #[test]
        fn no_bytes_are_too_strange(bytes: Vec<u8>) {
            let _ = Input(&bytes).varint();
            let _ = Head::read(1, &bytes);
        }
    }
}
