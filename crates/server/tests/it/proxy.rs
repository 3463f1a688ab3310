//! Connections that begin with a load balancer's header, and listeners that were handed over.

use crate::{
    admin::get,
    house::{House, Said, house, loopback, plain},
};
use rolecall_kernel::event::VpcEndpoint;
use rolecall_server::{Certificates, Header, Limits, Proxy, ServeError, Settings};
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr, SocketAddr, TcpListener},
    path::Path,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const ENDPOINT: &str = "vpce-08d2bf15fac5001c9";
/// A request that nobody signed.
const ASK: &[u8] = b"GET / HTTP/1.1\r\nhost: sts.amazonaws.com\r\nconnection: close\r\n\r\n";
const SOURCE: &str = "203.0.113.9:50000";

fn proxied(data: &Path) -> Settings {
    let tls = Some((loopback(), Certificates::own(&data.join("tls")).unwrap()));
    let from = vec!["127.0.0.0/8".parse().unwrap()];
    Settings {
        proxy: Some(Proxy { listen: Some(loopback()), tls, from }),
        limits: Limits { handshake: Duration::from_millis(300), ..Limits::default() },
        ..plain(data)
    }
}

fn adopting(data: &Path) -> Settings {
    Settings { adopted: Some(Certificates::own(&data.join("tls")).unwrap()), ..plain(data) }
}

fn know(house: &House) {
    let told = VpcEndpoint { id: ENDPOINT.into(), vpc: "vpc-0a".into(), account: crate::house::account() };
    house.deployment.know_endpoints(HashMap::from([(ENDPOINT.into(), (told, None))]));
}

fn header(vpc_endpoint: Option<&str>) -> Header {
    Header {
        source: SOURCE.parse().unwrap(),
        destination: "192.0.2.10:443".parse().unwrap(),
        vpc_endpoint: vpc_endpoint.map(Into::into),
    }
}

/// Sends `bytes` in pieces of that size and hears the answer; an empty one when the connection is closed unheard.
async fn sent(address: SocketAddr, bytes: &[u8], piece: usize) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    for piece in bytes.chunks(piece) {
        if stream.write_all(piece).await.is_err() {
            break;
        }
        tokio::task::yield_now().await;
    }
    let mut text = String::new();
    let _ = stream.read_to_string(&mut text).await;
    text
}

/// The last record of `AssumeRole`.
fn record(house: &House) -> String {
    house.records().into_iter().find(|record| record.contains("\"AssumeRole\"")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_behind_a_header_is_the_sources_own_and_came_through_the_endpoint() {
    let house = house(proxied).await;
    know(&house);
    let address = house.running.proxy_address.unwrap();
    // At once, so that the header's end and the request's begin come in one read; and byte by byte.
    for piece in [usize::MAX, 1] {
        let bytes = [header(Some(ENDPOINT)).encode(), house.assume_role("work")].concat();
        assert!(sent(address, &bytes, piece).await.starts_with("HTTP/1.1 200"));
        let record = record(&house);
        assert!(record.contains(r#""sourceIPAddress":"203.0.113.9""#), "{record}");
        assert!(record.contains(&format!(r#""vpcEndpointId":"{ENDPOINT}""#)), "{record}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_without_an_endpoint_comes_through_none_and_a_local_one_from_its_peer() {
    let house = house(proxied).await;
    let address = house.running.proxy_address.unwrap();
    let mapped = Header { source: "[::ffff:198.51.100.4]:9".parse().unwrap(), ..header(None) };
    let local = b"\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00".to_vec();
    for (header, source) in
        [(header(None).encode(), "203.0.113.9"), (mapped.encode(), "198.51.100.4"), (local, "127.0.0.1")]
    {
        assert!(
            sent(address, &[header, house.assume_role("work")].concat(), usize::MAX).await.starts_with("HTTP/1.1 200")
        );
        let record = record(&house);
        assert!(record.contains(&format!(r#""sourceIPAddress":"{source}""#)), "{record}");
        assert!(!record.contains("vpcEndpointId"), "{record}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_the_header_there_may_be_tls() {
    let house = house(proxied).await;
    let mut stream = TcpStream::connect(house.running.proxy_tls_address.unwrap()).await.unwrap();
    stream.write_all(&header(None).encode()).await.unwrap();
    let said = house.ask_over_tls(stream, "sts.amazonaws.com", &house.assume_role("work")).await.unwrap();
    assert_eq!(said.status, 200, "{}", said.text);
    assert!(record(&house).contains("TLSv1.3"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_begins_otherwise_is_closed_unheard_and_counted() {
    let house = house(proxied).await;
    know(&house);
    let address = house.running.proxy_address.unwrap();
    let good = header(Some(ENDPOINT)).encode();
    let mut turned = good.clone();
    turned[20] ^= 1;
    for (reason, bytes) in [
        ("header", house.assume_role("none")),
        ("header", [turned, house.assume_role("turned")].concat()),
        ("endpoint", [header(Some("vpce-0unknown")).encode(), house.assume_role("unknown")].concat()),
        ("incomplete", good[..good.len() - 1].to_vec()),
    ] {
        assert_eq!(sent(address, &bytes, usize::MAX).await, "", "{reason}");
    }
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&good[..20]).await.unwrap();
    stream.shutdown().await.unwrap();
    assert_eq!(stream.read_u8().await.map_err(|error| error.kind()), Err(std::io::ErrorKind::UnexpectedEof));
    let metrics = get(&house, "/metrics").await.text;
    for (reason, count) in [("header", 2), ("endpoint", 1), ("incomplete", 2), ("untrusted", 0)] {
        let line = format!(r#"rolecall_arrivals_refused_total{{reason="{reason}"}} {count}"#);
        assert!(metrics.contains(&line), "{line} is not in\n{metrics}");
    }
    assert!(house.records().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_from_elsewhere_are_not_believed() {
    let house = house(|data| {
        let from = vec!["10.0.0.0/8".parse().unwrap()];
        Settings { proxy: Some(Proxy { listen: Some(loopback()), tls: None, from }), ..plain(data) }
    })
    .await;
    let bytes = [header(None).encode(), house.assume_role("work")].concat();
    assert_eq!(sent(house.running.proxy_address.unwrap(), &bytes, usize::MAX).await, "");
    assert!(get(&house, "/metrics").await.text.contains(r#"rolecall_arrivals_refused_total{reason="untrusted"} 1"#));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_listener_believes_no_header() {
    let house = house(proxied).await;
    let bytes = [header(None).encode(), house.assume_role("work")].concat();
    assert!(!sent(house.running.address, &bytes, usize::MAX).await.starts_with("HTTP/1.1 200"));
}

/// A listener, and where it can be met.
fn listener(address: &str) -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind(address).unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

async fn called(house: &House, address: SocketAddr) -> Option<Said> {
    house.ask_over_tls(TcpStream::connect(address).await.ok()?, "sts.amazonaws.com", ASK).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_to_a_listener_handed_over_is_what_its_address_stands_for() {
    let house = house(adopting).await;
    know(&house);
    let (listener, address) = listener("127.0.0.1:0");
    let ways = HashMap::from([("::ffff:127.0.0.1".parse::<IpAddr>().unwrap(), header(Some(ENDPOINT)))]);
    // From a thread that knows nothing of the runtime, as a control socket's.
    let adopter = house.running.adopter();
    let adopted = std::thread::spawn(move || adopter.adopt(listener, ways).unwrap()).join().unwrap();
    let request = house.assume_role("work");
    let said = house.ask_over_tls(TcpStream::connect(address).await.unwrap(), "localhost", &request).await;
    assert_eq!(said.unwrap().status, 200);
    let record = record(&house);
    assert!(record.contains(r#""sourceIPAddress":"203.0.113.9""#), "{record}");
    assert!(record.contains(ENDPOINT) && record.contains("TLSv1.3"), "{record}");

    // An address nobody spoke of, and an endpoint nobody knows.
    adopted.replace(HashMap::from([(IpAddr::V6(Ipv6Addr::LOCALHOST), header(None))]));
    assert!(called(&house, address).await.is_none());
    adopted.replace(HashMap::from([(address.ip(), header(Some("vpce-0unknown")))]));
    assert!(called(&house, address).await.is_none());
    adopted.replace(HashMap::from([(address.ip(), header(None))]));
    assert_eq!(called(&house, address).await.unwrap().status, 403);
    let metrics = get(&house, "/metrics").await.text;
    for reason in ["destination", "endpoint"] {
        assert!(metrics.contains(&format!(r#"rolecall_arrivals_refused_total{{reason="{reason}"}} 1"#)), "{metrics}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapped_address_is_the_ipv4_address_it_is() {
    let house = house(adopting).await;
    // Dual-stack: an IPv4 caller's destination is told as a mapped address.
    let (listener, address) = listener("[::]:0");
    let ways = HashMap::from([("127.0.0.1".parse::<IpAddr>().unwrap(), header(None))]);
    let _adopted = house.running.adopt(listener, ways).unwrap();
    assert_eq!(called(&house, ([127, 0, 0, 1], address.port()).into()).await.unwrap().status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn letting_go_of_a_listener_ends_its_connections_at_once() {
    let house = house(adopting).await;
    let (listener, address) = listener("127.0.0.1:0");
    let adopted = house.running.adopt(listener, HashMap::from([(address.ip(), header(None))])).unwrap();
    let mut open = TcpStream::connect(address).await.unwrap();
    // A second one has been answered when the first must have been accepted.
    assert_eq!(called(&house, address).await.unwrap().status, 403);
    drop(adopted);
    let ended = tokio::time::timeout(Duration::from_secs(2), open.read(&mut [0; 1])).await;
    assert!(matches!(ended.unwrap(), Ok(0) | Err(_)));
    let gone = async { while TcpStream::connect(address).await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(2), gone).await.unwrap();
    assert!(get(&house, "/metrics").await.text.contains("rolecall_connections 0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_handed_over_count_in_the_limits() {
    let house =
        house(|data| Settings { limits: Limits { connections: 1, ..Limits::default() }, ..adopting(data) }).await;
    let (listener, address) = listener("127.0.0.1:0");
    let _adopted = house.running.adopt(listener, HashMap::from([(address.ip(), header(None))])).unwrap();
    let held = TcpStream::connect(house.running.address).await.unwrap();
    while !get(&house, "/metrics").await.text.contains("rolecall_connections 1") {}
    assert!(called(&house, address).await.is_none());
    drop(held);
    while !get(&house, "/metrics").await.text.contains("rolecall_connections 0") {}
    assert_eq!(called(&house, address).await.unwrap().status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_or_has_no_certificates_takes_no_listener() {
    let without = house(plain).await;
    let none = without.running.adopt(listener("127.0.0.1:0").0, HashMap::new());
    assert!(matches!(none, Err(ServeError::NoCertificates)));

    let house = house(adopting).await;
    let (kept, address) = listener("127.0.0.1:0");
    let adopted = house.running.adopt(kept, HashMap::from([(address.ip(), header(None))])).unwrap();
    let adopter = house.running.adopter();
    tokio::time::timeout(Duration::from_secs(5), house.running.stop()).await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
    assert!(matches!(adopter.adopt(listener("127.0.0.1:0").0, HashMap::new()), Err(ServeError::Stopping)));
    drop(adopted);
}
