//! Lines over a unix socket, with descriptors beside them.

use super::message::MAX_LINE;
use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, recvmsg, sendmsg};
use std::{
    io::{self, IoSlice, IoSliceMut, Write},
    os::{
        fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd},
        unix::net::UnixStream,
    },
};

/// Descriptors that may come with a line; more are closed.
const MOST_DESCRIPTORS: usize = 1;
const AT_ONCE: usize = 16 * 1024;

/// One end of a conversation.
pub(super) struct Lines {
    stream: UnixStream,
    read: Vec<u8>,
    descriptors: Vec<OwnedFd>,
}

impl Lines {
    pub(super) fn new(stream: UnixStream) -> Self {
        Self { stream, read: Vec::new(), descriptors: Vec::new() }
    }

    pub(super) fn stream(&self) -> &UnixStream {
        &self.stream
    }

    /// The next line without its end, and what came with it; `None` at the end of the conversation.
    pub(super) fn next(&mut self) -> io::Result<Option<(Vec<u8>, Vec<OwnedFd>)>> {
        let mut looked_at = 0;
        loop {
            let fresh = self.read.get(looked_at..).unwrap_or_default();
            if let Some(end) = fresh.iter().position(|byte| *byte == b'\n').map(|place| looked_at + place) {
                let rest = self.read.split_off(end + 1);
                let mut line = std::mem::replace(&mut self.read, rest);
                line.truncate(end);
                return Ok(Some((line, std::mem::take(&mut self.descriptors))));
            }
            looked_at = self.read.len();
            if looked_at > MAX_LINE {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a line is longer than any request"));
            }
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    fn more(&mut self) -> io::Result<bool> {
        let mut bytes = [0; AT_ONCE];
        let mut space = nix::cmsg_space!([RawFd; 4]);
        let mut slices = [IoSliceMut::new(&mut bytes)];
        let socket = self.stream.as_raw_fd();
        let message = loop {
            match recvmsg::<()>(socket, &mut slices, Some(&mut space), MsgFlags::MSG_CMSG_CLOEXEC) {
                Err(nix::errno::Errno::EINTR) => {}
                other => break other?,
            }
        };
        let (length, mut received) = (message.bytes, Vec::new());
        for control in message.cmsgs()? {
            if let ControlMessageOwned::ScmRights(descriptors) = control {
                received.extend(descriptors);
            }
        }
        for descriptor in received {
            // SAFETY: the kernel has just made this descriptor for this process; nobody else knows it.
            #[expect(unsafe_code, reason = "a descriptor that was received belongs to nobody yet")]
            let owned = unsafe { OwnedFd::from_raw_fd(descriptor) };
            if self.descriptors.len() < MOST_DESCRIPTORS {
                self.descriptors.push(owned);
            }
        }
        self.read.extend_from_slice(bytes.get(..length).unwrap_or_default());
        Ok(length > 0)
    }

    /// Says a line, with a descriptor beside it.
    pub(super) fn say(&mut self, text: &[u8], descriptor: Option<BorrowedFd<'_>>) -> io::Result<()> {
        let mut whole = text.to_vec();
        whole.push(b'\n');
        let mut rest = whole.as_slice();
        if let Some(descriptor) = descriptor {
            let descriptors = [descriptor.as_raw_fd()];
            let control = [ControlMessage::ScmRights(&descriptors)];
            let socket = self.stream.as_raw_fd();
            let sent = sendmsg::<()>(socket, &[IoSlice::new(rest)], &control, MsgFlags::MSG_NOSIGNAL, None)?;
            rest = rest.get(sent..).unwrap_or_default();
        }
        self.stream.write_all(rest)
    }
}
