//! TLS: certificates given, or made for the endpoints' names by an authority of the deployment's own.

mod authority;
mod names;

use authority::Authority;
use rolecall_kernel::event::TlsDetails;
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

/// What clients are shown.
#[derive(Clone)]
pub struct Certificates(Source);

#[derive(Clone)]
enum Source {
    /// A chain and its key, in PEM.
    Given {
        chain: Vec<u8>,
        key: Vec<u8>,
    },
    Own(Arc<Authority>),
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

impl Certificates {
    /// Reads a chain and its key, to be shown whatever name a client asks for.
    ///
    /// # Errors
    /// [`TlsError::Io`] when a file cannot be read.
    pub fn read(chain: &Path, key: &Path) -> Result<Self, TlsError> {
        Ok(Self(Source::Given { chain: read(chain)?, key: read(key)? }))
    }

    /// Those of an authority that is made once in `directory`: clients trust `directory/ca.pem` and go on trusting it.
    /// A certificate is made when its name is first asked for, and anew after each start.
    ///
    /// # Errors
    /// [`TlsError`] when a file cannot be read or written.
    pub fn own(directory: &Path) -> Result<Self, TlsError> {
        Ok(Self(Source::Own(Arc::new(Authority::in_directory(directory)?))))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|source| TlsError::Io { path: path.to_owned(), source })
}

pub(crate) fn acceptor(certificates: &Certificates) -> Result<TlsAcceptor, TlsError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let config = config.with_no_client_auth();
    let mut config = match &certificates.0 {
        Source::Given { chain, key } => {
            let chain = CertificateDer::pem_slice_iter(chain).collect::<Result<Vec<_>, _>>()?;
            config.with_single_cert(chain, PrivateKeyDer::from_pem_slice(key)?)?
        }
        Source::Own(authority) => config.with_cert_resolver(authority.clone()),
    };
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
