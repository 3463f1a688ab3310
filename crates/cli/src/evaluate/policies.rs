//! The policies of a line: read, and lent to the engine.

use super::line::LineError;
use rolecall_policy::{Document, Policies};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

type Raw<'a> = &'a RawValue;

/// The policies as a line gives them. One that is left out, or `null`, does not apply.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts<'a> {
    #[serde(borrow, default)]
    identity: Option<Vec<Raw<'a>>>,
    #[serde(borrow, default)]
    resource: Option<Raw<'a>>,
    #[serde(borrow, default)]
    session: Option<Vec<Raw<'a>>>,
    #[serde(borrow, default)]
    boundary: Option<Raw<'a>>,
    #[serde(borrow, default)]
    scp: Option<Vec<Vec<Raw<'a>>>>,
    #[serde(borrow, default)]
    rcp: Option<Vec<Vec<Raw<'a>>>>,
    #[serde(borrow, default)]
    vpc_endpoint: Option<Raw<'a>>,
}

/// The same, read.
pub(super) struct Documents {
    identity: Vec<Document>,
    resource: Option<Document>,
    session: Option<Vec<Document>>,
    boundary: Option<Document>,
    scp: Vec<Vec<Document>>,
    rcp: Vec<Vec<Document>>,
    vpc_endpoint: Option<Document>,
}

impl Texts<'_> {
    /// Reads every document.
    pub(super) fn read(&self) -> Result<Documents, LineError> {
        Ok(Documents {
            identity: list("identity", self.identity.as_deref().unwrap_or_default())?,
            resource: one("resource", self.resource)?,
            session: self.session.as_deref().map(|texts| list("session", texts)).transpose()?,
            boundary: one("boundary", self.boundary)?,
            scp: levels("scp", self.scp.as_deref().unwrap_or_default())?,
            rcp: levels("rcp", self.rcp.as_deref().unwrap_or_default())?,
            vpc_endpoint: one("vpc_endpoint", self.vpc_endpoint)?,
        })
    }
}

/// Reads a document: an object, or a string that holds one as AWS's answers do. Places are counted in that text.
fn document(text: &RawValue, at: impl Fn() -> String) -> Result<Document, LineError> {
    let text: Cow<'_, str> = match text.get().bytes().next() {
        Some(b'{') => Cow::Borrowed(text.get()),
        Some(b'"') => serde_json::from_str(text.get()).map(Cow::Owned)?,
        _ => return Err(LineError::NotAPolicy { at: at() }),
    };
    Document::parse(&text).map_err(|error| {
        let place = error.span.position(&text);
        LineError::Policy { at: at(), line: place.line, column: place.column, error }
    })
}

fn one(name: &str, text: Option<Raw<'_>>) -> Result<Option<Document>, LineError> {
    text.map(|text| document(text, || name.to_owned())).transpose()
}

fn list(name: &str, texts: &[Raw<'_>]) -> Result<Vec<Document>, LineError> {
    texts.iter().enumerate().map(|(index, text)| document(text, || format!("{name}[{index}]"))).collect()
}

fn levels(name: &str, levels: &[Vec<Raw<'_>>]) -> Result<Vec<Vec<Document>>, LineError> {
    levels.iter().enumerate().map(|(level, texts)| list(&format!("{name}[{level}]"), texts)).collect()
}

impl Documents {
    /// Lends them to `body` in the engine's form.
    pub(super) fn lend<T>(&self, body: impl FnOnce(&Policies<'_>) -> T) -> T {
        fn borrowed(documents: &[Document]) -> Vec<&Document> {
            documents.iter().collect()
        }
        let identity = borrowed(&self.identity);
        let session = self.session.as_deref().map(borrowed);
        let scp: Vec<_> = self.scp.iter().map(|level| borrowed(level)).collect();
        let scp: Vec<_> = scp.iter().map(Vec::as_slice).collect();
        let rcp: Vec<_> = self.rcp.iter().map(|level| borrowed(level)).collect();
        let rcp: Vec<_> = rcp.iter().map(Vec::as_slice).collect();
        body(&Policies {
            identity: &identity,
            boundary: self.boundary.as_ref(),
            session: session.as_deref(),
            resource: self.resource.as_ref(),
            scp: &scp,
            rcp: &rcp,
            vpc_endpoint: self.vpc_endpoint.as_ref(),
        })
    }
}
