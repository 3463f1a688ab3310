//! HTTPS by the deployment's own authority, and what the record tells of it.

use crate::house::{House, Said, house, loopback, plain};
use rolecall_server::{Certificates, Settings};
use tokio::net::TcpStream;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_trusts_the_authority_is_answered_under_every_name() {
    let house = house(|data| Settings {
        tls: Some((loopback(), Certificates::own(&data.join("tls")).unwrap())),
        ..plain(data)
    })
    .await;
    for name in [
        "sts.amazonaws.com",
        "sts.ap-northeast-1.amazonaws.com",
        "sts.ap-northeast-1.api.aws",
        "vpce-0abc-1def.sts.eu-west-1.vpce.amazonaws.com",
        "sts.localhost",
        "localhost",
        // An address is no name to ask for, so that the certificate for none has to hold it.
        "127.0.0.1",
        "::1",
    ] {
        let said = over_tls(&house, name).await;
        assert_eq!(said.status, 403, "{name}: {}", said.text);
        assert_eq!(said.element("Code"), Some("MissingAuthenticationToken"));
    }
}

async fn over_tls(house: &House, name: &str) -> Said {
    let stream = TcpStream::connect(house.running.tls_address.unwrap()).await.unwrap();
    let request = format!("GET / HTTP/1.1\r\nhost: {name}\r\nconnection: close\r\n\r\n");
    house.ask_over_tls(stream, name, request.as_bytes()).await.unwrap()
}
