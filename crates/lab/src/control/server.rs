//! The side of the server: a thread for each conversation, of which there are few.

use super::{
    EventsWanted, Handed, OutageState, Request, SOCKET,
    line::Lines,
    lock::Lock,
    message::{Entered, Reply, Switched},
    short_path,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};
use serde::Serialize;
use serde_json::Value;
use std::{
    any::Any,
    fs::{self, File, Permissions},
    io,
    net::TcpListener,
    os::{
        fd::{AsFd, OwnedFd},
        unix::{
            fs::PermissionsExt,
            net::{UnixListener, UnixStream},
        },
    },
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// Conversations at once.
const MOST: usize = 256;
/// How long the server waits for its first visitor, when it is there for visitors alone.
const PATIENCE: Duration = Duration::from_secs(60);
const BETWEEN: Duration = Duration::from_millis(50);
/// How often a conversation that only tells looks whether anybody still listens.
const LOOK: Duration = Duration::from_millis(100);
/// Headers that may come with a listener: more than there are addresses of endpoints.
const MOST_HEADERS: usize = 4_096;

/// What the server knows and does.
pub trait Keeper: Send + Sync + 'static {
    /// Somebody comes to that place of that world: reads the world again.
    ///
    /// # Errors
    /// What is wrong, for people.
    fn enter(&self, place: &str, world: &Path) -> Result<(), String>;

    /// Whether the server ends with its last visitor.
    fn ends_with_visitors(&self) -> bool;

    /// Takes a listener over. It ends when what is returned is dropped.
    ///
    /// # Errors
    /// What is wrong, for people.
    fn adopt(&self, listener: TcpListener, headers: &[Vec<u8>]) -> Result<Box<dyn Any + Send>, String>;

    /// Fresh credentials of the role of a place.
    ///
    /// # Errors
    /// What is wrong, for people.
    fn credentials(&self, place: &str) -> Result<Handed, String>;

    /// The world's outages.
    fn outages(&self) -> Vec<OutageState>;

    /// Switches one.
    ///
    /// # Errors
    /// What is wrong, for people.
    fn switch(&self, name: &str, on: bool) -> Result<(), String>;

    /// Those that were switched, and a number that changes whenever one is.
    fn switched(&self) -> (u64, Switched);

    /// Records that fit, the oldest first, behind `after`; and where the next look begins.
    ///
    /// # Errors
    /// What is wrong, for people.
    fn events(&self, wanted: &EventsWanted, after: Option<u64>) -> Result<(Vec<Value>, u64), String>;
}

/// The control socket of a server; gone when this is dropped.
pub struct Control {
    data: PathBuf,
    shared: Arc<Shared>,
}

impl Drop for Control {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.data.join(SOCKET));
    }
}

struct Shared {
    keeper: Arc<dyn Keeper>,
    visitors: AtomicUsize,
    /// Whether anybody ever came: a visit may be shorter than a look.
    visited: AtomicBool,
    conversations: AtomicUsize,
}

impl Control {
    /// Begins to listen in `data`, of which this process must be the only server.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub fn serve(data: &Path, keeper: Arc<dyn Keeper>) -> io::Result<Self> {
        let directory = File::open(data)?;
        let path = short_path(&directory);
        // What a server left that was killed.
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&path)?;
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        let shared = Arc::new(Shared {
            keeper,
            visitors: AtomicUsize::new(0),
            visited: AtomicBool::new(false),
            conversations: AtomicUsize::new(0),
        });
        let listening = shared.clone();
        thread::Builder::new().name("control".to_owned()).spawn(move || accept(&listener, &listening))?;
        Ok(Self { data: data.to_owned(), shared })
    }

    /// Waits until the last visitor is gone, or none has come for a minute or until `beginner` is hung up, a pipe that
    /// whoever began this server holds until it has come itself. From then on whoever comes waits for this process to end.
    ///
    /// # Errors
    /// When the lock cannot be taken.
    pub fn deserted(&self, beginner: impl AsFd) -> io::Result<()> {
        use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
        let is_gone = || {
            // A pipe's other end is told of without being asked for.
            let mut wanted = [PollFd::new(beginner.as_fd(), PollFlags::empty())];
            matches!(poll(&mut wanted, PollTimeout::ZERO), Ok(1..))
        };
        let mut waited = Duration::ZERO;
        while !self.shared.visited.load(Ordering::Acquire) && waited < PATIENCE && !is_gone() {
            thread::sleep(BETWEEN);
            waited += BETWEEN;
        }
        loop {
            while self.shared.visitors.load(Ordering::Acquire) > 0 {
                thread::sleep(BETWEEN);
            }
            // Somebody who has it is about to come.
            if let Some(lock) = Lock::try_take(&self.data)?
                && self.shared.visitors.load(Ordering::Acquire) == 0
            {
                let _ = fs::remove_file(self.data.join(SOCKET));
                // Held until the process has ended, and with it everything that the next one needs.
                std::mem::forget(lock);
                return Ok(());
            }
            thread::sleep(BETWEEN);
        }
    }
}

fn accept(listener: &UnixListener, shared: &Arc<Shared>) {
    loop {
        let stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a control connection could not be accepted");
                thread::sleep(BETWEEN);
                continue;
            }
        };
        let mut lines = Lines::new(stream);
        if !is_ones_own(lines.stream()) {
            refuse(&mut lines, "only its own user may speak with this server");
            continue;
        }
        let Some(seat) = Seat::take(shared) else {
            refuse(&mut lines, "too many speak with this server already");
            continue;
        };
        let spawned = thread::Builder::new().name("control".to_owned()).spawn(move || {
            let mut conversation = Conversation { shared: &seat.0, lines, brought: Vec::new(), is_visit: false };
            if let Err(error) = conversation.hold() {
                tracing::debug!(%error, "a control connection ended early");
            }
        });
        if let Err(error) = spawned {
            tracing::warn!(%error, "a control connection could not be held");
        }
    }
}

/// One of the conversations there may be.
struct Seat(Arc<Shared>);

impl Seat {
    fn take(shared: &Arc<Shared>) -> Option<Self> {
        let seat = Self(shared.clone());
        (shared.conversations.fetch_add(1, Ordering::AcqRel) < MOST).then_some(seat)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.conversations.fetch_sub(1, Ordering::AcqRel);
    }
}

fn refuse(lines: &mut Lines, why: &str) {
    let text = serde_json::to_vec(&Reply::<Value>::Error(why.to_owned())).unwrap_or_default();
    // Who does not hear it learns from the end of the connection.
    let _ = lines.say(&text, None);
}

/// Whether the other side is the same user, or root.
fn is_ones_own(stream: &UnixStream) -> bool {
    let own = nix::unistd::geteuid().as_raw();
    getsockopt(stream, PeerCredentials).is_ok_and(|peer| peer.uid() == own || peer.uid() == 0)
}

struct Conversation<'s> {
    shared: &'s Shared,
    lines: Lines,
    /// Listeners, which end with the conversation.
    brought: Vec<Box<dyn Any + Send>>,
    is_visit: bool,
}

impl Drop for Conversation<'_> {
    fn drop(&mut self) {
        self.brought.clear();
        if self.is_visit {
            self.shared.visitors.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

impl Conversation<'_> {
    fn hold(&mut self) -> io::Result<()> {
        loop {
            let (line, descriptors) = match self.lines.next() {
                Ok(Some(request)) => request,
                Ok(None) => return Ok(()),
                Err(error) => {
                    refuse(&mut self.lines, &error.to_string());
                    return Err(error);
                }
            };
            match serde_json::from_slice(&line) {
                Ok(request) => self.answer(request, descriptors)?,
                Err(error) => {
                    refuse(&mut self.lines, &format!("this is no request of this version: {error}"));
                    return Ok(());
                }
            }
        }
    }

    fn tell<T: Serialize>(&mut self, reply: &Reply<T>) -> io::Result<()> {
        let text = serde_json::to_vec(reply).map_err(io::Error::other)?;
        self.lines.say(&text, None)
    }

    fn answer(&mut self, request: Request, descriptors: Vec<OwnedFd>) -> io::Result<()> {
        let keeper = self.shared.keeper.clone();
        match request {
            Request::Enter { place, world } => {
                if !std::mem::replace(&mut self.is_visit, true) {
                    self.shared.visitors.fetch_add(1, Ordering::AcqRel);
                    self.shared.visited.store(true, Ordering::Release);
                }
                let entered = keeper.enter(&place, &world);
                self.told(entered.map(|()| Entered { ends_with_visitors: keeper.ends_with_visitors() }))
            }
            Request::Listen { headers } => {
                let taken = take_over(&*keeper, &headers, descriptors).map(|held| self.brought.push(held));
                self.told(taken)
            }
            Request::Credentials { place } => self.told(keeper.credentials(&place)),
            Request::Outages => self.told(Ok(keeper.outages())),
            Request::Outage { name, on } => self.told(keeper.switch(&name, on)),
            Request::Watch => self.watch(&*keeper),
            Request::Events(wanted) => self.events(&*keeper, &wanted),
        }
    }

    fn told<T: Serialize>(&mut self, result: Result<T, String>) -> io::Result<()> {
        self.tell(&match result {
            Ok(told) => Reply::Ok(told),
            Err(why) => Reply::Error(why),
        })
    }

    /// Whether the other side is still there; it says nothing while it is told things.
    fn is_heard(&self) -> bool {
        use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
        let mut wanted = [PollFd::new(self.lines.stream().as_fd(), PollFlags::POLLHUP)];
        let timeout = PollTimeout::try_from(LOOK).unwrap_or(PollTimeout::ZERO);
        !matches!(poll(&mut wanted, timeout), Ok(1..))
    }

    fn watch(&mut self, keeper: &dyn Keeper) -> io::Result<()> {
        let (mut known, switched) = keeper.switched();
        self.told(Ok(switched))?;
        while self.is_heard() {
            let (number, switched) = keeper.switched();
            if number != known {
                known = number;
                self.told(Ok(switched))?;
            }
        }
        Ok(())
    }

    fn events(&mut self, keeper: &dyn Keeper, wanted: &EventsWanted) -> io::Result<()> {
        let mut after = None;
        loop {
            let (records, next) = match keeper.events(wanted, after) {
                Ok(found) => found,
                Err(why) => return self.tell::<Value>(&Reply::Error(why)),
            };
            after = Some(next);
            for record in records {
                self.tell(&Reply::Ok(Some(record)))?;
            }
            if !wanted.follow {
                return self.tell::<Option<Value>>(&Reply::Ok(None));
            }
            if !self.is_heard() {
                return Ok(());
            }
        }
    }
}

fn take_over(
    keeper: &dyn Keeper,
    headers: &[String],
    descriptors: Vec<OwnedFd>,
) -> Result<Box<dyn Any + Send>, String> {
    if headers.len() > MOST_HEADERS {
        return Err(format!("{} headers are more than there are endpoints", headers.len()));
    }
    let headers: Result<Vec<Vec<u8>>, _> = headers.iter().map(|header| STANDARD.decode(header)).collect();
    let headers = headers.map_err(|error| format!("a header is not base64: {error}"))?;
    let descriptor = descriptors.into_iter().next().ok_or("a listening socket has to come with this")?;
    if !is_tcp_listener(&descriptor) {
        return Err("what came with this is no listening TCP socket".to_owned());
    }
    keeper.adopt(TcpListener::from(descriptor), &headers)
}

/// Anything else would fail at every attempt to accept, for ever.
fn is_tcp_listener(descriptor: &OwnedFd) -> bool {
    use rustix::net::{AddressFamily, SocketType, sockopt};
    matches!(sockopt::socket_domain(descriptor), Ok(AddressFamily::INET | AddressFamily::INET6))
        && matches!(sockopt::socket_type(descriptor), Ok(SocketType::STREAM))
        && matches!(sockopt::socket_acceptconn(descriptor), Ok(true))
}
