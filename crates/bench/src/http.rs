//! As much of HTTP/1.1's answers as a load generator must understand: where one ends, and whether it went well.

use anyhow::{Context, Result, bail};
use memchr::memmem;
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

/// An answer's status, and where its head and its body end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: usize,
    pub(crate) end: usize,
    /// Whether the server closes the connection behind it.
    pub(crate) closes: bool,
}

impl Answer {
    /// Reads the head at the start of `bytes`; `None` while it is not complete.
    pub(crate) fn read(bytes: &[u8]) -> Result<Option<Self>> {
        let Some(blank) = memmem::find(bytes, b"\r\n\r\n") else {
            if bytes.len() > 64 * 1024 {
                bail!("a head without an end");
            }
            return Ok(None);
        };
        let text = str::from_utf8(bytes.get(..blank).unwrap_or_default())?;
        let mut lines = text.split("\r\n");
        let first = lines.next().unwrap_or_default();
        let status = first.split(' ').nth(1).context("no status line")?.parse()?;
        let mut length = None;
        let mut closes = first.starts_with("HTTP/1.0");
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            if name.eq_ignore_ascii_case("content-length") {
                length = Some(value.trim().parse::<usize>()?);
            } else if name.eq_ignore_ascii_case("connection") {
                closes = value.trim().eq_ignore_ascii_case("close");
            }
        }
        let head = blank + 4;
        let end = head + length.context("an answer without Content-Length")?;
        Ok(Some(Self { status, head, end, closes }))
    }
}

/// Sends one request on a connection of its own and gives the status and the body of the answer.
pub(crate) fn exchange(address: SocketAddr, request: &[u8]) -> Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request)?;
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let count = stream.read(&mut piece)?;
        bytes.extend_from_slice(piece.get(..count).unwrap_or_default());
        match Answer::read(&bytes)? {
            Some(Answer { status, head, end, .. }) if bytes.len() >= end => {
                return Ok((status, String::from_utf8(bytes.get(head..end).unwrap_or_default().to_vec())?));
            }
            _ if count == 0 => bail!("the server closed the connection"),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let text = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabcHTTP";
        let answer = Answer { status: 200, head: 38, end: 41, closes: false };
        assert_eq!(Answer::read(text).unwrap(), Some(answer));
        assert_eq!(Answer::read(&text[..20]).unwrap(), None);
        let old = Answer::read(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n").unwrap().unwrap();
        assert!(old.closes && old.status == 404);
        assert!(Answer::read(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}
