//! The side of who asks. It waits, and needs no runtime.

use super::{
    EventsWanted, Handed, OutageState, Request,
    begin::start,
    line::Lines,
    lock::Lock,
    message::{Entered, Reply, Switched},
    short_path,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{
    fs::{self, File},
    io,
    net::TcpListener,
    os::{
        fd::AsFd,
        unix::{fs::DirBuilderExt, net::UnixStream},
    },
    path::{Path, PathBuf},
    time::Duration,
};

/// How long a reply may take; a world of a hundred thousand roles is read again within it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why the server could not be asked, or said no.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// No server runs on that data directory.
    #[error("no server runs with the data in {}", data.display())]
    NoServer {
        /// The data directory.
        data: PathBuf,
    },
    /// The conversation broke off.
    #[error("the server on {} cannot be spoken with: {source}", data.display())]
    Broken {
        /// The data directory.
        data: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The server said something else than it was asked for.
    #[error("the server on {} speaks another version of this protocol: {source}; end it and try again", data.display())]
    Unknown {
        /// The data directory.
        data: PathBuf,
        /// What cannot be read.
        source: serde_json::Error,
    },
    /// The server said no, and why.
    #[error("{0}")]
    Refused(String),
    /// The data directory cannot be used.
    #[error("{}: {source}", path.display())]
    Data {
        /// What.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The world's path cannot be told to a server.
    #[error("the path of a world that is entered has to be text in UTF-8, which {} is not", .0.display())]
    NotText(PathBuf),
    /// Somebody else holds the lock.
    #[error("another rolecall has been beginning or ending a server on {} for a minute", data.display())]
    Busy {
        /// The data directory.
        data: PathBuf,
    },
    /// The server did not begin.
    #[error("the server did not begin: {last_words}")]
    Stillborn {
        /// What it logged last.
        last_words: String,
    },
}

/// A conversation with a server.
pub struct Client {
    data: PathBuf,
    lines: Lines,
    entered: Entered,
    /// Keeps the server from ending before it has answered.
    settled: Option<Lock>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("data", &self.data).finish_non_exhaustive()
    }
}

impl Client {
    /// Speaks with the server on that data directory.
    ///
    /// # Errors
    /// [`ControlError::NoServer`] when none runs.
    pub fn connect(data: &Path) -> Result<Self, ControlError> {
        // A server that is ending holds the lock until it has: then there is none, and its data is free. Without a
        // directory, or one's own right to it, there is nothing to wait for.
        let settled = Lock::take_if_there(data, PATIENCE).ok().flatten();
        Ok(Self { settled, ..Self::dial(data)? })
    }

    fn dial(data: &Path) -> Result<Self, ControlError> {
        let none = || ControlError::NoServer { data: data.to_owned() };
        let directory = File::open(data).map_err(|_| none())?;
        let stream = UnixStream::connect(short_path(&directory)).map_err(|_| none())?;
        let broken = |source| ControlError::Broken { data: data.to_owned(), source };
        stream.set_read_timeout(Some(PATIENCE)).map_err(broken)?;
        Ok(Self { data: data.to_owned(), lines: Lines::new(stream), entered: Entered::default(), settled: None })
    }

    /// Another conversation with the same server.
    ///
    /// # Errors
    /// As [`Client::connect`].
    pub fn another(&self) -> Result<Self, ControlError> {
        Self::dial(&self.data)
    }

    /// Goes into a place of a world: joins the server that runs for it, or begins one with the program `exe`, which
    /// ends with its last visitor.
    ///
    /// # Errors
    /// [`ControlError`]; what is wrong with the world is a [`ControlError::Refused`].
    pub fn join_or_start(data: &Path, world: &Path, place: &str, exe: &Path) -> Result<Self, ControlError> {
        if world.to_str().is_none() {
            return Err(ControlError::NotText(world.to_owned()));
        }
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| ControlError::Data { path, source }
        };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(data).map_err(failed(data))?;
        let lock = Lock::take(data, PATIENCE).map_err(failed(data))?;
        let _held = lock.ok_or_else(|| ControlError::Busy { data: data.to_owned() })?;
        let (mut client, _begun) = match Self::dial(data) {
            Ok(client) => (client, None),
            Err(ControlError::NoServer { .. }) => {
                let begun = start(&data.canonicalize().map_err(failed(data))?, world, exe)?;
                (Self::dial(data)?, Some(begun))
            }
            Err(error) => return Err(error),
        };
        // While the lock is held, so that a server about to end learns of it.
        client.come(world, place)?;
        Ok(client)
    }

    /// Goes into a place of a world, whose server runs.
    ///
    /// # Errors
    /// As [`Client::join_or_start`], and [`ControlError::NoServer`] when none runs.
    pub fn join(data: &Path, world: &Path, place: &str) -> Result<Self, ControlError> {
        let mut client = Self::connect(data)?;
        client.come(world, place)?;
        client.settled = None;
        Ok(client)
    }

    fn come(&mut self, world: &Path, place: &str) -> Result<(), ControlError> {
        self.entered = self.ask(&Request::Enter { place: place.to_owned(), world: world.to_owned() }, None)?;
        Ok(())
    }

    /// Whether the server that was joined ends with its last visitor.
    #[must_use]
    pub fn ends_with_visitors(&self) -> bool {
        self.entered.ends_with_visitors
    }

    /// Waits until the server is gone; it says nothing that it was not asked.
    pub fn wait_for_its_end(&mut self) {
        let _ = self.lines.stream().set_read_timeout(None);
        while let Ok(Some(_)) = self.lines.next() {}
    }

    fn ask<T: DeserializeOwned>(
        &mut self,
        request: &Request,
        listener: Option<&TcpListener>,
    ) -> Result<T, ControlError> {
        // A request is plain data, its paths are text: writing it as JSON has no way to fail.
        let text = serde_json::to_vec(request).unwrap_or_default();
        let said = self.lines.say(&text, listener.map(AsFd::as_fd));
        said.map_err(|source| ControlError::Broken { data: self.data.clone(), source })?;
        self.hear()
    }

    fn hear<T: DeserializeOwned>(&mut self) -> Result<T, ControlError> {
        let broken = |source| ControlError::Broken { data: self.data.clone(), source };
        let (line, _) = match self.lines.next() {
            Ok(Some(line)) => line,
            Ok(None) => return Err(broken(io::ErrorKind::UnexpectedEof.into())),
            Err(error) => return Err(broken(error)),
        };
        match serde_json::from_slice(&line) {
            Ok(Reply::Ok(told)) => Ok(told),
            Ok(Reply::Error(why)) => Err(ControlError::Refused(why)),
            Err(source) => Err(ControlError::Unknown { data: self.data.clone(), source }),
        }
    }

    /// Hands a listening socket over, with the PROXY protocol headers of connections by their destinations.
    ///
    /// # Errors
    /// [`ControlError`].
    pub fn listen(&mut self, listener: &TcpListener, headers: &[Vec<u8>]) -> Result<(), ControlError> {
        let headers = headers.iter().map(|header| STANDARD.encode(header)).collect();
        self.ask::<Value>(&Request::Listen { headers }, Some(listener)).map(|_| ())
    }

    /// Fresh credentials of the role of `place`.
    ///
    /// # Errors
    /// [`ControlError`].
    pub fn credentials(&mut self, place: &str) -> Result<Handed, ControlError> {
        self.ask(&Request::Credentials { place: place.to_owned() }, None)
    }

    /// The world's outages.
    ///
    /// # Errors
    /// [`ControlError`].
    pub fn outages(&mut self) -> Result<Vec<OutageState>, ControlError> {
        self.ask(&Request::Outages, None)
    }

    /// Switches an outage on or off.
    ///
    /// # Errors
    /// [`ControlError::Refused`] for one that the world has not.
    pub fn outage(&mut self, name: &str, on: bool) -> Result<(), ControlError> {
        self.ask::<Value>(&Request::Outage { name: name.to_owned(), on }, None).map(|_| ())
    }

    /// Hears of outages that are switched, at once and from now on, until `told` is no longer interested.
    ///
    /// # Errors
    /// [`ControlError`] when the conversation breaks off.
    pub fn watch(mut self, mut told: impl FnMut(Switched) -> bool) -> Result<(), ControlError> {
        let switched = self.ask(&Request::Watch, None)?;
        self.settled = None;
        let patient = self.lines.stream().set_read_timeout(None);
        patient.map_err(|source| ControlError::Broken { data: self.data.clone(), source })?;
        let mut go_on = told(switched);
        while go_on {
            go_on = told(self.hear()?);
        }
        Ok(())
    }

    /// Hears of records, the oldest first, until there are no more or `told` is no longer interested. Who follows
    /// hears of no more when the server ends.
    ///
    /// # Errors
    /// [`ControlError`].
    pub fn events(mut self, wanted: EventsWanted, mut told: impl FnMut(Value) -> bool) -> Result<(), ControlError> {
        let follows = wanted.follow;
        let patience = if follows { None } else { Some(PATIENCE) };
        let patient = self.lines.stream().set_read_timeout(patience);
        patient.map_err(|source| ControlError::Broken { data: self.data.clone(), source })?;
        if follows {
            self.settled = None;
            return self.follow(wanted, told);
        }
        // All of them before the first is told: whoever is told may take their time, and others want to come.
        let mut records = Vec::new();
        let mut heard: Option<Value> = self.ask(&Request::Events(wanted), None)?;
        while let Some(record) = heard {
            records.push(record);
            heard = self.hear()?;
        }
        self.settled = None;
        for record in records {
            if !told(record) {
                break;
            }
        }
        Ok(())
    }

    fn follow(mut self, wanted: EventsWanted, mut told: impl FnMut(Value) -> bool) -> Result<(), ControlError> {
        let mut heard = self.ask::<Option<Value>>(&Request::Events(wanted), None);
        loop {
            match heard {
                Ok(Some(record)) => {
                    if !told(record) {
                        return Ok(());
                    }
                    heard = self.hear();
                }
                Ok(None) => return Ok(()),
                Err(ControlError::Broken { source, .. }) if is_end(&source) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }
}

fn is_end(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset)
}
