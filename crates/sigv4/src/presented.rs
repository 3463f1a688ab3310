//! What a request says about its own signature, read but not yet believed.

use rolecall_names::Instant;
use std::borrow::Cow;

/// How a request is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// `AWS4-HMAC-SHA256`: a shared key for one day, Region and service.
    HmacSha256,
    /// `AWS4-ECDSA-P256-SHA256`, also called `SigV4a`: a key pair derived from the secret, for a set of Regions.
    EcdsaP256Sha256,
}

impl Algorithm {
    /// The name as requests carry it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HmacSha256 => "AWS4-HMAC-SHA256",
            Self::EcdsaP256Sha256 => "AWS4-ECDSA-P256-SHA256",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::HmacSha256, Self::EcdsaP256Sha256].into_iter().find(|algorithm| algorithm.name() == name)
    }
}

/// What a signature is good for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope<'a> {
    /// The day as `YYYYMMDD`, unchecked until [`check_scope`](crate::check_scope).
    pub date: Cow<'a, str>,
    /// The Region; for [`Algorithm::EcdsaP256Sha256`] the set of Regions, such as `*` or `us-east-1,eu-*`.
    pub region: Cow<'a, str>,
    /// The service, such as `sts`.
    pub service: Cow<'a, str>,
}

/// A complete, well-formed claim: who signed, for what, when. Only [`parse`](crate::parse) makes one.
#[derive(Debug, Clone)]
pub struct Presented<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) access_key_id: Cow<'a, str>,
    pub(crate) scope: Scope<'a>,
    pub(crate) terminator: Cow<'a, str>,
    pub(crate) signed_headers: Cow<'a, str>,
    pub(crate) signature: Cow<'a, str>,
    pub(crate) instant: Instant,
    pub(crate) timestamp: Cow<'a, str>,
    pub(crate) session_token: Option<Cow<'a, str>>,
    pub(crate) presigned: bool,
}

impl Presented<'_> {
    /// How the request is signed.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The access key id, in whatever shape it was sent.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The day, Region and service the signature is for.
    #[must_use]
    pub fn scope(&self) -> &Scope<'_> {
        &self.scope
    }

    /// The names of the signed headers, in the order they were sent.
    pub fn signed_headers(&self) -> impl Iterator<Item = &str> {
        self.signed_headers.split(';')
    }

    /// The signature in hexadecimal digits, as it was sent.
    #[must_use]
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// When the request says it was signed, to the second.
    #[must_use]
    pub fn instant(&self) -> Instant {
        self.instant
    }

    /// The session token, which a temporary key must come with.
    #[must_use]
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }

    /// Whether the signature came in the query string (a presigned URL) and not in the Authorization header.
    #[must_use]
    pub fn is_presigned(&self) -> bool {
        self.presigned
    }
}
