//! What can be asked, and what is answered.

use crate::support::Server;
use rolecall_lab::control::{
    EventsWanted,
    client::{Client, ControlError},
};
use std::{net::TcpListener, sync::mpsc};

#[test]
fn a_place_gets_its_credentials_and_no_other() {
    let server = Server::new();
    let mut client = server.client();
    let handed = client.credentials("here").unwrap();
    assert_eq!((handed.access_key_id.as_str(), handed.session_token.as_str()), ("ASIAEXAMPLEEXAMPLE00", "a-token"));
    assert_eq!(handed.expires().millis() - handed.issued().millis(), 6 * 3600 * 1000);
    assert!(!format!("{handed:?}").contains("a-secret"), "{handed:?}");
    let error = client.credentials("there").unwrap_err();
    assert!(matches!(&error, ControlError::Refused(why) if why == "there is no place there"), "{error}");
    // A refusal ends nothing.
    assert_eq!(client.credentials("here").unwrap().role_name, "r");
}

#[test]
fn listeners_are_handed_over_with_the_headers_of_their_connections() {
    let server = Server::new();
    let mut client = server.client();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let headers = [vec![0, 1, 2, 255], b"second".to_vec()];
    client.listen(&listener, &headers).unwrap();
    assert_eq!(server.known.lock().unwrap().adopted, [headers.to_vec()]);
    // It is the server's own now: whoever handed it over may close it.
    let address = listener.local_addr().unwrap();
    drop(listener);
    std::net::TcpStream::connect(address).unwrap();
}

#[test]
fn outages_are_listed_and_switched_and_unknown_ones_are_not() {
    let server = Server::new();
    let mut client = server.client();
    client.outage("dark", true).unwrap();
    let states: Vec<_> = client.outages().unwrap().into_iter().map(|one| (one.name, one.on, one.switched)).collect();
    assert_eq!(states, [("dark".to_owned(), true, true), ("dim".to_owned(), false, false)]);
    let error = client.outage("gone", true).unwrap_err();
    assert_eq!(error.to_string(), "no outage gone; there are: dark, dim");
}

#[test]
fn a_watcher_hears_at_once_and_of_each_switch() {
    let server = Server::new();
    let mut client = server.client();
    client.outage("dark", true).unwrap();
    let (tell, told) = mpsc::channel();
    let watcher = client.another().unwrap();
    let watching = std::thread::spawn(move || {
        let mut times = 0;
        watcher.watch(|switched| {
            times += 1;
            tell.send(switched).unwrap();
            times < 3
        })
    });
    let hear = || told.recv_timeout(crate::support::PATIENCE).unwrap();
    assert_eq!(hear().get("dark"), Some(&true));
    client.outage("dark", false).unwrap();
    assert_eq!(hear().get("dark"), Some(&false));
    client.outage("dim", true).unwrap();
    let last = hear();
    assert_eq!((last.get("dark"), last.get("dim")), (Some(&false), Some(&true)));
    watching.join().unwrap().unwrap();
}

#[test]
fn events_come_oldest_first_and_go_on_for_who_follows() {
    let server = Server::new();
    let wanted = EventsWanted { limit: 2, ..EventsWanted::default() };
    let mut seen = Vec::new();
    let number = |record: &serde_json::Value| record["number"].as_u64().unwrap();
    server
        .client()
        .events(wanted.clone(), |record| {
            seen.push(number(&record));
            true
        })
        .unwrap();
    assert_eq!(seen, [2, 3]);
    let (tell, told) = mpsc::channel();
    let client = server.client();
    let following = std::thread::spawn(move || {
        client.events(EventsWanted { follow: true, ..wanted }, |record| {
            tell.send(number(&record)).unwrap();
            number(&record) < 5
        })
    });
    let hear = || told.recv_timeout(crate::support::PATIENCE).unwrap();
    assert_eq!([hear(), hear()], [2, 3]);
    server.known.lock().unwrap().records.push(4);
    assert_eq!(hear(), 4);
    server.known.lock().unwrap().records.push(5);
    assert_eq!(hear(), 5);
    following.join().unwrap().unwrap();
    let damaged = EventsWanted { region: Some("nowhere".to_owned()), ..EventsWanted::default() };
    let error = server.client().events(damaged, |_| true).unwrap_err();
    assert_eq!(error.to_string(), "the log is damaged");
}

#[test]
fn without_a_server_it_is_said_that_there_is_none() {
    let data = tempfile::tempdir().unwrap();
    for path in [data.path().to_owned(), data.path().join("gone")] {
        let error = Client::connect(&path).unwrap_err();
        assert!(matches!(error, ControlError::NoServer { .. }), "{error}");
    }
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0, "asking makes nothing");
}
