//! The world's other machines: they are there, and nothing listens on them, so that they refuse connections.

use crate::{
    error::EnterError,
    links::{self, Links},
};
use nix::sched::{CloneFlags, setns, unshare};
use std::{fs::File, net::IpAddr, os::fd::AsRawFd};

/// Their network namespace, which lives as long as this does.
pub(crate) struct Others {
    addresses: Vec<IpAddr>,
    _namespace: Option<File>,
}

fn this_network() -> Result<File, EnterError> {
    File::open("/proc/self/ns/net").map_err(EnterError::system("open this network namespace"))
}

impl Others {
    /// Makes their network. Must be called in the lab's, while this process has one thread.
    pub(crate) fn make(mut addresses: Vec<IpAddr>) -> Result<Self, EnterError> {
        if !links::has_ipv6() {
            addresses.retain(IpAddr::is_ipv4);
        }
        if addresses.is_empty() {
            return Ok(Self { addresses, _namespace: None });
        }
        let lab = this_network()?;
        unshare(CloneFlags::CLONE_NEWNET).map_err(EnterError::no_network_namespace)?;
        let namespace = this_network()?;
        let made = Self::furnish(&lab, &addresses);
        setns(&lab, CloneFlags::CLONE_NEWNET).map_err(EnterError::system("return to the lab's network"))?;
        made.map(|()| Self { addresses, _namespace: Some(namespace) })
    }

    fn furnish(lab: &File, addresses: &[IpAddr]) -> Result<(), EnterError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(EnterError::system("begin a runtime"))?;
        runtime.block_on(async { Links::here()?.furnish_others(lab.as_raw_fd(), addresses).await })
    }

    /// Makes the way to them.
    pub(crate) async fn lead_there(&self, links: &Links) -> Result<(), EnterError> {
        if self.addresses.is_empty() { Ok(()) } else { links.lead_to_others(&self.addresses).await }
    }
}
