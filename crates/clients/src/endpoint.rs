//! The endpoint that a client calls.

use crate::{At, Because, Client, ClientError, Settings, family};

/// Where a client sends a call of STS, and for where it signs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The whole URL, as the client has it.
    pub url: String,
    /// The host name in it, lower-case.
    pub host: String,
    /// `http` or `https`.
    pub scheme: String,
    /// The port, also where the URL leaves it to the scheme.
    pub port: u16,
    /// What stands behind that name.
    pub kind: EndpointKind,
    /// The Region the endpoint is in: `us-east-1` for the global one. For an endpoint of one's own it is the Region that
    /// its name tells, else the one that the request is signed for.
    pub region: String,
    /// The Region the request is signed for.
    pub signing_region: String,
    /// How it is signed.
    pub signing: Signing,
    /// What made the client choose it.
    pub mode: Mode,
    /// Why, the deciding reason first.
    pub because: Vec<Because>,
    /// What is not settled about this client, where something is not.
    pub uncertain: Option<&'static str>,
    /// Where the client's habit is known from.
    pub source: &'static str,
}

/// What an endpoint's name leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndpointKind {
    /// `sts.amazonaws.com`.
    Global,
    /// The endpoint of a Region.
    Regional,
    /// A VPC endpoint, by its own name.
    Vpce,
    /// Any other name.
    Custom,
}

impl EndpointKind {
    /// `global`, `regional`, `vpce` or `custom`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Regional => "regional",
            Self::Vpce => "vpce",
            Self::Custom => "custom",
        }
    }
}

/// How a client came to an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// It calls the global endpoint.
    Global,
    /// It calls the endpoint of its Region.
    Regional,
    /// It was told a URL.
    Custom,
}

impl Mode {
    /// `global`, `regional` or `custom`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Regional => "regional",
            Self::Custom => "custom",
        }
    }
}

/// The algorithm a request is signed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signing {
    /// Signature Version 4: for one Region.
    V4,
    /// Signature Version 4A: for a set of Regions.
    V4a,
}

/// The endpoint of an STS client made with these settings.
///
/// # Errors
/// When the client refuses its settings, or has no such option.
pub fn endpoint(client: &Client, settings: &Settings<'_>) -> Result<Endpoint, ClientError> {
    family::check_options(client, settings)?;
    family::endpoint(client, settings)
}

/// An endpoint in the making.
pub(crate) struct Target {
    pub(crate) url: String,
    pub(crate) signing_region: String,
    pub(crate) signing: Signing,
    pub(crate) mode: Mode,
    pub(crate) because: Vec<Because>,
}

impl Target {
    /// Completes it with what its name tells.
    pub(crate) fn into_endpoint(self, client: &Client) -> Endpoint {
        let Self { url, signing_region, signing, mode, because } = self;
        let parts = Parts::of(&url);
        let (kind, named) = named(&parts.host);
        let region = match kind {
            EndpointKind::Global => "us-east-1".to_owned(),
            _ => named.map_or_else(|| signing_region.clone(), str::to_owned),
        };
        let row = client.row();
        Endpoint {
            host: parts.host,
            scheme: parts.scheme,
            port: parts.port,
            kind,
            region,
            signing_region,
            signing,
            mode,
            because,
            uncertain: row.uncertain(),
            source: row.source,
            url,
        }
    }
}

/// Scheme, host and port of a URL.
struct Parts {
    scheme: String,
    host: String,
    port: u16,
}

impl Parts {
    fn of(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
        let scheme = scheme.to_ascii_lowercase();
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let default = if scheme == "http" { 80 } else { 443 };
        // An IPv6 address is full of colons; its port stands behind the bracket.
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().unwrap_or(default)),
            _ => (authority, default),
        };
        Self { scheme, host: host.to_ascii_lowercase(), port }
    }
}

/// What AWS's names tell: the kind, and the Region where one is in the name.
///
/// Source: AWS General Reference, "AWS Security Token Service endpoints"; AWS `PrivateLink` Guide, "Access an AWS service
/// using an interface VPC endpoint" for the names of VPC endpoints.
fn named(host: &str) -> (EndpointKind, Option<&str>) {
    if host == "sts.amazonaws.com" {
        return (EndpointKind::Global, None);
    }
    if host.starts_with("vpce-")
        && let Some((_, rest)) = host.split_once(".sts.")
        && let Some((region, "vpce.amazonaws.com" | "vpce.amazonaws.com.cn")) = rest.split_once('.')
    {
        return (EndpointKind::Vpce, Some(region));
    }
    let rest = host.strip_prefix("sts.").or_else(|| host.strip_prefix("sts-fips."));
    match rest.and_then(|rest| rest.split_once('.')) {
        Some((region, suffix)) if SUFFIXES.contains(&suffix) => (EndpointKind::Regional, Some(region)),
        _ => (EndpointKind::Custom, None),
    }
}

/// `dnsSuffix` and `dualStackDnsSuffix` of every partition in `partitions.json` of botocore 1.44.5.
const SUFFIXES: [&str; 14] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
    "api.aws",
    "api.amazonwebservices.com.cn",
    "api.amazonwebservices.eu",
    "api.aws.ic.gov",
    "api.aws.scloud",
    "api.cloud-aws.adc-e.uk",
    "api.aws.hci.ic.gov",
];

/// A reason.
/// The host in a URL.
pub(crate) fn host_of(url: &str) -> String {
    Parts::of(url).host
}

pub(crate) fn because(text: impl Into<String>, at: At) -> Because {
    Because { text: text.into(), at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_its_parts() {
        for (url, scheme, host, port) in [
            ("https://sts.amazonaws.com", "https", "sts.amazonaws.com", 443),
            ("http://LOCALHOST:4566/x", "http", "localhost", 4566),
            ("http://[::1]:8080", "http", "[::1]", 8080),
            ("http://[::1]", "http", "[::1]", 80),
            ("https://user@host?x", "https", "host", 443),
        ] {
            let parts = Parts::of(url);
            assert_eq!((&*parts.scheme, &*parts.host, parts.port), (scheme, host, port), "{url}");
        }
    }

    #[test]
    fn names_of_aws_tell_kind_and_region() {
        for (host, kind, region) in [
            ("sts.amazonaws.com", EndpointKind::Global, None),
            ("sts.eu-west-1.amazonaws.com", EndpointKind::Regional, Some("eu-west-1")),
            ("sts-fips.us-east-1.api.aws", EndpointKind::Regional, Some("us-east-1")),
            ("sts.cn-north-1.amazonaws.com.cn", EndpointKind::Regional, Some("cn-north-1")),
            ("vpce-0123456789abcdef0-abcdefgh.sts.eu-west-1.vpce.amazonaws.com", EndpointKind::Vpce, Some("eu-west-1")),
            ("sts.eu-west-1.example.com", EndpointKind::Custom, None),
            ("localhost", EndpointKind::Custom, None),
        ] {
            assert_eq!(named(host), (kind, region), "{host}");
        }
    }
}
