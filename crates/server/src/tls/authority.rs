//! An authority of the deployment's own: made once, trusted by clients, and asked for a certificate when one is needed.

use super::{TlsError, names::Leaf};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::{
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use std::{
    collections::HashMap,
    fmt, fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// Days a certificate is good for: the most that clients of every make accept.
///
/// The authority's own is older than any that it signs, so that none of those ends first.
const DAYS: i64 = 825;

/// The authority, and the certificates it has signed since it was read, each made when it is first asked for.
pub(super) struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
    /// There are no more than there are Regions, and two.
    signed: Mutex<HashMap<Leaf, Arc<CertifiedKey>>>,
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authority(..)")
    }
}

impl Authority {
    /// Reads the authority of `directory`, which is made when there is none.
    pub(super) fn in_directory(directory: &Path) -> Result<Self, TlsError> {
        let (ca_path, key_path) = (directory.join("ca.pem"), directory.join("ca.key"));
        fs::create_dir_all(directory).map_err(|source| TlsError::Io { path: directory.to_owned(), source })?;
        if !ca_path.exists() || !key_path.exists() {
            let key = KeyPair::generate()?;
            let certificate = authority().self_signed(&key)?;
            write_private(&key_path, &key.serialize_pem())?;
            fs::write(&ca_path, certificate.pem()).map_err(|source| TlsError::Io { path: ca_path.clone(), source })?;
        }
        let certificate = CertificateDer::from_pem_slice(&super::read(&ca_path)?)?;
        let path = key_path.clone();
        let key = fs::read_to_string(&key_path).map_err(|source| TlsError::Io { path, source })?;
        // The authority's name and key make it what it is; the rest of its certificate does not reach what it signs.
        let issuer = Issuer::new(authority(), KeyPair::from_pem(&key)?);
        Ok(Self { certificate, issuer, signed: Mutex::default() })
    }

    fn certified(&self, leaf: Leaf) -> Result<Arc<CertifiedKey>, TlsError> {
        let mut signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = signed.get(&leaf) {
            return Ok(known.clone());
        }
        let made = Arc::new(self.sign(leaf)?);
        signed.insert(leaf, made.clone());
        Ok(made)
    }

    fn sign(&self, leaf: Leaf) -> Result<CertifiedKey, TlsError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(leaf.names())?;
        params.distinguished_name.push(DnType::CommonName, "Rolecall");
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        // Clients that read RFC 5280 strictly, such as Python from 3.13 on, demand it.
        params.use_authority_key_identifier_extension = true;
        valid(&mut params);
        let certificate = params.signed_by(&key, &self.issuer)?;
        let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(|_| rcgen::Error::CouldNotParseKeyPair)?;
        let chain = vec![certificate.der().clone(), self.certificate.clone()];
        Ok(CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider())?)
    }
}

impl ResolvesServerCert for Authority {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let leaf = Leaf::for_name(hello.server_name());
        self.certified(leaf).inspect_err(|error| tracing::error!(%error, ?leaf, "no certificate could be made")).ok()
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

fn write_private(path: &Path, text: &str) -> Result<(), TlsError> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let failed = |source| TlsError::Io { path: path.to_owned(), source };
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_made_once_and_is_short() {
        let directory = tempfile::tempdir().unwrap();
        let authority = Authority::in_directory(directory.path()).unwrap();
        assert!(authority.signed.lock().unwrap().is_empty());
        for region in rolecall_names::Region::all() {
            let first = authority.certified(Leaf::Region(region)).unwrap();
            assert!(Arc::ptr_eq(&first, &authority.certified(Leaf::Region(region)).unwrap()));
            let bytes: usize = first.cert.iter().map(|certificate| certificate.len()).sum();
            // Two segments of the ten that a server may send before it hears again (RFC 6928).
            assert!(bytes < 2048, "{bytes} bytes for {region}");
        }
    }

    #[test]
    fn the_authority_stays_the_same_from_start_to_start() {
        let directory = tempfile::tempdir().unwrap();
        let first = Authority::in_directory(directory.path()).unwrap();
        assert_eq!(Authority::in_directory(directory.path()).unwrap().certificate, first.certificate);
    }
}
