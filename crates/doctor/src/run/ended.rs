//! A call that was run: every `AssumeRole` of it, and how each ended.

use super::{Caller, OfRecord};
use rolecall_clients::{Client, Hop, Plan, Refusal};
use rolecall_kernel::{Weighing, event::Event};
use rolecall_names::Instant;
use rolecall_network::{Death, Journey};
use rolecall_wire::Fault;
use rolecall_world::{Call, Expectation, Place};

/// How one `AssumeRole` ended.
#[derive(Debug, Clone)]
pub enum Ended {
    /// With credentials.
    Allowed,
    /// A policy stands against it.
    Denied(Fault),
    /// An endpoint was reached and refused for another reason.
    Rejected(Fault),
    /// No endpoint was reached.
    Unreachable(Death),
    /// The client itself would not go on.
    Client(Refusal),
}

impl Ended {
    /// The outcome as a world's `expect` names it.
    #[must_use]
    pub fn outcome(&self) -> Expectation {
        match self {
            Self::Allowed => Expectation::Allowed,
            Self::Denied(_) => Expectation::Denied,
            Self::Rejected(_) | Self::Client(_) => Expectation::Rejected,
            Self::Unreachable(_) => Expectation::Unreachable,
        }
    }

    /// STS's refusal, when it was that.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Denied(fault) | Self::Rejected(fault) => Some(fault),
            Self::Allowed | Self::Unreachable(_) | Self::Client(_) => None,
        }
    }
}

/// One `AssumeRole`, from the client to its end.
#[derive(Debug, Clone)]
pub struct HopRun {
    /// What the client sends, and where.
    pub hop: Hop,
    /// Whether it is the call of the program itself, not of its credential chain.
    pub own: bool,
    /// Who calls.
    pub caller: Caller,
    /// The session that signs is of a version 1 token's.
    pub first_version: bool,
    /// The way there.
    pub journey: Journey,
    /// How it ended.
    pub ended: Ended,
    /// Every question that was weighed.
    pub weighings: Vec<Weighing>,
    /// The record left in the caller's account.
    pub event: Option<Event>,
    /// The record left in the role's account, where that is another one and the call was let in.
    pub shared_event: Option<Event>,
}

/// A call, run.
#[derive(Debug, Clone)]
pub struct Run<'w> {
    /// The call.
    pub call: &'w Call,
    /// Where it is made.
    pub place: &'w Place,
    /// What makes it.
    pub client: Client,
    /// When.
    pub at: Instant,
    /// The way to the credentials; the client's refusal where it finds none.
    pub plan: Result<Plan, Refusal>,
    /// Each `AssumeRole` that was made. The last one failed, or all were let in.
    pub hops: Vec<HopRun>,
    /// What was taken from a record, where the call is one that a record tells of.
    pub record: Option<OfRecord>,
}

impl Run<'_> {
    /// The client, where it is known: a record may leave it open.
    #[must_use]
    pub fn known_client(&self) -> Option<&Client> {
        self.record.as_ref().is_none_or(|record| record.client_known).then_some(&self.client)
    }

    /// The `AssumeRole` that the whole stands and falls with.
    #[must_use]
    pub fn last(&self) -> Option<&HopRun> {
        self.hops.last()
    }

    /// What the call comes to.
    #[must_use]
    pub fn outcome(&self) -> Expectation {
        match (&self.plan, self.hops.last()) {
            (Ok(_), Some(last)) => last.ended.outcome(),
            _ => Expectation::Rejected,
        }
    }
}
