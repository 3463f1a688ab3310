//! Lines over a unix socket, with descriptors beside them.

use super::message::MAX_LINE;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};
use std::{
    io::{self, IoSlice, IoSliceMut, Write},
    mem::MaybeUninit,
    os::{
        fd::{BorrowedFd, OwnedFd},
        unix::net::UnixStream,
    },
};

/// Descriptors that may come with a line; more are closed.
const MOST_DESCRIPTORS: usize = 1;
/// Descriptors that the kernel lets one message have (`SCM_MAX_FD`, unix(7)): with room for all none is lost unseen.
const AT_MOST_SENT: usize = 253;
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
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(AT_MOST_SENT))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let received = rustix::io::retry_on_intr(|| {
            recvmsg(&self.stream, &mut [IoSliceMut::new(&mut bytes)], &mut control, RecvFlags::CMSG_CLOEXEC)
        });
        let length = received?.bytes;
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(descriptors) = message {
                for descriptor in descriptors {
                    if self.descriptors.len() < MOST_DESCRIPTORS {
                        self.descriptors.push(descriptor);
                    }
                }
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
            let descriptors = [descriptor];
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
            let mut control = SendAncillaryBuffer::new(&mut space);
            control.push(SendAncillaryMessage::ScmRights(&descriptors));
            let sent = sendmsg(&self.stream, &[IoSlice::new(rest)], &mut control, SendFlags::NOSIGNAL)?;
            rest = rest.get(sent..).unwrap_or_default();
        }
        self.stream.write_all(rest)
    }
}
