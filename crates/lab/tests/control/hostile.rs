//! Lines and descriptors that nobody asked for: each is refused with words, and harms no other conversation.

use crate::support::{PATIENCE, Server};
use rustix::{
    net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg},
    pipe::pipe,
};
use std::{
    fs::File,
    io::{BufRead, BufReader, IoSlice, Read, Write},
    mem::MaybeUninit,
    net::{TcpListener, TcpStream, UdpSocket},
    os::{
        fd::{AsFd, BorrowedFd},
        unix::net::{UnixListener, UnixStream},
    },
    time::Duration,
};

fn heard(stream: &UnixStream) -> String {
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line
}

/// Says `line` with descriptors beside it.
fn say(stream: &UnixStream, line: &str, descriptors: &[BorrowedFd<'_>]) {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(253))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    assert!(control.push(SendAncillaryMessage::ScmRights(descriptors)));
    let sent = sendmsg(stream, &[IoSlice::new(line.as_bytes())], &mut control, SendFlags::empty()).unwrap();
    assert_eq!(sent, line.len());
}

#[test]
fn what_is_no_request_is_refused_and_ends_the_conversation() {
    let server = Server::new();
    let mut bystander = server.client();
    for line in [
        "",
        "GET / HTTP/1.1\r",
        "{}",
        "[]",
        "null",
        "\"enter\"",
        "{\"do\":\"format\"}",
        "{\"do\":\"credentials\"}",
        "{\"do\":\"credentials\",\"place\":7}",
        "{\"do\":\"credentials\",\"place\":\"here\",\"more\":1}",
        "{\"do\":\"enter\",\"place\":\"here\"}",
        "{\"do\":\"events\",\"limit\":-1,\"follow\":false,\"errors\":false}",
        "\u{0}\u{1b}[2J",
        &"[".repeat(100_000),
    ] {
        let mut stream = server.bare();
        stream.write_all(format!("{line}\n").as_bytes()).unwrap();
        let mut told = String::new();
        stream.read_to_string(&mut told).unwrap();
        assert!(told.starts_with("{\"error\":\"this is no request of this version: "), "{line:.60}: {told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    let mut stream = server.bare();
    stream.write_all(b"{\"do\":\"credentials\",\"place\":\"\xff\"}\n").unwrap();
    assert!(heard(&stream).starts_with("{\"error\":"));
    assert_eq!(bystander.outages().unwrap().len(), 2);
}

#[test]
fn a_line_without_an_end_is_read_up_to_a_bound() {
    let server = Server::new();
    let mut stream = server.bare();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    let piece = [b'x'; 64 * 1024];
    let mut said = 0;
    // It stops listening at some time, and says why.
    while said < 16 * 1024 * 1024 && stream.write_all(&piece).is_ok() {
        said += piece.len();
    }
    assert!(said < 4 * 1024 * 1024, "{said} bytes of one line were read");
    assert_eq!(heard(&stream), "{\"error\":\"a line is longer than any request\"}\n");
    server.client().outages().unwrap();
}

#[test]
fn requests_may_come_in_pieces_and_several_at_once() {
    let server = Server::new();
    let mut stream = server.bare();
    let (first, rest) = "{\"do\":\"outages\"}\n{\"do\":\"outages\"}\n{\"do\":\"outages\"".split_at(9);
    stream.write_all(first.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(20));
    stream.write_all(rest.as_bytes()).unwrap();
    let mut reader = BufReader::new(&stream);
    let mut line = String::new();
    for _ in 0..2 {
        line.clear();
        reader.read_line(&mut line).unwrap();
        assert!(line.starts_with("{\"ok\":[{\"name\":\"dark\""), "{line}");
    }
    // The third has no end, and is no request.
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    line.clear();
    assert_eq!(reader.read_line(&mut line).unwrap(), 0, "{line}");
}

#[test]
fn only_a_listening_tcp_socket_is_taken_over() {
    let server = Server::new();
    let directory = tempfile::tempdir().unwrap();
    let (file, (pipe_end, _other)) = (File::open("/dev/null").unwrap(), pipe().unwrap());
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let unix = UnixListener::bind(directory.path().join("listener")).unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let connected = TcpStream::connect(tcp.local_addr().unwrap()).unwrap();
    let request = "{\"do\":\"listen\",\"headers\":[]}\n";
    for (what, descriptor) in [
        ("a file", file.as_fd()),
        ("a pipe", pipe_end.as_fd()),
        ("UDP", udp.as_fd()),
        ("a unix socket", unix.as_fd()),
        ("a connection", connected.as_fd()),
    ] {
        let stream = server.bare();
        say(&stream, request, &[descriptor]);
        assert_eq!(heard(&stream), "{\"error\":\"what came with this is no listening TCP socket\"}\n", "{what}");
    }
    let mut stream = server.bare();
    stream.write_all(request.as_bytes()).unwrap();
    assert_eq!(heard(&stream), "{\"error\":\"a listening socket has to come with this\"}\n");
    let stream = server.bare();
    say(&stream, "{\"do\":\"listen\",\"headers\":[\"?\"]}\n", &[tcp.as_fd()]);
    assert!(heard(&stream).starts_with("{\"error\":\"a header is not base64: "));
    let many = vec!["\"\""; 5_000].join(",");
    let stream = server.bare();
    say(&stream, &format!("{{\"do\":\"listen\",\"headers\":[{many}]}}\n"), &[tcp.as_fd()]);
    assert_eq!(heard(&stream), "{\"error\":\"5000 headers are more than there are endpoints\"}\n");
    assert!(server.known.lock().unwrap().adopted.is_empty());
    let stream = server.bare();
    say(&stream, request, &[tcp.as_fd()]);
    assert_eq!(heard(&stream), "{\"ok\":null}\n");
}

#[test]
fn descriptors_that_nobody_asked_for_are_closed() {
    let server = Server::new();
    for (line, many) in [("{\"do\":\"outages\"}\n", 1), ("{\"do\":\"outages\"}\n", 2), ("{\"do\":\"outages\"}\n", 253)]
    {
        let stream = server.bare();
        let (mine, given) = pipe().unwrap();
        say(&stream, line, &vec![given.as_fd(); many]);
        drop(given);
        assert!(heard(&stream).starts_with("{\"ok\":"), "{many}");
        drop(stream);
        // The end is seen once nobody has the other end any more.
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || tell.send(File::from(mine).read(&mut [0]).unwrap()));
        assert_eq!(told.recv_timeout(PATIENCE), Ok(0), "{many} descriptors were kept");
    }
}

#[test]
fn there_is_room_for_so_many_conversations_and_room_again_when_they_end() {
    let server = Server::new();
    let held: Vec<UnixStream> = (0..256).map(|_| server.bare()).collect();
    assert_eq!(heard(&server.bare()), "{\"error\":\"too many speak with this server already\"}\n");
    drop(held);
    crate::support::until("there is room again", || server.client().outages().is_ok());
}
