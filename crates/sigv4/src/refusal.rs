//! Every way a signature can fail, with AWS's code, status and words.
//!
//! The words of the IncompleteSignature and SignatureDoesNotMatch texts were recorded from AWS: the comments of
//! dynalite's `index.js` (github.com/mhart/dynalite) list them in the order AWS checks them. The codes are those of the
//! Query protocol: real STS replies in aws-cli#6676 (`SignatureDoesNotMatch`, clock), aws-azure-login#251
//! (`InvalidClientTokenId`, 403), amzn/selling-partner-api-docs#3081 (`MissingAuthenticationToken`).

use crate::scope::ScopeFaults;
use base64::{Engine, engine::general_purpose::STANDARD};
use rolecall_names::Instant;
use sha2::{Digest, Sha256};
use std::fmt;

/// An error as it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The error code, such as `SignatureDoesNotMatch`.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The text; it can hold what the request brought, so it is escaped on its way out.
    pub message: String,
}

/// A piece of the request that a text repeats, cut at 256 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted(Box<str>);

impl Quoted {
    const LIMIT: usize = 256;

    pub(crate) fn new(text: &str) -> Self {
        Self(text.get(..text.floor_char_boundary(Self::LIMIT)).unwrap_or_default().into())
    }

    /// SHA-256 in Base64, as AWS repeats an Authorization header that may hold somebody's password.
    pub(crate) fn digest(text: &str) -> Self {
        Self(STANDARD.encode(Sha256::digest(text.as_bytes())).into())
    }
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The parts a signature cannot do without; `true` marks one that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each part is missing or not, in any combination")]
pub struct Missing {
    /// The name of the algorithm (in query strings only; a header cannot lack it).
    pub algorithm: bool,
    /// `Credential`.
    pub credential: bool,
    /// `Signature`.
    pub signature: bool,
    /// `SignedHeaders`.
    pub signed_headers: bool,
    /// `X-Amz-Date`, or a `Date` header.
    pub date: bool,
}

impl Missing {
    pub(crate) fn anything(self) -> bool {
        self != Self::default()
    }

    fn in_header(self) -> impl fmt::Display {
        sentences([
            (self.credential, "Authorization header requires 'Credential' parameter. "),
            (self.signature, "Authorization header requires 'Signature' parameter. "),
            (self.signed_headers, "Authorization header requires 'SignedHeaders' parameter. "),
            (self.date, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "),
        ])
    }

    fn in_query(self) -> impl fmt::Display {
        sentences([
            (self.algorithm, "AWS query-string parameters must include 'X-Amz-Algorithm'. "),
            (self.credential, "AWS query-string parameters must include 'X-Amz-Credential'. "),
            (self.signature, "AWS query-string parameters must include 'X-Amz-Signature'. "),
            (self.signed_headers, "AWS query-string parameters must include 'X-Amz-SignedHeaders'. "),
            (self.date, "AWS query-string parameters must include 'X-Amz-Date'. "),
        ])
    }
}

fn sentences<const N: usize>(all: [(bool, &'static str); N]) -> impl fmt::Display {
    fmt::from_fn(move |f| all.iter().filter(|(told, _)| *told).try_for_each(|(_, sentence)| f.write_str(sentence)))
}

/// Why a request is not taken for its sender's. The [`Display`](fmt::Display) text is AWS's message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither an Authorization header nor `X-Amz-Algorithm` in the query string.
    #[error("Request is missing Authentication Token")]
    Unsigned,
    /// Both of them.
    #[error("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.")]
    SignedTwice,
    /// What stands before the first space of the Authorization header has an equal-sign in it.
    #[error("Authorization header must begin with the algorithm name, which cannot include an equal-sign.")]
    NoAlgorithm,
    /// A part of the Authorization header without an equal-sign. Text: API Gateway's, widely reported since 2025.
    #[error(
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '{0}'."
    )]
    NotAPair(Quoted),
    /// An Authorization header that lacks something.
    #[error("{}(Hashed with SHA-256 and encoded with Base64) Authorization={authorization}", missing.in_header())]
    IncompleteHeader {
        /// What it lacks.
        missing: Missing,
        /// The digest of the header.
        authorization: Quoted,
    },
    /// A query string that lacks something.
    #[error("{}Re-examine the query-string parameters.", .0.in_query())]
    IncompleteQuery(Missing),
    /// A date in no spelling AWS reads.
    #[error("Date must be in ISO-8601 'basic format'. Got '{0}'. See http://en.wikipedia.org/wiki/ISO_8601")]
    Date(Quoted),
    /// The signature does not cover the name of the host.
    #[error("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")]
    HostNotSigned,
    /// An algorithm that is none of AWS's.
    #[error("Unsupported AWS 'algorithm': '{0}' (only AWS4-HMAC-SHA256 for now).")]
    Algorithm(Quoted),
    /// A credential that does not have its five parts.
    #[error("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{0}'")]
    Credential(Quoted),
    /// A SigV4a credential that does not have its four parts (no real text is known; this one is formed after the other).
    #[error("Credential must have exactly 4 slash-delimited elements, e.g. keyid/date/service/term, got '{0}'")]
    RegionlessCredential(Quoted),
    /// A signature for another Region, service or day, or all at once.
    #[error("{0}")]
    Scope(ScopeFaults),
    /// Signed more than 15 minutes ago.
    #[error("Signature expired: {} is now earlier than {} ({} - 15 min.)", signed.basic(), now.plus_seconds(-crate::SKEW_SECONDS).basic(), now.basic())]
    Expired {
        /// When it was signed.
        signed: Instant,
        /// When it came.
        now: Instant,
    },
    /// Signed more than 15 minutes from now.
    #[error("Signature not yet current: {} is still later than {} ({} + 15 min.)", signed.basic(), now.plus_seconds(crate::SKEW_SECONDS).basic(), now.basic())]
    NotYetCurrent {
        /// When it claims to be signed.
        signed: Instant,
        /// When it came.
        now: Instant,
    },
    /// No such access key, or one that is inactive. Not found here: the caller looks keys up.
    #[error("The security token included in the request is invalid.")]
    UnknownKey,
    /// A session token that was not issued here, was altered, or belongs to another key. Not found here.
    /// AWS writes this one without a full stop (dynalite; aws-azure-login#251).
    #[error("The security token included in the request is invalid")]
    InvalidToken,
    /// A session token past its end. Not found here.
    #[error("The security token included in the request is expired")]
    ExpiredToken,
    /// The signature is not the one the secret gives, or covers a header that is not there, or more than is read.
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
    )]
    Mismatch,
    /// A query string with an escape that is none, or with more parameters than are read.
    /// Code and status: the list of common errors in older editions of the STS API Reference.
    #[error("The query string contains a syntax error.")]
    MalformedQuery,
}

impl Refusal {
    /// Code, status and text as the Query protocol answers them.
    #[must_use]
    pub fn fault(&self) -> Fault {
        let (code, status) = match self {
            Self::Unsigned => ("MissingAuthenticationToken", 403),
            Self::NoAlgorithm
            | Self::NotAPair(_)
            | Self::IncompleteHeader { .. }
            | Self::IncompleteQuery(_)
            | Self::Date(_)
            | Self::Algorithm(_)
            | Self::Credential(_)
            | Self::RegionlessCredential(_) => ("IncompleteSignature", 400),
            Self::SignedTwice
            | Self::HostNotSigned
            | Self::Scope(_)
            | Self::Expired { .. }
            | Self::NotYetCurrent { .. }
            | Self::Mismatch => ("SignatureDoesNotMatch", 403),
            Self::UnknownKey | Self::InvalidToken => ("InvalidClientTokenId", 403),
            Self::ExpiredToken => ("ExpiredToken", 403),
            Self::MalformedQuery => ("MalformedQueryString", 404),
        };
        Fault { code, status, message: self.to_string() }
    }
}
