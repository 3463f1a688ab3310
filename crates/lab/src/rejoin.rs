//! A server that ends while somebody is inside: the visit goes to the next one.

use crate::{
    control::client::{Client, ControlError},
    error::EnterError,
    outages,
    source::Sessions,
    trust::Trust,
};
use std::{
    fmt::Display,
    io::{self, Read, Write},
    net::TcpListener,
    os::unix::net::UnixStream,
    path::PathBuf,
    sync::Arc,
    thread,
    time::Duration,
};

/// What is asked of the process outside: to begin a server, and to let go of the one it has begun.
pub(crate) const BEGIN: u8 = b'b';
pub(crate) const LET_GO: u8 = b'l';
/// The longest text of an error that is read.
const MAX_TEXT: u64 = 16 * 1024;
/// Attempts to come to a server whose failures are told to nobody.
const PASSING: usize = 3;
/// Between them: at first, and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

/// Who comes to which server.
#[derive(Debug, Clone)]
pub(crate) struct Comer {
    pub(crate) data: PathBuf,
    pub(crate) directory: PathBuf,
    pub(crate) place: String,
    pub(crate) exe: PathBuf,
}

impl Comer {
    /// Comes to the server there is, or begins one. Must be called outside: a server begun in a place would be in its
    /// network.
    pub(crate) fn begin(&self) -> Result<Client, ControlError> {
        Client::join_or_start(&self.data, &self.directory, &self.place, &self.exe)
    }

    /// Makes what a visit needs in the data directory: what programs inside trust, and the empty directory of its own.
    pub(crate) fn furnish(&self) -> Result<(Trust, PathBuf), EnterError> {
        let own = self.data.join("inside");
        std::fs::create_dir_all(&own).map_err(EnterError::path("make", &own))?;
        Ok((Trust::in_directory(&self.data.join("tls"))?, own))
    }
}

/// Says, to whoever asked for it on `line`, how beginning a server went.
pub(crate) fn answer(mut line: &UnixStream, error: Option<&ControlError>) -> io::Result<()> {
    let text = error.map(ToString::to_string).unwrap_or_default();
    let length = u32::try_from(text.len()).unwrap_or(0);
    line.write_all(&length.to_be_bytes())?;
    line.write_all(text.as_bytes().get(..length as usize).unwrap_or_default())
}

/// What a visit brings to a server.
pub(crate) struct Rejoin {
    pub(crate) comer: Comer,
    /// To the process outside.
    pub(crate) line: UnixStream,
    pub(crate) listener: TcpListener,
    pub(crate) headers: Vec<Vec<u8>>,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) outages: Option<outages::Teller>,
    /// Tells the person who entered.
    pub(crate) tell: fn(&dyn Display),
}

impl Rejoin {
    /// Brings it to another server whenever one ends, for as long as this process lives. Connections that are made
    /// meanwhile wait.
    pub(crate) fn watch(self, mut server: Client) {
        thread::spawn(move || {
            loop {
                server.wait_for_its_end();
                server = self.again(server.ends_with_visitors());
            }
        });
    }

    /// A server that others began is theirs to begin again.
    fn again(&self, ends_with_visitors: bool) -> Client {
        (self.tell)(&if ends_with_visitors {
            "the world's server has ended; beginning another"
        } else {
            "the world's server has ended; waiting for another"
        });
        let (mut pause, longest) = PAUSES;
        let (mut told, mut attempts) = (None, 0_usize);
        loop {
            attempts += 1;
            let begun = if ends_with_visitors { self.begin() } else { Ok(()) };
            // Even if none could be begun: somebody else may have.
            let why = match (self.bring(), begun) {
                (Ok(client), _) => {
                    (self.tell)(&"the world's server is there again");
                    return client;
                }
                (Err(ControlError::NoServer { .. }), begun) => begun.err(),
                (Err(error), _) => Some(error.to_string()),
            };
            // That none is there has been said. One that is just ending breaks off, which is soon over.
            if attempts > PASSING && why.is_some() && why != told {
                told = why.inspect(|why| (self.tell)(why));
            }
            thread::sleep(pause);
            pause = (pause * 2).min(longest);
        }
    }

    /// Has the process outside begin a server.
    fn begin(&self) -> Result<(), String> {
        let asked = || {
            let mut line = &self.line;
            line.write_all(&[BEGIN])?;
            let mut length = [0; 4];
            line.read_exact(&mut length)?;
            let mut text = vec![0; usize::try_from(u32::from_be_bytes(length)).unwrap_or(0)];
            line.take(MAX_TEXT).read_exact(&mut text)?;
            Ok::<_, io::Error>(String::from_utf8_lossy(&text).into_owned())
        };
        match asked() {
            Ok(text) if text.is_empty() => Ok(()),
            Ok(text) => Err(text),
            Err(error) => Err(format!("no server can be begun, since the process outside is gone: {error}")),
        }
    }

    fn bring(&self) -> Result<Client, ControlError> {
        let comer = &self.comer;
        let mut server = Client::join(&comer.data, &comer.directory, &comer.place)?;
        server.listen(&self.listener, &self.headers)?;
        self.sessions.go_to(server.another()?);
        if let Some(outages) = &self.outages {
            outages.switch_again(&mut server)?;
            outages.hear(server.another()?);
        }
        let _ = (&self.line).write_all(&[LET_GO]);
        // In a directory that was made anew, it has another authority, and nothing is there that only visits make.
        if let Err(error) = self.comer.furnish() {
            (self.tell)(&error);
        }
        Ok(server)
    }
}
