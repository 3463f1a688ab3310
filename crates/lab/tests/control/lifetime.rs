//! What ends with whom: listeners with who brought them, a server with its last visitor.

use crate::support::{Known, PATIENCE, Server, TestKeeper, until};
use rolecall_lab::control::{client::Client, server::Control};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    os::unix::{
        fs::{FileTypeExt, PermissionsExt},
        net::{UnixListener, UnixStream},
    },
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

/// Goes in as `enter` does.
fn visit(server: &Server, request: &str) -> (UnixStream, String) {
    let mut stream = server.bare();
    stream.write_all(format!("{request}\n").as_bytes()).unwrap();
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line).unwrap();
    (stream, line)
}

const HERE: &str = "{\"do\":\"enter\",\"place\":\"here\",\"world\":\"/world\"}";

#[test]
fn what_a_visitor_brought_ends_with_it() {
    let server = Server::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (mut one, mut other) = (server.client(), server.client());
    one.listen(&listener, &[]).unwrap();
    one.listen(&listener, &[]).unwrap();
    other.listen(&listener, &[]).unwrap();
    assert_eq!(server.known.lock().unwrap().ended, 0);
    drop(one);
    until("both end", || server.known.lock().unwrap().ended == 2);
    other.outages().unwrap();
    assert_eq!(server.known.lock().unwrap().ended, 2);
    drop(other);
    until("the third ends", || server.known.lock().unwrap().ended == 3);
}

#[test]
fn a_server_ends_with_its_last_visitor_whoever_else_asks() {
    let server = Server::new();
    let (tell, told) = mpsc::channel();
    let control = server.control.clone();
    let (_begun, beginner) = UnixStream::pair().unwrap();
    std::thread::spawn(move || tell.send(control.deserted(beginner).map_err(|error| error.to_string())));
    let is_there = |told: &mpsc::Receiver<_>| told.recv_timeout(Duration::from_millis(300)).is_err();
    // Nobody has come yet.
    assert!(is_there(&told));
    let mut asking = server.client();
    let (one, said) = visit(&server, HERE);
    assert_eq!(said, "{\"ok\":{\"ends_with_visitors\":true}}\n");
    let (other, _) = visit(&server, HERE);
    // Coming twice over one connection is one visit.
    (&other).write_all(format!("{HERE}\n").as_bytes()).unwrap();
    drop(one);
    assert!(is_there(&told));
    asking.outages().unwrap();
    drop(other);
    assert_eq!(told.recv_timeout(PATIENCE), Ok(Ok(())));
    assert!(!server.data.path().join("control.sock").exists(), "somebody could still come");
}

#[test]
fn a_server_whose_beginner_dies_before_it_has_come_ends_unless_somebody_else_has() {
    for comes in [false, true] {
        let server = Server::new();
        let (tell, told) = mpsc::channel();
        let control = server.control.clone();
        let (begun, beginner) = UnixStream::pair().unwrap();
        std::thread::spawn(move || tell.send(control.deserted(beginner).map_err(|error| error.to_string())));
        let visitor = comes.then(|| visit(&server, HERE));
        assert!(told.recv_timeout(Duration::from_millis(300)).is_err());
        drop(begun);
        if visitor.is_some() {
            assert!(told.recv_timeout(Duration::from_millis(300)).is_err());
        }
        drop(visitor);
        assert_eq!(told.recv_timeout(PATIENCE), Ok(Ok(())));
    }
}

#[test]
fn whoever_is_refused_is_told_why() {
    let server = Server::new();
    let (_stream, said) = visit(&server, "{\"do\":\"enter\",\"place\":\"there\",\"world\":\"/world\"}");
    assert_eq!(said, "{\"error\":\"no there in /world\"}\n");
}

#[test]
fn the_socket_is_its_users_alone_and_goes_with_the_server() {
    let server = Server::new();
    let path = server.data.path().join("control.sock");
    let metadata = fs::symlink_metadata(&path).unwrap();
    assert!(metadata.file_type().is_socket());
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    let Server { data: _data, control, .. } = server;
    drop(control);
    assert!(!path.exists());
}

#[test]
fn a_dead_servers_socket_is_replaced_and_any_path_will_do() {
    let data = tempfile::tempdir().unwrap();
    // Longer than the address of a socket may be (108 bytes, unix(7)).
    let deep = data.path().join("a-name-of-sixty-letters-that-is-longer-than-it-needs-to-be--").join("d".repeat(120));
    fs::create_dir_all(&deep).unwrap();
    let directory = fs::File::open(&deep).unwrap();
    let short = format!("/proc/self/fd/{}/control.sock", std::os::fd::AsRawFd::as_raw_fd(&directory));
    drop(UnixListener::bind(short).unwrap());
    assert!(deep.join("control.sock").exists());
    assert!(Client::connect(&deep).is_err());
    let known = Arc::new(Mutex::new(Known::default()));
    let _control = Control::serve(&deep, Arc::new(TestKeeper(known))).unwrap();
    assert_eq!(Client::connect(&deep).unwrap().outages().unwrap().len(), 2);
}
