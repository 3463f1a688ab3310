//! The way out, for hosts that `--allow` names and nothing else: connections taken in the lab are made again by a process
//! that stayed in the host's network.

use crate::{
    error::EnterError,
    rejoin::{self, BEGIN, Comer, LET_GO},
    space::reap,
};
use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, recvmsg, sendmsg};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    io::{self, IoSlice, IoSliceMut, Read},
    net::{IpAddr, Ipv4Addr},
    os::{
        fd::{AsRawFd, FromRawFd, OwnedFd, RawFd},
        unix::net::UnixStream,
    },
    str::FromStr,
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

/// A host that may be reached outside: `HOST` (ports 80 and 443) or `HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowed {
    /// A name that the host's resolver knows, or an IPv4 address.
    pub host: String,
    /// Its ports.
    pub ports: Vec<u16>,
}

/// Not a host that could be allowed.
#[derive(Debug, thiserror::Error)]
#[error("a host is HOST or HOST:PORT, such as pypi.org or 10.1.2.3:8443")]
pub struct NotAHost;

impl FromStr for Allowed {
    type Err = NotAHost;

    fn from_str(text: &str) -> Result<Self, NotAHost> {
        let (host, ports) = match text.rsplit_once(':') {
            Some((host, port)) => (host, vec![port.parse().ok().filter(|port| *port != 0).ok_or(NotAHost)?]),
            None => (text, vec![80, 443]),
        };
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        if host.is_empty() || host.len() > 253 || !host.bytes().all(letter) {
            return Err(NotAHost);
        }
        Ok(Self { host, ports })
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)
    }
}

/// The most hosts that may be allowed.
pub const MOST: usize = 64;
/// Connections to the outside at once.
const CONNECTIONS: usize = 256;
/// How long a connection outside may take to be made.
const PATIENCE: Duration = Duration::from_secs(30);

impl Allowed {
    /// What it is called outside: `host.internal` and names below `localhost` are this machine. Not every resolver knows
    /// the latter (RFC 6761), and some programs, curl for one, never ask for them.
    fn outside(&self) -> String {
        let is_here = self.host == "host.internal" || self.host.ends_with(".localhost");
        if is_here { "127.0.0.1".to_owned() } else { self.host.clone() }
    }

    /// The address it has inside: its own, or one of nobody's (RFC 2544) by its place in the list.
    pub(crate) fn inside(&self, number: usize) -> IpAddr {
        let last = u8::try_from(number.min(MOST)).unwrap_or(0).saturating_add(1);
        self.host.parse().unwrap_or(IpAddr::from([198, 19, 255, last]))
    }
}

/// Whether each host can have its address inside: no other has it, nor anything of the place's, of which `taken` tells
/// what is said then, and which addresses.
pub(crate) fn have_room(
    allowed: &[Allowed],
    taken: &[(&'static str, Vec<IpAddr>)],
    is_known: impl Fn(&str) -> bool,
) -> Result<(), EnterError> {
    const LOOPBACK: &str = "inside it is the place itself; host.internal is this machine";
    for (number, one) in allowed.iter().enumerate() {
        let address = one.inside(number);
        let is_anothers =
            allowed.iter().enumerate().any(|(other, two)| other != number && two.inside(other) == address);
        let why = if one.host == "localhost" || address.is_loopback() {
            LOOPBACK
        } else if is_anothers {
            "another host that is allowed has that address inside"
        } else if is_known(&one.host) {
            "that is a name of the world's own"
        } else if address.is_unspecified() || address.is_multicast() || address == IpAddr::V4(Ipv4Addr::BROADCAST) {
            "that is no host's address"
        } else if let Some((why, _)) = taken.iter().find(|(_, addresses)| addresses.contains(&address)) {
            why
        } else {
            continue;
        };
        return Err(EnterError::Allowed { host: one.host.clone(), why });
    }
    Ok(())
}

/// Hands listening sockets over to the process outside, one for each port, in the order of `allowed`.
pub(crate) fn hand_over(line: &UnixStream, listeners: &[std::net::TcpListener]) -> Result<(), EnterError> {
    for listener in listeners {
        let descriptors = [listener.as_raw_fd()];
        let sent = sendmsg::<()>(
            line.as_raw_fd(),
            &[IoSlice::new(b"l")],
            &[ControlMessage::ScmRights(&descriptors)],
            MsgFlags::empty(),
            None,
        );
        sent.map_err(EnterError::system("hand a socket to the process outside"))?;
    }
    Ok(())
}

/// Carries connections out, and begins a server when asked to, until the other end of `line` is gone.
pub(crate) fn serve(line: UnixStream, allowed: &[Allowed], comer: &Comer) {
    let targets: Vec<(String, u16)> =
        allowed.iter().flat_map(|one| one.ports.iter().map(|port| (one.outside(), *port))).collect();
    let mut listeners = Vec::new();
    for target in targets {
        match received(&line) {
            Ok(listener) => listeners.push((target, listener)),
            Err(_) => return,
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime else { return };
    runtime.block_on(async move {
        let room = Arc::new(Semaphore::new(CONNECTIONS));
        for (target, listener) in listeners {
            let _ = listener.set_nonblocking(true);
            if let Ok(listener) = TcpListener::from_std(listener) {
                tokio::spawn(accept(listener, target, room.clone()));
            }
        }
        let asked = tokio::task::spawn_blocking({
            let comer = comer.clone();
            move || begin_servers(&line, &comer)
        });
        let _ = asked.await;
    });
}

/// Begins a server whenever that is asked for, and stays its visitor until the other end has come to it.
fn begin_servers(mut line: &UnixStream, comer: &Comer) {
    let mut begun = None;
    let mut asked = [0];
    while line.read_exact(&mut asked).is_ok() {
        match asked {
            [BEGIN] => {
                reap();
                let result = comer.begin();
                if rejoin::answer(line, result.as_ref().err()).is_err() {
                    return;
                }
                begun = result.ok();
            }
            [LET_GO] => begun = None,
            _ => return,
        }
    }
    drop(begun);
}

async fn accept(listener: TcpListener, (host, port): (String, u16), room: Arc<Semaphore>) {
    while let Ok((mut inside, _)) = listener.accept().await {
        let Ok(permit) = room.clone().acquire_owned().await else { return };
        let target = (host.clone(), port);
        tokio::spawn(async move {
            // Whoever cannot be reached is told by the connection's end.
            if let Ok(Ok(mut outside)) = tokio::time::timeout(PATIENCE, TcpStream::connect(target)).await {
                let _ = copy_bidirectional(&mut inside, &mut outside).await;
            }
            drop(permit);
        });
    }
}

fn received(line: &UnixStream) -> io::Result<std::net::TcpListener> {
    let mut byte = [0];
    let mut space = nix::cmsg_space!(RawFd);
    let mut slices = [IoSliceMut::new(&mut byte)];
    let message = recvmsg::<()>(line.as_raw_fd(), &mut slices, Some(&mut space), MsgFlags::MSG_CMSG_CLOEXEC)?;
    for control in message.cmsgs()? {
        if let ControlMessageOwned::ScmRights(descriptors) = control
            && let Some(descriptor) = descriptors.first()
        {
            // SAFETY: the kernel has just made this descriptor for this process; nobody else knows it.
            #[expect(unsafe_code, reason = "a descriptor that was received belongs to nobody yet")]
            let owned = unsafe { OwnedFd::from_raw_fd(*descriptor) };
            return Ok(owned.into());
        }
    }
    Err(io::Error::from(io::ErrorKind::UnexpectedEof))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_by_name_or_address_with_or_without_a_port() {
        let told = |text: &str| text.parse::<Allowed>().ok().map(|allowed| (allowed.host, allowed.ports));
        assert_eq!(told("PyPI.org."), Some(("pypi.org".to_owned(), vec![80, 443])));
        assert_eq!(told("10.1.2.3:8443"), Some(("10.1.2.3".to_owned(), vec![8443])));
        for wrong in ["", ":443", "a b", "host:0", "host:70000", "http://host", "::1"] {
            assert_eq!(told(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_name_has_an_address_of_nobody_inside_and_an_address_its_own() {
        let allowed: Vec<Allowed> = ["a.example", "10.1.2.3", "b.example"].iter().map(|t| t.parse().unwrap()).collect();
        let inside: Vec<String> =
            allowed.iter().enumerate().map(|(number, one)| one.inside(number).to_string()).collect();
        assert_eq!(inside, ["198.19.255.1", "10.1.2.3", "198.19.255.3"]);
    }
}
