//! A deployment with one user and one role that trusts her, served on a free port.

use crate::{
    fault::Fault,
    sign::{Key, Scope, form, headers},
};
use rolecall_directory::{AccessKey, Change, KeyOwner, Origin, PolicyText, Preferences, Role, Secret, User};
use rolecall_kernel::event::Event;
use rolecall_names::{AccessKeyId, AccountId, IdKind, Instant, Partition, Region, UniqueId};
use rolecall_server::{Deployment, Running, Settings, attributes, now, serve};
use rolecall_store::{Embedded, Genesis, Lookup, MasterKey, Store};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use std::{collections::BTreeMap, net::SocketAddr, path::Path, sync::Arc};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use zeroize::Zeroizing;

pub(crate) const ACCOUNT: &str = "111111111111";
pub(crate) const ROLE: &str = "arn:aws:iam::111111111111:role/target";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

pub(crate) struct House {
    pub(crate) running: Running,
    pub(crate) deployment: Arc<Deployment>,
    pub(crate) key: Key,
    pub(crate) fault: Fault,
    pub(crate) data: tempfile::TempDir,
}

pub(crate) fn account() -> AccountId {
    ACCOUNT.parse().unwrap()
}

pub(crate) fn open(data: &Path, fault: &Fault) -> Arc<dyn Store> {
    let genesis = Genesis { entropy: Zeroizing::new([7; 96]), created: Instant::from_seconds(0) };
    Arc::new(Embedded::open_on(data, fault.layer(), &MasterKey::new([1; 32]), &genesis, attributes).unwrap())
}

/// What `settings` makes of a fresh deployment.
pub(crate) async fn house(settings: impl FnOnce(&Path) -> Settings) -> House {
    let data = tempfile::tempdir().unwrap();
    let fault = Fault::default();
    let store = open(data.path(), &fault);
    let deployment = tokio::task::spawn_blocking(move || {
        let deployment = Deployment::open(store).unwrap();
        deployment.apply(&people()).unwrap();
        deployment
    });
    let deployment = Arc::new(deployment.await.unwrap());
    let running = serve(deployment.clone(), settings(data.path())).await.unwrap();
    let id = AccessKeyId::long_term(account(), 5).to_string();
    House { running, deployment, key: Key { id, secret: SECRET.to_owned(), token: None }, fault, data }
}

pub(crate) fn plain(_: &Path) -> Settings {
    Settings { admin: Some(loopback()), ..Settings::new(loopback()) }
}

pub(crate) fn loopback() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

fn people() -> Vec<Change> {
    let user = UniqueId::new(IdKind::User, 1);
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{user}"}},"Action":"sts:AssumeRole"}}]}}"#
    );
    let admin = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    vec![
        Change::PutAccount(Preferences::new(account(), Partition::Aws)),
        Change::PutUser {
            account: account(),
            user: Arc::new(User {
                id: user,
                name: "alice".into(),
                path: "/".into(),
                created: Instant::from_seconds(0),
                inline: BTreeMap::from([("all".into(), PolicyText::new(admin))]),
                attached: Vec::new(),
                boundary: None,
                tags: Vec::new(),
                origin: Origin::Api,
            }),
        },
        Change::PutAccessKey(Arc::new(AccessKey {
            id: AccessKeyId::long_term(account(), 5),
            account: account(),
            owner: KeyOwner::User(user),
            secret: Secret::new(SECRET.to_owned()),
            active: true,
            created: Instant::from_seconds(0),
            origin: Origin::Api,
        })),
        Change::PutRole {
            account: account(),
            role: Arc::new(Role {
                id: UniqueId::new(IdKind::Role, 2),
                name: "target".into(),
                path: "/".into(),
                created: Instant::from_seconds(0),
                description: None,
                max_session_duration: 3600,
                trust: PolicyText::new(&trust),
                inline: BTreeMap::new(),
                attached: Vec::new(),
                boundary: None,
                tags: Vec::new(),
                origin: Origin::Api,
            }),
        },
    ]
}

/// What a server said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Said {
    pub(crate) fn parse(text: String) -> Self {
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, text }
    }

    /// What stands between the tags of that name.
    pub(crate) fn element(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.text.split_once(&format!("<{name}>"))?;
        Some(rest.split_once("</")?.0)
    }
}

impl House {
    /// The bytes of a signed `AssumeRole`.
    pub(crate) fn assume_role(&self, session: &str) -> Vec<u8> {
        let body = form(
            [("Action", "AssumeRole"), ("Version", "2011-06-15"), ("RoleArn", ROLE), ("RoleSessionName", session)]
                .into_iter(),
        );
        self.post("sts", &body)
    }

    /// The bytes of a signed `CreateUser`.
    pub(crate) fn create_user(&self, name: &str) -> Vec<u8> {
        let body = form([("Action", "CreateUser"), ("Version", "2010-05-08"), ("UserName", name)].into_iter());
        self.post("iam", &body)
    }

    fn post(&self, service: &str, body: &str) -> Vec<u8> {
        let host = self.running.address.to_string();
        let scope = Scope { region: "us-east-1", service, now: now() };
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let mut request = String::from("POST / HTTP/1.1\r\n");
        for (name, value) in headers(&self.key, scope, &host, &[kind], body) {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()));
        request.into_bytes()
    }

    /// Every record of the account, the newest first.
    pub(crate) fn records(&self) -> Vec<String> {
        let store = self.deployment.store();
        let lookup = Lookup {
            account: account(),
            region: Region::US_EAST_1,
            attribute: None,
            start: Instant::from_millis(i64::MIN),
            end: Instant::from_millis(i64::MAX),
            limit: 50,
            after: None,
        };
        let page = store.lookup(&lookup).unwrap();
        page.events.iter().map(|found| Event::decode(&found.body).unwrap().render(1).to_string()).collect()
    }

    /// Sends `request` over TLS as to `name`; `None` when the connection is closed before the handshake is done.
    pub(crate) async fn ask_over_tls(&self, stream: TcpStream, name: &str, request: &[u8]) -> Option<Said> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(self.data.path().join("tls/ca.pem")).unwrap() {
            roots.add(certificate.unwrap()).unwrap();
        }
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        let mut stream = connector.connect(ServerName::try_from(name.to_owned()).unwrap(), stream).await.ok()?;
        stream.write_all(request).await.unwrap();
        let mut text = String::new();
        // A server that closes without a farewell has still said everything.
        let _ = stream.read_to_string(&mut text).await;
        Some(Said::parse(text))
    }

    /// Sends `request` and hears the answer out.
    pub(crate) async fn ask(&self, request: &[u8]) -> Said {
        ask(self.running.address, request).await
    }
}

pub(crate) async fn ask(address: SocketAddr, request: &[u8]) -> Said {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    Said::parse(text)
}
