//! The directory that requests read, the one that writes build on, and the log between them.
//!
//! A write is computed on the *head*, which holds every change queued so far, so that writes need not wait for each
//! other's sync. Readers see what is *published*: only what is durable, in the order in which it became so. When a
//! write fails, the head is void and is read back from the log.

use crate::{chance, clock};
use arc_swap::ArcSwap;
use rolecall_directory::{Change, Directory, PolicyText};
use rolecall_kernel::{
    Answer, Circumstances, HttpRequest, Memo, Outcome, Sight,
    event::{Event, VpcEndpoint},
    handle,
    session::{Credentials, KeyRing, Session, TokenError},
};
use rolecall_store::{
    AppendError, AttributeKind, Commit, Embedded, EventRow, Generation, Genesis, MasterKey, Seq, Store, StoreError,
    Write,
};
use std::{
    collections::HashMap,
    ops::ControlFlow,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};
use zeroize::Zeroizing;

/// Opens the embedded store in `dir`, which is made when there is none.
///
/// # Errors
/// [`StoreError`] when the directory, the key or the log cannot be used.
pub fn open_store(dir: &Path, master: &MasterKey) -> Result<Arc<dyn Store>, StoreError> {
    let genesis = Genesis { entropy: Zeroizing::new(chance::draw()), created: clock::now() };
    Ok(Arc::new(Embedded::open(dir, master, &genesis, attributes)?))
}

/// Why a deployment does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A change in the log cannot be read.
    #[error("the change at {seq} of the log does not read as one: {source}; it was written by a newer Rolecall")]
    Change {
        /// Where.
        seq: Seq,
        /// Why not.
        source: serde_json::Error,
    },
    /// A write at the start was not taken.
    #[error(transparent)]
    Append(#[from] AppendError),
}

struct Published {
    seq: Seq,
    directory: Directory,
}

struct Head {
    generation: Generation,
    directory: Directory,
}

/// VPC endpoints by their ids, each with its policy (none: everything may pass).
pub type Endpoints = HashMap<Box<str>, (VpcEndpoint, Option<PolicyText>)>;

/// One deployment: what it holds, and where it is kept.
pub struct Deployment {
    store: Arc<dyn Store>,
    published: ArcSwap<Published>,
    head: Mutex<Head>,
    ring: KeyRing,
    memo: Memo,
    endpoints: ArcSwap<Endpoints>,
}

/// A request's outcome, and its write under way.
pub(crate) struct Pending {
    pub(crate) outcome: Outcome,
    pub(crate) commit: Option<Commit>,
    /// The directory to publish once the write is durable.
    directory: Option<Directory>,
}

/// The head was void; it has to be read back first.
pub(crate) struct Stale;

impl Deployment {
    /// Reads the directory back from the log of `store`, and its key ring.
    ///
    /// # Errors
    /// [`OpenError`] when the log cannot be read.
    pub fn open(store: Arc<dyn Store>) -> Result<Self, OpenError> {
        let (seq, directory) = replayed(&*store, Seq::default(), Directory::default())?;
        let ring = KeyRing::new(store.ring()?.into_iter().map(|key| (key.id, key.key)));
        Ok(Self {
            head: Mutex::new(Head { generation: store.generation(), directory: directory.clone() }),
            published: ArcSwap::from_pointee(Published { seq, directory }),
            store,
            ring,
            memo: Memo::default(),
            endpoints: ArcSwap::default(),
        })
    }

    /// Everything held that is durable.
    #[must_use]
    pub fn directory(&self) -> Directory {
        self.published.load().directory.clone()
    }

    /// The log.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Makes these, and no others, the VPC endpoints that connections may come through. Connections there are keep
    /// theirs as it was when they came.
    pub fn know_endpoints(&self, endpoints: Endpoints) {
        self.endpoints.store(Arc::new(endpoints));
    }

    /// The VPC endpoint of that id.
    pub(crate) fn endpoint(&self, id: &str) -> Option<(VpcEndpoint, Option<PolicyText>)> {
        self.endpoints.load().get(id).cloned()
    }

    /// Seals a session that nobody asked for over the wire, such as one of a place's role: its token, and the secret that
    /// goes with it. Nothing is recorded.
    ///
    /// # Errors
    /// [`TokenError`] when the session does not fit into a token.
    pub fn seal(&self, session: &Session) -> Result<Credentials, TokenError> {
        self.ring.seal(session, chance::draw(), 0)
    }

    /// Writes `changes` and waits until they are durable. For the start, before requests are taken.
    ///
    /// # Errors
    /// [`OpenError`] when they are not written.
    pub fn apply(&self, changes: &[Change]) -> Result<(), OpenError> {
        if changes.is_empty() {
            return Ok(());
        }
        let (commit, directory) = {
            let mut head = self.head.lock().unwrap_or_else(PoisonError::into_inner);
            let next = changes.iter().fold(head.directory.clone(), |directory, change| directory.with(change));
            let commit = self.store.append(write(head.generation, changes, &[]))?;
            head.directory = next.clone();
            (commit, next)
        };
        let seq = commit.wait()?;
        self.publish(seq, directory);
        Ok(())
    }

    /// Answers a request on what is published, and queues what it leaves behind. What changes something is computed
    /// again on the head: the kernel is pure, so that costs time and nothing else.
    pub(crate) fn answer(
        &self,
        request: &HttpRequest<'_>,
        circumstances: &Circumstances,
    ) -> Result<Result<Pending, Stale>, AppendError> {
        let published = self.published.load();
        let sight = Sight { directory: &published.directory, ring: &self.ring, memo: &self.memo, witness: None };
        let outcome = handle(&sight, request, circumstances);
        if !outcome.changes.is_empty() {
            return self.change(request, circumstances);
        }
        // A history is looked at before the look itself is recorded, so that it does not begin with itself.
        let commit = if matches!(outcome.answer, Answer::View(_)) { None } else { self.record(&outcome)? };
        Ok(Ok(Pending { outcome, commit, directory: None }))
    }

    /// Queues the records that `outcome` leaves.
    pub(crate) fn record(&self, outcome: &Outcome) -> Result<Option<Commit>, AppendError> {
        if outcome.events.is_empty() {
            return Ok(None);
        }
        self.store.append(write(Generation::default(), &[], &outcome.events)).map(Some)
    }

    fn change(
        &self,
        request: &HttpRequest<'_>,
        circumstances: &Circumstances,
    ) -> Result<Result<Pending, Stale>, AppendError> {
        let mut head = self.head.lock().unwrap_or_else(PoisonError::into_inner);
        if head.generation != self.store.generation() {
            return Ok(Err(Stale));
        }
        let sight = Sight { directory: &head.directory, ring: &self.ring, memo: &self.memo, witness: None };
        let outcome = handle(&sight, request, circumstances);
        if outcome.changes.is_empty() {
            drop(head);
            let commit = self.record(&outcome)?;
            return Ok(Ok(Pending { outcome, commit, directory: None }));
        }
        let next = outcome.changes.iter().fold(head.directory.clone(), |directory, change| directory.with(change));
        // Queued under the lock: the log's order is the order in which changes were computed.
        let commit = self.store.append(write(head.generation, &outcome.changes, &outcome.events))?;
        head.directory = next.clone();
        Ok(Ok(Pending { outcome, commit: Some(commit), directory: Some(next) }))
    }

    /// Waits for the write, then lets readers see what it changed.
    pub(crate) async fn settle(&self, pending: Pending) -> Result<Outcome, StoreError> {
        if let Some(commit) = pending.commit {
            let seq = commit.await?;
            if let Some(directory) = pending.directory {
                self.publish(seq, directory);
            }
        }
        Ok(pending.outcome)
    }

    /// Reads the head back from the log. Waits for the disk.
    pub(crate) fn renew(&self) -> Result<(), OpenError> {
        let mut head = self.head.lock().unwrap_or_else(PoisonError::into_inner);
        let generation = self.store.generation();
        if head.generation == generation {
            return Ok(());
        }
        let published = self.published.load_full();
        let (seq, directory) = replayed(&*self.store, published.seq, published.directory.clone())?;
        self.publish(seq, directory.clone());
        *head = Head { generation, directory };
        Ok(())
    }

    fn publish(&self, seq: Seq, directory: Directory) {
        let next = Arc::new(Published { seq, directory });
        self.published.rcu(|current| if current.seq < next.seq { next.clone() } else { current.clone() });
    }
}

fn replayed(store: &dyn Store, after: Seq, directory: Directory) -> Result<(Seq, Directory), OpenError> {
    let mut directory = Some(directory);
    let mut failed = None;
    let seq = store.replay(after, &mut |seq, bytes| match serde_json::from_slice::<Change>(bytes) {
        Ok(change) => {
            directory = directory.take().map(|directory| directory.with(&change));
            ControlFlow::Continue(())
        }
        Err(source) => {
            failed = Some(OpenError::Change { seq, source });
            ControlFlow::Break(())
        }
    })?;
    match failed {
        Some(error) => Err(error),
        None => Ok((seq, directory.unwrap_or_default())),
    }
}

fn write(generation: Generation, changes: &[Change], events: &[Event]) -> Write {
    Write {
        generation,
        // A change is plain data: writing it as JSON has no way to fail.
        changes: changes.iter().map(|change| serde_json::to_vec(change).unwrap_or_default()).collect(),
        events: events
            .iter()
            .map(|event| {
                let mut body = Vec::with_capacity(512);
                event.encode(&mut body);
                EventRow { account: event.recipient, region: event.region, time: event.time, body }
            })
            .collect(),
    }
}

/// Tells the store what an event can be found by.
pub fn attributes(body: &[u8], found: &mut dyn FnMut(AttributeKind, &str)) {
    use rolecall_kernel::event::Attribute;
    let Ok(event) = Event::decode(body) else { return };
    event.attributes(&mut |attribute, value| {
        let kind = match attribute {
            Attribute::EventName => AttributeKind::EventName,
            Attribute::ReadOnly => AttributeKind::ReadOnly,
            Attribute::Username => AttributeKind::Username,
            Attribute::ResourceType => AttributeKind::ResourceType,
            Attribute::ResourceName => AttributeKind::ResourceName,
            Attribute::EventSource => AttributeKind::EventSource,
            Attribute::AccessKeyId => AttributeKind::AccessKeyId,
        };
        found(kind, value);
    });
}
