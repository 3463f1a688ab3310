//! IpAddress and NotIpAddress: ranges of IPv4 and IPv6, which never match each other.

use crate::Document;
use crate::document::{Net, Pattern, Value};
use std::net::IpAddr;

/// Reads `203.0.113.0/24` or `2001:db8::/32`; a bare address is a range of one. Bits behind the prefix do not matter.
pub(crate) fn net(text: &str) -> Option<Net> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let (v6, bits) = bits(address.parse().ok()?);
    let width = if v6 { 128 } else { 32 };
    let length = match length {
        None => width,
        Some(digits) if digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().ok().filter(|length| *length <= width)?
        }
        Some(_) => return None,
    };
    let mask = u128::MAX.checked_shl(width - length).unwrap_or(0);
    Some(Net { v6, mask, bits: bits & mask })
}

fn bits(address: IpAddr) -> (bool, u128) {
    match address {
        IpAddr::V4(v4) => (false, u128::from(v4.to_bits())),
        IpAddr::V6(v6) => (true, v6.to_bits()),
    }
}

/// Whether one of the ranges takes in the address `held`.
pub(super) fn any(document: &Document, values: &[Value], held: &str) -> bool {
    let Ok(address) = held.parse() else { return false };
    let (v6, bits) = bits(address);
    values.iter().any(|value| {
        let Pattern::Net(index) = value.pattern else { return false };
        document.net(index).is_some_and(|net| net.v6 == v6 && bits & net.mask == net.bits)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_or_refused() {
        assert_eq!(net("203.0.113.77/24"), net("203.0.113.0/24"));
        assert_eq!(net("203.0.113.7"), net("203.0.113.7/32"));
        assert_eq!(net("0.0.0.0/0").unwrap().mask & u128::from(u32::MAX), 0);
        assert_eq!(net("::/0").unwrap().mask, 0);
        for wrong in ["", "203.0.113", "203.0.113.0/33", "::/129", "203.0.113.0/", "203.0.113.0/+8", "01.2.3.4"] {
            assert_eq!(net(wrong), None, "{wrong}");
        }
    }
}
