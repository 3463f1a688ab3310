//! What every connection has in hand.

use crate::{connections::Complaints, deployment::Deployment, limits::Limits, meters::Meters, strangers::Strangers};
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

/// What every connection shares.
pub(crate) struct Shared {
    pub(crate) deployment: Arc<Deployment>,
    pub(crate) meters: Meters,
    pub(crate) limits: Limits,
    pub(crate) complaints: Complaints,
    pub(crate) strangers: Arc<Strangers>,
    /// A permit for each byte of long bodies: those of strangers, and all others.
    pub(crate) body_bytes: [Semaphore; 2],
}

impl Shared {
    pub(crate) fn new(deployment: Arc<Deployment>, limits: Limits) -> Self {
        let body_bytes = [Semaphore::new(limits.body_bytes), Semaphore::new(limits.body_bytes)];
        Self {
            deployment,
            meters: Meters::new(),
            limits,
            complaints: Complaints::default(),
            strangers: Strangers::new(limits.strangers),
            body_bytes,
        }
    }
}

/// Returns when a stop is asked for, or when nobody is left who could.
pub(crate) async fn asked_to_stop(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}
