//! Headers that others wrote, headers that nobody may write, and every byte turned.

use super::{Command, Header, LONGEST_ID, MOST, PREFIX, ProxyError, SIGNATURE, checksum::crc32c};
use proptest::prelude::*;
use std::net::IpAddr;

/// The header that a Network Load Balancer writes for a caller behind an endpoint service.
///
/// Source: aws/elastic-load-balancing-tools, proprot, `Compatibility_AwsNetworkLoadBalancerTest.java`.
const OF_AWS: &str = "0d0a0d0a000d0a515549540a 21110054 ac1f0771ac1f0a1fc8f20050 030004e8d6892d \
    ea001701 767063652d3038643262663135666163353030316339 040024 \
    000000000000000000000000000000000000000000000000000000000000000000000000";
/// What HAProxy's `send-proxy-v2` writes without options. Source: `proxy-protocol.txt`, section 2.2.
const OF_HAPROXY: &str = "0d0a0d0a000d0a515549540a 2111000c ac130001ac130003a6520050";
/// A health check. Source: the same.
const LOCAL: &str = "0d0a0d0a000d0a515549540a 20000000";

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn header(source: &str, destination: &str, vpc_endpoint: Option<&str>) -> Header {
    Header {
        source: source.parse().unwrap(),
        destination: destination.parse().unwrap(),
        vpc_endpoint: vpc_endpoint.map(Into::into),
    }
}

/// A header of the command and family given, with these bytes behind its prefix.
fn made(command: u8, family: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::from(SIGNATURE);
    bytes.extend([command, family]);
    bytes.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
    bytes.extend(body);
    bytes
}

/// An IPv4 header with these vectors.
fn with_vectors(hex: &str) -> Vec<u8> {
    made(0x21, 0x11, &[vec![10, 0, 0, 1, 10, 0, 0, 2, 0, 80, 1, 187], bytes(hex)].concat())
}

#[test]
fn headers_that_others_write_are_read_and_what_follows_them_is_left() {
    for (hex, told) in [
        (OF_AWS, Command::Proxy(header("172.31.7.113:51442", "172.31.10.31:80", Some("vpce-08d2bf15fac5001c9")))),
        (OF_HAPROXY, Command::Proxy(header("172.19.0.1:42578", "172.19.0.3:80", None))),
        (LOCAL, Command::Local),
    ] {
        let mut all = bytes(hex);
        let length = all.len();
        all.extend(b"GET / HTTP/1.1\r\n");
        assert_eq!(Header::parse(&all), Ok(Some((told, length))));
        for some in 0..length {
            assert_eq!(Header::parse(&all[..some]), Ok(None), "{some}");
            let missing = Header::missing(&all[..some]);
            assert!((1..=length - some).contains(&missing), "{missing} of {}", length - some);
        }
        assert_eq!(Header::missing(&all[..length]), 0);
    }
}

#[test]
fn the_block_of_a_local_connection_is_skipped_whatever_it_holds() {
    let all = made(0x20, 0x47, &[0xFF; 30]);
    assert_eq!(Header::parse(&all), Ok(Some((Command::Local, PREFIX + 30))));
}

#[test]
fn what_no_sender_may_write_is_refused() {
    let long = made(0x21, 0x11, &[0; MOST]);
    for (why, bytes) in [
        (ProxyError::Signature, b"GET / HTTP/1.1\r\n\r\n".to_vec()),
        (ProxyError::Signature, b"G".to_vec()),
        (ProxyError::Signature, b"PROXY TCP4 10.0.0.1 10.0.0.2 80 443\r\n".to_vec()),
        (ProxyError::Version(1), made(0x11, 0x11, &[0; 12])),
        (ProxyError::Version(3), made(0x31, 0x11, &[0; 12])),
        (ProxyError::Command(2), made(0x22, 0x11, &[0; 12])),
        (ProxyError::Family(0x00), made(0x21, 0x00, &[])),
        (ProxyError::Family(0x12), made(0x21, 0x12, &[0; 12])),
        (ProxyError::Family(0x31), made(0x21, 0x31, &[0; 216])),
        (ProxyError::Family(0x41), made(0x21, 0x41, &[0; 12])),
        (ProxyError::Addresses, made(0x21, 0x11, &[0; 11])),
        (ProxyError::Addresses, made(0x21, 0x21, &[0; 35])),
        // Told by its prefix alone: nobody need send all of it.
        (ProxyError::TooLong(long.len()), long[..PREFIX].to_vec()),
        // A vector without its length, and one longer than the header.
        (ProxyError::Vector(28), with_vectors("0400")),
        (ProxyError::Vector(32), with_vectors("040001 00 040002 00")),
        // A checksum of three bytes, and one of other bytes.
        (ProxyError::Vector(28), with_vectors("030003 000000")),
        (ProxyError::Checksum, with_vectors("030004 00000000")),
        // AWS's own without a subtype, without an id, and with one that no id looks like.
        (ProxyError::Vector(28), with_vectors("ea0000")),
        (ProxyError::Vector(28), with_vectors("ea0001 01")),
        (ProxyError::Vector(28), with_vectors("ea0003 01 7600")),
        (ProxyError::Vector(28), with_vectors("ea0003 01 760a")),
        (ProxyError::Vector(28), with_vectors(&format!("ea0042 01 {}", "61".repeat(LONGEST_ID + 1)))),
        (ProxyError::Repeated(0xEA), with_vectors("ea0002 01 61 ea0002 01 62")),
    ] {
        assert_eq!(Header::parse(&bytes), Err(why), "{bytes:x?}");
    }
}

#[test]
fn other_vectors_and_other_subtypes_of_aws_are_skipped() {
    let all = with_vectors("010008 687474702f312e31 ea0003 02 7676 200005 0700000000 ea0002 01 61");
    let told = Command::Proxy(header("10.0.0.1:80", "10.0.0.2:443", Some("a")));
    assert_eq!(Header::parse(&all), Ok(Some((told, all.len()))));
}

#[test]
fn a_second_checksum_is_one_too_many() {
    let mut all = with_vectors("030004 00000000 030004 00000000");
    // The first is right with both blank; the second then is not looked at.
    let sum = crc32c(&all).to_be_bytes();
    all[31..35].copy_from_slice(&sum);
    assert_eq!(Header::parse(&all), Err(ProxyError::Repeated(0x03)));
}

#[test]
fn every_turned_bit_behind_the_prefix_is_noticed() {
    let all = bytes(OF_AWS);
    for place in PREFIX..all.len() {
        for bit in 0..8 {
            let mut turned = all.clone();
            turned[place] ^= 1 << bit;
            // The checksum's own type and length turned make another vector of it, and nothing to check by.
            if !(28..31).contains(&place) {
                assert!(Header::parse(&turned).is_err(), "bit {bit} of byte {place}");
            }
        }
    }
}

fn any_header() -> impl Strategy<Value = Header> {
    let end = (any::<IpAddr>().prop_map(|address| address.to_canonical()), any::<u16>());
    (end.clone(), end, proptest::option::of("[A-Za-z0-9-]{1,64}")).prop_map(|(source, destination, id)| Header {
        source: source.into(),
        destination: destination.into(),
        vpc_endpoint: id.map(String::into_boxed_str),
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(header in any_header(), after in prop::collection::vec(any::<u8>(), 0..40)) {
        let mut all = header.encode();
        let length = all.len();
        all.extend(after);
        prop_assert_eq!(Header::parse(&all), Ok(Some((Command::Proxy(header), length))));
    }

    #[test]
    fn no_bytes_end_the_process(
        command in 0u8..0x40, family in any::<u8>(), length in any::<u16>(),
        body in prop::collection::vec(any::<u8>(), 0..300), some in 0usize..400,
    ) {
        let mut all = Vec::from(SIGNATURE);
        all.extend([command, family]);
        all.extend(length.to_be_bytes());
        all.extend(&body);
        let read = Header::parse(&all[..some.min(all.len())]);
        if let Ok(Some((_, length))) = read {
            prop_assert!(length <= all.len());
        }
        let _ = Header::parse(&body);
        let _ = Header::missing(&body);
    }

    #[test]
    fn vectors_of_any_bytes_end_nothing_either(body in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Header::parse(&made(0x21, 0x11, &[vec![1; 12], body.clone()].concat()));
        let _ = Header::parse(&made(0x21, 0x21, &[vec![1; 36], body].concat()));
    }
}
