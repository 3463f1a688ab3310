//! What the tests share: requests read from text, and a signer written from AWS's description alone.

use hmac::{Hmac, KeyInit, Mac};
use rolecall_sigv4::Request;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// A request that owns its parts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Owned {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Owned {
    /// Reads `METHOD target HTTP/1.1`, headers (a line that starts with a space goes on), an empty line, a body.
    pub(crate) fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap_or((text.trim_end(), ""));
        let mut lines = head.lines();
        let first = lines.next().unwrap();
        let (method, target) = first.strip_suffix(" HTTP/1.1").unwrap_or(first).split_once(' ').unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in lines {
            if line.starts_with(' ') {
                let value = &mut headers.last_mut().unwrap().1;
                value.push('\n');
                value.push_str(line);
            } else {
                let (name, value) = line.split_once(':').unwrap();
                headers.push((name.into(), value.into()));
            }
        }
        Self { method: method.into(), path: path.into(), query: query.into(), headers, body: body.into() }
    }

    /// Hands the borrowed form to `then`.
    pub(crate) fn borrowed<R>(&self, then: impl FnOnce(&Request<'_>) -> R) -> R {
        let headers: Vec<(&str, &str)> = self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        then(&Request {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &headers,
            body: &self.body,
        })
    }

    pub(crate) fn header(&mut self, name: &str, value: &str) {
        self.headers.push((name.into(), value.into()));
    }
}

/// Who signs, for what, when.
#[derive(Debug, Clone)]
pub(crate) struct Signer {
    pub(crate) access_key_id: String,
    pub(crate) secret: String,
    pub(crate) timestamp: String,
    pub(crate) region: String,
    pub(crate) service: String,
}

impl Signer {
    fn scope(&self) -> String {
        format!("{}/{}/{}/aws4_request", &self.timestamp[..8], self.region, self.service)
    }

    fn signature(&self, canonical: &str) -> String {
        let text = format!("AWS4-HMAC-SHA256\n{}\n{}\n{}", self.timestamp, self.scope(), hex(&sha256(canonical)));
        let mut key = format!("AWS4{}", self.secret).into_bytes();
        for part in [&self.timestamp[..8], &self.region, &self.service, "aws4_request", &text] {
            key = Hmac::<Sha256>::new_from_slice(&key).unwrap().chain_update(part).finalize().into_bytes().to_vec();
        }
        hex(&key)
    }

    /// Adds `X-Amz-Date` and `Authorization` and signs every header there is.
    pub(crate) fn sign(&self, request: &mut Owned) {
        request.header("X-Amz-Date", &self.timestamp);
        let signed = names(request);
        let signature = self.signature(&canonical(request, &signed));
        let (key, scope) = (&self.access_key_id, self.scope());
        request.header(
            "Authorization",
            &format!("AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={signed}, Signature={signature}"),
        );
    }

    /// Signs in the query string.
    pub(crate) fn presign(&self, request: &mut Owned) {
        let signed = names(request);
        let gap = if request.query.is_empty() { "" } else { "&" };
        write!(
            request.query,
            "{gap}X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}%2F{}&X-Amz-Date={}&X-Amz-Expires=60&X-Amz-SignedHeaders={}",
            self.access_key_id,
            self.scope().replace('/', "%2F"),
            self.timestamp,
            signed.replace(';', "%3B"),
        )
        .unwrap();
        let signature = self.signature(&canonical(request, &signed));
        write!(request.query, "&X-Amz-Signature={signature}").unwrap();
    }
}

/// The names of all headers: lower case, sorted, once each.
fn names(request: &Owned) -> String {
    let mut names: Vec<String> = request.headers.iter().map(|(name, _)| name.to_lowercase()).collect();
    names.sort();
    names.dedup();
    names.join(";")
}

fn canonical(request: &Owned, signed: &str) -> String {
    let mut parameters: Vec<(String, String)> = request
        .query
        .split('&')
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")))
        .map(|(name, value)| (quote(&unquote(name)), quote(&unquote(value))))
        .collect();
    parameters.sort();
    let query: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut headers = String::new();
    for name in signed.split(';') {
        let values: Vec<String> = request
            .headers
            .iter()
            .filter(|(known, _)| known.to_lowercase() == name)
            .map(|(_, value)| value.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        writeln!(headers, "{name}:{}", values.join(",")).unwrap();
    }
    let path: Vec<String> = request.path.split('/').map(|segment| quote(segment.as_bytes())).collect();
    let body = hex(&sha256(&request.body));
    format!("{}\n{}\n{}\n{headers}\n{signed}\n{body}", request.method, path.join("/"), query.join("&"))
}

/// RFC 3986's encoding of everything but unreserved characters.
pub(crate) fn quote(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(*byte as char),
            other => write!(out, "%{other:02X}").unwrap(),
        }
        out
    })
}

fn unquote(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        rest = tail;
        bytes.push(match (byte, rest) {
            (b'+', _) => b' ',
            (b'%', [high, low, tail @ ..]) => {
                rest = tail;
                u8::from_str_radix(str::from_utf8(&[*high, *low]).unwrap(), 16).unwrap()
            }
            (plain, _) => *plain,
        });
    }
    bytes
}

fn sha256(text: impl AsRef<[u8]>) -> [u8; 32] {
    Sha256::digest(text).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").unwrap();
        out
    })
}
