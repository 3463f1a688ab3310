//! A request as it came over the wire, borrowed.

/// What a signature covers: a request exactly as it was received, nothing decoded.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The method, in upper case as HTTP has it.
    pub method: &'a str,
    /// The path as it was sent, percent-encoding left alone.
    pub path: &'a str,
    /// The query string as it was sent, without its question mark; empty for none.
    pub query: &'a str,
    /// Names (in any case) and values, in the order they came.
    pub headers: &'a [(&'a str, &'a str)],
    /// The whole body.
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// The values of every header called `name`, which is given in lower case.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// The first header called `name`, which is given in lower case, without the white space around its value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.values(name).next().map(trim)
    }

    /// The raw names and values of the query string; a name alone has an empty value.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.query
            .split('&')
            .filter(|parameter| !parameter.is_empty())
            .map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")))
    }

    /// The raw value of the first query parameter spelled exactly `name`.
    pub(crate) fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

/// Without the white space that HTTP allows around a value.
pub(crate) fn trim(value: &str) -> &str {
    value.trim_ascii()
}
