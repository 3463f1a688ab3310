//! Longest-prefix lookup.

use ipnet::IpNet;
use std::net::IpAddr;

/// From networks to values; of several networks around an address the smallest counts.
///
/// One sorted list for each length of prefix that occurs: a lookup costs a binary search in each, and route tables
/// have few lengths.
#[derive(Debug, Clone)]
pub(crate) struct Table<T> {
    v4: Vec<Level<T>>,
    v6: Vec<Level<T>>,
}

/// The networks of one prefix length, by their addresses; longest prefix first among levels.
#[derive(Debug, Clone)]
struct Level<T> {
    length: u8,
    networks: Vec<(u128, T)>,
}

impl<T: Copy> Table<T> {
    /// Of two equal networks the first counts.
    pub(crate) fn new(entries: impl IntoIterator<Item = (IpNet, T)>) -> Self {
        let mut table = Self { v4: Vec::new(), v6: Vec::new() };
        for (network, value) in entries {
            let length = network.prefix_len();
            let family = if network.addr().is_ipv4() { &mut table.v4 } else { &mut table.v6 };
            let place = match family.binary_search_by(|level| length.cmp(&level.length)) {
                Ok(place) => place,
                Err(place) => {
                    family.insert(place, Level { length, networks: Vec::new() });
                    place
                }
            };
            if let Some(level) = family.get_mut(place) {
                level.networks.push((bits(network.network()), value));
            }
        }
        for level in table.v4.iter_mut().chain(&mut table.v6) {
            level.networks.sort_by_key(|(network, _)| *network);
            level.networks.dedup_by_key(|(network, _)| *network);
        }
        table
    }

    /// The value of the smallest network around the address, and its prefix's length.
    pub(crate) fn get(&self, address: IpAddr) -> Option<(T, u8)> {
        let (family, width) = if address.is_ipv4() { (&self.v4, 32) } else { (&self.v6, 128) };
        family.iter().find_map(|level| {
            let network = masked(bits(address), width, level.length);
            let place = level.networks.binary_search_by_key(&network, |(network, _)| *network).ok()?;
            level.networks.get(place).map(|(_, value)| (*value, level.length))
        })
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

fn masked(bits: u128, width: u8, length: u8) -> u128 {
    let behind = u32::from(width.saturating_sub(length));
    bits.checked_shr(behind).and_then(|kept| kept.checked_shl(behind)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn network() -> impl Strategy<Value = IpNet> {
        // Few bits, so that networks nest and meet addresses.
        let v4 = (0u32..16, 0u8..=32).prop_map(|(high, length)| (IpAddr::from((high << 28).to_be_bytes()), length));
        let v6 = (0u128..16, 0u8..=128).prop_map(|(high, length)| (IpAddr::from((high << 124).to_be_bytes()), length));
        prop_oneof![v4, v6].prop_map(|(address, length)| IpNet::new(address, length).unwrap().trunc())
    }

    proptest! {
        #[test]
        fn a_lookup_finds_what_a_scan_finds(
            networks in prop::collection::vec(network(), 0..40),
            high in 0u32..64,
            low in 0u32..4,
            six: bool,
        ) {
            let table = Table::new(networks.iter().copied().zip(0usize..));
            let address = if six {
                IpAddr::from(((u128::from(high) << 122) | u128::from(low)).to_be_bytes())
            } else {
                IpAddr::from(((high << 26) | low).to_be_bytes())
            };
            let around = networks.iter().enumerate().filter(|(_, network)| network.contains(&address));
            let longest = around.rev().max_by_key(|(_, network)| network.prefix_len());
            let scanned = longest.map(|(place, network)| (place, network.prefix_len()));
            // max_by_key takes the last of equals; reversed, that is the first one given.
            prop_assert_eq!(table.get(address), scanned);
        }
    }
}
