//! CRC32c, as RFC 4960, Appendix B, has it.

/// The polynomial of Castagnoli, its bits turned round.
const POLYNOMIAL: u32 = 0x82F6_3B78;

/// A header is a few dozen bytes and comes once a connection: bit by bit is fast enough, and needs no table.
pub(super) fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ if sum & 1 == 1 { POLYNOMIAL } else { 0 })
    })
}

#[cfg(test)]
mod tests {
    use super::crc32c;

    /// RFC 3720, Appendix B.4, and the check value of the catalogue of parametrised CRC algorithms.
    #[test]
    fn it_is_the_sum_that_others_compute() {
        assert_eq!(crc32c(b"123456789"), 0xE306_9283);
        assert_eq!(crc32c(&[0; 32]), 0x8A91_36AA);
        assert_eq!(crc32c(&[0xFF; 32]), 0x62A8_AB43);
        assert_eq!(crc32c(b""), 0);
    }
}
