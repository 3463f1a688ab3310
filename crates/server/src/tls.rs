//! TLS: certificates given, or made for the endpoints' names by an authority of the deployment's own.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rolecall_kernel::event::TlsDetails;
use rolecall_names::Region;
use rustls::{
    ServerConfig, ServerConnection,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio_rustls::TlsAcceptor;

/// A certificate chain and its key, in PEM.
#[derive(Clone)]
pub struct Certificates {
    chain: Vec<u8>,
    key: Vec<u8>,
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Certificates(..)")
    }
}

/// Why certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What was given is no certificate chain with its key.
    #[error("the certificates cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
    /// The chain or the key is not PEM.
    #[error("the certificates are not PEM: {0}")]
    Pem(#[from] rustls::pki_types::pem::Error),
    /// Certificates could not be made.
    #[error("certificates could not be made: {0}")]
    Making(#[from] rcgen::Error),
}

/// Days a certificate is good for.
const DAYS: i64 = 825;

impl Certificates {
    /// Reads a chain and its key.
    ///
    /// # Errors
    /// [`TlsError::Io`] when a file cannot be read.
    pub fn read(chain: &Path, key: &Path) -> Result<Self, TlsError> {
        Ok(Self { chain: read(chain)?, key: read(key)? })
    }

    /// Reads the certificates of `directory`, made anew at each start by an authority that is made once: clients trust
    /// `directory/ca.pem` and go on trusting it.
    ///
    /// # Errors
    /// [`TlsError`] when a file cannot be read or written.
    pub fn own(directory: &Path) -> Result<Self, TlsError> {
        let (ca_path, ca_key_path) = (directory.join("ca.pem"), directory.join("ca.key"));
        fs::create_dir_all(directory).map_err(|source| TlsError::Io { path: directory.to_owned(), source })?;
        if !ca_path.exists() || !ca_key_path.exists() {
            let key = KeyPair::generate()?;
            let certificate = authority().self_signed(&key)?;
            write_private(&ca_key_path, &key.serialize_pem())?;
            fs::write(&ca_path, certificate.pem()).map_err(|source| TlsError::Io { path: ca_path.clone(), source })?;
        }
        let ca_key = KeyPair::from_pem(&text(&ca_key_path)?)?;
        let ca = text(&ca_path)?;
        // The authority's name and key make it what it is; the rest of its certificate does not reach the leaf.
        let issuer = Issuer::new(authority(), ca_key);
        let key = KeyPair::generate()?;
        let mut leaf = CertificateParams::new(names())?;
        leaf.distinguished_name.push(DnType::CommonName, "Rolecall");
        // Clients that read RFC 5280 strictly, such as Python from 3.13 on, demand it.
        leaf.use_authority_key_identifier_extension = true;
        valid(&mut leaf);
        let certificate = leaf.signed_by(&key, &issuer)?;
        Ok(Self { chain: format!("{}{ca}", certificate.pem()).into_bytes(), key: key.serialize_pem().into_bytes() })
    }
}

fn authority() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Rolecall's own authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    valid(&mut params);
    params
}

fn valid(params: &mut CertificateParams) {
    let now = time::OffsetDateTime::UNIX_EPOCH + time::Duration::seconds(crate::clock::now().seconds());
    params.not_before = now - time::Duration::days(1);
    params.not_after = now + time::Duration::days(DAYS);
}

/// Every name by which an endpoint is called, with `.localhost` in `amazonaws.com`'s place too.
fn names() -> Vec<String> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    for suffix in ["amazonaws.com", "localhost"] {
        names.extend([format!("sts.{suffix}"), format!("iam.{suffix}")]);
    }
    for region in Region::all() {
        for service in ["sts", "cloudtrail"] {
            names.push(format!("{service}.{region}.{}", region.partition().dns_suffix()));
            names.push(format!("{service}.{region}.localhost"));
        }
    }
    names
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|source| TlsError::Io { path: path.to_owned(), source })
}

fn text(path: &Path) -> Result<String, TlsError> {
    fs::read_to_string(path).map_err(|source| TlsError::Io { path: path.to_owned(), source })
}

fn write_private(path: &Path, text: &str) -> Result<(), TlsError> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let failed = |source| TlsError::Io { path: path.to_owned(), source };
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

pub(crate) fn acceptor(certificates: &Certificates) -> Result<TlsAcceptor, TlsError> {
    let chain = CertificateDer::pem_slice_iter(&certificates.chain).collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_slice(&certificates.key)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// What a record tells of the connection, in CloudTrail's words.
pub(crate) fn details(connection: &ServerConnection) -> Option<TlsDetails> {
    let version = match connection.protocol_version()? {
        rustls::ProtocolVersion::TLSv1_2 => "TLSv1.2",
        rustls::ProtocolVersion::TLSv1_3 => "TLSv1.3",
        _ => return None,
    };
    let suite = connection.negotiated_cipher_suite()?.suite();
    let suite = suite.as_str().map_or_else(|| format!("{suite:?}"), |name| name.replace("TLS13_", "TLS_"));
    let exchange = connection.negotiated_key_exchange_group().and_then(|group| group.name().as_str());
    Some(TlsDetails {
        version: version.into(),
        cipher_suite: suite.into(),
        key_exchange: exchange.map(|name| name.to_ascii_uppercase().into()),
    })
}
