//! What can be reached from a place: whatever is cut off at the moment, and how each connection arrives.

use crate::names::Names;
use rolecall_names::{Instant, Region};
use rolecall_network::{Arrival, IN_REGION_SINCE, serving_region_of};
use rolecall_server::Header;
use rolecall_world::World;
use std::{
    collections::{HashMap, HashSet},
    net::{IpAddr, SocketAddr},
    sync::{Arc, PoisonError},
};

/// The port that endpoints answer on.
pub(crate) const HTTPS: u16 = 443;
/// The port a connection is said to come from; nobody asks for the real one, which another translates on its way.
const SOME_PORT: u16 = 49_152;

/// What can be reached from the place, whatever is cut off at the moment.
pub(crate) struct Reach {
    names: Arc<Names>,
    all: Vec<(IpAddr, Arrival)>,
    outages: Vec<(Box<str>, Instant, Instant)>,
}

impl Reach {
    pub(crate) fn new(names: &Arc<Names>, world: &World) -> Self {
        let outages = world.outages.iter();
        let outages = outages.map(|outage| (outage.name.value.clone(), outage.start.value, outage.end.value));
        let outages: Vec<_> = outages.collect();
        let none = outages.iter().map(|(name, ..)| (name.clone(), false)).collect();
        let network = names.network.with_outages(&none);
        let all = network.endpoints_for(&names.place, rolecall_server::now());
        Self { names: names.clone(), all, outages }
    }

    /// What can be reached now, with these outages switched on and off by hand. An outage that is switched on outside of
    /// its times brings its own time along, its first moment: what the way to Virginia meant in 2024 is not what it has
    /// meant since the global endpoint is served in every Region.
    pub(crate) fn now(&self, switched: &HashMap<Box<str>, bool>) -> HashSet<IpAddr> {
        let now = rolecall_server::now();
        let by_hand = |(name, start, end): &&(Box<str>, Instant, Instant)| {
            switched.get(name) == Some(&true) && !(*start <= now && now < *end)
        };
        let played = self.outages.iter().find(by_hand).map(|(_, start, _)| *start);
        *self.names.played.lock().unwrap_or_else(PoisonError::into_inner) = played;
        let at = played.unwrap_or(now);
        let network = self.names.network.with_outages(switched);
        let is_there = |address: &IpAddr| {
            at >= IN_REGION_SINCE || serving_region_of(*address).is_none_or(|region| region == Region::US_EAST_1)
        };
        network.endpoints_for(&self.names.place, at).into_iter().map(|(at, _)| at).filter(is_there).collect()
    }

    /// Every address of an endpoint that can be reached at one time or another.
    pub(crate) fn addresses(&self) -> Vec<IpAddr> {
        self.all.iter().map(|(address, _)| *address).collect()
    }

    /// Whether there is anything that time or a hand could change.
    pub(crate) fn changes(&self) -> bool {
        !self.outages.is_empty()
    }

    /// How connections arrive, by the address they were made to.
    pub(crate) fn headers(&self) -> Vec<Vec<u8>> {
        self.all.iter().map(|(address, arrival)| header(*address, arrival).encode()).collect()
    }
}

fn header(address: IpAddr, arrival: &Arrival) -> Header {
    Header {
        source: SocketAddr::new(arrival.source_ip, SOME_PORT),
        destination: SocketAddr::new(address, HTTPS),
        vpc_endpoint: arrival.vpc_endpoint_id.clone(),
    }
}
