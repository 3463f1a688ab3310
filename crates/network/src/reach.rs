//! What answers a place at all, whichever name leads there.

use crate::travel::candidates;
use crate::walk::{Walk, Walked};
use crate::{Arrival, Look, Network, Place, public};
use rolecall_names::Instant;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// What endpoints listen on.
const HTTPS: u16 = 443;

impl Network {
    /// Every address of an endpoint of AWS's that the place reaches on port 443, in order, with what arrives there.
    ///
    /// Public ones, as far as some name has them for some resolver, and the network interfaces of VPC endpoints. The
    /// ways are those of [`Self::travel`].
    #[must_use]
    pub fn endpoints_for(&self, from: &Place, at: Instant) -> Vec<(IpAddr, Arrival)> {
        let interfaces = self.endpoints.iter().flat_map(|endpoint| &endpoint.addresses).map(|(_, address)| *address);
        let addresses: BTreeSet<IpAddr> = public::all().into_iter().chain(interfaces).collect();
        let arrived = |address: IpAddr| self.walked(from, address, at)?.1.ok();
        let arrivals = addresses.into_iter().filter_map(|address| Some((address, arrived(address)?)));
        arrivals.filter(|(_, arrival)| arrival.service.is_some()).collect()
    }

    /// Every address that refuses a connection of the place at once, in order: its own, and those of places that its
    /// packets reach and whose answers come back. Asked for port 443, and said of every port.
    #[must_use]
    pub fn refusing(&self, from: &Place, at: Instant) -> Vec<IpAddr> {
        let places = self.network_interfaces.iter().flat_map(|interface| &interface.addresses);
        let addresses: BTreeSet<IpAddr> = places.chain(&from.addresses).copied().collect();
        let refuses = |address: &IpAddr| {
            self.walked(from, *address, at)
                .is_some_and(|(_, ended)| ended.is_err_and(|death| death.how == Look::Refused))
        };
        addresses.into_iter().filter(refuses).collect()
    }

    /// The way to an address, of which the place must have the family.
    fn walked(&self, from: &Place, address: IpAddr, at: Instant) -> Option<Walked> {
        let tried = candidates(from, &[address]).first().copied()?;
        Some(Walk::new(self, from, &address.to_string(), HTTPS, at).to(tried))
    }
}
