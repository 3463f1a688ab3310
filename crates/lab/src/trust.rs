//! What programs inside trust: the deployment's own authority, beside whatever this machine trusts already.

use crate::{bounded, error::EnterError};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha1::{Digest, Sha1};
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

/// Where distributions keep the bundle of the authorities they trust.
///
/// Source: the lists of Go's `crypto/x509` (root_linux.go) and of `rustls-native-certs`' probe.
const BUNDLES: [&str; 6] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/ssl/cert.pem",
];

/// The password that Java's own trust stores have.
const JAVA_PASSWORD: &str = "changeit";

/// The most certificates that are read of a bundle; distributions have about 150.
const MAX_CERTIFICATES: usize = 2_000;
/// The largest bundle that is read.
const MAX_BUNDLE: u64 = 8 * 1024 * 1024;

/// Files that programs inside trust, in place of those they would.
#[derive(Debug, Clone)]
pub(crate) struct Trust {
    /// The authority alone, in PEM.
    pub(crate) authority: PathBuf,
    /// The authority and this machine's bundle.
    pub(crate) bundle: PathBuf,
    /// The same as a Java key store.
    pub(crate) java: PathBuf,
}

impl Trust {
    /// Makes what is not yet there or no longer right, beside the authority in `tls`, the deployment's TLS directory.
    pub(crate) fn in_directory(tls: &Path) -> Result<Self, EnterError> {
        let trust = Self { authority: tls.join("ca.pem"), bundle: tls.join("bundle.pem"), java: tls.join("trust.jks") };
        let own = fs::read_to_string(&trust.authority).map_err(EnterError::path("read", &trust.authority))?;
        let mut bundle = own;
        match BUNDLES.iter().find_map(|path| String::from_utf8(bounded::read(path.as_ref(), MAX_BUNDLE).ok()?).ok()) {
            // Already inside a place of this world, whose bundle is the one that is seen here.
            Some(known) if known.starts_with(&bundle) => bundle = known,
            Some(known) => {
                bundle.push('\n');
                bundle.push_str(&known);
            }
            None => {}
        }
        let written = fs::read_to_string(&trust.bundle).is_ok_and(|there| there == bundle);
        if !written || !trust.java.exists() {
            replace(&trust.java, &key_store(&certificates(&bundle)))?;
            replace(&trust.bundle, bundle.as_bytes())?;
        }
        Ok(trust)
    }

    /// The variables by which programs are told of it.
    ///
    /// Sources: AWS SDKs and Tools Reference Guide, "General configuration settings" (`AWS_CA_BUNDLE`); OpenSSL,
    /// `SSL_CERT_FILE`; Requests, "SSL Cert Verification" (`REQUESTS_CA_BUNDLE`); curl(1) (`CURL_CA_BUNDLE`); Node.js,
    /// "Command-line API" (`NODE_EXTRA_CA_CERTS`).
    pub(crate) fn variables(&self) -> [(&'static str, OsString); 5] {
        let bundle = || self.bundle.clone().into_os_string();
        [
            ("AWS_CA_BUNDLE", bundle()),
            ("SSL_CERT_FILE", bundle()),
            ("REQUESTS_CA_BUNDLE", bundle()),
            ("CURL_CA_BUNDLE", bundle()),
            ("NODE_EXTRA_CA_CERTS", self.authority.clone().into_os_string()),
        ]
    }

    /// Which file stands in for which: the machine's bundles and the trust stores of the Java installations found.
    pub(crate) fn stand_ins(&self, java_home: Option<&Path>, path: Option<&std::ffi::OsStr>) -> Vec<(&Path, PathBuf)> {
        let mut found: Vec<(&Path, PathBuf)> = Vec::new();
        let mut add = |ours, theirs: PathBuf| {
            // The file behind links, each once.
            if let Ok(theirs) = theirs.canonicalize()
                && theirs.is_file()
                && !found.iter().any(|(_, known)| *known == theirs)
            {
                found.push((ours, theirs));
            }
        };
        for bundle in BUNDLES {
            add(&self.bundle, PathBuf::from(bundle));
        }
        add(&self.java, PathBuf::from("/etc/ssl/certs/java/cacerts"));
        for home in java_homes(java_home, path) {
            for below in ["lib/security/cacerts", "jre/lib/security/cacerts"] {
                add(&self.java, home.join(below));
            }
        }
        found
    }
}

/// Where Java is: as the environment says, on the path, and in the usual places.
fn java_homes(java_home: Option<&Path>, path: Option<&std::ffi::OsStr>) -> Vec<PathBuf> {
    const USUAL: [&str; 3] = ["/usr/lib/jvm", "/usr/java", "/opt/java"];
    /// More installations than anybody has.
    const MOST: usize = 64;
    let mut homes: Vec<PathBuf> = java_home.map(Path::to_owned).into_iter().collect();
    let programs = path.into_iter().flat_map(std::env::split_paths).map(|directory| directory.join("java"));
    let behind = |program: PathBuf| Some(program.canonicalize().ok()?.parent()?.parent()?.to_owned());
    homes.extend(programs.filter_map(behind).take(MOST));
    for usual in USUAL {
        let entries = fs::read_dir(usual).into_iter().flatten().flatten();
        homes.extend(entries.map(|entry| entry.path()).take(MOST));
    }
    homes
}

/// Writes a file whole or not at all; another that does the same at the same time writes the same.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), EnterError> {
    let beside = path.with_extension(format!("new-{}", std::process::id()));
    fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path)).map_err(EnterError::path("write", path))
}

/// The certificates of a bundle in PEM, as DER.
fn certificates(bundle: &str) -> Vec<Vec<u8>> {
    bundle
        .split("-----BEGIN CERTIFICATE-----")
        .skip(1)
        .filter_map(|rest| rest.split_once("-----END CERTIFICATE-----"))
        .filter_map(|(body, _)| {
            let body: String = body.split_whitespace().collect();
            STANDARD.decode(body).ok()
        })
        .take(MAX_CERTIFICATES)
        .collect()
}

/// A key store in Java's first format, JKS, which every version reads whatever its file is called: trusted certificates
/// alone, and a digest that tells a broken file from a whole one.
///
/// Source: OpenJDK, `sun.security.provider.JavaKeyStore`, whose head describes the format.
fn key_store(certificates: &[Vec<u8>]) -> Vec<u8> {
    const MAGIC: u32 = 0xfeed_feed;
    const VERSION: u32 = 2;
    const TRUSTED: u32 = 2;
    let mut out = Vec::new();
    let text = |out: &mut Vec<u8>, text: &str| {
        out.extend(u16::try_from(text.len()).unwrap_or(0).to_be_bytes());
        out.extend(text.as_bytes());
    };
    let count = |length: usize| u32::try_from(length).unwrap_or(0).to_be_bytes();
    out.extend(MAGIC.to_be_bytes());
    out.extend(VERSION.to_be_bytes());
    out.extend(count(certificates.len()));
    for (number, certificate) in certificates.iter().enumerate() {
        out.extend(TRUSTED.to_be_bytes());
        text(&mut out, &format!("authority-{number}"));
        // When it was put there, which nobody asks for.
        out.extend(0_u64.to_be_bytes());
        text(&mut out, "X.509");
        out.extend(count(certificate.len()));
        out.extend(certificate);
    }
    let mut digest = Sha1::new();
    for unit in JAVA_PASSWORD.encode_utf16() {
        digest.update(unit.to_be_bytes());
    }
    digest.update(b"Mighty Aphrodite");
    digest.update(&out);
    out.extend(digest.finalize());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_read_from_a_bundle_with_words_between_them() {
        let bundle = "# one\n-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n\n-----BEGIN CERTIFICATE-----\nBA\n UG\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
        assert_eq!(certificates(bundle), [vec![1, 2, 3], vec![4, 5, 6]]);
    }

    #[test]
    fn the_bundle_is_made_again_when_the_authority_changes() {
        let directory = tempfile::tempdir().unwrap();
        let pem = |letters: &str| format!("-----BEGIN CERTIFICATE-----\n{letters}\n-----END CERTIFICATE-----\n");
        fs::write(directory.path().join("ca.pem"), pem("AQID")).unwrap();
        let trust = Trust::in_directory(directory.path()).unwrap();
        let first = fs::read(&trust.java).unwrap();
        assert!(fs::read_to_string(&trust.bundle).unwrap().starts_with(&pem("AQID")));
        fs::write(directory.path().join("ca.pem"), pem("BAUG")).unwrap();
        Trust::in_directory(directory.path()).unwrap();
        assert_ne!(fs::read(&trust.java).unwrap(), first);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 3, "nothing else is left there");
    }
}
