//! HTTPS by the deployment's own authority, and what the record tells of it.

use crate::house::{House, Said, house, loopback};
use rolecall_server::{Certificates, Settings};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_trusts_the_authority_is_answered_under_every_name() {
    let house = house(|data| Settings {
        listen: loopback(),
        tls: Some((loopback(), Certificates::own(&data.join("tls")).unwrap())),
        admin: None,
        limits: Default::default(),
    })
    .await;
    for name in ["sts.amazonaws.com", "sts.ap-northeast-1.amazonaws.com", "sts.localhost", "localhost"] {
        let said = over_tls(&house, name).await;
        assert_eq!(said.status, 403, "{name}: {}", said.text);
        assert_eq!(said.element("Code"), Some("MissingAuthenticationToken"));
    }
}

async fn over_tls(house: &House, name: &str) -> Said {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(house.data.path().join("tls/ca.pem")).unwrap() {
        roots.add(certificate.unwrap()).unwrap();
    }
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(house.running.tls_address.unwrap()).await.unwrap();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let mut stream = connector.connect(ServerName::try_from(name.to_owned()).unwrap(), stream).await.unwrap();
    stream.write_all(format!("GET / HTTP/1.1\r\nhost: {name}\r\nconnection: close\r\n\r\n").as_bytes()).await.unwrap();
    let mut text = String::new();
    // A server that closes without a farewell has still said everything.
    let _ = stream.read_to_string(&mut text).await;
    Said::parse(text)
}
